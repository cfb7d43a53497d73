package outboxtest

import (
	"maps"

	"telex/messaging"
	"telex/messaging/outbox"
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
		m.compareRow(entryOf(m.t, o, id), r)
	}
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
		delivered[each.Recipient] = each.Status
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
		case i == 0 && move.State != outbox.Sending && move.State != outbox.Queued, i > 0 && !allowed(d.Moves[i-1].State, move.State):
			m.t.Fatalf("message %d came by %+v, which the table does not allow", d.ID, d.Moves)
		}
	}
	if len(d.Moves) == 0 || d.Moves[len(d.Moves)-1].State != d.State {
		m.t.Fatalf("message %d is %s and came by %+v", d.ID, d.State, d.Moves)
	}
}
