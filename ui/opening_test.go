package ui

import (
	"context"
	"errors"
	"testing"
	"time"

	"telex/messaging/outbox"
)

// TestOpening: the outbox is opened once, and an end that came while the program ended
// counts, even if the time is over.
func TestOpening(t *testing.T) {
	t.Parallel()
	broken := errors.New("no disk")
	opens := 0
	deps := Deps{OpenOutbox: func(context.Context) (*outbox.Outbox, error) { opens++; return nil, broken }}
	over := make(chan time.Time)
	close(over)

	var o opening
	if o.isOpening() || o.openStore(t.Context(), Deps{}) != nil {
		t.Error("got an opening of nothing")
	}
	o.awaitStore(over) // which is not begun, so there is nothing to wait for
	open := o.openStore(t.Context(), deps)
	if !o.isOpening() || o.openStore(t.Context(), deps) != nil {
		t.Error("got it opened twice")
	}
	if o.awaitStore(over); !o.isOpening() {
		t.Error("got an end before it came")
	}
	open()
	if o.awaitStore(over); o.isOpening() || !errors.Is(o.storeErr, broken) || opens != 1 {
		t.Errorf("got %v after %d openings, want the end that came", o.storeErr, opens)
	}
}

// TestOutboxComesBack: a console that began while its database was away opens it by itself when
// that is back. Until then it says so and keeps what is typed, and afterwards no more.
func TestOutboxComesBack(t *testing.T) {
	s := &fakeSender{send: accept}
	deps, _ := withOutbox(t, testDeps(s), outbox.Options{})
	open, tries, away := deps.OpenOutbox, 0, true
	deps.OpenOutbox = func(ctx context.Context) (*outbox.Outbox, error) {
		if tries++; away {
			return nil, &outbox.Error{Op: "open the outbox", Path: "postgres://ana@db/telex", Err: outbox.ErrUnreachable, Hint: "check that the server runs"}
		}
		return open(ctx)
	}
	drive(t, deps, func(d *driver) {
		d.see("nothing can be sent", "the database cannot be reached", "goes on trying")
		d.write("Hi", five[0])
		d.advance(3 * openEvery)
		d.enterOnReview()
		d.see("nothing can be sent")
		if tries < 3 || s.calls() != 0 {
			t.Errorf("got it tried %d times and %d sends, want some tries and none sent", tries, s.calls())
		}
		away = false
		d.advance(2 * openEvery)
		d.see("the outbox is open now")
		d.seeNot("nothing can be sent")
		d.seeNot("goes on trying")
		d.advance(time.Second)
		if d.a.keeper.ID() == 0 {
			t.Error("got no draft of what was typed before")
		}
		d.enterOnReview()
		d.see("Accepted")
		was := tries
		d.advance(10 * openEvery)
		if tries != was {
			t.Errorf("got it opened %d times more, want no more", tries-was)
		}
	})
}
