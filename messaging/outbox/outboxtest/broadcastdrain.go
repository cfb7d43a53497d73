package outboxtest

import (
	"context"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// broadcastDrains: how the sending of a run begins, waits and ends.
func (on *suite) broadcastDrains() []rule {
	return []rule{
		{"BroadcastLeavesAtOnce", on.testBroadcastLeavesAtOnce},
		{"BroadcastFirstIsSlow", on.testBroadcastFirstIsSlow},
		{"BroadcastEndsPaused", on.testBroadcastEndsPaused},
		{"BroadcastEndsLooking", on.testBroadcastEndsLooking},
		{"BroadcastClockSetBack", on.testBroadcastClockSetBack},
		{"BroadcastPaceOfSenders", on.testBroadcastPaceOfSenders},
	}
}

// testBroadcastLeavesAtOnce: what is recorded as being sent leaves then, however long whoever
// is told of the one before takes: hours, where nobody reads what a terminal shows.
func (on *suite) testBroadcastLeavesAtOnce(t *testing.T) {
	o := on.opened(t, on.place(t), outbox.Options{Now: sample.NewClock().Now})
	id := startedPeople(t, o, toPeople(), people(3))
	left := make(chan struct{}, 3)
	api := sample.API{OnSend: func(_ context.Context, m messaging.Message) (*messaging.Receipt, error) {
		left <- struct{}{}
		return sample.Receipt("api-"+m.To[0], m), nil
	}}
	seen := 0
	drained(t, o, api, id, fast(outbox.DrainOptions{Parallel: 1, Told: func(outbox.Person, messaging.Message, outbox.Result) {
		for ; seen < sample.Value[int](t, o.engine, "SELECT count(*) FROM messages"); seen++ {
			select {
			case <-left:
			case <-time.After(time.Minute):
				t.Fatal("a message is recorded as being sent, and waits for who is told of another")
			}
		}
	}}))
}

// An attended context says when somebody waits for its end.
type attended struct {
	context.Context //nolint:containedctx // it is one
	waits           chan struct{}
}

func (a attended) Done() <-chan struct{} {
	select {
	case a.waits <- struct{}{}:
	default:
	}
	return a.Context.Done()
}

// testBroadcastEndsPaused: a drain that is told to end when the run was paused, with a message
// on its way, gives that its grace, and no more.
func (on *suite) testBroadcastEndsPaused(t *testing.T) {
	o := on.opened(t, on.place(t), outbox.Options{Now: sample.NewClock().Now})
	id := startedPeople(t, o, toPeople(), people(3))
	cancelled, cancel := context.WithCancel(t.Context())
	defer cancel()
	ctx := attended{cancelled, make(chan struct{}, 1)}
	look := make(chan struct{})
	api := sample.API{OnSend: func(ctx context.Context, _ messaging.Message) (*messaging.Receipt, error) {
		sample.Must(t, o.PauseRun(t.Context(), id, outbox.Reason{Kind: outbox.ReasonPerson}))
		look <- struct{}{}
		<-ctx.Done()
		return nil, sample.Lost()
	}}
	graced := false
	r, err := o.Drain(ctx, api, id, fast(outbox.DrainOptions{
		Limit: 10 * time.Second, Grace: 7 * time.Second, Look: look,
		Changed: func(r outbox.Run) {
			if r.State != outbox.RunPaused {
				return
			}
			select {
			case <-ctx.waits: // for something else, before
			default:
			}
			go func() { <-ctx.waits; cancel() }()
		},
		After: func(d time.Duration) <-chan time.Time {
			if d == 7*time.Second {
				graced = true
				return time.After(0)
			}
			return nil
		},
	}))
	if err != nil || r.State != outbox.RunPaused || !graced {
		t.Errorf("Drain = %s, %v, after its grace: %t; want it paused, and the grace", r.State, err, graced)
	}
	wantCounts(t, o, id, outbox.RunCounts{People: 3, Waiting: 2, States: map[outbox.State]int{outbox.Unknown: 1}})
}

// testBroadcastEndsLooking: a drain that is told to end when it is about to look what others
// did, who have the rest, ends as it does at any other time.
func (on *suite) testBroadcastEndsLooking(t *testing.T) {
	path := on.place(t)
	o, other := on.opened(t, path, outbox.Options{}), on.opened(t, path, outbox.Options{})
	id := startedPeople(t, o, toPeople(), people(1))
	api := sample.API{OnSend: func(_ context.Context, m messaging.Message) (*messaging.Receipt, error) {
		for range 20 { // in half of which it looks
			ctx, cancel := context.WithCancel(t.Context())
			r, err := other.Drain(ctx, &counter{}, id, fast(outbox.DrainOptions{After: func(time.Duration) <-chan time.Time {
				cancel()
				due := make(chan time.Time, 1)
				due <- time.Time{}
				return due
			}}))
			if err != nil || r.State != outbox.RunRunning {
				t.Fatalf("the other one ends with a run that is %s, %v, want it running", r.State, err)
			}
		}
		return sample.Receipt("api", m), nil
	}}
	drained(t, o, api, id, fast(outbox.DrainOptions{}))
}

// testBroadcastClockSetBack: a clock that is set back by an hour keeps nobody waiting for one.
func (on *suite) testBroadcastClockSetBack(t *testing.T) {
	sample.Alone(t)
	c := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
	id := startedPeople(t, o, toPeople(), people(5))
	waits, pass := 0, leaps(c)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	_, err := o.Drain(ctx, &counter{}, id, fast(outbox.DrainOptions{
		Parallel: 1, Pace: outbox.Pace{Account: outbox.Rate{Count: 1, Per: time.Second}},
		Told: func(p outbox.Person, _ messaging.Message, _ outbox.Result) {
			if p.N == 2 {
				c.Advance(-time.Hour)
			}
		},
		After: func(d time.Duration) <-chan time.Time {
			if waits++; waits > 20 {
				cancel()
			}
			return pass(d)
		},
	}))
	sample.Must(t, err)
	wantCounts(t, o, id, outbox.RunCounts{People: 5, States: map[outbox.State]int{outbox.Accepted: 5}})
	entries := inOrder(t, o)
	for i, e := range entries[1:] {
		if apart := e.Created.Sub(entries[i].Created); apart > -30*time.Minute && apart < 900*time.Millisecond {
			t.Errorf("message %d left %s after the one before, want a second", e.ID, apart)
		}
	}
}

// testBroadcastPaceOfSenders: a sender keeps a pace of its own, and those of a campaign keep
// one together; who is slow keeps nobody else from leaving for long.
func (on *suite) testBroadcastPaceOfSenders(t *testing.T) {
	sample.Alone(t)
	c := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
	b := toPeople()
	b.Senders = []string{"+12345678901", "+12345678902", "+12345678903"} // who take turns
	id := startedPeople(t, o, b, people(30))
	begin := c.Now()
	drained(t, o, &counter{}, id, fast(outbox.DrainOptions{Parallel: 8, After: leaps(c), Pace: outbox.Pace{
		Account: outbox.NoLimit(), Senders: map[string]outbox.Rate{b.Senders[2]: {Count: 2, Per: time.Second}},
		Campaigns: []outbox.Campaign{{ID: "C1", Senders: b.Senders[:2], Rate: outbox.Rate{Count: 1, Per: time.Second}}},
	}}))
	left := map[bool][]time.Duration{} // of the campaign or not
	for _, e := range inOrder(t, o) {
		ofCampaign := e.Message.From != b.Senders[2]
		left[ofCampaign] = append(left[ofCampaign], e.Created.Sub(begin))
	}
	if len(left[true]) != 20 || len(left[false]) != 10 {
		t.Fatalf("%d of the campaign left and %d others, want 20 and 10", len(left[true]), len(left[false]))
	}
	for ofCampaign, least := range map[bool]time.Duration{true: 950 * time.Millisecond, false: 450 * time.Millisecond} {
		for i, at := range left[ofCampaign][1:] {
			if apart := at - left[ofCampaign][i]; apart < least {
				t.Errorf("of the campaign %t: one left %s after the one before, want %s or more", ofCampaign, apart, least)
			}
		}
	}
	if last := max(left[true][19], left[false][9]); last > 21*time.Second {
		t.Errorf("the last one left after %s, want 19 seconds", last)
	}
}
