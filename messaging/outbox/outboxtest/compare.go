package outboxtest

import (
	"cmp"
	"maps"
	"slices"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// glance holds the states of all rows against the model.
func (m *model) glance(o *process) {
	m.t.Helper()
	seen := 0
	for before := int64(0); ; {
		page, err := o.List(m.t.Context(), outbox.Filter{Before: before, Limit: 7})
		if err != nil {
			m.t.Fatalf("List = %v", err)
		}
		for _, e := range page {
			seen, before = seen+1, e.ID
			r := m.rows[e.ID]
			if r == nil {
				m.t.Fatalf("message %d is listed and was never begun, or pruned", e.ID)
			}
			if e.State != r.state || e.MessageID != r.known {
				m.t.Fatalf("message %d is %s as %q, want %s as %q", e.ID, e.State, e.MessageID, r.state, r.known)
			}
		}
		if len(page) < 7 {
			break
		}
	}
	if seen != len(m.rows) {
		m.t.Fatalf("%d rows are listed, want %d", seen, len(m.rows))
	}
}

// compare holds all that is stored against the model.
func (m *model) compare(o *process) {
	m.t.Helper()
	m.glance(o)
	for id, r := range m.rows {
		d := sample.RowOf(m.t, o.Outbox, id)
		m.compareRow(d, r)
		CompareEvents(m.t, d)
	}
}

// CompareEvents holds the deliveries of a message, and its state, against its timeline.
func CompareEvents(t testing.TB, d outbox.Detail) {
	t.Helper()
	known, sent := map[string]outbox.Event{}, outbox.State("")
	for i, v := range d.Events {
		if i > 0 && moment(v).Before(moment(d.Events[i-1])) {
			t.Fatalf("the timeline of message %d goes back at %+v: %+v", d.ID, v, d.Events)
		}
	}
	asTheyCame := slices.Clone(d.Events)
	slices.SortStableFunc(asTheyCame, func(a, b outbox.Event) int { return cmp.Compare(a.ID, b.ID) })
	for _, v := range asTheyCame {
		if v.By == outbox.BySend || v.To == "" {
			sent = outbox.State(v.Type)
			continue
		}
		if v.Untrusted || v.Status() == "" {
			continue
		}
		have, ok := known[v.To]
		coded := have.Status() == v.Status() && have.ErrorCode == 0 && v.ErrorCode != messaging.CodeNoReceipt // a failure may get its code late
		if !ok || standing(v) >= standing(have) && (standing(have) < 3 || coded) {
			known[v.To] = v
		}
	}
	for _, each := range d.Deliveries {
		v := known[each.Recipient]
		if v.Status() != each.Status || v.ErrorCode != each.ErrorCode {
			t.Fatalf("of %s of message %d is kept %+v, but the events %+v", each.Recipient, d.ID, each, d.Events)
		}
		delete(known, each.Recipient)
	}
	if len(known) > 0 || sent.Outcome() != d.State.Outcome() {
		t.Fatalf("message %d is %s with deliveries %+v, and came by %+v", d.ID, d.State, d.Deliveries, d.Events)
	}
}

// standing is how much an event decides about its recipient: nothing, that the message
// left, that no receipt came, that it arrived or did not.
func standing(v outbox.Event) int {
	switch (outbox.Delivery{Status: v.Status(), ErrorCode: v.ErrorCode}).State() { //nolint:exhaustive // a delivery has no other
	case outbox.Sent:
		return 1
	case outbox.Unconfirmed:
		return 2
	case outbox.Delivered, outbox.Failed:
		return 3
	}
	return 0
}

func (m *model) compareRow(d outbox.Detail, r *modelRow) {
	m.t.Helper()
	if r.created != "" && (d.State == outbox.Unsent || d.State == outbox.Rejected) {
		m.t.Fatalf("message %d is %s, but the API created %s for it", d.ID, d.State, r.created)
	}
	body, err := r.message.Body()
	if err != nil || string(d.Request) != string(body) || d.Message.Text != r.message.Text {
		m.t.Fatalf("request of message %d = %s, want %s", d.ID, d.Request, body)
	}
	delivered := map[string]messaging.Status{}
	for _, each := range d.Deliveries {
		delivered[each.Recipient] = asKept(each.Status)
	}
	if !maps.Equal(delivered, r.delivered) {
		m.t.Fatalf("deliveries of message %d: %v, want %v", d.ID, delivered, r.delivered)
	}
	answer := ""
	if d.Answer != nil {
		answer = string(d.Answer.Body)
	}
	if answer != r.body {
		m.t.Fatalf("answer of message %d = %q, want %q", d.ID, answer, r.body)
	}
	for i, move := range d.Moves {
		switch {
		case i == 0 && move.State != outbox.Sending && move.State != outbox.Queued && move.State != outbox.Scheduled,
			i > 0 && !allowed(d.Moves[i-1].State, move.State) && (move.State != outbox.Scheduled || d.Moves[i-1].State != outbox.Scheduled): // for another time
			m.t.Fatalf("message %d came by %+v, which the table does not allow", d.ID, d.Moves)
		}
	}
	if len(d.Moves) == 0 || d.Moves[len(d.Moves)-1].State != d.State {
		m.t.Fatalf("message %d is %s and came by %+v", d.ID, d.State, d.Moves)
	}
}

// moment is when an event happened, as far as is known.
func moment(v outbox.Event) time.Time {
	if v.At.IsZero() {
		return v.Recorded
	}
	return v.At
}
