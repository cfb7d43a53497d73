package outboxtest

import (
	"context"
	"errors"
	"testing"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// marking: what an outbox that is copied takes, and which ids it gives behind those of another.
func (on *suite) marking() []rule {
	return []rule{
		{"Marked", on.testMarked},
		{"GiveAfter", on.testGiveAfter},
	}
}

// marks writes a mark past its gate, as who copies does.
func (on *suite) marks(t testing.TB, at Host, mark func(outbox.Engine) outbox.Mark) outbox.Engine {
	t.Helper()
	e, err := at.Open(t.Context(), outbox.Opening{
		Now: sample.NewClock().Now, Gate: outbox.GateOfCopies(), Settle: func(context.Context, outbox.Engine) error { return nil },
	})
	sample.Must(t, err)
	sample.Must(t, e.Claim(t.Context()))
	m := mark(e)
	sample.Must(t, e.Write(t.Context(), m.Write))
	return e
}

// testMarked: by the mark of an outbox changes are refused, of who had it open and of who opens
// it; that of a process which is gone stands in nobody's way.
func (on *suite) testMarked(t *testing.T) {
	at := on.place(t)
	o := on.opened(t, at, outbox.Options{Now: sample.NewClock().Now})
	want := func(target error) {
		t.Helper()
		_, err := o.Begin(t.Context(), outbox.Plan{Messages: []messaging.Message{sample.SMS("x")}, Yes: true})
		if !errors.Is(err, target) {
			t.Errorf("Begin of who had it open = %v, want %v", err, target)
		}
		if target != nil {
			sample.WantFailure(t, err, at.String(), target)
		}
		p, err := on.open(t.Context(), at, outbox.Options{Now: sample.NewClock().Now})
		if err == nil {
			sample.Must(t, p.Close())
		}
		if !errors.Is(err, target) && !errors.Is(target, outbox.ErrFilled) {
			t.Errorf("Open = %v, want %v", err, target)
		}
	}
	copier := on.marks(t, at, func(e outbox.Engine) outbox.Mark {
		return outbox.Mark{State: outbox.MarkLeaving, Copy: "a", Other: "elsewhere", Owner: e.Owner()}
	})
	want(outbox.ErrCopying)
	at.Kill(copier)
	want(nil)
	if m, err := outbox.ReadMark(t.Context(), o.engine.Reader()); err != nil || m != (outbox.Mark{}) {
		t.Errorf("the mark of a process that is gone is %+v, %v after a change, want none", m, err)
	}
	for _, m := range []struct {
		mark outbox.Mark
		want error
	}{
		{outbox.Mark{State: outbox.MarkFilling, Copy: "a", Other: "elsewhere"}, outbox.ErrCopying},
		{outbox.Mark{State: outbox.MarkLeft, Copy: "a", Other: "elsewhere"}, outbox.ErrMoved},
		{outbox.Mark{Filled: "a"}, outbox.ErrFilled},
		{outbox.Mark{}, nil},
	} {
		e := on.marks(t, at, func(outbox.Engine) outbox.Mark { return m.mark })
		want(m.want)
		sample.Must(t, e.Close(nil))
		e.Release()
	}
}

// testGiveAfter: ids go on behind those that another outbox gave.
func (on *suite) testGiveAfter(t *testing.T) {
	o := on.opened(t, on.place(t), outbox.Options{Now: sample.NewClock().Now})
	give := func(n int64) {
		t.Helper()
		sample.Must(t, o.engine.Write(t.Context(), func(ctx context.Context, tx outbox.Tx) error {
			return o.engine.GiveAfter(ctx, tx, map[string]int64{"messages": n, "drafts": 0})
		}))
	}
	give(41)
	if id := sample.Begun(t, o.Outbox, sample.SMS("x"))[0]; id != 42 {
		t.Errorf("the id behind 41 is %d, want 42", id)
	}
	give(7) // they never go back
	if id := sample.Begun(t, o.Outbox, sample.SMS("x"))[0]; id != 43 {
		t.Errorf("the id behind 42 is %d, want 43", id)
	}
	last, err := o.engine.LastIDs(t.Context(), o.engine.Reader())
	if err != nil || last["messages"] != 43 {
		t.Errorf("LastIDs() = %v, %v, want 43 of messages", last, err)
	}
}
