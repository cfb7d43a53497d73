package postgres

import (
	"context"
	"errors"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// A process of a test, with its engine.
type process struct {
	*outbox.Outbox
	*engine
}

// A noted place keeps the engine of its opening.
type noted struct {
	place
	last *engine
}

func (n *noted) Open(ctx context.Context, o outbox.Opening) (outbox.Engine, error) {
	e, err := n.place.Open(ctx, o)
	if err == nil {
		n.last = e.(*engine)
	}
	return e, err
}

// opened is an outbox that is closed at the end of the test.
func opened(t testing.TB, at place) process {
	t.Helper()
	n := &noted{place: at}
	o, err := outbox.Open(t.Context(), n, outbox.Options{})
	sample.Must(t, err)
	t.Cleanup(func() { _ = o.Close() }) // it may have been cut off
	return process{o, n.last}
}

// expire ends the lease of a process before its time.
func expire(t testing.TB, p process) {
	t.Helper()
	_, err := p.own.ExecContext(t.Context(), "UPDATE owners SET until = clock_timestamp() WHERE name = ?", p.Owner())
	sample.Must(t, err)
}

// TestLostLease: a process whose lease is over begins nothing more, others settle its
// messages, and its late answer still corrects that.
func TestLostLease(t *testing.T) {
	at := newPlace(t)
	p := opened(t, at)
	ids := sample.Begun(t, p.Outbox, sample.SMS("one"), sample.SMS("two"), sample.SMS("three"))
	sample.Must(t, p.Start(t.Context(), ids[1]))
	alive := func(want bool) {
		t.Helper()
		o := opened(t, at)
		got, err := o.Alive(t.Context(), o.Reader(), p.Owner())
		sample.Must(t, err)
		names, err := o.Living(t.Context(), o.Reader())
		if got != want || err != nil || (len(names) == 1) != want {
			t.Errorf("alive: %v, living: %v, %v, want it alive: %v", got, names, err, want)
		}
	}
	alive(true)
	expire(t, p)
	// Nobody has settled anything yet.
	if err := p.Start(t.Context(), ids[2]); !errors.Is(err, outbox.ErrTakenForDead) {
		t.Errorf("Start = %v, want ErrTakenForDead", err)
	}
	sample.WantState(t, p.Outbox, ids[2], outbox.Queued)
	_, err := p.Begin(t.Context(), outbox.Plan{Messages: []messaging.Message{sample.SMS("four")}})
	sample.WantFailure(t, err, p.Path(), outbox.ErrTakenForDead, "four")
	alive(false)
	for i, want := range []outbox.State{outbox.Unknown, outbox.Unknown, outbox.Unsent} {
		sample.WantState(t, p.Outbox, ids[i], want)
	}
	sample.Must(t, p.Settle(t.Context(), ids[1], sample.Receipt("api-two", sample.SMS("two")), nil))
	sample.WantState(t, p.Outbox, ids[1], outbox.Accepted)
}

// TestLeaseIsKept: it is renewed for as long as its process runs, by the clock of the
// database.
func TestLeaseIsKept(t *testing.T) {
	at := newPlace(t)
	at.hooks.lease = 2 * time.Second
	p := opened(t, at)
	sample.Must(t, p.Claim(t.Context()))
	until := func() (at time.Time) {
		t.Helper()
		sample.Must(t, p.Reader().QueryRowContext(t.Context(), "SELECT until FROM owners WHERE name = ?", p.Owner()).Scan(&at))
		return at
	}
	// However slow this machine is: it is renewed, or, where it was too slow, lost for good.
	for first := until(); until().Equal(first); <-time.After(time.Millisecond) {
		if err := p.Claim(t.Context()); errors.Is(err, outbox.ErrTakenForDead) {
			t.Skip("this machine stood still for two seconds")
		}
	}
	sample.Must(t, p.Outbox.Close())
	o := opened(t, at)
	if n := sample.Value[int](t, o.engine, "SELECT count(*) FROM owners"); n != 0 {
		t.Errorf("%d processes have leases, want 0 after the only one was closed", n)
	}
}
