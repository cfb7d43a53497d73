package outboxtest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// schedule records a message for a time around now, which may be over.
func (m *model) schedule(slot, kind int) {
	o := m.in(slot)
	at := m.clock.Now().Add(time.Duration(kind%7-2) * 10 * time.Minute)
	message := sample.SMS([]string{"text", "word"}[kind%2], []string{sample.Alice, sample.Bob}[kind/2%2])
	ids, err := o.Schedule(m.t.Context(), outbox.Plan{Messages: []messaging.Message{message}, Yes: true}, outbox.WhenAt(at))
	if err != nil || len(ids) != 1 {
		m.t.Fatalf("Schedule = %v, %v, want a row", ids, err)
	}
	m.rows[ids[0]] = &modelRow{
		message: message, state: outbox.Scheduled, owner: unowned, due: at, delivered: map[string]messaging.Status{}, noReceipt: map[string]bool{}, at: m.clock.Now(),
	}
}

// unowned is the slot of rows that no process has.
const unowned = -2

// missLate is what becomes of messages whose time is over.
func (m *model) missLate() {
	for _, r := range m.rows {
		if r.state == outbox.Scheduled && m.clock.Now().After(r.due.Add(outbox.Grace)) {
			r.state, r.untold = outbox.Missed, true
		}
	}
}

// sendDue sends what is due, to an API that takes it, is not reached, is cut off, or says no;
// or the process dies in the call.
func (m *model) sendDue(slot, kind int) {
	o := m.in(slot)
	m.missLate()
	var due []int64
	for id, r := range m.rows {
		if r.state == outbox.Scheduled && !r.due.After(m.clock.Now()) {
			due = append(due, id)
		}
	}
	slices.SortFunc(due, func(a, b int64) int { return cmp.Or(m.rows[a].due.Compare(m.rows[b].due), cmp.Compare(a, b)) })
	dead := false
	api := sample.API{OnSend: func(_ context.Context, got messaging.Message) (*messaging.Receipt, error) {
		if dead {
			return nil, sample.NeverLeft()
		}
		if len(due) == 0 {
			m.t.Fatalf("%+v left, and nothing is due", got)
		}
		id := due[0]
		r := m.rows[id]
		due = due[1:]
		r.message.Expiration = r.due.Add(outbox.Grace).Truncate(time.Millisecond)
		if got.Text != r.message.Text || !got.Expiration.Equal(r.message.Expiration) || !slices.Equal(got.To, r.message.To) {
			m.t.Fatalf("%+v left, want message %d, %+v", got, id, r.message)
		}
		return m.answerDue(slot, r, kind, &dead)
	}}
	end, err := o.SendDue(m.t.Context(), outbox.DueOptions{API: api})
	if dead {
		return
	}
	if err != nil || len(due) > 0 && end.Stopped == "" {
		m.t.Fatalf("SendDue = %+v, %v, and %v are left", end, err, due)
	}
}

// answerDue is what the API says of a row that leaves, and what the row says then.
func (m *model) answerDue(slot int, r *modelRow, kind int, dead *bool) (*messaging.Receipt, error) {
	r.left = m.clock.Now()
	made := func() {
		m.made++
		r.created = fmt.Sprintf("api-%d", m.made)
	}
	switch kind % 5 {
	case 0:
		made()
		receipt := sample.Receipt(r.created, r.message)
		r.state, r.known, r.said, r.answered, r.body, r.untold = outbox.Accepted, r.created, outbox.Accepted, true, string(receipt.Answer.Body), false
		r.adoptStrays()
		return receipt, nil
	case 1:
		return nil, sample.NeverLeft() // it waits again
	case 2:
		made()
		r.state, r.said, r.answered, r.untold = outbox.Unknown, outbox.Unknown, true, true
		return nil, sample.Lost()
	case 3:
		refused := sample.Refusal(r.message.Text)
		r.state, r.said, r.answered, r.untold, r.body = outbox.Rejected, outbox.Rejected, true, true, string(refused.Answer.Body)
		return nil, refused
	}
	made()
	r.state, r.owner, *dead = outbox.Sending, slot, true
	m.leave(slot, true)
	return sample.Receipt(r.created, r.message), nil // which nobody hears
}

// unschedule cancels, and reschedule gives another time, what may be neither.
func (m *model) unschedule(slot int, id int64) {
	o, r := m.in(slot), m.rows[id]
	m.waited("Unschedule", r, id, outbox.Unsent, o.Unschedule(m.t.Context(), []int64{id}, "no"))
}

func (m *model) reschedule(slot int, id int64, kind int) {
	o, r := m.in(slot), m.rows[id]
	at := m.clock.Now().Add(time.Duration(kind%5-1) * 10 * time.Minute)
	if m.waited("Reschedule", r, id, outbox.Scheduled, o.Reschedule(m.t.Context(), id, outbox.WhenAt(at), false)) {
		r.due, r.message.Expiration = at, time.Time{}
	}
}

// waited compares a change of what waits for its time, or for a person, with the model.
func (m *model) waited(what string, r *modelRow, id int64, to outbox.State, err error) bool {
	m.t.Helper()
	if r.state != outbox.Scheduled && r.state != outbox.Missed {
		if e, ok := errors.AsType[*outbox.MoveError](err); !ok || e.From != r.state || e.To != to {
			m.t.Fatalf("%s of message %d, which is %s: %v, want a MoveError", what, id, r.state, err)
		}
		return false
	}
	if err != nil {
		m.t.Fatalf("%s of message %d, which is %s: %v, want nil", what, id, r.state, err)
	}
	r.state, r.untold = to, false
	return true
}

// isOld reports whether a row may be pruned by its age: what waited for its time is as old as
// its last change.
func (m *model) isOld(o *process, id int64, before time.Time) bool {
	r := m.rows[id]
	return r.at.Before(before) && (r.due.IsZero() || sample.RowOf(m.t, o.Outbox, id).Updated.Before(before))
}
