package outboxtest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// A modelRow is what a row must say.
type modelRow struct {
	message   messaging.Message
	state     outbox.State
	owner     int                         // the slot of the process that has it; below 0: dead, or nobody
	created   string                      // the id of what the API created for it; "" if nothing
	known     string                      // the id that the row has
	said      outbox.State                // what the API really answered; "" if nothing was brought back
	answered  bool                        // an answer, or its absence, was recorded
	body      string                      // of the answer
	delivered map[string]messaging.Status // by recipient
	noReceipt map[string]bool             // by recipient: what was last said has code 9902
	untold    bool
	at        time.Time // when it was begun, or scheduled
	due, left time.Time // when it was to leave, and did; zero: at once
	strays    []modelStray
}

// A model does to plain memory what a test does to an outbox, and compares.
type model struct {
	t     *testing.T
	on    *suite
	at    Host
	clock *sample.Clock
	brief bool        // look at the outbox less often, which costs more than what is done to it
	slots [2]*process // nil: no process
	rows  map[int64]*modelRow
	made  int // messages at the API
	heard int // callbacks
}

func (on *suite) model(t *testing.T) *model {
	return &model{t: t, on: on, at: on.place(t), clock: sample.NewClock(), rows: map[int64]*modelRow{}}
}

// in is the outbox of a slot, that of a new process if there is none.
func (m *model) in(slot int) *process {
	m.t.Helper()
	if m.slots[slot] == nil {
		o := m.on.opened(m.t, m.at, outbox.Options{Now: m.clock.Now})
		m.slots[slot] = o
		for _, r := range m.rows {
			if r.owner < 0 {
				m.end(r)
			}
		}
		m.missLate()
		if !m.brief {
			m.compare(o)
		}
	}
	return m.slots[slot]
}

// end is what becomes of a row whose process is gone.
func (m *model) end(r *modelRow) {
	switch r.state { //nolint:exhaustive // the others are over
	case outbox.Sending:
		r.state, r.untold = outbox.Unknown, true
	case outbox.Queued:
		r.state, r.untold = outbox.Unsent, true
	}
}

// leave ends a process, by Close or by a crash.
func (m *model) leave(slot int, crash bool) {
	o := m.slots[slot]
	if o == nil {
		return
	}
	m.slots[slot] = nil
	if crash {
		o.crash()
	} else if err := o.Close(); err != nil {
		m.t.Fatalf("Close = %v, want nil", err)
	}
	for _, r := range m.rows {
		if r.owner == slot {
			r.owner = -1
			if !crash {
				m.end(r)
			}
		}
	}
}

func (m *model) begin(slot, n, kind int) {
	o := m.in(slot)
	var messages []messaging.Message
	for i := range n {
		to := []string{[]string{sample.Alice, sample.Alice, sample.Bob}[(kind+i)%3]}
		if kind%5 == 4 {
			to = []string{sample.Alice, sample.Bob}
		}
		messages = append(messages, sample.SMS([]string{"text", "word", "longer text"}[kind%3], to...))
	}
	ids, err := o.Begin(m.t.Context(), outbox.Plan{Messages: messages, Yes: true})
	if err != nil || len(ids) != n {
		m.t.Fatalf("Begin(%d) = %v, %v, want as many ids", n, ids, err)
	}
	for i, id := range ids {
		r := &modelRow{message: messages[i], state: outbox.Queued, owner: slot, delivered: map[string]messaging.Status{}, noReceipt: map[string]bool{}, at: m.clock.Now()}
		if i == 0 {
			r.state = outbox.Sending
		}
		m.rows[id] = r
	}
}

// check compares an error with what the table says, and moves the model on.
func (m *model) check(what string, id int64, to outbox.State, err error) bool {
	m.t.Helper()
	r := m.rows[id]
	waits := r.state == outbox.Scheduled || r.state == outbox.Missed // for which nothing was called
	if allowed(r.state, to) && !waits {
		if err != nil {
			m.t.Fatalf("%s of message %d, which is %s: %v, want nil", what, id, r.state, err)
		}
		r.state = to
		return true
	}
	if e, ok := errors.AsType[*outbox.MoveError](err); !ok || e.From != r.state || e.To != to {
		m.t.Fatalf("%s of message %d, which is %s: %v, want a MoveError to %s", what, id, r.state, err, to)
	}
	return false
}

