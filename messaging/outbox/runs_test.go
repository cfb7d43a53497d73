package outbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"telex/messaging"
)

// numbered are n messages, each to somebody else.
func numbered(n int) iter.Seq[messaging.Message] {
	return func(yield func(messaging.Message) bool) {
		for i := range n {
			if !yield(sms("Hi", fmt.Sprintf("+1919555%04d", i))) {
				return
			}
		}
	}
}

// plannedRun is a run of n messages that was not started.
func plannedRun(t testing.TB, o *Outbox, n int) int64 {
	t.Helper()
	r, err := o.NewRun(t.Context(), "Friday")
	must(t, err)
	added, err := o.FillRun(t.Context(), r.ID, By{Profile: "work"}, numbered(n))
	if err != nil || added != n {
		t.Fatalf("FillRun = %d, %v, want %d", added, err, n)
	}
	return r.ID
}

// runningRun is one that was.
func runningRun(t testing.TB, o *Outbox, n int) int64 {
	t.Helper()
	id := plannedRun(t, o, n)
	must(t, o.StartRun(t.Context(), id))
	return id
}

func wantRun(t testing.TB, o *Outbox, id int64, state RunState, counts map[State]int) {
	t.Helper()
	r, err := o.Run(t.Context(), id)
	must(t, err)
	got, err := o.CountRun(t.Context(), id)
	must(t, err)
	if r.State != state || !maps.Equal(got, counts) {
		t.Errorf("run %d is %s with %v, want %s with %v", id, r.State, got, state, counts)
	}
}

// claimed is a batch of at most n.
func claimed(t testing.TB, o *Outbox, api API, run int64, n int) *Batch {
	t.Helper()
	b, err := o.Claim(t.Context(), api, run, n)
	must(t, err)
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
	return receiptFor("api-"+m.To[0], m), nil
}

// TestRunStates tries every change of a run in every state.
func TestRunStates(t *testing.T) {
	o := opened(t, place(t), Options{})
	change := map[RunState]func(int64) error{
		RunRunning:   func(id int64) error { return o.StartRun(t.Context(), id) },
		RunPaused:    func(id int64) error { return o.PauseRun(t.Context(), id) },
		RunCancelled: func(id int64) error { return o.CancelRun(t.Context(), id) },
	}
	in := map[RunState]func() int64{
		RunPlanned:   func() int64 { return plannedRun(t, o, 1) },
		RunRunning:   func() int64 { return runningRun(t, o, 1) },
		RunPaused:    func() int64 { id := runningRun(t, o, 1); must(t, o.PauseRun(t.Context(), id)); return id },
		RunDone:      func() int64 { return runningRun(t, o, 0) },
		RunCancelled: func() int64 { id := runningRun(t, o, 1); must(t, o.CancelRun(t.Context(), id)); return id },
	}
	allowed := map[RunState][]RunState{
		RunPlanned: {RunRunning, RunCancelled}, RunRunning: {RunPaused, RunCancelled},
		RunPaused: {RunRunning, RunCancelled}, RunCancelled: {RunCancelled}, // again
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
			e, ok := errors.AsType[*RunError](err)
			if !ok || *e != (RunError{id, from, to}) || e.Error() != fmt.Sprintf("run %d is %s and cannot become %s", id, from, to) {
				t.Errorf("from %s to %s: %v, want a RunError", from, to, err)
			}
			if r, err := o.Run(t.Context(), id); err != nil || r.State != from {
				t.Errorf("from %s to %s: it is %s, %v", from, to, r.State, err)
			}
		}
		added, err := o.FillRun(t.Context(), fresh(), By{}, numbered(1))
		if e, refused := errors.AsType[*RunError](err); refused != (from != RunPlanned) || added == 1 == refused || refused && (e.From != from || e.To != "") {
			t.Errorf("filling a run that is %s: %d, %v", from, added, err)
		}
	}
	if _, err := o.Run(t.Context(), 1<<40); !isErr(err, ErrNotFound) {
		t.Errorf("Run of none = %v, want ErrNotFound", err)
	}
	all, err := o.Runs(t.Context())
	if err != nil || len(all) < 2 || all[0].ID < all[1].ID || all[0].Name != "Friday" || all[0].Created.IsZero() {
		t.Errorf("Runs = %+v, %v, want the newest first", all, err)
	}
}

