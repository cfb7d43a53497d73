package cli

import (
	"context"
	"errors"
	"fmt"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui"
)

// A transmission is the messages of one telex send, recorded and about to leave.
type transmission struct {
	flags    sendFlags
	messages []messaging.Message
	batch    *outbox.Batch // nil: the user gave up before anything was recorded
}

// transmit sends messages one after the other and tells of each, once its outcome
// is recorded. A message is not tried once it is clear that it could only end as
// the one before: the credentials were refused, there is no connection, the outbox
// cannot be written, or the user gave up.
func (a *app) transmit(ctx context.Context, t transmission) error {
	code, results := exitOK, make([]result, 0, len(t.messages))
	var lost error
	hopeless := ""
	for i := range t.messages {
		r := t.result(i)
		switch {
		case hopeless != "":
			r.skipped = hopeless
		case t.batch == nil:
			r.err, hopeless = &messaging.Error{Op: "send message", Outcome: messaging.Unsent, Err: ctx.Err()}, "cancelled"
		default:
			t.send(ctx, i, &r)
			if hopeless = r.hopeless(ctx); hopeless != "" {
				a.abandon(ctx, t.batch, i+1, hopeless)
			}
		}
		a.tell(r)
		if !t.flags.asJSON && lost == nil {
			lost = a.printOne(r, false)
		}
		results = append(results, r)
		code = worst(code, r.code())
	}
	switch {
	case t.flags.asJSON && t.flags.individual:
		lost = a.printAll(results)
	case t.flags.asJSON:
		lost = a.printOne(results[0], true)
	}
	return a.finish(code, lost)
}

// result is the beginning of what becomes of message i.
func (t transmission) result(i int) result {
	r := result{message: t.messages[i], each: t.flags.individual, sandbox: t.flags.sandbox}
	if t.batch != nil {
		r.id = t.batch.IDs()[i]
	}
	return r
}

// send sends message i within its time limit.
func (t transmission) send(ctx context.Context, i int, r *result) {
	ctx, cancel := context.WithTimeout(ctx, t.flags.timeout)
	defer cancel()
	sent := t.batch.Send(ctx, i)
	r.receipt, r.err, r.unrecorded = sent.Receipt, sent.Err, sent.Unrecorded
}

// abandon records that message i and those behind it are not tried.
func (a *app) abandon(ctx context.Context, b *outbox.Batch, i int, why string) {
	if err := b.Abandon(ctx, i, "not tried: "+why); err != nil {
		a.output.say("warning: %v; the next telex will say that they were not sent", err)
	}
}

// finish ends a command whose messages have been told of. A result that could not
// be written is a failure of its own: what was sent is known from standard error only.
func (a *app) finish(code exitCode, lost error) error {
	if lost != nil {
		a.output.say("telex: %v; what became of the message stands above", lost)
		code = worst(code, exitFailed)
	}
	if code == exitOK {
		return nil
	}
	return told(code)
}

// notPlanned puts into words why nothing was recorded and so nothing was sent.
func notPlanned(err error, sandbox bool) error {
	repeat, ok := errors.AsType[*outbox.RepeatError](err)
	if !ok {
		return fmt.Errorf("nothing was sent, for it could not be recorded: %w", err)
	}
	e := &usageError{
		what: "nothing was sent, for somebody got the same already, or may have got it:",
		hint: "to send it all the same, add --yes",
	}
	for _, r := range repeat.Repeats {
		got := "got"
		if r.Entry.Undecided() {
			got = "may have got"
		}
		if r.Entry.State.Outcome() == messaging.Unknown || r.Entry.State == outbox.Unconfirmed {
			e.hint = nextForUnknown(r.Entry.ID, sandbox) + "; to send it all the same, add --yes"
		}
		e.more = append(e.more, fmt.Sprintf("%s %s it %s ago (message %d, %s)", r.Recipient, got, ui.Roughly(r.Ago), r.Entry.ID, r.Entry.State))
	}
	return e
}

// describe puts what kept a message from being accepted into words.
func describe(err error) ui.Report {
	if outbox.NotRecorded(err) {
		what, _, next := words(cause(err))
		return ui.Report{
			Outcome: messaging.Unsent, What: "it could not be recorded: " + what,
			Means: "it was not sent, for nothing leaves that is not recorded", Next: next,
		}
	}
	return ui.Describe(err)
}

// cause is the failure of the outbox that err is about.
func cause(err error) error {
	if e, ok := errors.AsType[*outbox.Error](err); ok {
		return e
	}
	return err
}