// settle brings back what the API said to message id, or not.
func (m *model) settle(slot int, id int64, kind int) {
	o, r := m.in(slot), m.rows[id]
	var receipt *messaging.Receipt
	var sendErr error
	to := []outbox.State{outbox.Accepted, outbox.Rejected, outbox.Unsent, outbox.Unknown, outbox.Unknown, outbox.Accepted, outbox.Accepted, outbox.Unknown}[kind%8]
	called := r.state == outbox.Sending || r.state == outbox.Unknown // else nothing was sent, and it is the caller's mistake
	if called && (to == outbox.Accepted || kind%8 == 3) && r.created == "" && r.said == "" {
		m.made++
		r.created = fmt.Sprintf("api-%d", m.made)
	}
	switch {
	case r.created != "" && to != outbox.Unknown:
		to, receipt = outbox.Accepted, sample.Receipt(r.created, r.message) // the API cannot unsay it
	case to == outbox.Rejected:
		sendErr = sample.Refusal(r.message.Text)
	case to == outbox.Unsent:
		sendErr = sample.NeverLeft()
	case to == outbox.Unknown:
		sendErr = sample.Lost()
	case called:
		return // it said no before
	default:
		receipt = sample.Receipt("of nothing", r.message)
	}
	err := o.Settle(m.t.Context(), id, receipt, sendErr)
	agrees := !r.answered && (r.state == outbox.Unknown && to == outbox.Unknown || r.state.Outcome() == messaging.Accepted && to == outbox.Accepted && r.known == r.created)
	switch {
	case agrees && err != nil:
		m.t.Fatalf("late Settle of message %d, which is %s: %v, want nil", id, r.state, err)
	case agrees:
	case !m.check("Settle", id, to, err):
		return
	}
	r.answered, r.untold, r.said = true, false, to
	r.body = ""
	if receipt != nil {
		r.body, r.known = string(receipt.Answer.Body), receipt.ID
		r.adoptStrays()
	} else if e, ok := errors.AsType[*messaging.Error](sendErr); ok && e.Answer != nil {
		r.body = string(e.Answer.Body)
	}
}

func (m *model) start(slot int, id int64) {
	o := m.in(slot) // before: opening may settle it
	m.check("Start", id, outbox.Sending, o.Start(m.t.Context(), id))
}

func (m *model) abandon(slot int, id int64) {
	o, r := m.in(slot), m.rows[id] // before: opening may settle it
	err := o.Abandon(m.t.Context(), []int64{id}, "enough")
	if r.state == outbox.Queued {
		m.check("Abandon", id, outbox.Unsent, err)
		return
	}
	if e, ok := errors.AsType[*outbox.MoveError](err); !ok || e.From != r.state {
		m.t.Fatalf("Abandon of message %d, which is %s: %v, want a MoveError", id, r.state, err)
	}
}

// deliver brings news of some recipients.
func (m *model) deliver(slot int, id int64, kind int) {
	o, r := m.in(slot), m.rows[id]
	all := []messaging.Status{messaging.StatusQueued, messaging.StatusSent, messaging.StatusDelivered, messaging.StatusFailed}
	var records []messaging.Record
	for i, to := range r.message.To {
		status, code := all[(kind+i)%len(all)], []int{0, 4720, messaging.CodeNoReceipt}[kind/5%3]
		records = append(records, messaging.Record{MessageID: r.known, Destination: to, Status: status, ErrorCode: code},
			messaging.Record{MessageID: "of another", Destination: to, Status: messaging.StatusDelivered})
		if r.known != "" {
			r.hear(to, status, code == messaging.CodeNoReceipt)
		}
		if kind%7 == 0 {
			break
		}
	}
	want := r.sum()
	got, err := o.Deliver(m.t.Context(), id, records)
	if err != nil {
		m.t.Fatalf("Deliver(%d) = %v, want nil", id, err)
	}
	if r.known != "" && allowed(r.state, want) {
		r.state = want
	}
	if got != r.state {
		m.t.Fatalf("Deliver(%d, %v) = %s, want %s", id, records, got, r.state)
	}
}

// hear is news of one recipient: it never goes back.
func (r *modelRow) hear(to string, status messaging.Status, missing bool) {
	switch sent := r.delivered[to] == messaging.StatusSent; {
	case r.noReceipt[to]:
		if !status.Final() && !missing {
			return
		}
	case r.delivered[to].Final(), sent && (status == messaging.StatusQueued || status == messaging.StatusSending) && !missing:
		return
	}
	r.delivered[to], r.noReceipt[to] = asKept(status), missing
}

// asKept is a status as the model has it: of two that say that a message has not left yet
// either may be kept.
func asKept(s messaging.Status) messaging.Status {
	if s == messaging.StatusSending {
		return messaging.StatusQueued
	}
	return s
}

