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
