package outboxtest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// failing fails the message of a person of a run with a delivery error code.
func failing(t testing.TB, o *process, run int64, n, code int) {
	t.Helper()
	page, err := o.RunPeople(t.Context(), run, outbox.PeopleFilter{}, n-1, 1)
	sample.Must(t, err)
	e := page[0].Entry
	_, err = o.Deliver(t.Context(), e.ID, sample.Told(e.MessageID, e.Message, fmt.Sprint("FAILED ", code)))
	sample.Must(t, err)
}

// halfSent is a run of which so many were sent, and as many wait.
func halfSent(t *testing.T, o *process, b outbox.Broadcast, n int) int64 {
	t.Helper()
	id := startedPeople(t, o, b, people(2*n))
	ctx, cancel := context.WithCancel(t.Context())
	sent := 0
	_, err := o.Drain(ctx, &counter{}, id, fast(outbox.DrainOptions{Parallel: 1, Grace: time.Minute, Told: func(outbox.Person, messaging.Message, outbox.Result) {
		if sent++; sent == n-1 { // one more is on its way
			cancel()
		}
	}}))
	sample.Must(t, err)
	wantCounts(t, o, id, outbox.RunCounts{People: 2 * n, Waiting: n, States: map[outbox.State]int{outbox.Accepted: n}})
	return id
}

// testBroadcastReactions: a run does what the codes of its messages ask for, a code of each
// kind.
func (on *suite) testBroadcastReactions(t *testing.T) {
	sample.Alone(t)
	paused := func(kind outbox.ReasonKind) func(outbox.Run) bool {
		return func(r outbox.Run) bool {
			return r.State == outbox.RunPaused && r.Reason.Kind == kind && r.Reason.Code != 0 && r.Reason.Sender == sample.Sender
		}
	}
	goesOn := func(r outbox.Run) bool {
		return r.State == outbox.RunRunning && r.Hold.Until.IsZero() && r.Slowed == 0
	}
	c := sample.ClockAt(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	for _, test := range []struct {
		codes []int
		want  func(r outbox.Run) bool
	}{
		{[]int{4476}, paused(outbox.ReasonCode)},
		{[]int{4403}, paused(outbox.ReasonCode)}, // the sender was taken from the account
		{[]int{4405}, paused(outbox.ReasonCode)},
		{[]int{4770, 4470}, goesOn},
		{[]int{4770, 4470, 4791}, paused(outbox.ReasonSeveral)},
		{[]int{4780}, func(r outbox.Run) bool {
			return r.State == outbox.RunRunning && r.Hold.Reason.Kind == outbox.HoldMidnight && r.Hold.Until.Equal(time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC))
		}},
		{[]int{4781, 5600}, func(r outbox.Run) bool { return r.State == outbox.RunRunning && r.Slowed == 1 }},
		{[]int{4775, 4475}, goesOn},
		{[]int{4720, 4404, 4303}, goesOn},
		{[]int{4701, 4702, 4730}, goesOn},
		{[]int{4350, 4410, 4711}, goesOn},
		{[]int{5100, 5610, 5650}, goesOn},
		{[]int{9902, 9902, 9902, 9999, 5630}, goesOn},
		{[]int{4360, 4794, 4360}, goesOn},
	} {
		on.wantReaction(t, c, test.codes, test.want)
	}
}

// wantReaction fails unless a run of whose messages some failed by codes is as is wanted
// then, and does what follows from that.
func (on *suite) wantReaction(t *testing.T, c *sample.Clock, codes []int, as func(outbox.Run) bool) {
	t.Helper()
	o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
	id := halfSent(t, o, toPeople(), 6)
	var out []string // the codes by which somebody opted out, who gets nothing more from anybody
	for i, code := range codes {
		failing(t, o, id, i+1, code)
		if known, _ := messaging.ExplainCode(code); known.Reaction == messaging.ReactOptedOut {
			out = append(out, fmt.Sprint(numberOf(i+1), " code ", code))
		}
	}
	r, err := o.Run(t.Context(), id)
	sample.Must(t, err)
	want(t, fmt.Sprint("the ledger after ", codes), ledgerOf(t, o), out...)
	if !as(r) {
		t.Errorf("after %v the run is %s, because of %+v, holds %+v and was slowed %d times", codes, r.State, r.Reason, r.Hold, r.Slowed)
	}
	api := &counter{}
	_, err = untilItWaits(t.Context(), o, api, id)
	sample.Must(t, err)
	if waits := r.State == outbox.RunPaused || !r.Hold.Until.IsZero(); waits && len(api.created) != 0 || waits && len(r.Reason.String()+r.Hold.Reason.String()) < 10 {
		t.Errorf("after %v %d were sent, because of %q and %q", codes, len(api.created), r.Reason, r.Hold.Reason)
	}
	if r.State != outbox.RunPaused {
		return
	}
	sample.Must(t, o.StartRun(t.Context(), id)) // a person did something about it
	if r := drained(t, o, api, id, fast(outbox.DrainOptions{})); r.State != outbox.RunDone || len(api.created) != 6 {
		t.Errorf("started again after %v: %s, %d created, want it done with the 6 that waited", codes, r.State, len(api.created))
	}
}

// testBroadcastFailures: a run is paused when too many of the last fail, and those from
// before it was started again do not count. What is unconfirmed, or came too late, counts
// neither way.
func (on *suite) testBroadcastFailures(t *testing.T) {
	sample.Alone(t)
	c := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
	b := toPeople()
	b.StopAt = 20
	id := halfSent(t, o, b, 80)
	state := func() outbox.RunState {
		r, err := o.Run(t.Context(), id)
		sample.Must(t, err)
		return r.State
	}
	next := 0
	fail := func(code, n int) {
		for range n {
			next++
			c.Advance(time.Second)
			failing(t, o, id, next, code)
		}
	}
	fail(4360, 15)
	fail(9902, 15)
	fail(4720, 9)
	if s := state(); s != outbox.RunRunning {
		t.Errorf("after 9 failures the run is %s, want it running", s)
	}
	fail(4720, 1)
	r, err := o.Run(t.Context(), id)
	sample.Must(t, err)
	if want := (outbox.Reason{Kind: outbox.ReasonFailures, Failed: 10}); r.State != outbox.RunPaused || r.Reason != want {
		t.Errorf("after 10 of the last 50 failed the run is %s, because of %+v, want %+v", r.State, r.Reason, want)
	}
	c.Advance(time.Second)
	sample.Must(t, o.StartRun(t.Context(), id))
	fail(4720, 9)
	if s := state(); s != outbox.RunRunning {
		t.Errorf("9 failures after it was started again the run is %s, want it running", s)
	}
	fail(4720, 1)
	if s := state(); s != outbox.RunPaused {
		t.Errorf("10 failures after it was started again the run is %s, want it paused", s)
	}
	// What the API refuses counts, too.
	c.Advance(time.Second)
	sample.Must(t, o.StartRun(t.Context(), id))
	refuses := &counter{before: func(m messaging.Message) error { return sample.Refusal(m.Text) }}
	if r := drained(t, o, refuses, id, fast(outbox.DrainOptions{Parallel: 1})); r.State != outbox.RunPaused || r.Reason.Kind != outbox.ReasonFailures {
		t.Errorf("after refusals the run is %s, because of %+v", r.State, r.Reason)
	}
	if counts, err := o.RunCounts(t.Context(), id); err != nil || counts.States[outbox.Rejected] != 10 || counts.Waiting != 70 {
		t.Errorf("%+v, %v, want 10 rejected and 70 who wait", counts, err)
	}
}
