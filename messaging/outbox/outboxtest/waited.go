package outboxtest

import (
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// testRepeatsOfWhatWaited: the while in which the same again is a repetition begins when a
// message leaves, however long it waited for its turn. What became known later of one
// that left long ago does not begin it anew.
func (on *suite) testRepeatsOfWhatWaited(t *testing.T) {
	for _, wait := range []time.Duration{0, outbox.RepeatedWithin - 1e6, outbox.RepeatedWithin, 30 * time.Hour} {
		c := sample.NewClock()
		o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
		id := sample.Begun(t, o.Outbox, sample.SMS("before it"), sample.SMS("Hi"))[1] // the first leaves at once
		c.Advance(wait)
		sample.Must(t, o.Start(t.Context(), id))
		sample.Must(t, o.Settle(t.Context(), id, sample.Receipt("api", sample.SMS("Hi")), nil))
		for _, age := range []time.Duration{time.Minute, outbox.RepeatedWithin - 1e6, outbox.RepeatedWithin, 24 * time.Hour} {
			c.Advance(age)
			repeats, err := o.Repeats(t.Context(), []messaging.Message{sample.SMS("Hi")})
			sample.Must(t, err)
			if got, want := len(repeats) == 1, age < outbox.RepeatedWithin; got != want {
				t.Errorf("%s waited, %s ago: a repetition is %t, want %t", wait, age, got, want)
			} else if got && repeats[0].Ago != age {
				t.Errorf("%s waited: it was %s ago, want %s", wait, repeats[0].Ago, age)
			}
			c.Advance(-age)
		}
		c.Advance(time.Hour)
		_, err := o.Deliver(t.Context(), id, sample.RecordsOf("api", sample.SMS("Hi"), time.Time{}, func(r *messaging.Record) { r.Status = messaging.StatusDelivered }))
		sample.Must(t, err)
		if repeats, err := o.Repeats(t.Context(), []messaging.Message{sample.SMS("Hi")}); err != nil || len(repeats) != 0 {
			t.Errorf("%s waited, delivered an hour later: %v, %v, want no repetition", wait, repeats, err)
		}
	}
}

// testPruneOfChanged: a message of a run is as old as its last change.
func (on *suite) testPruneOfChanged(t *testing.T) {
	c := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
	id := startedPeople(t, o, toPeople(), people(2))
	drained(t, o, &counter{}, id, fast(outbox.DrainOptions{}))
	c.Advance(40 * 24 * time.Hour)
	failing(t, o, id, 1, 4720)
	cut := c.Now().Add(-24 * time.Hour)
	if n, err := o.Prunable(t.Context(), cut); err != nil || n != 1 {
		t.Errorf("Prunable = %d, %v, want 1: of the other one something was heard a moment ago", n, err)
	}
	if n, err := o.Prune(t.Context(), cut); err != nil || n != 1 {
		t.Errorf("Prune = %d, %v, want 1 deleted", n, err)
	}
	if n, err := o.Prune(t.Context(), c.Now().Add(time.Second)); err != nil || n != 1 {
		t.Errorf("Prune of all = %d, %v, want 1", n, err)
	}
}
