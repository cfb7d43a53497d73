package outboxtest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// broadcastDeaths: what becomes of a run whose process dies.
func (on *suite) broadcastDeaths() []rule {
	return []rule{
		{"BroadcastDeath", on.testBroadcastDeath},
		{"BroadcastDeaths", on.testBroadcastDeaths},
		{"BroadcastByTwo", on.testBroadcastByTwo},
		{"BroadcastTakenForDead", on.testBroadcastTakenForDead},
	}
}

// A mortal process sends until it dies at a moment: at the how-manieth time that something
// happens.
type mortal struct {
	*process
	api   *counter
	at    string // "filled", "recorded", "created" or "told"
	left  atomic.Int32
	dying atomic.Bool
	death sync.Mutex // held while it dies
	gone  bool       // it is dead; under death
}

// die kills the process if it is time.
func (m *mortal) die(at string) {
	if m.at == at && m.left.Add(-1) == 0 {
		m.death.Lock()
		defer m.death.Unlock()
		m.dying.Store(true)
		if at != "filled" { // then it is in a transaction, which fails, and dies behind it
			m.crash()
			m.gone = true
		}
	}
}

// errDied ends the transaction in which a process dies.
var errDied = errors.New("it died")

// isGone reports whether it is dead. What comes while it dies waits for that: nobody hears of
// an end that the dead one did not live to see.
func (m *mortal) isGone() bool {
	m.death.Lock()
	defer m.death.Unlock()
	return m.gone
}

// Send is what the API does as long as the process lives.
func (m *mortal) Send(ctx context.Context, message messaging.Message) (*messaging.Receipt, error) {
	m.die("recorded")
	if m.isGone() {
		return nil, sample.Lost()
	}
	receipt, err := m.api.Send(ctx, message)
	m.die("created")
	return receipt, err
}

// drain sends a run until it is over or the process is.
func (m *mortal) drain(ctx context.Context, id int64, parallel int) error {
	how := fast(outbox.DrainOptions{Parallel: parallel, Told: func(outbox.Person, messaging.Message, outbox.Result) { m.die("told") }})
	how.Prepare = func(r outbox.Run) (outbox.Fill, error) {
		f, err := filled(r)
		return func(p outbox.Person) (messaging.Message, outbox.Skip, string, error) {
			if m.die("filled"); m.dying.Load() {
				return messaging.Message{}, "", "", errDied
			}
			return f(p)
		}, err
	}
	_, err := m.Drain(ctx, m, id, how)
	if m.dying.Load() {
		m.crash()
	}
	return err
}

// testBroadcastDeath: a process dies at each step of a message. Who waited gets it from the
// next one, what was on its way is unknown, and nobody gets anything twice.
func (on *suite) testBroadcastDeath(t *testing.T) {
	all := 4
	if sample.Quick() {
		all = 2
	}
	for _, at := range []string{"filled", "recorded", "created", "told"} {
		for n := range all {
			t.Run(fmt.Sprintf("%s %d", at, n+1), func(t *testing.T) {
				path, api := on.place(t), &counter{}
				o, err := on.open(t.Context(), path, outbox.Options{})
				sample.Must(t, err)
				id := startedPeople(t, o, toPeople(), people(all))
				m := &mortal{process: o, api: api, at: at}
				m.left.Store(int32(n) + 1) //nolint:gosec // it is small
				if err := m.drain(t.Context(), id, 1); err == nil && at != "told" {
					t.Error("Drain of a dead process = nil, want an error")
				}
				next := on.opened(t, path, outbox.Options{})
				unknown := 0
				if at == "recorded" || at == "created" || at == "told" && n+1 < all { // the next one is recorded with the end of this one
					unknown = 1
				}
				want := map[outbox.State]int{outbox.Accepted: all - unknown}
				if unknown > 0 {
					want[outbox.Unknown] = unknown
				}
				drained(t, next, api, id, fast(outbox.DrainOptions{}))
				wantCounts(t, next, id, outbox.RunCounts{People: all, States: want})
				wantOnce(t, next, api, id)
				sound(t, next)
			})
		}
	}
}

// testBroadcastDeaths: over any schedule of deaths, of one of several processes that send the
// same run, each number is created at most once, and each that was not is unknown.
func (on *suite) testBroadcastDeaths(t *testing.T) {
	schedules := sample.Rounds(1, 3, 6)
	if !sample.Quick() && os.Getenv("TELEX_SOAK") != "" {
		schedules = 40
	}
	for seed := range schedules {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			random := rand.New(rand.NewPCG(uint64(seed), 5)) //nolint:gosec // a schedule needs no secrecy
			path, api := on.place(t), &counter{}
			first := on.opened(t, path, outbox.Options{})
			id := startedPeople(t, first, toPeople(), people(40))
			for range 4 {
				var wg sync.WaitGroup
				for i := range 2 {
					o, err := on.open(t.Context(), path, outbox.Options{})
					sample.Must(t, err)
					m := &mortal{process: o, api: api}
					if i == 0 {
						m.at = []string{"filled", "recorded", "created", "told"}[random.IntN(4)]
						m.left.Store(1 + random.Int32N(15))
					}
					ctx, cancel := context.WithCancel(t.Context())
					if i == 1 { // the other one is told to end, sometime
						after := random.IntN(20)
						m.at = ""
						var n atomic.Int32
						api := m.api
						m.api = &counter{before: func(message messaging.Message) error {
							if n.Add(1) == int32(after) { //nolint:gosec // it is small
								cancel()
							}
							_, err := api.Send(ctx, message)
							return err
						}}
					}
					wg.Go(func() {
						defer cancel()
						if err := m.drain(ctx, id, 1+random.IntN(4)); err != nil && !m.dying.Load() {
							t.Errorf("Drain = %v, want nil", err)
						}
						if !m.dying.Load() {
							sample.Must(t, m.Close())
						}
					})
				}
				wg.Wait()
			}
			drained(t, first, api, id, fast(outbox.DrainOptions{}))
			wantOnce(t, first, api, id)
			sound(t, first)
		})
	}
}

