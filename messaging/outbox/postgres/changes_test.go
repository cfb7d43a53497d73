package postgres

import (
	"context"
	"testing"

	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// TestChanges: who follows an outbox hears of what another process writes, and that nothing
// more is told when the connection is lost or it ends.
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
	sample.Must(t, admin(t.Context(), "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '"+at.config.Database+"' AND query LIKE 'LISTEN %'"))
	if _, open := <-changes; open {
		t.Error("got a change from a lost connection, want the end")
	}
	changes = Changes(ctx, at)
	<-changes
	cancel()
	if _, open := <-changes; open {
		t.Error("got a change after the end")
	}
	if Changes(t.Context(), elsewhere{}) != nil {
		t.Error("got changes of a place that is not PostgreSQL")
	}
}

// elsewhere is a place of another engine.
type elsewhere struct{ outbox.Place }
