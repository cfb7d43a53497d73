package outboxtest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"

	"telex/messaging"
)

// atOnce is how many messages of a run one transaction adds or ends.
const atOnce = 500

// numbered are n messages, each to somebody else.
func numbered(n int) iter.Seq[messaging.Message] {
	return func(yield func(messaging.Message) bool) {
		for i := range n {
			if !yield(sample.SMS("Hi", fmt.Sprintf("+1919555%04d", i))) {
				return
			}
		}
	}
}

// plannedRun is a run of n messages that was not started.
func plannedRun(t testing.TB, o *process, n int) int64 {
	t.Helper()
	r, err := o.NewRun(t.Context(), "Friday")
	sample.Must(t, err)
	added, err := o.FillRun(t.Context(), r.ID, outbox.By{Profile: "work"}, numbered(n))
	if err != nil || added != n {
		t.Fatalf("FillRun = %d, %v, want %d", added, err, n)
	}
	return r.ID
}

// runningRun is one that was.
func runningRun(t testing.TB, o *process, n int) int64 {
	t.Helper()
	id := plannedRun(t, o, n)
	sample.Must(t, o.StartRun(t.Context(), id))
	return id
}

func wantRun(t testing.TB, o *process, id int64, state outbox.RunState, counts map[outbox.State]int) {
	t.Helper()
	r, err := o.Run(t.Context(), id)
	sample.Must(t, err)
	got, err := o.CountRun(t.Context(), id)
	sample.Must(t, err)
	if r.State != state || !maps.Equal(got, counts) {
		t.Errorf("run %d is %s with %v, want %s with %v", id, r.State, got, state, counts)
	}
}

// claimed is a batch of at most n.
func claimed(t testing.TB, o *process, api outbox.API, run int64, n int) *outbox.Batch {
	t.Helper()
	b, err := o.Claim(t.Context(), api, run, n)
	sample.Must(t, err)
	return b
}

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
	return sample.Receipt("api-"+m.To[0], m), nil
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
		outbox.RunPlanned: func() int64 { return plannedRun(t, o, 1) },
		outbox.RunRunning: func() int64 { return runningRun(t, o, 1) },
		outbox.RunPaused: func() int64 {
			id := runningRun(t, o, 1)
			sample.Must(t, o.PauseRun(t.Context(), id, outbox.Reason{}))
			return id
		},
		outbox.RunDone: func() int64 { return runningRun(t, o, 0) },
		outbox.RunCancelled: func() int64 {
			id := runningRun(t, o, 1)
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
		added, err := o.FillRun(t.Context(), fresh(), outbox.By{}, numbered(1))
		if e, refused := errors.AsType[*outbox.RunError](err); refused != (from != outbox.RunPlanned) || added == 1 == refused || refused && (e.From != from || e.To != "") {
			t.Errorf("filling a run that is %s: %d, %v", from, added, err)
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

// testFillRun: a run is filled slice by slice, so that neither memory nor one transaction
// holds all of it; after a failure it has the first so many.
func (on *suite) testFillRun(t *testing.T) {
	o := on.opened(t, on.place(t), outbox.Options{})
	r, err := o.NewRun(t.Context(), "")
	sample.Must(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	n := 0
	added, err := o.FillRun(ctx, r.ID, outbox.By{Profile: "work"}, func(yield func(messaging.Message) bool) {
		for m := range numbered(5 * atOnce) {
			if got, want := sample.Value[int](t, o.engine, "SELECT count(*) FROM messages"), n/atOnce*atOnce; got != want {
				t.Fatalf("%d messages are recorded when number %d is asked for, want %d", got, n, want)
			}
			if n++; n == 2*atOnce+1 {
				cancel()
			}
			if !yield(m) {
				return
			}
		}
	})
	if !errors.Is(err, context.Canceled) || added != 2*atOnce {
		t.Errorf("FillRun = %d, %v, want %d and that it was cancelled", added, err, 2*atOnce)
	}
	wantRun(t, o, r.ID, outbox.RunPlanned, map[outbox.State]int{outbox.Queued: 2 * atOnce})
	if e := sample.RowOf(t, o.Outbox, 1); e.Run != r.ID || e.By.Profile != "work" || e.Moves[0].State != outbox.Queued {
		t.Errorf("the first is %+v, want it queued in the run", e)
	}
	if b := claimed(t, o, nil, r.ID, 1); b != nil {
		t.Errorf("of a planned run %v was claimed, want nothing", b.IDs())
	}
	silent := on.opened(t, on.place(t), outbox.Options{OmitText: true})
	r, err = silent.NewRun(t.Context(), "")
	sample.Must(t, err)
	added, err = silent.FillRun(t.Context(), r.ID, outbox.By{}, numbered(1))
	if _, fault := errors.AsType[*outbox.Error](err); fault || added != 0 || err == nil || !strings.Contains(err.Error(), "keeps none") {
		t.Errorf("filling without texts: %d, %v, want it refused, and no fault of the disk", added, err)
	}
}

// testCancelRun: what is queued of a cancelled run is unsent, claimed or not, with the
// reason, and stays so; what is on its way is brought to its end. A process that died
// meanwhile leaves the rest to the next one.
func (on *suite) testCancelRun(t *testing.T) {
	path, api := on.place(t), &counter{}
	o := on.opened(t, path, outbox.Options{Now: sample.NewClock().Now})
	id := runningRun(t, o, atOnce+7)
	b := claimed(t, o, api, id, 2)
	sample.Must(t, o.Start(t.Context(), b.IDs()[0]))
	sample.Must(t, o.CancelRun(t.Context(), id, outbox.Reason{}))
	wantRun(t, o, id, outbox.RunCancelled, map[outbox.State]int{outbox.Sending: 1, outbox.Unsent: atOnce + 6})
	r := b.Send(t.Context(), 1)
	if _, settled := errors.AsType[*outbox.SettledError](r.Err); !settled || len(api.created) != 0 {
		t.Errorf("a claimed message of a cancelled run: %+v, want it settled", r)
	}
	sample.Must(t, o.Settle(t.Context(), b.IDs()[0], sample.Receipt("api", sample.RowOf(t, o.Outbox, b.IDs()[0]).Message), nil))
	wantRun(t, o, id, outbox.RunCancelled, map[outbox.State]int{outbox.Accepted: 1, outbox.Unsent: atOnce + 6})
	wantTimeline(t, o, b.IDs()[1], "0s send queued", "0s send unsent "+outbox.Cancelled)

	second := runningRun(t, o, 3)
	b = claimed(t, o, api, second, 1)
	sample.Change(t, o.engine, "UPDATE runs SET state = 'cancelled' WHERE id = ?", second)
	if r := b.Send(t.Context(), 0); !errors.Is(r.Err, outbox.ErrGivenBack) {
		t.Errorf("a message of a run that is being cancelled: %+v, want it given back", r)
	}
	next := on.opened(t, path, outbox.Options{})
	wantRun(t, next, second, outbox.RunCancelled, map[outbox.State]int{outbox.Unsent: 3})
	if untold, err := next.Untold(t.Context()); err != nil || len(untold) != 0 {
		t.Errorf("%v, %v are to be told of, want none: somebody cancelled them", untold, err)
	}
}