// wantOnce demands that each person of a run that is done has one message, which the API
// created once, or which is unknown.
func wantOnce(t testing.TB, o *process, api *counter, id int64) {
	t.Helper()
	r, err := o.Run(t.Context(), id)
	sample.Must(t, err)
	page, err := o.RunPeople(t.Context(), id, outbox.PeopleFilter{}, 0, 1000)
	sample.Must(t, err)
	if r.State != outbox.RunDone || len(page) != r.People {
		t.Errorf("the run is %s with %d people, want it done with %d", r.State, len(page), r.People)
	}
	for _, p := range page {
		api.mu.Lock()
		made := api.created[p.Number]
		api.mu.Unlock()
		if made > 1 || p.State() == outbox.Accepted && made != 1 || p.State() != outbox.Accepted && p.State() != outbox.Unknown {
			t.Errorf("person %d is %q and was created %d times, want once, or at most once and unknown", p.N, p.State(), made)
		}
	}
}

// testBroadcastByTwo: two processes that send a run at once share it, and the one that has
// nothing more to do waits for the end of the other's.
func (on *suite) testBroadcastByTwo(t *testing.T) {
	path := on.place(t)
	drainers := []*process{on.opened(t, path, outbox.Options{}), on.opened(t, path, outbox.Options{})}
	id := startedPeople(t, drainers[0], toPeople(), people(60))
	api := &counter{}
	var sent [2]atomic.Int32
	var wg sync.WaitGroup
	for i, o := range drainers {
		wg.Go(func() {
			how := fast(outbox.DrainOptions{Parallel: 3, Told: func(outbox.Person, messaging.Message, outbox.Result) { sent[i].Add(1) }})
			if r, err := o.Drain(t.Context(), api, id, how); err != nil || r.State != outbox.RunDone {
				t.Errorf("Drain = %s, %v, want it done", r.State, err)
			}
		})
	}
	wg.Wait()
	if sent[0].Load()+sent[1].Load() != 60 {
		t.Errorf("told of %d and %d, want 60", sent[0].Load(), sent[1].Load())
	}
	wantOnce(t, drainers[0], api, id)

	// Another one has the last message on its way when it dies.
	id = startedPeople(t, drainers[0], toPeopleOf("second"), people(1))
	dying, err := on.open(t.Context(), path, outbox.Options{})
	sample.Must(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	held, over := make(chan struct{}), make(chan error)
	go func() {
		_, err := dying.Drain(ctx, sample.API{OnSend: func(context.Context, messaging.Message) (*messaging.Receipt, error) {
			close(held)
			<-ctx.Done()
			return nil, sample.Lost()
		}}, id, fast(outbox.DrainOptions{}))
		over <- err
	}()
	<-held
	looks := 0
	how := fast(outbox.DrainOptions{})
	how.After = func(time.Duration) <-chan time.Time {
		if looks++; looks == 3 {
			dying.crash()
		}
		now := make(chan time.Time, 1)
		now <- time.Time{}
		return now
	}
	drained(t, drainers[1], api, id, how)
	wantCounts(t, drainers[1], id, outbox.RunCounts{People: 1, States: map[outbox.State]int{outbox.Unknown: 1}})
	cancel()
	if err := <-over; err == nil || errors.Is(err, context.Canceled) {
		t.Errorf("the drain of the dead one = %v, want that nothing could be recorded", err)
	}
}

// toPeopleOf is toPeople with another text.
func toPeopleOf(text string) outbox.Broadcast {
	b := toPeople()
	b.Text = text
	return b
}

// testBroadcastTakenForDead: a process that was taken for dead brings its answers after all.
// They are recorded, and what was refused is not tried again by a run that is over.
func (on *suite) testBroadcastTakenForDead(t *testing.T) {
	path := on.place(t)
	o, other := on.opened(t, path, outbox.Options{}), on.opened(t, path, outbox.Options{})
	id := startedPeople(t, o, toPeople(), people(1))
	api := sample.API{OnSend: func(context.Context, messaging.Message) (*messaging.Receipt, error) {
		// The other one finds the row of somebody whom it holds for dead.
		sample.Change(t, other.engine, "UPDATE messages SET state = 'unknown', untold = 1 WHERE run = ?", id)
		sample.Change(t, other.engine, "UPDATE runs SET state = 'done' WHERE id = ?", id)
		return nil, busy(0)
	}}
	if r := drained(t, o, api, id, fast(outbox.DrainOptions{})); r.State != outbox.RunDone {
		t.Errorf("the run is %s, want it done", r.State)
	}
	wantCounts(t, o, id, outbox.RunCounts{People: 1, States: map[outbox.State]int{outbox.Rejected: 1}})
	sound(t, o)
}
