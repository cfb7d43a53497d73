package send

import (
	"context"
	"errors"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
	"telex/ui/words"
)

// A transmission is the messages of one telex send, recorded and about to leave.
type transmission struct {
	flags    flags
	messages []messaging.Message
	outbox   *outbox.Outbox
	by       outbox.By
	shell    words.Shell
	batch    *outbox.Batch // nil: the user gave up before anything was recorded
	wait     *wait         // nil: for nothing
	at       []int         // where each message of the batch stands in the plan; nil: where it does there
}

// fold leaves the messages that are sent, as they are sent.
func (t *transmission) fold() {
	foldings := t.batch.Foldings()
	if foldings == nil {
		return
	}
	t.messages, t.at = t.batch.Messages(), []int{}
	for i, f := range foldings {
		if !f.Held {
			t.at = append(t.at, i)
		}
	}
}

// place is where message i of the batch stands in the plan.
func (t transmission) place(i int) int {
	if t.at == nil {
		return i
	}
	return t.at[i]
}

// folding is what the key made of message i of the batch.
func (t transmission) folding(i int) outbox.Folding {
	if t.at == nil {
		return outbox.Folding{}
	}
	return t.batch.Foldings()[t.place(i)]
}

// transmit runs the batch and tells of each message, once its outcome is recorded.
func transmit(ctx context.Context, with Options, t transmission) error {
	p := newProgress(with.Output, t)
	if t.batch == nil {
		t.givenUp(ctx, p.after)
	} else {
		t.batch.Run(ctx, outbox.RunOptions{Limit: t.flags.Timeout, Parallel: t.flags.parallel, After: p.after})
	}
	p.warnOpen()
	var unseen error
	if t.wait != nil && t.batch != nil {
		unseen = t.wait.wait(ctx, p.taken)
		p.became(t.wait.ends)
	}
	p.end(context.WithoutCancel(ctx))
	if unseen != nil {
		what, _, hint := say.Parts(unseen)
		with.Output.Say("telex: what became of it could not be waited for: %s", what)
		with.Output.Say("  %s", hint)
		p.code = say.Worst(p.code, say.ExitFailed)
	}
	return finish(with.Output, p.code, p.lost)
}

// givenUp tells of messages of which none was recorded, for the user gave up first.
func (t transmission) givenUp(ctx context.Context, after func(i int, r outbox.Result)) {
	for i := range t.messages {
		r := outbox.Result{Err: &messaging.Error{Op: "send message", Outcome: messaging.Unsent, Err: ctx.Err()}}
		if i > 0 {
			r.Skipped = outbox.Cancelled
		}
		after(i, r)
	}
}

// result is what became of message i.
func (t transmission) result(i int, r outbox.Result) result {
	return result{
		message: t.messages[i], each: t.flags.individual, next: words.NextForUnknown(r.ID, t.by.Profile, t.shell),
		id: r.ID, receipt: r.Receipt, err: r.Err, skipped: r.Skipped, unrecorded: r.Unrecorded,
		folded: t.folding(i).Others, shell: t.shell,
	}
}

// finish ends a command whose messages have been told of. A result that could not
// be written is a failure of its own: what was sent is known from standard error only.
func finish(out *say.Printer, code say.Code, lost error) error {
	if lost != nil {
		out.Say("telex: %v; what became of the message is said above", lost)
		code = say.Worst(code, say.ExitFailed)
	}
	if code == say.ExitOK {
		return nil
	}
	return say.Told(code)
}

// notPlanned puts into words why nothing was recorded and so nothing was sent.
func notPlanned(err error, in words.Shell, now time.Time) error {
	if refused, ok := errors.AsType[*outbox.OptOutError](err); ok {
		return optedOut(refused.OptOuts, in, now)
	}
	if over, ok := errors.AsType[*who.OverBudget](err); ok {
		return who.Refused(over)
	}
	repeat, ok := errors.AsType[*outbox.RepeatError](err)
	if !ok {
		return who.NothingSent(err)
	}
	e := &say.UsageError{
		What: "duplicate: somebody got this text already, or may have; nothing was sent:",
		Hint: "to send it anyway, add --yes",
	}
	for _, r := range repeat.Repeats {
		if r.Entry.State.Outcome() == messaging.Unknown || r.Entry.State == outbox.Unconfirmed {
			e.Hint = words.NextForUnknown(r.Entry.ID, r.Entry.By.Profile, in) + "; to send it anyway, add --yes"
		}
		e.More = append(e.More, words.Repeat(r, nil))
	}
	return e
}

// optedOut refuses to send to numbers that opted out or are held.
func optedOut(all []outbox.OptOut, in words.Shell, now time.Time) error {
	return &say.UsageError{What: "nothing was sent, and --yes does not change that:", More: words.OptedOut(all, now), Hint: words.NextForOptedOut(all, in)}
}

// describe puts what kept the message from being accepted into words.
func (r result) describe() words.Report {
	err := r.err
	if outbox.NotRecorded(err) {
		what, _, next := say.Parts(cause(err))
		return words.Report{
			Outcome: messaging.Unsent, What: "it could not be recorded: " + what,
			Means: "it was not sent: telex sends nothing that it cannot record", Next: next,
		}
	}
	return words.DescribeIn(err, r.shell)
}

// cause is the failure of the outbox that err is about.
func cause(err error) error {
	if e, ok := errors.AsType[*outbox.Error](err); ok {
		return e
	}
	return err
}
