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

// TestClaimByTwo: two processes that claim at once never get the same, and all of it.
func TestClaimByTwo(t *testing.T) {
	path, api := place(t), &counter{}
	h := hooks{pragmas: []string{"synchronous(off)"}}
	drainers := []*Outbox{hooked(t, path, Options{}, h), hooked(t, path, Options{}, h)}
	id := runningRun(t, drainers[0], 60)
	var wg sync.WaitGroup
	for i, o := range drainers {
		wg.Go(func() {
			for {
				b, err := o.Claim(t.Context(), api, id, 3+i)
				if err != nil {
					t.Errorf("Claim = %v", err)
				}
				if b == nil {
					return
				}
				for _, r := range b.Run(t.Context(), RunOptions{}) {
					if r.Err != nil || r.Unrecorded != nil {
						t.Errorf("message %d: %v, %v, want it accepted", r.ID, r.Err, r.Unrecorded)
					}
				}
			}
		})
	}
	wg.Wait()
	if len(api.created) != 60 || slices.Max(slices.Collect(maps.Values(api.created))) != 1 {
		t.Errorf("the API created %v, want each once", api.created)
	}
	wantRun(t, drainers[1], id, RunDone, map[State]int{Accepted: 60})
	sound(t, drainers[1])
}

// TestDeathOfADrainer: one of two processes dies at each step of each message. What it
// had and did not begin the other one sends; what was on its way is unknown; nothing is
// lost, and nothing sent twice.
func TestDeathOfADrainer(t *testing.T) {
	const people, each = 5, 2
	for step := range 4 * each {
		message, at := step/4, []string{"claimed", "sending", "created", "settled"}[step%4]
		t.Run(fmt.Sprintf("%s %d", at, message), func(t *testing.T) {
			path, api := place(t), &counter{}
			h := hooks{pragmas: []string{"synchronous(off)"}}
			other := hooked(t, path, Options{}, h)
			dying, err := openWith(t.Context(), path, Options{}, h)
			must(t, err)
			id := runningRun(t, other, people)
			b := claimed(t, dying, api, id, each)
			for i := range message {
				if r := b.Send(t.Context(), i); r.Err != nil {
					t.Fatal(r.Err)
				}
			}
			row := b.IDs()[message]
			sent := message
			if at != "claimed" {
				must(t, dying.Start(t.Context(), row))
			}
			if at == "created" || at == "settled" {
				receipt, err := api.Send(t.Context(), b.messages[message])
				must(t, err)
				sent++
				if at == "settled" {
					must(t, dying.Settle(t.Context(), row, receipt, nil))
				}
			}
			dying.crash()
			for {
				next := claimed(t, other, api, id, each)
				if next == nil {
					break
				}
				next.Run(t.Context(), RunOptions{})
			}
			want := map[State]int{Accepted: people}
			if at == "sending" || at == "created" {
				want = map[State]int{Accepted: people - 1, Unknown: 1}
				wantState(t, other, row, Unknown)
			}
			wantRun(t, other, id, RunDone, want)
			if created := len(api.created); created != people && (at != "sending" || created != people-1) {
				t.Errorf("the API created %d, want %d", created, people)
			}
			if most := slices.Max(slices.Collect(maps.Values(api.created))); most != 1 {
				t.Errorf("the API created %v, want none twice", api.created)
			}
			untold, err := other.Untold(t.Context())
			must(t, err)
			if len(untold) != want[Unknown] {
				t.Errorf("%d are to be told of, want %d: what goes on is none", len(untold), want[Unknown])
			}
		})
	}
}

