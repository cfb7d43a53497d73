package outbox

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"telex/messaging"
)

// A modelRow is what a row must say.
type modelRow struct {
	message   messaging.Message
	state     State
	owner     int                         // the slot of the process that has it; below 0: dead, or nobody
	created   string                      // the id of what the API created for it; "" if nothing
	known     string                      // the id that the row has
	said      State                       // what the API really answered; "" if nothing was brought back
	answered  bool                        // an answer, or its absence, was recorded
	body      string                      // of the answer
	delivered map[string]messaging.Status // by recipient
	noReceipt map[string]bool             // by recipient: what was last said has code 9902
	untold    bool
	run       int64
	at        time.Time // when it was begun
}

// A model does to plain memory what a test does to an outbox, and compares.
type model struct {
	t     *testing.T
	host  host
	clock *clock
	brief bool       // look at the outbox less often, which costs more than what is done to it
	slots [2]*Outbox // nil: no process
	rows  map[int64]*modelRow
	runs  map[int64]RunState
	made  int // messages at the API
}

// A host is what processes run on.
type host interface {
	// start is the outbox of a new process, which has settled what the dead left.
	start(t *testing.T, slot int, now func() time.Time) *Outbox
	// end ends it, by Close or by a crash.
	end(t *testing.T, o *Outbox, crash bool)
}

func newModel(t *testing.T, h host) *model {
	return &model{t: t, host: h, clock: newClock(), rows: map[int64]*modelRow{}, runs: map[int64]RunState{}}
}

// in is the outbox of a slot, that of a new process if there is none.
func (m *model) in(slot int) *Outbox {
	m.t.Helper()
	if m.slots[slot] == nil {
		o := m.host.start(m.t, slot, m.clock.Now)
		m.slots[slot] = o
		for _, r := range m.rows {
			if r.owner < 0 {
				m.end(r)
			}
		}
		m.finish()
		if !m.brief {
			m.compare(o)
		}
	}
	return m.slots[slot]
}

// end is what becomes of a row whose process is gone.
func (m *model) end(r *modelRow) {
	switch r.state { //nolint:exhaustive // the others are over
	case Sending:
		r.state, r.untold = Unknown, true
	case Queued:
		if r.run != 0 {
			r.owner = unowned
			return
		}
		r.state, r.untold = Unsent, true
	}
}

// leave ends a process, by Close or by a crash.
func (m *model) leave(slot int, crash bool) {
	o := m.slots[slot]
	if o == nil {
		return
	}
	m.slots[slot] = nil
	m.host.end(m.t, o, crash)
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
		to := []string{[]string{alice, alice, bob}[(kind+i)%3]}
		if kind%5 == 4 {
			to = []string{alice, bob}
		}
		messages = append(messages, sms([]string{"text", "word", "longer text"}[kind%3], to...))
	}
	ids, err := o.Begin(m.t.Context(), Plan{Messages: messages, Yes: true})
	if err != nil || len(ids) != n {
		m.t.Fatalf("Begin(%d) = %v, %v, want as many ids", n, ids, err)
	}
	for i, id := range ids {
		r := &modelRow{message: messages[i], state: Queued, owner: slot, delivered: map[string]messaging.Status{}, noReceipt: map[string]bool{}, at: m.clock.Now()}
		if i == 0 {
			r.state = Sending
		}
		m.rows[id] = r
	}
}

// check compares an error with what the table says, and moves the model on.
func (m *model) check(what string, id int64, to State, err error) bool {
	m.t.Helper()
	r := m.rows[id]
	if allowed(r.state, to) {
		if err != nil {
			m.t.Fatalf("%s of message %d, which is %s: %v, want nil", what, id, r.state, err)
		}
		r.state = to
		return true
	}
	if e, ok := errors.AsType[*MoveError](err); !ok || e.From != r.state || e.To != to {
		m.t.Fatalf("%s of message %d, which is %s: %v, want a MoveError to %s", what, id, r.state, err, to)
	}
	return false
}

