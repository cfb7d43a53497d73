package outboxtest

import (
	"errors"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// testResendNeedsYes: a message that is sent again by its row takes an explicit yes
// where it may have reached the same people, however long ago that was.
func (on *suite) testResendNeedsYes(t *testing.T) {
	same, edited, elsewhere := sample.SMS("Hi"), sample.SMS("Hi again"), sample.SMS("Hi", "+19195559999")
	for s, want := range map[outbox.State][3]bool{ // the same, other words, other people
		outbox.Unknown: {true, true, false}, outbox.Sending: {true, true, false}, outbox.Queued: {true, true, false},
		outbox.Accepted: {true, false, false}, outbox.Sent: {true, false, false}, outbox.Delivered: {true, false, false},
		outbox.Failed: {}, outbox.Rejected: {}, outbox.Unsent: {},
	} {
		for i, m := range []messaging.Message{same, edited, elsewhere} {
			c := sample.NewClock()
			o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
			id := sample.In(t, o.Outbox, same, s)
			c.Advance(30 * 24 * time.Hour)
			_, err := o.Begin(t.Context(), outbox.Plan{Messages: []messaging.Message{m}, ResendOf: id})
			repeat, refused := errors.AsType[*outbox.RepeatError](err)
			if refused != want[i] || err != nil && !refused {
				t.Errorf("%s, message %d: got %v, want a question %v", s, i, err, want[i])
			}
			if refused && (len(repeat.Repeats) != 1 || repeat.Repeats[0].Entry.ID != id || repeat.Repeats[0].Recipient != same.To[0]) {
				t.Errorf("%s: got repeats %+v, want row %d to %s", s, repeat.Repeats, id, same.To[0])
			}
			if _, err := o.Begin(t.Context(), outbox.Plan{Messages: []messaging.Message{m}, ResendOf: id, Yes: true}); err != nil {
				t.Errorf("%s, message %d, with a yes: %v", s, i, err)
			}
		}
	}
}

// testFoundClearsError: a message that was found is no failure any more, and one of
// another account is no rival.
func (on *suite) testFoundClearsError(t *testing.T) {
	c := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
	m := sample.SMS("Hi")
	id := unknown(t, o, c, m)
	ids, err := o.Begin(t.Context(), outbox.Plan{By: outbox.By{AccountID: "another"}, Messages: []messaging.Message{m}, Yes: true})
	sample.Must(t, err)
	sample.Must(t, o.Settle(t.Context(), ids[0], nil, sample.Lost()))
	f, err := o.Check(t.Context(), sample.Lists(sample.RecordsOf("api", m, c.Now().Add(-time.Minute))...), id)
	sample.Must(t, err)
	if f.Verdict != outbox.Found || f.Entry.Error != "" || f.Entry.MessageID != "api" {
		t.Errorf("got %+v, want it found, without an error", f)
	}
	if d := sample.RowOf(t, o.Outbox, id); d.Err == nil {
		t.Error("got no failure of the send in the detail, want it kept")
	}
}
