package outboxtest

import (
	"slices"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// waited makes a message that was accepted so long after it was made, in a run or in a
// batch of this process.
func waited(t *testing.T, o *process, c *sample.Clock, run bool, wait time.Duration) int64 {
	t.Helper()
	if !run {
		id := sample.Begun(t, o.Outbox, sample.SMS("before it"), sample.SMS("Hi"))[1] // the first leaves at once
		c.Advance(wait)
		sample.Must(t, o.Start(t.Context(), id))
		sample.Must(t, o.Settle(t.Context(), id, sample.Receipt("api", sample.SMS("Hi")), nil))
		return id
	}
	r, err := o.NewRun(t.Context(), "")
	sample.Must(t, err)
	_, err = o.FillRun(t.Context(), r.ID, outbox.By{}, slices.Values([]messaging.Message{sample.SMS("Hi")}))
	sample.Must(t, err)
	c.Advance(wait)
	sample.Must(t, o.StartRun(t.Context(), r.ID))
	b := claimed(t, o, &counter{}, r.ID, 1)
	sample.Must(t, b.Send(t.Context(), 0).Err)
	return b.IDs()[0]
}

// testRepeatsOfWhatWaited: the while in which the same again is a repetition begins when a
// message leaves, however long it waited for its turn. What became known later of one
// that left long ago does not begin it anew.
func (on *suite) testRepeatsOfWhatWaited(t *testing.T) {
	for name, run := range map[string]bool{"a run": true, "a batch": false} {
		for _, wait := range []time.Duration{0, outbox.RepeatedWithin - 1e6, outbox.RepeatedWithin, 30 * time.Hour} {
			c := sample.NewClock()
			o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
			id := waited(t, o, c, run, wait)
			for _, age := range []time.Duration{time.Minute, outbox.RepeatedWithin - 1e6, outbox.RepeatedWithin, 24 * time.Hour} {
				c.Advance(age)
				repeats, err := o.Repeats(t.Context(), []messaging.Message{sample.SMS("Hi")})
				sample.Must(t, err)
				if got, want := len(repeats) == 1, age < outbox.RepeatedWithin; got != want {
					t.Errorf("%s, %s waited, %s ago: a repetition is %t, want %t", name, wait, age, got, want)
				} else if got && repeats[0].Ago != age {
					t.Errorf("%s, %s waited: it was %s ago, want %s", name, wait, repeats[0].Ago, age)
				}
				c.Advance(-age)
			}
			c.Advance(time.Hour)
			_, err := o.Deliver(t.Context(), id, sample.RecordsOf("api", sample.SMS("Hi"), time.Time{}, func(r *messaging.Record) { r.Status = messaging.StatusDelivered }))
			sample.Must(t, err)
			if repeats, err := o.Repeats(t.Context(), []messaging.Message{sample.SMS("Hi")}); err != nil || len(repeats) != 0 {
				t.Errorf("%s, %s waited, delivered an hour later: %v, %v, want no repetition", name, wait, repeats, err)
			}
		}
	}
}

// testPruneOfWhatWaited: a message that waited long in a run is as old as its last change.
func (on *suite) testPruneOfWhatWaited(t *testing.T) {
	c := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
	waited(t, o, c, true, 40*24*time.Hour)
	cut := c.Now().Add(-24 * time.Hour)
	if n, err := o.Prunable(t.Context(), cut); err != nil || n != 0 {
		t.Errorf("Prunable = %d, %v, want nothing: it left a moment ago", n, err)
	}
	if n, err := o.Prune(t.Context(), cut); err != nil || n != 0 {
		t.Errorf("Prune = %d, %v, want nothing deleted", n, err)
	}
	if n, err := o.Prune(t.Context(), c.Now().Add(time.Second)); err != nil || n != 1 {
		t.Errorf("Prune of all = %d, %v, want 1", n, err)
	}
}
