package scheduled

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
	"telex/ui/words"
)

func sendCommand(o Options) *cobra.Command {
	var f flags
	cmd := &cobra.Command{
		Use:   "send ID…",
		Short: "Send scheduled or missed messages now",
		Long: `Send has these messages sent now, by the profile that they were scheduled with,
and whatever else of that account is due. Standard output gets the API's id of
each that was accepted, and the exit code is the worst of all, as of telex send.

Nothing is sent to who opted out. If somebody got this text within ten minutes, or
may have got it before, nothing is sent without --yes.`,
		Example:           "  telex scheduled send 17",
		Args:              named(0),
		ValidArgsFunction: o.complete(&f, 0),
		RunE:              func(cmd *cobra.Command, args []string) error { return sendNow(cmd.Context(), o, f, args) },
	}
	f.register(cmd).BoolVar(&f.yes, "yes", false, "send even what somebody got already, or may have got")
	return cmd
}

func sendNow(ctx context.Context, with Options, f flags, names []string) error {
	ctx, stop := say.Interruptible(ctx)
	defer stop()
	say.Unbroken()
	o, err := with.OpenOutbox(ctx, f.Sandbox)
	if err != nil {
		return err
	}
	defer with.CloseOutbox(o)
	all, err := some(ctx, o, names, with.Shell(f.Sandbox))
	if err != nil {
		return err
	}
	if err := mayLeave(ctx, with, o, all, f); err != nil {
		return err
	}
	link, by, err := connect(ctx, with, all, f)
	if err != nil {
		return err
	}
	defer link.Close()
	for _, e := range all {
		if err := o.Reschedule(ctx, e.ID, outbox.WhenAt(with.Now()), f.yes); err != nil {
			return leftMeanwhile(ctx, o, err, with.Shell(f.Sandbox))
		}
	}
	t := telling{with: with, sandbox: f.Sandbox, wanted: all}
	end, err := o.SendDue(ctx, outbox.DueOptions{API: link, By: by, Parallel: outbox.MostParallel, Tell: t.tell})
	if err != nil {
		return err
	}
	if end.Stopped != "" {
		with.Output.Say("telex: %s; what is not sent yet is tried again for %d minutes if something sends what is due, and missed then", end.Stopped, int(outbox.Grace.Minutes()))
		t.code = say.Worst(t.code, say.ExitUnsent)
	}
	if err := o.Told(context.WithoutCancel(ctx), t.told); err != nil {
		with.Output.Say("warning: %v; the next telex will tell of them again", err)
	}
	if t.lost != nil {
		return t.lost
	}
	if t.code != say.ExitOK {
		return say.Told(t.code)
	}
	return nil
}

// mayLeave refuses what the outbox would not let leave, before anything is changed.
func mayLeave(ctx context.Context, with Options, o *outbox.Outbox, all []outbox.Entry, f flags) error {
	waiting := make([]messaging.Message, len(all))
	for i, e := range all {
		waiting[i] = e.Message
	}
	outs, err := o.OptedOut(ctx, all[0].By, waiting)
	if err != nil {
		return err
	}
	if len(outs) > 0 {
		return &say.UsageError{What: "nothing was sent, and --yes does not change that:", More: words.OptedOut(outs, with.Now()), Hint: words.NextForOptedOut(outs, with.Shell(f.Sandbox))}
	}
	if f.yes {
		return nil
	}
	repeats, err := o.Repeats(ctx, waiting)
	if err != nil {
		return err
	}
	repeats = slices.DeleteFunc(repeats, func(r outbox.Repeat) bool {
		return slices.ContainsFunc(all, func(e outbox.Entry) bool { return e.ID == r.Entry.ID })
	})
	if len(repeats) == 0 {
		return nil
	}
	e := &say.UsageError{What: "duplicate: somebody got this text already, or may have; nothing was sent:", Hint: "to send it anyway, add --yes"}
	for _, r := range repeats {
		e.More = append(e.More, words.Repeat(r, nil))
	}
	return e
}

// connect is the way to the API for messages of one profile.
func connect(ctx context.Context, with Options, all []outbox.Entry, f flags) (who.Link, outbox.By, error) {
	by := all[0].By
	for _, e := range all {
		if e.By != by {
			return who.Link{}, by, &say.UsageError{
				What: fmt.Sprintf("messages %d and %d are of different profiles or accounts; nothing was sent", all[0].ID, e.ID), Hint: "send them by one command each",
			}
		}
	}
	if !f.Sandbox {
		f.Profile = by.Profile
		f.Settings.BaseURL = by.BaseURL
	}
	id, err := with.Identify(f.Flags)
	if err != nil {
		return who.Link{}, by, err
	}
	if id.AccountID != by.AccountID {
		return who.Link{}, by, &say.UsageError{
			What: fmt.Sprintf("message %d is of account %s, and this would be account %s; nothing was sent", all[0].ID, by.AccountID, id.AccountID), Hint: who.OtherAccount(by),
		}
	}
	if err := with.Authorise(ctx, &id, who.CommandStatus, with.Asks.Asker("")); err != nil {
		return who.Link{}, by, err
	}
	link, err := with.Connect(ctx, id)
	return link, by, err
}

// telling tells what became of messages as they end.
type telling struct {
	with    Options
	sandbox bool
	wanted  []outbox.Entry
	told    []outbox.Entry
	code    say.Code
	lost    error
}

func (t *telling) tell(n outbox.DueNews) {
	e := n.Entry
	e.State = n.State
	name := fmt.Sprintf("message %d to %s", e.ID, words.AllRecipients(e.Message))
	switch {
	case n.State == outbox.Scheduled: // what stopped it is told at the end
		return
	case n.Result.Receipt != nil:
		t.with.Output.Say("%s: accepted, not yet delivered", name)
		if err := t.with.Output.Line("%s", n.Result.Receipt.ID); err != nil {
			t.lost = err
		}
	case n.Result.Err != nil:
		report := words.Describe(n.Result.Err)
		t.with.Output.Say("telex: %s: %s", name, report.What)
		t.with.Output.Say("  %s", report.Means)
		if report.Outcome == messaging.Unknown {
			t.with.Output.Say("  %s", words.NextForUnknown(e.ID, e.By.Profile, t.with.Shell(t.sandbox)))
		}
	default:
		t.with.Output.Say("telex: %s is %s: %s", name, e.State, n.Why)
	}
	if n.Result.Unrecorded != nil {
		t.with.Output.Say("warning: message %d: that could not be recorded: %s", e.ID, say.Plain(n.Result.Unrecorded))
		t.code = say.Worst(t.code, say.ExitFailed)
	}
	t.told = append(t.told, e)
	if slices.ContainsFunc(t.wanted, func(w outbox.Entry) bool { return w.ID == e.ID }) {
		code := say.CodeOf(n.Result.Err)
		if n.Result.Err == nil && n.Result.Receipt == nil {
			code = say.CodeOfState(n.State)
		}
		t.code = say.Worst(t.code, code)
	}
}
