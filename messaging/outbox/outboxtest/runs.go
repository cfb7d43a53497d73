package outboxtest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"

	"telex/messaging"
)

// atOnce is how many people of a run one transaction adds or forgets.
const atOnce = 500

// A counter is an API that counts what it creates, by recipient, and may do something
// before it answers.
type counter struct {
	mu      sync.Mutex
	created map[string]int
	before  func(m messaging.Message) error
}

func (c *counter) Send(_ context.Context, m messaging.Message) (*messaging.Receipt, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.before != nil {
		if err := c.before(m); err != nil {
			return nil, err
		}
	}
	if c.created == nil {
		c.created = map[string]int{}
	}
	c.created[m.To[0]]++
	return sample.Receipt("api-"+rand.Text(), m), nil
}

// testRunStates tries every change of a run in every state.
func (on *suite) testRunStates(t *testing.T) {
	o := on.opened(t, on.place(t), outbox.Options{})
	change := map[outbox.RunState]func(int64) error{
		outbox.RunRunning:   func(id int64) error { return o.StartRun(t.Context(), id) },
		outbox.RunPaused:    func(id int64) error { return o.PauseRun(t.Context(), id, outbox.Reason{}) },
		outbox.RunCancelled: func(id int64) error { return o.CancelRun(t.Context(), id, outbox.Reason{}) },
	}
	in := map[outbox.RunState]func() int64{
		outbox.RunPlanned: func() int64 { return plannedPeople(t, o, toPeople(), people(1)) },
		outbox.RunRunning: func() int64 { return startedPeople(t, o, toPeople(), people(1)) },
		outbox.RunPaused: func() int64 {
			id := startedPeople(t, o, toPeople(), people(1))
			sample.Must(t, o.PauseRun(t.Context(), id, outbox.Reason{}))
			return id
		},
		outbox.RunDone: func() int64 { return startedPeople(t, o, toPeople(), people(0)) },
		outbox.RunCancelled: func() int64 {
			id := startedPeople(t, o, toPeople(), people(1))
			sample.Must(t, o.CancelRun(t.Context(), id, outbox.Reason{}))
			return id
		},
	}
	allowed := map[outbox.RunState][]outbox.RunState{
		outbox.RunPlanned: {outbox.RunRunning, outbox.RunCancelled}, outbox.RunRunning: {outbox.RunPaused, outbox.RunCancelled},
		outbox.RunPaused: {outbox.RunRunning, outbox.RunCancelled}, outbox.RunCancelled: {outbox.RunCancelled}, // again
	}
	for from, fresh := range in {
		for to, do := range change {
			id := fresh()
			err := do(id)
			if slices.Contains(allowed[from], to) {
				if err != nil {
					t.Errorf("from %s to %s: %v, want nil", from, to, err)
				}
				continue
			}
			e, ok := errors.AsType[*outbox.RunError](err)
			if !ok || *e != (outbox.RunError{ID: id, From: from, To: to}) || e.Error() != fmt.Sprintf("run %d is %s and cannot become %s", id, from, to) {
				t.Errorf("from %s to %s: %v, want a RunError", from, to, err)
			}
			if r, err := o.Run(t.Context(), id); err != nil || r.State != from {
				t.Errorf("from %s to %s: it is %s, %v", from, to, r.State, err)
			}
		}
		added, err := o.AddPeople(t.Context(), fresh(), 1, people(1))
		if e, refused := errors.AsType[*outbox.RunError](err); refused != (from != outbox.RunPlanned) || added == 1 == refused || refused && (e.From != from || e.To != "") {
			t.Errorf("adding to a run that is %s: %d, %v", from, added, err)
		}
	}
	if _, err := o.Run(t.Context(), 1<<40); !errors.Is(err, outbox.ErrNotFound) {
		t.Errorf("Run of none = %v, want ErrNotFound", err)
	}
	all, err := o.Runs(t.Context())
	if err != nil || len(all) < 2 || all[0].ID < all[1].ID || all[0].Name != "Friday" || all[0].Created.IsZero() {
		t.Errorf("Runs = %+v, %v, want the newest first", all, err)
	}
}

// testAddPeople: people are added slice by slice, so that neither memory nor one transaction
// holds all of them; after a failure the run has the first so many.
func (on *suite) testAddPeople(t *testing.T) {
	o := on.opened(t, on.place(t), outbox.Options{})
	r, err := o.NewBroadcast(t.Context(), toPeople())
	sample.Must(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	n := 0
	added, err := o.AddPeople(ctx, r.ID, 0, func(yield func(outbox.Person) bool) {
		for p := range people(5 * atOnce) {
			if got, want := sample.Value[int](t, o.engine, "SELECT count(*) FROM run_people"), n/atOnce*atOnce; got != want {
				t.Fatalf("%d people are recorded when number %d is asked for, want %d", got, n, want)
			}
			if n++; n == 2*atOnce+1 {
				cancel()
			}
			if !yield(p) {
				return
			}
		}
	})
	if !errors.Is(err, context.Canceled) || added != 2*atOnce {
		t.Errorf("AddPeople = %d, %v, want %d and that it was cancelled", added, err, 2*atOnce)
	}
	wantCounts(t, o, r.ID, outbox.RunCounts{People: 2 * atOnce, Waiting: 2 * atOnce})
	if r, err := o.Run(t.Context(), r.ID); err != nil || r.State != outbox.RunPlanned {
		t.Errorf("the run is %s, %v, want it planned still", r.State, err)
	}
}
