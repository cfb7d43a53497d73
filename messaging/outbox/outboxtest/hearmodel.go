package outboxtest

import (
	"time"

	"telex/messaging"
	"telex/messaging/callback"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// A modelStray is what was heard of a message before its row had its id.
type modelStray struct {
	to       string
	status   messaging.Status
	missing  bool
	recorded time.Time
}

// listen brings callbacks about what the API created for a message, whether its row knows
// that or not.
func (m *model) listen(slot int, id int64, kind int) {
	o, r := m.in(slot), m.rows[id]
	if r.created == "" {
		return
	}
	types := []callback.Type{callback.MessageSending, callback.MessageSent, callback.MessageDelivered, callback.MessageFailed}
	var events []callback.Event
	var heard []modelStray
	for i, to := range r.message.To {
		v := sample.Event(types[(kind+i)%len(types)], r.created, to, []int{0, 4720, messaging.CodeNoReceipt}[kind/5%3])
		m.heard++
		v.Time = v.Time.Add(time.Duration(m.heard) * time.Second)
		if kind%11 == 0 {
			v.Trust = callback.Untrusted
		} else {
			heard = append(heard, modelStray{to, v.Type.Status(), v.ErrorCode == messaging.CodeNoReceipt, m.clock.Now()})
		}
		events = append(events, v)
		if kind%7 == 0 {
			break
		}
	}
	taken := sample.Heard(m.t, o.Outbox, events...)
	if r.known == "" {
		r.strays = append(r.strays, heard...)
	} else {
		r.adopt(heard)
	}
	for _, each := range taken {
		if known := r.known != ""; !each.News || known != (each.Message == id) || known && !allowedLater(each.State, r.state) {
			m.t.Fatalf("Receive(%+v) = %+v, want news of message %d, now %s", events, taken, id, r.state)
		}
	}
}

// allowedLater reports whether a message can have been in state s before it came to be in
// now.
func allowedLater(s, now outbox.State) bool {
	if s == now {
		return true
	}
	for _, next := range s.Next() {
		if allowedLater(next, now) {
			return true
		}
	}
	return false
}

// adopt is news of a message one after the other.
func (r *modelRow) adopt(heard []modelStray) {
	for _, h := range heard {
		r.hear(h.to, h.status, h.missing)
		if want := r.sum(); allowed(r.state, want) {
			r.state = want
		}
	}
}

// adoptStrays is what was heard of a row before it had its id.
func (r *modelRow) adoptStrays() {
	r.adopt(r.strays)
	r.strays = nil
}

// forget drops what was heard before a time of messages whose id no row has.
func (m *model) forget(before time.Time) {
	for _, r := range m.rows {
		var kept []modelStray
		for _, h := range r.strays {
			if !h.recorded.Before(before) {
				kept = append(kept, h)
			}
		}
		r.strays = kept
	}
}
