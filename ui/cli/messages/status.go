package messages

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"telex/config"
	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/cli/ask"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
	"telex/ui/words"
)

// statusFlags are the flags of telex status.
type statusFlags struct {
	who.Flags
	asJSON, watch bool
}

// StatusOptions are what telex status may touch.
type StatusOptions struct {
	*who.World
	Out io.Writer // the printer's: if it is a terminal, its width is the table's
	// After is how time goes by between two questions; nil is time.After.
	After func(time.Duration) <-chan time.Time
}

// Status is telex status.
func Status(o StatusOptions) *cobra.Command {
	var f statusFlags
	cmd := &cobra.Command{
		Use:   "status [ID…]",
		Short: "Ask the API what became of messages",
		Long: `Status asks the API about the messages with these ids, telex's or the API's,
records the answers, and prints the messages as telex history does. For an
accepted message that is its delivery. For one whose outcome is unknown, it
looks for the message at Bandwidth and says how sure the answer is. Without ID
it checks every message whose outcome is unknown, and the unconfirmed ones of
the last 14 days. Those that were sent for another account or through another
address it does not ask about, says why, and prints as they are.

With --watch it keeps asking, by the age of a message, until no more news can
come; for an unknown message, until it is found or almost certainly not there.
It does not wait for a receipt that is already late. While it runs it asks about
all open messages of the account, unless another telex does. Stop it with
ctrl+c.

With --json it prints the object of telex history, with deliveries, and for an
unknown message verdict, candidates and rivals; without ID or with several an
array of them. After an error it is an object with error and exit_code.

The exit code is that of the message's state; of several, the worst:

  0  accepted, sent or delivered; or unconfirmed: no receipt came, and it may
     have arrived
  3  rejected, or failed in delivery
  6  still unknown, or being sent
  7  unsent, or waiting for its turn

or, if it could not be checked: 1 for no clear answer, 2 if there is no such
message or no account, 4 if the credentials were refused, 5 when rate limited, 7
without a connection.`,
		Example:           "  telex status\n  telex status 12 --watch",
		ValidArgsFunction: o.CompleteMessages(&f.Sandbox, 0),
		RunE:              func(cmd *cobra.Command, args []string) error { return status(cmd.Context(), o, f, args) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.BoolVar(&f.watch, "watch", false, "keep asking until no more news can come")
	flags.BoolVar(&f.asJSON, "json", false, "one JSON value on standard output")
	who.RegisterProfile(flags, &f.Profile)
	flags.StringVar(&f.Settings.BaseURL, "base-url", "", "`address` of the API ("+config.EnvBaseURL+")")
	flags.DurationVar(&f.Timeout, "timeout", messaging.DefaultTimeLimit, "time limit of one question, with its retries\n")
	flags.BoolVar(&f.Sandbox, "sandbox", false, "")
	_ = flags.MarkHidden("sandbox") // understood to be refused in words that help
	for _, flag := range []string{"base-url", "timeout"} {
		_ = cmd.RegisterFlagCompletionFunc(flag, who.CompleteNothing) // fails only for a flag that is not there
	}
	o.CompleteProfile(cmd)
	return cmd
}

// status is telex status.
func status(ctx context.Context, with StatusOptions, f statusFlags, args []string) error {
	if f.Sandbox {
		return &say.UsageError{
			What: "the sandbox within telex forgets its messages when telex ends, so there is nothing left to check",
			Hint: "run telex sandbox in another terminal and use that; telex show ID --sandbox shows what was recorded",
		}
	}
	id, err := with.Identify(f.Flags)
	if err != nil {
		return err
	}
	ctx, stop := say.Interruptible(ctx)
	defer stop()
	for _, said := range id.Origins.Overruled() {
		with.Output.Say("warning: %s", said)
	}
	if err := with.Authorise(ctx, &id, who.CommandStatus, with.Asks.Asker(ask.NotWithJSON(f.asJSON))); err != nil {
		return err
	}
	l, err := with.Connect(ctx, id)
	if err != nil {
		return err
	}
	defer l.Close()
	o, err := with.OpenOutbox(ctx, false)
	if err != nil {
		return err
	}
	defer with.CloseOutbox(o)
	q := inquiry{StatusOptions: with, shell: with.Shell(false), o: o, l: l, f: f, account: id.AccountID, one: len(args) == 1, found: map[int64]outbox.Finding{}}
	if err := q.choose(ctx, args); err != nil {
		return err
	}
	if err := q.run(ctx); err != nil {
		return q.failed(err)
	}
	return q.report(ctx)
}

// An inquiry asks the API about messages.
type inquiry struct {
	StatusOptions
	o       *outbox.Outbox
	l       who.Link
	f       statusFlags
	account string
	shell   words.Shell
	one     bool // a single message was named
	ids     []int64
	skipped []int64 // of all, those that this API cannot know
	found   map[int64]outbox.Finding
	asking  int64 // the last one that was asked about
}

// receiptsFor is how old an unconfirmed message may be to be asked about without being
// named: the API forgets it then.
const receiptsFor = 14 * 24 * time.Hour

// choose finds the messages to ask about: those that were named, or all that are
// unknown and those whose receipt may still come, oldest first.
func (q *inquiry) choose(ctx context.Context, args []string) error {
	for _, name := range args {
		if name == "" {
			return say.Usagef("an id is empty; telex history lists the messages")
		}
		id, err := who.Find(ctx, q.o, name)
		if err != nil {
			return err
		}
		d, err := q.o.Detail(ctx, id)
		if err != nil {
			return err
		}
		if err := q.foreign(d.Entry); err != nil {
			return err
		}
		if !slices.Contains(q.ids, id) {
			q.ids = append(q.ids, id)
		}
	}
	if len(args) > 0 {
		return nil
	}
	oldest := q.Now().Add(-receiptsFor)
	add := func(entries []outbox.Entry) error {
		for _, e := range entries {
			if e.State == outbox.Unconfirmed && e.Created.Before(oldest) {
				continue
			}
			if err := q.foreign(e); err != nil {
				what, _, hint := say.Parts(err)
				q.Output.Say("skipped: %s; %s", what, hint)
				q.skipped = append(q.skipped, e.ID)
				continue
			}
			q.ids = append(q.ids, e.ID)
		}
		return nil
	}
	for _, s := range []outbox.State{outbox.Unknown, outbox.Unconfirmed} {
		if err := who.Pages(ctx, q.o, outbox.Filter{State: s}, 0, add); err != nil {
			return err
		}
	}
	slices.Sort(q.ids)
	if len(q.ids)+len(q.skipped) == 0 {
		q.Output.Say("nothing to check: no message has an unknown outcome, and no receipt is missing")
	}
	return nil
}

// foreign is why this API cannot know a message: another account sent it, or
// through another address. Who names the address knows better.
func (q *inquiry) foreign(e outbox.Entry) error {
	if e.By.AccountID != q.account {
		return &say.UsageError{
			What: fmt.Sprintf("message %d was sent for account %s, and these credentials are for %s", e.ID, e.By.AccountID, q.account),
			Hint: who.OtherAccount(e.By),
		}
	}
	if q.f.Settings.BaseURL == "" && e.By.BaseURL != q.l.BaseURL() {
		return &say.UsageError{
			What: fmt.Sprintf("message %d was sent through %s, and this would ask %s", e.ID, e.By.BaseURL, q.l.BaseURL()),
			Hint: "if that is the same API, name it with --base-url",
		}
	}
	return nil
}

// run asks about each message; with --watch, until nothing more is to come or the
// user has seen enough.
func (q *inquiry) run(ctx context.Context) error {
	if err := q.askTogether(ctx); err != nil {
		return q.unlessStopped(ctx, err)
	}
	for _, id := range q.ids {
		if _, asked := q.found[id]; asked {
			continue
		}
		_, err := q.ask(ctx, id)
		if q.f.watch && errors.Is(err, messaging.ErrRateLimited) {
			if err = q.postpone(ctx, err); err == nil {
				break // which it would be for the others too
			}
		}
		if err != nil {
			return q.unlessStopped(ctx, err)
		}
	}
	if !q.f.watch {
		return nil
	}
	return q.unlessStopped(ctx, q.watch(ctx))
}

// unlessStopped is err, unless it is the end of a watch that the user has seen
// enough of: what is known then is printed.
func (q *inquiry) unlessStopped(ctx context.Context, err error) error {
	if q.f.watch && ctx.Err() != nil {
		return nil //nolint:nilerr // being stopped is how a watch ends
	}
	return err
}

// settled reports whether asking again brings nothing new.
func settled(f outbox.Finding) bool {
	switch f.Verdict {
	case outbox.Found, outbox.None, outbox.TooOld:
		return true
	case outbox.NotChecked, outbox.Several, outbox.Similar, outbox.NoneYet:
	}
	// A receipt that did not come within hours may take days, if it comes at all.
	return f.Entry.State.Final() || f.Entry.State == outbox.Unconfirmed
}

// ask asks about one message, and tells what is new.
func (q *inquiry) ask(ctx context.Context, id int64) (outbox.Finding, error) {
	q.asking = id
	limited, cancel := context.WithTimeout(ctx, q.f.Timeout)
	defer cancel()
	f, err := q.o.Check(limited, q.l, id)
	if err != nil {
		return f, err
	}
	before, asked := q.found[id]
	q.found[id] = f
	if !asked || before.Entry.State != f.Entry.State || before.Verdict != f.Verdict {
		d, err := q.o.Detail(ctx, id)
		if err != nil {
			return f, err
		}
		tellFinding(q.Output, q.shell, f, d.Deliveries)
	}
	return f, nil
}

// failed ends an inquiry that got no answer.
func (q *inquiry) failed(err error) error {
	code := say.CodeOfAsking(err)
	if outbox.NotRecorded(err) || code == say.ExitUsage {
		return err
	}
	report := words.Describe(err)
	what := fmt.Sprintf("message %d could not be checked: %s", q.asking, report.What)
	if q.f.asJSON {
		if err := q.Output.Value(say.Ending{ID: q.asking, Error: what, ExitCode: code}); err != nil {
			q.Output.Say("telex: %s", say.Plain(err))
		}
	}
	q.Output.Say("telex: %s", what)
	q.Output.Say("  what is known of the message has not changed; ask again later")
	return say.Told(code)
}

// report prints the messages as they are now, those that were skipped too, and ends with the
// code of the worst.
func (q *inquiry) report(ctx context.Context) error {
	code, rows, entries := say.ExitOK, []StatusRow{}, []outbox.Entry{}
	for _, id := range slices.Sorted(slices.Values(slices.Concat(q.ids, q.skipped))) {
		f := q.found[id] // the zero Finding if it was skipped, or telex was stopped before it
		d, err := q.o.Detail(context.WithoutCancel(ctx), id)
		if err != nil {
			return err
		}
		f.Entry = d.Entry
		code = say.Worst(code, say.CodeOfState(d.State))
		rows, entries = append(rows, statusRowOf(f, d.Deliveries)), append(entries, d.Entry)
	}
	var err error
	switch {
	case !q.f.asJSON:
		err = newTable(q.Home, q.Out, false).add(entries)
	case q.one:
		err = q.Output.Value(rows[0])
	default:
		err = q.Output.Value(rows)
	}
	if err != nil {
		return err
	}
	if code == say.ExitOK {
		return nil
	}
	return say.Told(code)
}
