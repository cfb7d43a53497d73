package outboxtest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"

	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"

	"telex/messaging"
)

// testClaimByTwo: two processes that claim at once never get the same, and all of it.
func (on *suite) testClaimByTwo(t *testing.T) {
	path, api := on.place(t), &counter{}
	drainers := []*process{on.opened(t, path, outbox.Options{}), on.opened(t, path, outbox.Options{})}
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
				for _, r := range ran(t.Context(), t, b, outbox.RunOptions{Parallel: 2 + i}) {
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
	wantRun(t, drainers[1], id, outbox.RunDone, map[outbox.State]int{outbox.Accepted: 60})
	sound(t, drainers[1])
}

// testDeathOfADrainer: one of two processes dies at each step of each message. What it
// had and did not begin the other one sends; what was on its way is unknown; nothing is
// lost, and nothing sent twice.
func (on *suite) testDeathOfADrainer(t *testing.T) {
	const people, each = 5, 2
	for step := range 4 * each {
		message, at := step/4, []string{"claimed", "sending", "created", "settled"}[step%4]
		t.Run(fmt.Sprintf("%s %d", at, message), func(t *testing.T) {
			path, api := on.place(t), &counter{}
			other := on.opened(t, path, outbox.Options{})
			dying, err := on.open(t.Context(), path, outbox.Options{})
			sample.Must(t, err)
			id := runningRun(t, other, people)
			b := claimed(t, dying, api, id, each)
			for i := range message {
				if r := b.Send(t.Context(), i); r.Err != nil {
					t.Fatal(r.Err)
				}
			}
			row := b.IDs()[message]
			if at != "claimed" {
				sample.Must(t, dying.Start(t.Context(), row))
			}
			if at == "created" || at == "settled" {
				receipt, err := api.Send(t.Context(), sample.RowOf(t, other.Outbox, row).Message)
				sample.Must(t, err)
				if at == "settled" {
					sample.Must(t, dying.Settle(t.Context(), row, receipt, nil))
				}
			}
			dying.crash()
			for {
				next := claimed(t, other, api, id, each)
				if next == nil {
					break
				}
				next.Run(t.Context(), outbox.RunOptions{})
			}
			want := map[outbox.State]int{outbox.Accepted: people}
			if at == "sending" || at == "created" {
				want = map[outbox.State]int{outbox.Accepted: people - 1, outbox.Unknown: 1}
				sample.WantState(t, other.Outbox, row, outbox.Unknown)
			}
			wantRun(t, other, id, outbox.RunDone, want)
			if created := len(api.created); created != people && (at != "sending" || created != people-1) {
				t.Errorf("the API created %d, want %d", created, people)
			}
			if most := slices.Max(slices.Collect(maps.Values(api.created))); most != 1 {
				t.Errorf("the API created %v, want none twice", api.created)
			}
			untold, err := other.Untold(t.Context())
			sample.Must(t, err)
			if len(untold) != want[outbox.Unknown] {
				t.Errorf("%d are to be told of, want %d: what goes on is none", len(untold), want[outbox.Unknown])
			}
		})
	}
}

// A mourning place takes all other processes for dead.
type mourning struct{ Host }

func (m mourning) Open(ctx context.Context, o outbox.Opening) (outbox.Engine, error) {
	settle := o.Settle
	o.Settle = func(ctx context.Context, e outbox.Engine) error { return settle(ctx, alone{e}) }
	return m.Host.Open(ctx, o)
}

// alone is an engine that sees nobody else live.
type alone struct{ outbox.Engine }

func (alone) Alive(context.Context, outbox.Querier, string) (bool, error) { return false, nil }

// testTakenForDead: a process that was taken for dead, and lives, sends nothing that
// another one has now.
func (on *suite) testTakenForDead(t *testing.T) {
	path, api := on.place(t), &counter{}
	slow := on.opened(t, path, outbox.Options{})
	id := runningRun(t, slow, 2)
	b := claimed(t, slow, api, id, 2)
	other := on.opened(t, mourning{path}, outbox.Options{})
	mine := claimed(t, other, api, id, 1)
	for i, r := range ran(t.Context(), t, b, outbox.RunOptions{}) {
		if !errors.Is(r.Err, outbox.ErrGivenBack) || messaging.OutcomeOf(r.Err) != messaging.Unsent || r.Unrecorded != nil {
			t.Errorf("message %d: %+v, want it given back", i, r)
		}
	}
	mine.Run(t.Context(), outbox.RunOptions{})
	wantRun(t, other, id, outbox.RunRunning, map[outbox.State]int{outbox.Accepted: 1, outbox.Queued: 1})
	if len(api.created) != 1 {
		t.Errorf("the API created %v, want one", api.created)
	}
}

// testRunGoesBack: what of a batch is not begun is there for the next claim, whatever
// ended the batch: no connection, a pause, or the process.
func (on *suite) testRunGoesBack(t *testing.T) {
	path := on.place(t)
	o := on.opened(t, path, outbox.Options{})
	id := runningRun(t, o, 4)
	api := &counter{before: func(messaging.Message) error { return sample.NeverLeft() }}
	results := ran(t.Context(), t, claimed(t, o, api, id, 2), outbox.RunOptions{})
	if results[0].Skipped != "" || results[1].Skipped != "there is no connection" || results[1].Unrecorded != nil {
		t.Errorf("results %+v, want the second one skipped", results)
	}
	wantRun(t, o, id, outbox.RunRunning, map[outbox.State]int{outbox.Unsent: 1, outbox.Queued: 3})

	api.before = func(m messaging.Message) error { return o.PauseRun(t.Context(), id, outbox.Reason{}) }
	results = ran(t.Context(), t, claimed(t, o, api, id, 2), outbox.RunOptions{})
	if results[0].Err != nil || !errors.Is(results[1].Err, outbox.ErrGivenBack) {
		t.Errorf("results %+v, want the first one sent and the second one given back", results)
	}
	wantRun(t, o, id, outbox.RunPaused, map[outbox.State]int{outbox.Unsent: 1, outbox.Accepted: 1, outbox.Queued: 2})
	if b := claimed(t, o, api, id, 2); b != nil {
		t.Errorf("of a paused run %v was claimed, want nothing", b.IDs())
	}

	other, err := on.open(t.Context(), path, outbox.Options{})
	sample.Must(t, err)
	sample.Must(t, other.StartRun(t.Context(), id))
	if b := claimed(t, other, api, id, 9); len(b.IDs()) != 2 {
		t.Errorf("%v was claimed, want the last two", b.IDs())
	}
	sample.Must(t, other.Close())
	wantRun(t, o, id, outbox.RunRunning, map[outbox.State]int{outbox.Unsent: 1, outbox.Accepted: 1, outbox.Queued: 2})

	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	claimed(t, o, api, id, 1).Run(cancelled, outbox.RunOptions{})
	api.before = nil
	claimed(t, o, api, id, 9).Run(t.Context(), outbox.RunOptions{})
	wantRun(t, o, id, outbox.RunDone, map[outbox.State]int{outbox.Unsent: 1, outbox.Accepted: 3})
}

// testClaimedRequest: what leaves is the request that was recorded, byte for byte, after
// its row was committed as being sent.
func (on *suite) testClaimedRequest(t *testing.T) {
	o := on.opened(t, on.place(t), outbox.Options{})
	m := sample.SMS("Grüße 👍\n", sample.Bob)
	m.Media, m.Priority, m.Expiration = []string{"https://example.com/a.png"}, messaging.PriorityHigh, sample.NewClock().Now()
	r, err := o.NewRun(t.Context(), "one")
	sample.Must(t, err)
	_, err = o.FillRun(t.Context(), r.ID, outbox.By{}, slices.Values([]messaging.Message{m}))
	sample.Must(t, err)
	sample.Must(t, o.StartRun(t.Context(), r.ID))
	api := &counter{}
	b := claimed(t, o, api, r.ID, 1)
	api.before = func(m messaging.Message) error {
		d := sample.RowOf(t, o.Outbox, b.IDs()[0])
		if body, err := m.Body(); err != nil || d.State != outbox.Sending || string(body) != string(d.Request) {
			t.Errorf("%s leaves, %v, of a row that is %s with %s", body, err, d.State, d.Request)
		}
		return nil
	}
	b.Run(t.Context(), outbox.RunOptions{})
	wantRun(t, o, r.ID, outbox.RunDone, map[outbox.State]int{outbox.Accepted: 1})
	again := b.Send(t.Context(), 0)
	if _, settled := errors.AsType[*outbox.SettledError](again.Err); !settled || len(api.created) != 1 {
		t.Errorf("sending it twice: %+v, want it settled", again)
	}
}
