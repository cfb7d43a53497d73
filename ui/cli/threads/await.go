package threads

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/cli/messages"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
	"telex/ui/text"
	"telex/ui/words"
)

// awaitPause is between two looks at the outbox: what a listener in another process
// recorded is seen within a second.
const awaitPause = 500 * time.Millisecond

// AwaitOptions are what telex await may touch.
type AwaitOptions struct {
	who.Home
	// After is how time goes by between two looks; nil is time.After.
	After func(time.Duration) <-chan time.Time
}

// awaitFlags are the flags of telex await.
type awaitFlags struct {
	who.Flags
	match   string
	within  time.Duration
	asJSON  bool
	pattern *regexp.Regexp // nil: any reply will do
}

// Await is telex await.
func Await(o AwaitOptions) *cobra.Command {
	f := awaitFlags{Flags: who.Flags{Timeout: messaging.DefaultTimeLimit}} // nobody is asked
	cmd := &cobra.Command{
		Use:   "await ID|NUMBER|NAME",
		Short: "Wait for the reply to a message",
		Long: `Await waits until somebody replies to the message with this id, telex's or the
API's, or to the last one that was sent to this number, contact or @group, and
prints the reply. The first reply decides, also one that is there already. Replies are recorded
while telex listen runs, here or in another terminal.

--match takes a regular expression (RE2); (?i) at its start makes capitals and
small letters the same. Without it any reply will do.

The exit code:

  0  a reply came, and it matches
  3  a reply came, and it does not match, or Bandwidth kept no text of it
  8  no reply came in time

With --json it prints the object of telex history for the reply; with none, an
object with error and exit_code.`,
		Example: "  telex await 12 --match '(?i)^(ack|ok|yes)'\n  telex await +19195551212 --timeout 0",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 || args[0] == "" {
				return &say.UsageError{What: "telex await needs the id of one message, a number, or the name of a contact", Hint: "telex send prints the id of what it sent"}
			}
			return nil
		},
		ValidArgsFunction: o.CompleteMessageOrNumber(&f.Sandbox),
		RunE: func(cmd *cobra.Command, args []string) error {
			if f.within < 0 {
				return say.Usagef("--timeout %s is over already; give 0 to look once", f.within)
			}
			if f.match != "" {
				var err error
				if f.pattern, err = regexp.Compile(f.match); err != nil {
					return say.Usagef("--match cannot be read: %s", say.Plain(err))
				}
			}
			return await(cmd.Context(), o, f, args[0])
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&f.match, "match", "", "a regular `expression` that the reply is to match")
	flags.DurationVar(&f.within, "timeout", 5*time.Minute, "how long to wait; 0 looks once")
	who.RegisterProfile(flags, &f.Profile)
	flags.BoolVar(&f.Sandbox, "sandbox", false, "a message that was sent with --sandbox")
	flags.BoolVar(&f.asJSON, "json", false, "one JSON value on standard output")
	for _, flag := range []string{"match", "timeout"} {
		_ = cmd.RegisterFlagCompletionFunc(flag, who.CompleteNothing) // fails only for a flag that is not there
	}
	o.CompleteProfile(cmd)
	return cmd
}

// await is telex await.
func await(ctx context.Context, with AwaitOptions, f awaitFlags, name string) error {
	ctx, stop := say.Interruptible(ctx)
	defer stop()
	o, err := with.OpenOutboxToRead(ctx, f.Sandbox)
	if err != nil {
		return err
	}
	defer with.CloseOutbox(o)
	if f.pattern != nil && o.OmitsText() {
		return &say.UsageError{What: "this outbox keeps no texts, so none can match", Hint: "leave --match out to wait for any reply"}
	}
	w := waiting{AwaitOptions: with, o: o, f: f, until: with.Now().Add(f.within)}
	if err := w.choose(ctx, name); err != nil {
		return err
	}
	reply, err := w.wait(ctx)
	switch {
	case err != nil:
		return err
	case reply == nil:
		return w.none(name)
	}
	return w.tell(*reply)
}

// A waiting looks for the reply to a message.
type waiting struct {
	AwaitOptions
	o      *outbox.Outbox
	f      awaitFlags
	until  time.Time
	among  outbox.ThreadFilter // the conversations, if a number was named
	thread int64               // the conversation, if a message was named
	after  int64               // replies come after this row
	by     outbox.By           // who sent it
}

