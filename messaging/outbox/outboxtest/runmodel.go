package outboxtest

import (
	"errors"
	"maps"
	"slices"

	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"

	"telex/messaging"
)

// unowned is the owner of a row that waits in its run.
const unowned = -2

// fill makes a run of n messages, which is started mostly.
func (m *model) fill(slot, n, kind int) {
	o := m.in(slot)
	r, err := o.NewRun(m.t.Context(), "model")
	sample.Must(m.t, err)
	var messages []messaging.Message
	for i := range n {
		messages = append(messages, sample.SMS([]string{"text", "word"}[(kind+i)%2], []string{sample.Alice, sample.Bob, sample.Carol}[i%3]))
	}
	if added, err := o.FillRun(m.t.Context(), r.ID, outbox.By{}, slices.Values(messages)); added != n || err != nil {
		m.t.Fatalf("FillRun = %d, %v, want %d", added, err, n)
	}
	last := sample.Value[int64](m.t, o.engine, "SELECT coalesce(max(id), 0) FROM messages WHERE run = ?", r.ID)
	if count := sample.Value[int](m.t, o.engine, "SELECT count(*) FROM messages WHERE run = ?", r.ID); count != n {
		m.t.Fatalf("the run has %d messages, want %d", count, n)
	}
	for i := range n {
		id := last - int64(n-1-i) // nobody else made any meanwhile
		m.rows[id] = &modelRow{
			message: messages[i], state: outbox.Queued, owner: unowned, run: r.ID, at: m.clock.Now(),
			delivered: map[string]messaging.Status{}, noReceipt: map[string]bool{},
		}
	}
	m.runs[r.ID] = outbox.RunPlanned
	if kind%4 != 0 {
		m.changeRun(slot, r.ID, outbox.RunRunning)
	}
}

// queuedOf are the queued rows of a run that a process has, or nobody.
func (m *model) queuedOf(owner int, run int64) (ids []int64) {
	for id, r := range m.rows {
		if r.run == run && r.state == outbox.Queued && r.owner == owner {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// held is a row of a run that a process claimed and did not begin; 0 if there is none.
func (m *model) held(slot int, run int64) int64 {
	if ids := m.queuedOf(slot, run); len(ids) > 0 {
		return ids[0]
	}
	return 0
}

func (m *model) claim(slot int, run int64, n int) {
	o := m.in(slot)
	next := func() []int64 {
		if m.runs[run] != outbox.RunRunning {
			return nil
		}
		ids := m.queuedOf(unowned, run)
		return ids[:min(n, len(ids))]
	}
	want := next()
	if len(want) == 0 { // what the dead left is looked for
		for _, r := range m.rows {
			if r.owner == -1 {
				m.end(r)
			}
		}
		m.finish()
		want = next()
	}
	b, err := o.Claim(m.t.Context(), nil, run, n)
	if err != nil || (b == nil) != (len(want) == 0) || b != nil && !slices.Equal(b.IDs(), want) {
		m.t.Fatalf("Claim(%d) of the %s run %d = %+v, %v, want %v", n, m.runs[run], run, b, err, want)
	}
	for _, id := range want {
		m.rows[id].owner = slot
	}
}

func (m *model) giveBack(slot int, id int64) {
	o, r := m.in(slot), m.rows[id]
	sample.Must(m.t, o.GiveBack(m.t.Context(), []int64{id}))
	if r.state == outbox.Queued && r.run != 0 && r.owner == slot {
		r.owner = unowned
	}
}

func (m *model) changeRun(slot int, run int64, to outbox.RunState) {
	o := m.in(slot)
	from := m.runs[run]
	allowed := map[outbox.RunState][]outbox.RunState{
		outbox.RunPlanned: {outbox.RunRunning, outbox.RunCancelled}, outbox.RunRunning: {outbox.RunPaused, outbox.RunCancelled}, outbox.RunPaused: {outbox.RunRunning, outbox.RunCancelled}, outbox.RunCancelled: {outbox.RunCancelled},
	}[from]
	err := map[outbox.RunState]func() error{
		outbox.RunRunning:   func() error { return o.StartRun(m.t.Context(), run) },
		outbox.RunPaused:    func() error { return o.PauseRun(m.t.Context(), run, outbox.Reason{}) },
		outbox.RunCancelled: func() error { return o.CancelRun(m.t.Context(), run, outbox.Reason{}) },
	}[to]()
	if !slices.Contains(allowed, to) {
		if e, ok := errors.AsType[*outbox.RunError](err); !ok || e.From != from || e.To != to {
			m.t.Fatalf("run %d, which is %s, to %s: %v, want a RunError", run, from, to, err)
		}
		return
	}
	if err != nil {
		m.t.Fatalf("run %d, which is %s, to %s: %v, want nil", run, from, to, err)
	}
	m.runs[run] = to
	for _, r := range m.rows {
		if r.run != run || r.state != outbox.Queued {
			continue
		}
		switch to { //nolint:exhaustive // the others change nothing
		case outbox.RunPaused:
			r.owner = unowned
		case outbox.RunCancelled:
			r.state = outbox.Unsent
		}
	}
	m.finish()
}

// finish ends the runs of which nothing is open any more.
func (m *model) finish() {
	for run, state := range m.runs {
		if state != outbox.RunRunning && state != outbox.RunPaused {
			continue
		}
		open := false
		for _, r := range m.rows {
			open = open || r.run == run && (r.state == outbox.Queued || r.state == outbox.Sending)
		}
		if !open {
			m.runs[run] = outbox.RunDone
		}
	}
}

// compareRuns holds the runs against the model.
func (m *model) compareRuns(o *process) {
	m.t.Helper()
	for id, state := range m.runs {
		r, err := o.Run(m.t.Context(), id)
		if err != nil || r.State != state {
			m.t.Fatalf("run %d is %s, %v, want %s", id, r.State, err, state)
		}
		want := map[outbox.State]int{}
		for _, row := range m.rows {
			if row.run == id {
				want[row.state]++
			}
		}
		if got, err := o.CountRun(m.t.Context(), id); err != nil || !maps.Equal(got, want) {
			m.t.Fatalf("run %d has %v, %v, want %v", id, got, err, want)
		}
	}
}