// settle brings back what the API said to message id, or not.
func (m *model) settle(slot int, id int64, kind int) {
	o, r := m.in(slot), m.rows[id]
	var receipt *messaging.Receipt
	var sendErr error
	to := []State{Accepted, Rejected, Unsent, Unknown, Unknown, Accepted, Accepted, Unknown}[kind%8]
	called := r.state == Sending || r.state == Unknown // else nothing was sent, and it is the caller's mistake
	if called && (to == Accepted || kind%8 == 3) && r.created == "" && r.said == "" {
		m.made++
		r.created = fmt.Sprintf("api-%d", m.made)
	}
	switch {
	case r.created != "" && to != Unknown:
		to, receipt = Accepted, receiptFor(r.created, r.message) // the API cannot unsay it
	case to == Rejected:
		sendErr = refusal(r.message.Text)
	case to == Unsent:
		sendErr = neverLeft()
	case to == Unknown:
		sendErr = lost()
	case called:
		return // it said no before
	default:
		receipt = receiptFor("of nothing", r.message)
	}
	err := o.Settle(m.t.Context(), id, receipt, sendErr)
	agrees := !r.answered && (r.state == Unknown && to == Unknown || r.state.Outcome() == messaging.Accepted && to == Accepted && r.known == r.created)
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
	} else if e, ok := errors.AsType[*messaging.Error](sendErr); ok && e.Answer != nil {
		r.body = string(e.Answer.Body)
	}
}

func (m *model) start(slot int, id int64) {
	o, r := m.in(slot), m.rows[id] // before: opening may settle it
	if r.state == Queued && r.run != 0 && (r.owner != slot || m.runs[r.run] != RunRunning) {
		if err := o.Start(m.t.Context(), id); !isErr(err, ErrGivenBack) {
			m.t.Fatalf("Start of message %d, which is not for process %d: %v, want %v", id, slot, err, ErrGivenBack)
		}
		return
	}
	m.check("Start", id, Sending, o.Start(m.t.Context(), id))
}

func (m *model) abandon(slot int, id int64) {
	o, r := m.in(slot), m.rows[id] // before: opening may settle it
	err := o.Abandon(m.t.Context(), []int64{id}, "enough")
	if r.state == Queued {
		m.check("Abandon", id, Unsent, err)
		return
	}
	if e, ok := errors.AsType[*MoveError](err); !ok || e.From != r.state {
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
	case r.delivered[to].Final(), sent && status == messaging.StatusQueued && !missing:
		return
	}
	r.delivered[to], r.noReceipt[to] = status, missing
}

// sum is the state that the deliveries amount to.
func (r *modelRow) sum() State {
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
		return Delivered
	case arrived+missing == all:
		return Unconfirmed
	case arrived+failed+missing == all:
		return Failed
	case arrived+failed+missing+sent == all:
		return Sent
	}
	return Accepted
}

// List is the API: it knows what was created, to whom and when.
func (m *model) List(_ context.Context, q messaging.Query) (*messaging.Page, error) {
	page := &messaging.Page{}
	for _, id := range slices.Sorted(maps.Keys(m.rows)) {
		r := m.rows[id]
		wanted := q.MessageID == r.created
		if q.MessageID == "" {
			wanted = slices.Contains(q.Source, r.message.From) && !r.at.Before(q.From) && !r.at.After(q.To) &&
				slices.ContainsFunc(q.Destination, func(to string) bool { return slices.Contains(r.message.To, to) })
		}
		if r.created == "" || !wanted {
			continue
		}
		for _, to := range r.message.To {
			page.Records = append(page.Records, messaging.Record{
				MessageID: r.created, Source: r.message.From, Destination: to, Status: messaging.StatusQueued, Direction: "OUTBOUND",
				ReceiveTime: r.at.Format(time.RFC3339Nano), SegmentCount: 1, MessageLength: len(r.message.Text), RecipientCount: len(r.message.To),
			})
		}
	}
	return page, nil
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
	if f.Verdict != Found {
		return
	}
	if r.state != Unknown || f.Entry.State != Accepted || len(f.Candidates) == 0 {
		m.t.Fatalf("Check(%d) of a %s message found %+v, now %s", id, r.state, f.Candidates, f.Entry.State)
	}
	// It cannot know whose it is, only that no other row can be meant; so it must be right.
	if f.Entry.MessageID != r.created {
		m.t.Fatalf("Check(%d) found %s, but the API created %q for it", id, f.Entry.MessageID, r.created)
	}
	r.state, r.known, r.untold = Accepted, f.Entry.MessageID, false
	for _, to := range r.message.To {
		r.hear(to, messaging.StatusQueued, false)
	}
}

func (m *model) prune(slot int, days int) {
	o := m.in(slot)
	before := m.clock.Now().AddDate(0, 0, -days)
	want := 0
	for id, r := range m.rows {
		if r.at.Before(before) && r.state != Sending && r.state != Queued && r.state != Unknown {
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
