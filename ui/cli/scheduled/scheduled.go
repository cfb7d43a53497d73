// Package scheduled is telex scheduled: what is to be sent later, and what was missed.
package scheduled

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/cli/messages"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
	"telex/ui/text"
	"telex/ui/words"
)

// Options are what the commands may touch.
type Options struct {
	*who.World
	Out io.Writer // the printer's: if it is a terminal, its width is the table's
}

// flags are those that several of the commands have.
type flags struct {
	who.Flags
	asJSON, yes bool
	at          string
}

// Command is telex scheduled, with cancel, change and send.
func Command(o Options) *cobra.Command {
	var f flags
	cmd := &cobra.Command{
		Use:   "scheduled",
		Short: "List what is to be sent later, and what was missed",
		Long: `Scheduled lists the messages that telex send --at or the console recorded to be
sent later, those first that are due first, and those that were missed: what
nothing sent within 15 minutes of its time, or could not, is not sent by itself
any more, for it may be wrong by now. Decide about each, with one of the
commands below.

Bandwidth has no scheduling. Something of yours sends them: telex work, or a
console of the same account that is open at that time, on this computer.

On a terminal the columns are cut to its width. Otherwise each message is a line
of five fields with tabs between them: id, when it is due, state, recipients, and
the first line of the text. With --json it is an array of the objects of telex
history, with due_at, and due_local and due_zone if it is due by a clock.
Broadcasts that begin later are said on standard error; for programs, telex
broadcast list --json has them.`,
		Example:           "  telex scheduled\n  telex scheduled --json",
		Args:              say.NoArguments,
		ValidArgsFunction: who.CompleteNothing,
		RunE:              func(cmd *cobra.Command, _ []string) error { return list(cmd.Context(), o, f) },
	}
	f.register(cmd).BoolVar(&f.asJSON, "json", false, "one JSON value on standard output")
	cmd.AddCommand(cancelCommand(o), changeCommand(o), sendCommand(o))
	return cmd
}

// register adds the flags of each of the commands.
func (f *flags) register(cmd *cobra.Command) *pflag.FlagSet {
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.BoolVar(&f.Sandbox, "sandbox", false, "what was scheduled with --sandbox")
	f.Timeout = messaging.DefaultTimeLimit
	return flags
}

// waiting are the messages that are scheduled or missed.
func waiting(ctx context.Context, o *outbox.Outbox) ([]outbox.Entry, error) {
	missed, err := o.MissedDue(ctx)
	if err != nil {
		return nil, err
	}
	all, err := o.ScheduledDue(ctx)
	return append(missed, all...), err
}

// list is telex scheduled.
func list(ctx context.Context, with Options, f flags) error {
	o, err := with.OpenOutboxToRead(ctx, f.Sandbox)
	if err != nil {
		return err
	}
	defer with.CloseOutbox(o)
	all, err := waiting(ctx, o)
	if err != nil {
		return err
	}
	if f.asJSON {
		rows := make([]messages.Row, 0, len(all))
		for _, e := range all {
			rows = append(rows, messages.RowOf(e))
		}
		return with.Output.Value(rows)
	}
	runs, err := tellRuns(ctx, with, o, f)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		if runs == 0 {
			with.Output.Say("nothing is scheduled in %s", o.Path())
		}
		return nil
	}
	terminal, ok := say.TerminalFile(with.Out)
	if !ok {
		return with.Output.Text(tabbed(all))
	}
	if err := with.Output.Text(table(with, all, say.Columns(terminal))); err != nil {
		return err
	}
	return tellNext(ctx, with, o, all, with.Shell(f.Sandbox))
}

