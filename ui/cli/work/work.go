// Package work is telex work: it does what is due while nobody looks, as a service or by cron.
//
// One worker works for all that have the outbox open, which a lease says; another one waits
// for its end. Nothing is sent twice for all that: what leaves is claimed in the outbox, by
// whoever sends it. A worker that has nothing to do sleeps until the next thing is due or the
// outbox changes.
package work

import (
	"context"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"telex/ui/cli/listen"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
)

// Options are what telex work may touch.
type Options struct {
	*who.World
	// After is how time goes by; nil is time.After.
	After func(time.Duration) <-chan time.Time
}

// flags are those of telex work.
type flags struct {
	once, listens, asJSON bool
	sandbox               bool
	profile               string // whose outbox it is, and that callbacks are recorded for
	listen                listen.Settings
}

// register adds the flags that a worker may be installed with.
func (f *flags) register(flags *pflag.FlagSet) {
	flags.SortFlags = false
	flags.BoolVar(&f.listens, "listen", false, "receive callbacks too, as telex listen does")
	f.listen.Register(flags)
	flags.StringVar(&f.profile, "profile", "", "`name` of the profile whose outbox it is, and that\ncallbacks are recorded for")
}

// check says which flags do not go together.
func (f *flags) check(set *pflag.FlagSet) error {
	if f.once && f.listens {
		return say.Usagef("--once ends when nothing is due, so it cannot be used with --listen")
	}
	for _, name := range []string{"addr", "user", "public"} {
		if !f.listens && set.Changed(name) {
			return &say.UsageError{What: "--" + name + " says how to listen, and needs --listen", Hint: "telex work sends for every profile that has something due"}
		}
	}
	return nil
}

// Command is telex work and the command below it.
func Command(o Options) *cobra.Command {
	var f flags
	cmd := &cobra.Command{
		Use:   "work",
		Short: "Do what is due while nobody looks: what is sent later, and broadcasts",
		Long: `Work does what is due in the outbox, until it is stopped by ctrl+c. It sends what
telex send --at scheduled, when its time comes; it begins broadcasts at theirs,
and sends those that run or were prepared by telex broadcast start --detach and
that no other telex sends; and it asks Bandwidth what became of messages. With --listen it receives callbacks too,
as telex listen does. Each thing done is a line on standard output. Otherwise
it sleeps until the next thing is due or the outbox changes.

It works for every profile that has something due, with the credentials that
telex finds without a question. What is due for one without them waits, and is
tried again.

One worker works at a time for an outbox. Another one waits, and takes over when
the first ends or dies; telex work --once then does nothing, so cron may start it
each minute. Stopped, a worker begins nothing more and waits for the messages on
their way. Killed, it loses nothing: what had not left is sent by the next one,
and what was on its way is unknown, and never sent again by itself.

What is late by more than 15 minutes, as after a night in which the machine was
asleep, is missed, and not sent. A broadcast is paused then. You decide about it:
telex scheduled.

telex work install says how to have it started by systemd, OpenRC or cron.

With --json a line is an object with type (message or broadcast, else that of an
event as telex listen has it) and at. A message has id, to, state, message_id,
error, skip and note; a broadcast has broadcast, name, state, reason and until.

The exit code of --once is 0 if all went well or nothing was due, 7 if something
was missed, could not leave or was paused, else that of the worst message as
telex send has it.`,
		Example: "  telex work\n  telex work --once\n  telex work --listen",
		Args:    say.NoArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := f.check(cmd.Flags()); err != nil {
				return err
			}
			return work(cmd.Context(), o, f)
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.BoolVar(&f.once, "once", false, "end when nothing is due")
	f.register(flags)
	flags.BoolVar(&f.sandbox, "sandbox", false, "work for the outbox of the sandbox; nothing is really sent")
	flags.BoolVar(&f.asJSON, "json", false, "a line of JSON for each thing on standard output")
	complete(o, cmd)
	cmd.AddCommand(installCommand(o))
	return cmd
}

// complete keeps shells from offering files.
func complete(o Options, cmd *cobra.Command) {
	for _, flag := range []string{"addr", "user"} {
		_ = cmd.RegisterFlagCompletionFunc(flag, who.CompleteNothing) // fails only for a flag that is not there
	}
	o.CompleteProfile(cmd)
}

// work is telex work.
func work(ctx context.Context, with Options, f flags) error {
	ctx, stop := say.Interruptible(ctx)
	defer stop()
	say.Unbroken()
	if with.After == nil {
		with.After = time.After
	}
	var ear *listen.Listener
	if f.listens {
		id, err := with.Identify(who.Flags{Sandbox: f.sandbox, Profile: f.profile, Timeout: time.Minute})
		if err != nil {
			return err
		}
		f.listen.JSON, f.listen.Sandbox, f.listen.Asked = f.asJSON, f.sandbox, true
		if ear, err = listen.Open(ctx, with.World, id, f.listen); err != nil {
			return err
		}
	}
	began := with.Now()
	o, err := with.OpenOutboxToWork(ctx, f.sandbox)
	if err != nil {
		if ear != nil {
			ear.Close()
		}
		return err
	}
	defer with.CloseOutbox(o)
	return newWorker(with, f, o, began).run(ctx, ear)
}
