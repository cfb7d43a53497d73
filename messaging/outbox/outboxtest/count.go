package outboxtest

import (
	"context"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// testCounts: each message counts once, in the state it is in now.
func (on *suite) testCounts(t *testing.T) {
	o := on.opened(t, on.place(t), outbox.Options{})
	want := func(want map[outbox.State]int) {
		t.Helper()
		got, err := o.Counts(t.Context())
		if err != nil || !maps.Equal(got, want) {
			t.Errorf("Counts() = %v, %v, want %v", got, err, want)
		}
	}
	want(map[outbox.State]int{})
	sample.Begun(t, o.Outbox, sample.SMS("one"))
	sample.Begun(t, o.Outbox, sample.SMS("two"))
	want(map[outbox.State]int{outbox.Sending: 2})
	photo := sample.SMS("photo")
	photo.Media = []string{"https://example.com/a.png"}
	for _, m := range []messaging.Message{sample.SMS("text"), photo, sample.SMS("group", sample.Alice, sample.Bob)} {
		sample.In(t, o.Outbox, m, outbox.Delivered)
	}
	for _, of := range []string{"which have grades", "which are older than grades"} {
		handed, seen := 0, sample.Value[int](t, o.engine, "SELECT count(*) FROM messages WHERE state = 'delivered'")
		for id := int64(1); id <= 20; id++ {
			if d, err := o.Detail(t.Context(), id); err == nil && d.State == outbox.Delivered && d.Grade == messaging.GradeHandedOver {
				handed++
			}
		}
		if n, err := o.HandedOver(t.Context()); err != nil || n != handed || handed != 2 || seen != 3 {
			t.Errorf("%s: HandedOver() = %d, %v, want %d of %d", of, n, err, handed, seen)
		}
		sound(t, o)
		sample.Change(t, o.engine, "UPDATE messages SET grade = ''")
	}
}

// testCountsOfOld compares how many messages are old enough to be deleted with a look at
// every row: of days that are over, of the last one, and of what waited.
func (on *suite) testCountsOfOld(t *testing.T) {
	o := on.opened(t, on.place(t), outbox.Options{})
	r := rand.New(rand.NewPCG(7, 9)) //nolint:gosec // the same each time, on purpose
	first := sample.NewClock().Now()
	within := func(days float64) time.Duration { return time.Duration(r.Float64() * days * float64(24*time.Hour)) }
	states := outbox.States()
	for range 400 {
		created := first.Add(within(6))
		sample.Change(t, o.engine, `INSERT INTO messages (state, created_at, updated_at, owner, sender, recipients, content, run, due_at) VALUES (?, ?, ?, '', '', '', '', ?, ?)`,
			string(states[r.IntN(len(states))]), sample.Micros(created), sample.Micros(created.Add(within(3))), r.IntN(3), r.IntN(2))
	}
	for range 40 {
		before := first.Add(within(7))
		for state, count := range map[string]func(context.Context, time.Time) (int, error){
			"NOT IN ('queued', 'sending', 'unknown', 'scheduled', 'missed')": o.Prunable, "IN ('unknown')": o.Undecided,
		} {
			want := sample.Value[int](t, o.engine, "SELECT count(*) FROM messages WHERE created_at < ? AND (run = 0 AND due_at = 0 OR updated_at < ?) AND state "+state,
				sample.Micros(before), sample.Micros(before))
			if got, err := count(t.Context(), before); err != nil || got != want {
				t.Errorf("made before %s and %s: %d, %v, want %d", before, state, got, err, want)
			}
		}
	}
	deleted, err := o.Prune(t.Context(), first.AddDate(1, 0, 0))
	sample.Must(t, err)
	counts, err := o.Counts(t.Context())
	sample.Must(t, err)
	left := 0
	stay := []outbox.State{outbox.Queued, outbox.Sending, outbox.Unknown, outbox.Scheduled, outbox.Missed}
	for s, n := range counts {
		if left += n; !slices.Contains(stay, s) {
			t.Errorf("%d %s are left", n, s)
		}
	}
	if deleted+left != 400 || left == 0 || deleted == 0 {
		t.Errorf("%d deleted and %d left, want 400 together", deleted, left)
	}
}