// tellRuns says which broadcasts begin later, or were missed, and what begins them.
func tellRuns(ctx context.Context, with Options, o *outbox.Outbox, f flags) (told int, err error) {
	missed, err := o.MissedRuns(ctx)
	if err != nil {
		return 0, err
	}
	due, err := o.DueRuns(ctx)
	if err != nil {
		return 0, err
	}
	for _, r := range append(missed, due...) {
		with.Output.Say("broadcast %d, %s, is %s: %s", r.ID, r.Name, words.RunState(r, with.Now().Location()), text.People(r.People))
		with.Output.Say("  %s", words.NextForRun(r, with.Shell(f.Sandbox)))
	}
	if len(due) > 0 {
		working, err := o.Working(ctx)
		if err != nil {
			return 0, err
		}
		with.Output.Say("%s", words.BegunBy(with.Shell(f.Sandbox), working))
	}
	return len(missed) + len(due), nil
}

// tellNext says what sends them, and what to do about those that were missed.
func tellNext(ctx context.Context, with Options, o *outbox.Outbox, all []outbox.Entry, in words.Shell) error {
	if all[len(all)-1].State == outbox.Scheduled {
		working, err := o.Working(ctx)
		if err != nil {
			return err
		}
		with.Output.Say("%s", words.ByWhom(in, working, false))
	}
	if all[0].State == outbox.Missed {
		with.Output.Say("missed: %s", words.Next(outbox.Missed, in))
	}
	return nil
}

// tabbed are rows for programs.
func tabbed(all []outbox.Entry) string {
	var b strings.Builder
	for _, e := range all {
		fmt.Fprintf(&b, "%d\t%s\t%s\t%s\t%s\n", e.ID, say.DueOf(e.Due).DueAt, e.State, text.Clean(words.AllRecipients(e.Message)), words.Gist(e))
	}
	return b.String()
}

// table are rows for people, cut to a width.
func table(with Options, all []outbox.Entry, width int) string {
	id, when, to := len("id"), len("due"), len("to")
	zone := with.Now().Location()
	for _, e := range all {
		id, when = max(id, len(strconv.FormatInt(e.ID, 10))), max(when, text.Width(words.When(e.Due, zone)))
		to = max(to, text.Width(words.Correspondent(e, nil)))
	}
	state := len(outbox.Scheduled)
	lines := []string{fmt.Sprintf("%*s  %s  %-*s  %s  text", id, "id", text.Pad("due", when), state, "state", text.Pad("to", to))}
	for _, e := range all {
		lines = append(lines, fmt.Sprintf("%*d  %s  %-*s  %s  %s", id, e.ID, text.Pad(words.When(e.Due, zone), when), state, e.State, text.Pad(words.Correspondent(e, nil), to), words.Gist(e)))
	}
	for i, l := range lines {
		lines[i] = strings.TrimRight(text.Truncate(l, width), " ")
	}
	return strings.Join(lines, "\n") + "\n"
}

// some are the messages with the ids that somebody named, each once, all of which wait.
func some(ctx context.Context, o *outbox.Outbox, names []string, in words.Shell) ([]outbox.Entry, error) {
	var all []outbox.Entry
	for _, name := range names {
		id, err := who.Find(ctx, o, name)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(all, func(e outbox.Entry) bool { return e.ID == id }) {
			continue
		}
		found, err := o.Entries(ctx, []int64{id})
		if err != nil || len(found) == 0 {
			return nil, err
		}
		if s := found[0].State; s != outbox.Scheduled && s != outbox.Missed {
			return nil, notWaiting(found[0], in)
		}
		all = append(all, found[0])
	}
	return all, nil
}

// notWaiting says of a message that it cannot be cancelled or changed any more.
func notWaiting(e outbox.Entry, in words.Shell) error {
	show := in.Command("show", strconv.FormatInt(e.ID, 10))
	return &say.UsageError{What: words.Message(e, nil) + "; it is not waiting to be sent, and nothing was changed", Hint: show + " has all that is known of it"}
}

// complete tells shells which messages wait.
func (o Options) complete(f *flags, most int) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		directive := cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
		if most > 0 && len(args) >= most {
			return nil, directive
		}
		var offered []string
		o.Waiting(cmd.Context(), f.Sandbox, func(e outbox.Entry) {
			if id := strconv.FormatInt(e.ID, 10); !slices.Contains(args, id) {
				offered = append(offered, id+"\t"+words.When(e.Due, o.Now().Location())+" "+words.Gist(e))
			}
		})
		return offered, directive
	}
}
