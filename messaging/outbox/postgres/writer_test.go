package postgres

import (
	"context"
	"sync"
	"testing"

	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// TestChangesExclude: what a change reads nobody else changes before it ends, whichever
// process it is of.
func TestChangesExclude(t *testing.T) {
	at := newPlace(t)
	const processes, each, changes = 3, 3, 10
	sample.Change(t, opened(t, at).engine, "INSERT INTO counters (name, value) VALUES ('test', 0)")
	var all sync.WaitGroup
	for range processes {
		p := opened(t, at)
		for range each {
			all.Go(func() {
				for range changes {
					err := p.Write(t.Context(), func(ctx context.Context, tx outbox.Tx) error {
						var n int64
						if err := tx.QueryRowContext(ctx, "SELECT value FROM counters WHERE name = 'test'").Scan(&n); err != nil {
							return err
						}
						_, err := tx.ExecContext(ctx, "UPDATE counters SET value = ? WHERE name = 'test'", n+1)
						return err
					})
					if err != nil {
						t.Errorf("Write = %v, want nil", err)
					}
				}
			})
		}
	}
	all.Wait()
	if got := sample.Value[int](t, opened(t, at).engine, "SELECT value FROM counters WHERE name = 'test'"); got != processes*each*changes {
		t.Errorf("%d changes were made, want %d", got, processes*each*changes)
	}
}