// TestTakenForDead: a process that was taken for dead, and lives, sends nothing that
// another one has now.
func TestTakenForDead(t *testing.T) {
	path, api := place(t), &counter{}
	slow := opened(t, path, Options{})
	id := runningRun(t, slow, 2)
	b := claimed(t, slow, api, id, 2)
	other := opened(t, path, Options{})
	must(t, other.settleOwners(t.Context(), []string{slow.owner.name}))
	mine := claimed(t, other, api, id, 1)
	for i, r := range b.Run(t.Context(), RunOptions{}) {
		if !isErr(r.Err, ErrGivenBack) || messaging.OutcomeOf(r.Err) != messaging.Unsent || r.Unrecorded != nil {
			t.Errorf("message %d: %+v, want it given back", i, r)
		}
	}
	mine.Run(t.Context(), RunOptions{})
	wantRun(t, other, id, RunRunning, map[State]int{Accepted: 1, Queued: 1})
	if len(api.created) != 1 {
		t.Errorf("the API created %v, want one", api.created)
	}
}

// TestRunGoesBack: what of a batch is not begun is there for the next claim, whatever
// ended the batch: no connection, a pause, or the process.
func TestRunGoesBack(t *testing.T) {
	path := place(t)
	o := opened(t, path, Options{})
	id := runningRun(t, o, 4)
	api := &counter{before: func(messaging.Message) error { return neverLeft() }}
	results := claimed(t, o, api, id, 2).Run(t.Context(), RunOptions{})
	if results[0].Skipped != "" || results[1].Skipped != "there is no connection" || results[1].Unrecorded != nil {
		t.Errorf("results %+v, want the second one skipped", results)
	}
	wantRun(t, o, id, RunRunning, map[State]int{Unsent: 1, Queued: 3})

	api.before = func(m messaging.Message) error { return o.PauseRun(t.Context(), id) }
	results = claimed(t, o, api, id, 2).Run(t.Context(), RunOptions{})
	if results[0].Err != nil || !isErr(results[1].Err, ErrGivenBack) {
		t.Errorf("results %+v, want the first one sent and the second one given back", results)
	}
	wantRun(t, o, id, RunPaused, map[State]int{Unsent: 1, Accepted: 1, Queued: 2})
	if b := claimed(t, o, api, id, 2); b != nil {
		t.Errorf("of a paused run %v was claimed, want nothing", b.IDs())
	}

	other, err := openWith(t.Context(), path, Options{}, hooks{})
	must(t, err)
	must(t, other.StartRun(t.Context(), id))
	if b := claimed(t, other, api, id, 9); len(b.IDs()) != 2 {
		t.Errorf("%v was claimed, want the last two", b.IDs())
	}
	must(t, other.Close())
	wantRun(t, o, id, RunRunning, map[State]int{Unsent: 1, Accepted: 1, Queued: 2})

	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	claimed(t, o, api, id, 1).Run(cancelled, RunOptions{})
	api.before = nil
	claimed(t, o, api, id, 9).Run(t.Context(), RunOptions{})
	wantRun(t, o, id, RunDone, map[State]int{Unsent: 1, Accepted: 3})
}

// TestClaimedRequest: what leaves is the request that was recorded, byte for byte, after
// its row was committed as being sent.
func TestClaimedRequest(t *testing.T) {
	o := opened(t, place(t), Options{})
	m := sms("Grüße 👍\n", bob)
	m.Media, m.Priority, m.Expiration = []string{"https://example.com/a.png"}, messaging.PriorityHigh, newClock().Now()
	r, err := o.NewRun(t.Context(), "one")
	must(t, err)
	_, err = o.FillRun(t.Context(), r.ID, By{}, slices.Values([]messaging.Message{m}))
	must(t, err)
	must(t, o.StartRun(t.Context(), r.ID))
	api := &counter{}
	b := claimed(t, o, api, r.ID, 1)
	api.before = func(m messaging.Message) error {
		d := entryOf(t, o, b.IDs()[0])
		if body, err := m.Body(); err != nil || d.State != Sending || string(body) != string(d.Request) {
			t.Errorf("%s leaves, %v, of a row that is %s with %s", body, err, d.State, d.Request)
		}
		return nil
	}
	b.Run(t.Context(), RunOptions{})
	wantRun(t, o, r.ID, RunDone, map[State]int{Accepted: 1})
	if again := b.Send(t.Context(), 0); !isErr(again.Err, &MoveError{}) && messaging.OutcomeOf(again.Err) != messaging.Unsent || len(api.created) != 1 {
		t.Errorf("sent twice: %+v", again)
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