// sum is the state that the deliveries amount to.
func (r *modelRow) sum() outbox.State {
	count, missing := map[messaging.Status]int{}, 0
	for to, s := range r.delivered {
		if r.noReceipt[to] {
			missing++
			continue
		}
		count[s]++
	}
	arrived, failed, sent := count[messaging.StatusDelivered], count[messaging.StatusFailed], count[messaging.StatusSent]
	switch all := len(r.message.To); {
	case arrived == all:
		return outbox.Delivered
	case arrived+missing == all:
		return outbox.Unconfirmed
	case arrived+failed+missing == all:
		return outbox.Failed
	case arrived+failed+missing+sent == all:
		return outbox.Sent
	}
	return outbox.Accepted
}

// List is the API: it knows what was created, to whom and when.
func (m *model) List(_ context.Context, q messaging.Query) (*messaging.Page, error) {
	page := &messaging.Page{}
	for _, id := range slices.Sorted(maps.Keys(m.rows)) {
		r := m.rows[id]
		wanted := q.MessageID == r.created
		if q.MessageID == "" {
			wanted = slices.Contains(q.Source, r.message.From) && !r.reached().Before(q.From) && !r.reached().After(q.To) &&
				slices.ContainsFunc(q.Destination, func(to string) bool { return slices.Contains(r.message.To, to) })
		}
		if r.created == "" || !wanted {
			continue
		}
		for _, to := range r.message.To {
			page.Records = append(page.Records, messaging.Record{
				MessageID: r.created, Source: r.message.From, Destination: to, Status: messaging.StatusQueued, Direction: "OUTBOUND",
				ReceiveTime: r.reached().Format(time.RFC3339Nano), SegmentCount: 1, MessageLength: len(r.message.Text), RecipientCount: len(r.message.To),
			})
		}
	}
	return page, nil
}

// reached is when it got to the API, if it did.
func (r *modelRow) reached() time.Time {
	if r.left.IsZero() {
		return r.at
	}
	return r.left
}

// ask has the API asked about a message.
func (m *model) ask(slot int, id int64) {
	o, r := m.in(slot), m.rows[id]
	f, err := o.Check(m.t.Context(), m, id)
	if err != nil {
		m.t.Fatalf("Check(%d) = %v, want nil", id, err)
	}
	if r.known != "" {
		for _, to := range r.message.To {
			r.hear(to, messaging.StatusQueued, false)
		}
	}
	if f.Verdict != outbox.Found {
		return
	}
	if r.state != outbox.Unknown || f.Entry.State.Outcome() != messaging.Accepted || len(f.Candidates) == 0 {
		m.t.Fatalf("Check(%d) of a %s message found %+v, now %s", id, r.state, f.Candidates, f.Entry.State)
	}
	// It cannot know whose it is, only that no other row can be meant; so it must be right.
	if f.Entry.MessageID != r.created {
		m.t.Fatalf("Check(%d) found %s, but the API created %q for it", id, f.Entry.MessageID, r.created)
	}
	r.state, r.known, r.untold = outbox.Accepted, f.Entry.MessageID, false
	for _, to := range r.message.To {
		r.hear(to, messaging.StatusQueued, false)
	}
	r.adoptStrays()
}

func (m *model) prune(slot int, days int) {
	o := m.in(slot)
	before := m.clock.Now().AddDate(0, 0, -days)
	want := 0
	m.forget(before)
	for id, r := range m.rows {
		stays := []outbox.State{outbox.Sending, outbox.Queued, outbox.Unknown, outbox.Scheduled, outbox.Missed}
		if m.isOld(o, id, before) && !slices.Contains(stays, r.state) {
			delete(m.rows, id)
			want++
		}
	}
	if got, err := o.Prune(m.t.Context(), before); err != nil || got != want {
		m.t.Fatalf("Prune = %d, %v, want %d", got, err, want)
	}
}

// tell asks what is to be told, and says that it was.
func (m *model) tell(slot int) {
	o := m.in(slot)
	entries, err := o.Untold(m.t.Context())
	if err != nil {
		m.t.Fatalf("Untold = %v", err)
	}
	var want, got []int64
	for id, r := range m.rows {
		if r.untold {
			want = append(want, id)
			r.untold = false
		}
	}
	for _, e := range entries {
		got = append(got, e.ID)
	}
	slices.Sort(want)
	if !slices.Equal(got, want) {
		m.t.Fatalf("untold: %v, want %v", got, want)
	}
	if err := o.Told(m.t.Context(), entries); err != nil {
		m.t.Fatalf("Told = %v", err)
	}
}
