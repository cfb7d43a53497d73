package outboxtest

import (
	"slices"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
)

// waited makes a message that was accepted so long after it was made, in a run or in a
// batch of this process.
func waited(t *testing.T, o *process, c *clock, run bool, wait time.Duration) int64 {
	t.Helper()
	if !run {
		id := begun(t, o, sms("before it"), sms("Hi"))[1] // the first leaves at once
		c.advance(wait)
		must(t, o.Start(t.Context(), id))
		must(t, o.Settle(t.Context(), id, receiptFor("api", sms("Hi")), nil))
		return id
	}
	r, err := o.NewRun(t.Context(), "")
	must(t, err)
	_, err = o.FillRun(t.Context(), r.ID, outbox.By{}, slices.Values([]messaging.Message{sms("Hi")}))
	must(t, err)
	c.advance(wait)
	must(t, o.StartRun(t.Context(), r.ID))
	b := claimed(t, o, &counter{}, r.ID, 1)
	must(t, b.Send(t.Context(), 0).Err)
	return b.IDs()[0]
}

// testRepeatsOfWhatWaited: the while in which the same again is a repetition begins when a
// message leaves, however long it waited for its turn. What became known later of one
// that left long ago does not begin it anew.
func (on *suite) testRepeatsOfWhatWaited(t *testing.T) {
	for name, run := range map[string]bool{"a run": true, "a batch": false} {
		for _, wait := range []time.Duration{0, outbox.RepeatedWithin - 1e6, outbox.RepeatedWithin, 30 * time.Hour} {
			c := newClock()
			o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
			id := waited(t, o, c, run, wait)
			for _, age := range []time.Duration{time.Minute, outbox.RepeatedWithin - 1e6, outbox.RepeatedWithin, 24 * time.Hour} {
				c.advance(age)
				repeats, err := o.Repeats(t.Context(), []messaging.Message{sms("Hi")})
				must(t, err)
				if got, want := len(repeats) == 1, age < outbox.RepeatedWithin; got != want {
					t.Errorf("%s, %s waited, %s ago: a repetition is %t, want %t", name, wait, age, got, want)
				} else if got && repeats[0].Ago != age {
					t.Errorf("%s, %s waited: it was %s ago, want %s", name, wait, repeats[0].Ago, age)
				}
				c.advance(-age)
			}
			c.advance(time.Hour)
			_, err := o.Deliver(t.Context(), id, recordOf("api", sms("Hi"), time.Time{}, func(r *messaging.Record) { r.Status = messaging.StatusDelivered }))
			must(t, err)
			if repeats, err := o.Repeats(t.Context(), []messaging.Message{sms("Hi")}); err != nil || len(repeats) != 0 {
				t.Errorf("%s, %s waited, delivered an hour later: %v, %v, want no repetition", name, wait, repeats, err)
			}
		}
	}
}

// testPruneOfWhatWaited: a message that waited long in a run is as old as its last change.
func (on *suite) testPruneOfWhatWaited(t *testing.T) {
	c := newClock()
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
