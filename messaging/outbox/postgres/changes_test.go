package postgres

import (
	"context"
	"testing"

	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// TestChanges: who follows an outbox hears of what another process writes, until it ends.
func TestChanges(t *testing.T) {
	at := newPlace(t)
	other := opened(t, at)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	changes := Changes(ctx, at)
	<-changes // it begins
	for range 3 {
		sample.Saved(t, other.Outbox, 0, "Hello")
		<-changes
	}
	cancel()
	for range changes { // until it is closed
	}
	if Changes(t.Context(), elsewhere{}) != nil {
		t.Error("got changes of a place that is not PostgreSQL")
	}
}

// elsewhere is a place of another engine.
type elsewhere struct{ outbox.Place }
