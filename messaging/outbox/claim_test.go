package outbox

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"

	"telex/messaging"
)

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
			if at != "claimed" {
				must(t, dying.Start(t.Context(), row))
			}
			if at == "created" || at == "settled" {
				receipt, err := api.Send(t.Context(), b.messages[message])
				must(t, err)
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
	again := b.Send(t.Context(), 0)
	if _, settled := errors.AsType[*SettledError](again.Err); !settled || len(api.created) != 1 {
		t.Errorf("sending it twice: %+v, want it settled", again)
	}
}