// choose finds out what is to be replied to.
func (w *waiting) choose(ctx context.Context, name string) error {
	id, err := w.o.Find(ctx, strings.TrimPrefix(name, "#"))
	switch {
	case err == nil:
		return w.chooseMessage(ctx, id)
	case !errors.Is(err, outbox.ErrNotFound):
		return err
	}
	identity, err := w.Identify(w.f.Flags)
	if err != nil {
		return err
	}
	nobody := &say.UsageError{
		What: say.Quoted(name) + " is neither the id of a message in " + w.o.Path() + " nor a number or a contact",
		Hint: "telex history lists the messages; for those sent in the sandbox add --sandbox",
	}
	if w.among, err = among(ctx, w.Home, w.f.Flags, []string{name}, "", identity.Region); err != nil {
		nobody.More = []string{say.Plain(err)}
		return nobody
	}
	threads, err := w.o.Threads(ctx, w.among)
	switch {
	case err != nil:
		return err
	case len(threads) == 0 && hasLetters(w.among.With[0]): // the id of a message that is not here
		return nobody
	case len(threads) == 0:
		return nil
	}
	w.after, w.by = threads[0].Last.ID, threads[0].Last.By // from now on, if nothing was sent of late
	said, err := w.o.Talk(ctx, outbox.TalkFilter{Threads: idsOf(threads)})
	for _, e := range slices.Backward(said) {
		if e.Direction == outbox.Out {
			w.after, w.by = e.ID, e.By
			break
		}
	}
	return err
}

func (w *waiting) chooseMessage(ctx context.Context, id int64) error {
	d, err := w.o.Detail(ctx, id)
	if err != nil {
		return err
	}
	switch d.State {
	case outbox.Received:
		return say.Usagef("message %d came in; name one that you sent", id)
	case outbox.Missed, outbox.Rejected, outbox.Unsent:
		return say.Usagef("%s: there is nothing to reply to", words.Message(d.Entry, nil))
	case outbox.Scheduled, outbox.Queued, outbox.Sending, outbox.Accepted, outbox.Sent, outbox.Delivered, outbox.Unconfirmed, outbox.Failed, outbox.Unknown:
	}
	w.after, w.by = id, d.By
	w.thread, err = w.o.ThreadOf(ctx, id)
	return err
}

// wait is the first reply; nil if there is none in time.
func (w *waiting) wait(ctx context.Context) (*outbox.Entry, error) {
	for seen := int64(-1); ; {
		version, err := w.o.Version(ctx)
		if err != nil {
			return nil, unlessStopped(ctx, err)
		}
		if version != seen {
			reply, err := w.look(ctx)
			if err != nil || reply != nil {
				return reply, unlessStopped(ctx, err)
			}
			if seen < 0 {
				w.warn(ctx)
			}
			seen = version
		}
		left := w.until.Sub(w.Now())
		if left <= 0 {
			return nil, nil //nolint:nilnil // no reply is no error
		}
		select {
		case <-w.pause(min(left, awaitPause)):
		case <-ctx.Done():
			return nil, nil //nolint:nilnil // as above
		}
	}
}

// unlessStopped is err, unless the user has waited enough.
func unlessStopped(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil //nolint:nilerr // being stopped is one way for a waiting to end
	}
	return err
}

// look is the first reply that is there; nil if there is none.
func (w *waiting) look(ctx context.Context) (*outbox.Entry, error) {
	threads := []int64{w.thread}
	if w.thread == 0 {
		found, err := w.o.Threads(ctx, w.among)
		if err != nil || len(found) == 0 {
			return nil, err
		}
		threads = idsOf(found)
	}
	said, err := w.o.Talk(ctx, outbox.TalkFilter{Threads: threads, In: true, After: w.after, Limit: 1})
	if err != nil || len(said) == 0 {
		return nil, err
	}
	return &said[0], nil
}

// warn says so if nobody ever listened.
func (w *waiting) warn(ctx context.Context) {
	heard, err := w.o.Heard(ctx, w.by)
	if err == nil && heard.IsZero() && w.f.within > 0 {
		w.Output.Say("warning: no listener has recorded anything for this account yet; replies get here while telex listen runs")
	}
}

// pause lets time go by.
func (w *waiting) pause(d time.Duration) <-chan time.Time {
	if w.After != nil {
		return w.After(d)
	}
	return time.After(d)
}

// tell prints a reply, and ends by whether it matches.
func (w *waiting) tell(e outbox.Entry) error {
	matches := w.f.pattern == nil || !e.In.Missed && w.f.pattern.MatchString(e.Message.Text)
	from := words.Correspondent(e, nil)
	if e.In.Unproven {
		w.Output.Say("warning: it came without credentials, so that anybody can have made it up")
	}
	var err error
	switch body := text.CleanLines(e.Message.Text); {
	case w.f.asJSON:
		err = w.Output.Value(messages.RowOf(e))
	case body != "":
		err = w.Output.Text(body + "\n")
	default:
		err = w.Output.Line("%s", words.Gist(e))
	}
	if err != nil {
		return err
	}
	w.Output.Say("message %d from %s, %s", e.ID, from, words.Time(e.When().In(w.Now().Location())))
	if !matches {
		return say.Told(say.ExitRejected)
	}
	return nil
}

// none ends without a reply.
func (w *waiting) none(name string) error {
	what := fmt.Sprintf("no reply to %s within %s", name, w.f.within)
	if left := w.until.Sub(w.Now()); left > 0 {
		what = fmt.Sprintf("no reply to %s so far; stopped before the time was over", name)
	}
	if w.f.asJSON {
		if err := w.Output.Value(say.Ending{Error: what, ExitCode: say.ExitOpen}); err != nil {
			return err
		}
	}
	w.Output.Say("telex: %s", what)
	return say.Told(say.ExitOpen)
}
