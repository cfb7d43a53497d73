package outboxtest

import (
	"context"
	"errors"
	"maps"
	"slices"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// testMailings: messages that were made together stand as one row in the history, which
// counts their states, those of a run also with others between them; others stand for
// themselves, also with the same text or at the same moment.
func (on *suite) testMailings(t *testing.T) {
	c := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
	sample.Begun(t, o.Outbox, sample.SMS("alone")) // 1
	c.Advance(time.Second)
	sample.Begun(t, o.Outbox, sample.SMS("to all", sample.Alice), sample.SMS("to all", sample.Bob), sample.SMS("to all", sample.Carol)) // 2 to 4
	c.Advance(time.Second)
	sample.Begun(t, o.Outbox, sample.SMS("to all", sample.Bob))  // 5, later
	sample.Begun(t, o.Outbox, sample.SMS("another", sample.Bob)) // 6, at the same moment
	c.Advance(time.Second)
	id := startedPeople(t, o, toPeople(), people(3))
	api := sample.API{OnSend: func(_ context.Context, m messaging.Message) (*messaging.Receipt, error) {
		if m.To[0] == numberOf(2) {
			sample.Begun(t, o.Outbox, sample.SMS("between", sample.Bob)) // 9
		}
		return sample.Receipt("api-"+m.To[0], m), nil
	}}
	drained(t, o, api, id, fast(outbox.DrainOptions{Parallel: 1})) // 7, 8 and 10

	if got, want := sample.IDsIn(t, o.Outbox, outbox.Filter{Folded: true}), []int64{10, 9, 6, 5, 4, 1}; !slices.Equal(got, want) {
		t.Errorf("folded rows %v, want %v", got, want)
	}
	if got, want := sample.IDsIn(t, o.Outbox, outbox.Filter{Folded: true, Before: 5, Limit: 1}), []int64{4}; !slices.Equal(got, want) {
		t.Errorf("folded page %v, want %v", got, want)
	}
	for of, want := range map[int64][]int64{4: {4, 3, 2}, 10: {10, 8, 7}, 6: {6}, 5: {5}} {
		if got := sample.IDsIn(t, o.Outbox, outbox.Filter{Mailing: of}); !slices.Equal(got, want) {
			t.Errorf("rows of the mailing of %d: %v, want %v", of, got, want)
		}
	}
	if got := sample.IDsIn(t, o.Outbox, outbox.Filter{Mailing: 4, Before: 4}); !slices.Equal(got, []int64{3, 2}) {
		t.Errorf("rows before 4 of its mailing: %v, want 3 and 2", got)
	}
	sample.Must(t, o.Start(t.Context(), 3))
	sample.Must(t, o.Settle(t.Context(), 3, nil, sample.Refusal("no")))
	got, err := o.Mailings(t.Context(), []int64{10, 9, 6, 5, 4, 1, 99})
	if err != nil || len(got) != 2 {
		t.Fatalf("Mailings() = %v, %v, want those of 4 and 10", got, err)
	}
	if m := got[4]; m.Size != 3 || m.Last != 4 || !maps.Equal(m.States, map[outbox.State]int{outbox.Sending: 1, outbox.Queued: 1, outbox.Rejected: 1}) {
		t.Errorf("mailing of 4: %+v", m)
	}
	if m := got[10]; m.Size != 3 || m.States[outbox.Accepted] != 3 {
		t.Errorf("mailing of run %d: %+v", id, m)
	}
	if got := sample.IDsIn(t, o.Outbox, outbox.Filter{Mailing: 4, Search: "3"}); !slices.Equal(got, []int64{4, 3, 2}) { // all numbers have a 3
		t.Errorf("rows of the mailing of 4 with a 3: %v, want 4, 3 and 2", got)
	}
	if got := sample.IDsIn(t, o.Outbox, outbox.Filter{Mailing: 4, Search: "#6"}); len(got) != 0 {
		t.Errorf("row 6 in the mailing of 4: %v, want none", got)
	}
	if _, err := o.List(t.Context(), outbox.Filter{Mailing: 99}); !errors.Is(err, outbox.ErrNotFound) {
		t.Errorf("rows of the mailing of a row that is not there: %v, want ErrNotFound", err)
	}
}