// TestFillRun: a run is filled slice by slice, so that neither memory nor one transaction
// holds all of it; after a failure it has the first so many.
func TestFillRun(t *testing.T) {
	o := hooked(t, place(t), Options{}, hooks{pragmas: []string{"synchronous(off)"}})
	r, err := o.NewRun(t.Context(), "")
	must(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	n := 0
	added, err := o.FillRun(ctx, r.ID, By{Profile: "work"}, func(yield func(messaging.Message) bool) {
		for m := range numbered(5 * runAtOnce) {
			if got, want := value[int](t, o, "SELECT count(*) FROM messages"), n/runAtOnce*runAtOnce; got != want {
				t.Fatalf("%d messages are recorded when number %d is asked for, want %d", got, n, want)
			}
			if n++; n == 2*runAtOnce+1 {
				cancel()
			}
			if !yield(m) {
				return
			}
		}
	})
	if !isErr(err, context.Canceled) || added != 2*runAtOnce {
		t.Errorf("FillRun = %d, %v, want %d and that it was cancelled", added, err, 2*runAtOnce)
	}
	wantRun(t, o, r.ID, RunPlanned, map[State]int{Queued: 2 * runAtOnce})
	if e := entryOf(t, o, 1); e.Run != r.ID || e.By.Profile != "work" || e.Moves[0].State != Queued {
		t.Errorf("the first is %+v, want it queued in the run", e)
	}
	if b := claimed(t, o, nil, r.ID, 1); b != nil {
		t.Errorf("of a planned run %v was claimed, want nothing", b.IDs())
	}
	silent := opened(t, place(t), Options{OmitText: true})
	r, err = silent.NewRun(t.Context(), "")
	must(t, err)
	if added, err := silent.FillRun(t.Context(), r.ID, By{}, numbered(1)); added != 0 || !isErr(err, errNoText) {
		t.Errorf("filling without texts: %d, %v, want it refused", added, err)
	}
}

// TestCancelRun: what is queued of a cancelled run is unsent, claimed or not, with the
// reason, and stays so; what is on its way is brought to its end. A process that died
// meanwhile leaves the rest to the next one.
func TestCancelRun(t *testing.T) {
	path, api := place(t), &counter{}
	h := hooks{pragmas: []string{"synchronous(off)"}}
	o := hooked(t, path, Options{Now: newClock().Now}, h)
	id := runningRun(t, o, runAtOnce+7)
	b := claimed(t, o, api, id, 2)
	must(t, o.Start(t.Context(), b.IDs()[0]))
	must(t, o.CancelRun(t.Context(), id))
	wantRun(t, o, id, RunCancelled, map[State]int{Sending: 1, Unsent: runAtOnce + 6})
	r := b.Send(t.Context(), 1)
	if _, settled := errors.AsType[*SettledError](r.Err); !settled || len(api.created) != 0 {
		t.Errorf("a claimed message of a cancelled run: %+v, want it settled", r)
	}
	must(t, o.Settle(t.Context(), b.IDs()[0], receiptFor("api", b.messages[0]), nil))
	wantRun(t, o, id, RunCancelled, map[State]int{Accepted: 1, Unsent: runAtOnce + 6})
	wantTimeline(t, o, b.IDs()[1], "0s send queued", "0s send unsent "+Cancelled)

	second := runningRun(t, o, 3)
	b = claimed(t, o, api, second, 1)
	must(t, o.write(t.Context(), "", func(ctx context.Context, tx *sql.Tx) error { return o.moveRun(ctx, tx, second, RunCancelled) }))
	if r := b.Send(t.Context(), 0); !isErr(r.Err, ErrGivenBack) {
		t.Errorf("a message of a run that is being cancelled: %+v, want it given back", r)
	}
	next := hooked(t, path, Options{}, h)
	wantRun(t, next, second, RunCancelled, map[State]int{Unsent: 3})
	if untold, err := next.Untold(t.Context()); err != nil || len(untold) != 0 {
		t.Errorf("%v, %v are to be told of, want none: somebody cancelled them", untold, err)
	}
}

// TestRunTakenAway: what was sent of a run is recorded again if the outbox is taken away,
// and in a copy of it is not sent again.
func TestRunTakenAway(t *testing.T) {
	path, api := place(t), &counter{}
	o, err := Open(t.Context(), path, Options{})
	must(t, err)
	id := runningRun(t, o, 2)
	b := claimed(t, o, api, id, 1)
	must(t, o.Start(t.Context(), b.IDs()[0]))
	must(t, os.RemoveAll(filepath.Dir(path)))
	if err := o.Settle(t.Context(), b.IDs()[0], receiptFor("api", b.messages[0]), nil); !isErr(err, ErrGone) {
		t.Errorf("Settle = %v, want ErrGone", err)
	}
	_ = o.Close()
	again := opened(t, path, Options{})
	rows, err := again.List(t.Context(), Filter{})
	if err != nil || len(rows) != 1 || rows[0].State != Accepted || rows[0].MessageID != "api" {
		t.Errorf("the outbox that is there now has %+v, %v, want what was sent", rows, err)
	}
}
