package sqlite

import (
	"testing"

	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// TestLatestDraftsOfMany: what a start reads of drafts is the same with one and with
// thousands, of which all were written by processes of their own.
func TestLatestDraftsOfMany(t *testing.T) {
	sample.Whole(t)
	o := opened(t, place(t), outbox.Options{})
	add := func(n int) {
		sample.Change(t, eng(o), `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
			INSERT INTO drafts (owner, created_at, updated_at, body) SELECT hex(randomblob(16)), i, i, randomblob(4000) FROM n`, n)
	}
	reads := func(want int) float64 {
		return testing.AllocsPerRun(5, func() {
			if latest, all, err := o.LatestDrafts(t.Context(), 2); err != nil || all != want || len(latest) != 2 {
				t.Fatalf("LatestDrafts(2) = %d of %d, %v, want 2 of %d", len(latest), all, err, want)
			}
		})
	}
	add(2)
	few := reads(2)
	add(5000)
	if many := reads(5002); many > 2*few {
		t.Errorf("%.0f allocations with 5,002 drafts, want about as many as with 2: %.0f", many, few)
	}
}
