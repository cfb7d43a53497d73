package outboxtest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// broadcastHolds: what makes a run wait, or stop.
func (on *suite) broadcastHolds() []rule {
	return []rule{
		{"BroadcastWindow", on.testBroadcastWindow},
		{"BroadcastReactions", on.testBroadcastReactions},
		{"BroadcastFailures", on.testBroadcastFailures},
		{"BroadcastLimited", on.testBroadcastLimited},
		{"BroadcastOffline", on.testBroadcastOffline},
		{"BroadcastRefused", on.testBroadcastRefused},
		{"BroadcastCorrected", on.testBroadcastCorrected},
		{"BroadcastCancelled", on.testBroadcastCancelled},
		{"BroadcastSlow", on.testBroadcastSlow},
		{"BroadcastProbe", on.testBroadcastProbe},
	}
}

// oddsEarlier is when somebody may be written to next: odd ones from 8 to 21, even ones three
// hours later.
func oddsEarlier(p outbox.Person, now time.Time) (from, until time.Time) {
	const day = 24 * time.Hour
	later := time.Duration((p.N+1)%2) * 3 * time.Hour
	from = now.Truncate(day).Add(8*time.Hour + later)
	if until = from.Add(13 * time.Hour); !until.After(now) {
		from, until = from.Add(day), until.Add(day)
	}
	return from, until
}

// testBroadcastWindow: nobody gets anything outside of their hours, what was sent expires
// when they end, and who was not reached today is tomorrow, whatever the list said.
func (on *suite) testBroadcastWindow(t *testing.T) {
	sample.Alone(t)
	c := sample.ClockAt(time.Date(2026, 3, 1, 20, 59, 55, 0, time.UTC))
	o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
	all := slices.Collect(people(20))
	for i := range all {
		all[i].NotBefore, all[i].NotAfter = oddsEarlier(outbox.Person{N: i + 1}, c.Now())
	}
	all[18].NotAfter = c.Now().Add(-24 * time.Hour) // by a list that is older
	all[19].NotBefore, all[19].NotAfter = time.Time{}, time.Time{}
	id := startedPeople(t, o, toPeople(), slices.Values(all))
	api := &counter{before: func(m messaging.Message) error {
		var n int
		if _, err := fmt.Sscanf(m.Text, "Hi Ana %d", &n); err != nil {
			t.Errorf("%q: %v", m.Text, err)
		}
		from, until := oddsEarlier(outbox.Person{N: n}, c.Now())
		if now := c.Now(); now.Before(from) || !now.Before(until) || !m.Expiration.Equal(until) {
			t.Errorf("person %d gets something at %s that expires at %s; want it from %s to %s, and not afterwards", n, now, m.Expiration, from, until)
		}
		return nil
	}}
	var held []time.Time
	how := fast(outbox.DrainOptions{Parallel: 1, Window: oddsEarlier, Pace: outbox.Pace{Account: outbox.Rate{Count: 1, Per: time.Second}}})
	pass := leaps(c)
	how.After = func(d time.Duration) <-chan time.Time {
		if d > time.Second {
			held = append(held, c.Now())
			d = 10 * time.Minute
		}
		return pass(d)
	}
	if r := drained(t, o, api, id, how); r.State != outbox.RunDone {
		t.Errorf("the run is %s, want it done", r.State)
	}
	wantCounts(t, o, id, outbox.RunCounts{People: 20, States: map[outbox.State]int{outbox.Accepted: 20}})
	entries, err := o.List(t.Context(), outbox.Filter{Oldest: true})
	sample.Must(t, err)
	hours := map[int]int{}
	for _, e := range entries {
		hours[e.Created.Hour()]++
	}
	// One of the late ones is among the first, for whoever made the list knew of no hours.
	if hours[20] != 6 || hours[21] != 9 || hours[8] != 5 || len(held) == 0 {
		t.Errorf("they left in the hours %v, want 6 at 20, the other late ones at 21, and the other early ones at 8", hours)
	}

	over := startedPeople(t, o, toPeopleOf("Too late NAME"), slices.Values([]outbox.Person{{Number: numberOf(1), NotAfter: c.Now()}}))
	drained(t, o, api, over, fast(outbox.DrainOptions{Prepare: filled}))
	wantCounts(t, o, over, outbox.RunCounts{People: 1, Skipped: map[outbox.Skip]int{outbox.SkipTimeIsOver: 1}})
}

// busy is the API's 429.
func busy(wait time.Duration) error {
	return &messaging.Error{
		Op: "send message", Outcome: messaging.Rejected, Status: http.StatusTooManyRequests, Type: "rate-limit", Wait: wait,
		Attempts: []messaging.Attempt{{Status: http.StatusTooManyRequests}},
	}
}

// testBroadcastLimited: where the API wants no more, a run holds, in all processes: as long as
// it says, else 5 seconds, and twice as long each time, up to a minute. Nobody is lost by
// that.
func (on *suite) testBroadcastLimited(t *testing.T) {
	sample.Alone(t)
	c := sample.NewClock()
	path := on.place(t)
	o, other := on.opened(t, path, outbox.Options{Now: c.Now}), on.opened(t, path, outbox.Options{Now: c.Now})
	id := startedPeople(t, o, toPeople(), people(8))
	refusals := 7
	var at []time.Duration
	begin := c.Now()
	api := &counter{before: func(messaging.Message) error {
		at = append(at, c.Now().Sub(begin))
		if refusals--; refusals >= 0 {
			if refusals == 0 {
				return busy(90 * time.Second)
			}
			return busy(0)
		}
		return nil
	}}
	pass, looks := leaps(c), 0
	after := func(d time.Duration) <-chan time.Time {
		if r, err := other.Run(t.Context(), id); looks < 3 && err == nil && r.Hold.Until.After(c.Now()) {
			looks++
			before := len(at)
			if r, err := untilItWaits(t.Context(), other, api, id); err != nil || r.Hold.Reason.Kind != outbox.HoldLimited || len(at) != before {
				t.Errorf("the other process sees %+v, %v, and sends %d, want the hold and nothing sent", r.Hold, err, len(at)-before)
			}
		}
		return pass(min(d, time.Second))
	}
	r := drained(t, o, api, id, fast(outbox.DrainOptions{Parallel: 1, After: after}))
	want := []float64{0, 5, 15, 35, 75, 135, 195, 285}
	for i := range want {
		if at[i].Seconds() != want[i] {
			t.Errorf("tried at %v, want %v seconds", at, want)
			break
		}
	}
	if r.State != outbox.RunDone || len(at) != 15 {
		t.Errorf("the run is %s after %d tries, want it done after 15", r.State, len(at))
	}
	wantCounts(t, o, id, outbox.RunCounts{People: 8, States: map[outbox.State]int{outbox.Accepted: 8}})
	wantOnce(t, o, api, id)
	page, err := o.RunPeople(t.Context(), id, outbox.PeopleFilter{}, 0, 1)
	sample.Must(t, err)
	if p := page[0]; p.Attempt == 0 || p.Entry.ResendOf != p.Attempt || sample.RowOf(t, o.Outbox, p.Attempt).State != outbox.Rejected {
		t.Errorf("the first person is %+v, want the message that was refused before", p)
	}
	sound(t, o)
}

// testBroadcastOffline: after three messages in a row that did not leave a run holds, and it
// goes on by itself when there is a connection again. Nobody is lost by that.
func (on *suite) testBroadcastOffline(t *testing.T) {
	sample.Alone(t)
	c := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
	id := startedPeople(t, o, toPeople(), people(9))
	tries, probes := 0, 0
	api := &counter{before: func(messaging.Message) error {
		if tries++; tries > 2 && tries < 6 {
			return sample.NeverLeft()
		}
		return nil
	}}
	var holds []outbox.Hold
	r := drained(t, o, api, id, fast(outbox.DrainOptions{
		Parallel: 1, After: leaps(c), Changed: func(r outbox.Run) { holds = append(holds, r.Hold) },
		Probe: func(context.Context) error {
			if probes++; probes < 3 {
				return errors.New("no route to host")
			}
			return nil
		},
	}))
	if r.State != outbox.RunDone || tries != 12 || probes != 3 {
		t.Errorf("the run is %s after %d tries and %d probes, want it done after 12 and 3", r.State, tries, probes)
	}
	wantOnce(t, o, api, id)
	offline := 0
	for _, h := range holds {
		if h.Reason.Kind == outbox.HoldOffline {
			offline++
		}
	}
	if offline != 3 {
		t.Errorf("told of the holds %+v, want three for there is no connection", holds)
	}
}

// testBroadcastRefused: what would stop all others pauses a run at once, and who it stopped
// waits still; so do three messages in a row of which nobody knows whether they were created.
func (on *suite) testBroadcastRefused(t *testing.T) {
	sample.Alone(t)
	refusal := func(status int, outcome messaging.Outcome, fields ...string) error {
		e := &messaging.Error{Op: "send message", Outcome: outcome, Status: status}
		if outcome == messaging.Rejected {
			e.Type = "some"
		}
		for _, f := range fields {
			e.Fields = append(e.Fields, messaging.FieldError{Name: f, Description: "not yours"})
		}
		return e
	}
	for name, test := range map[string]struct {
		err         error
		kind        outbox.ReasonKind
		tries, lost int
	}{
		"credentials":   {refusal(401, messaging.Rejected), outbox.ReasonCredentials, 1, 0},
		"sender":        {refusal(400, messaging.Rejected, "from"), outbox.ReasonSender, 1, 0},
		"application":   {refusal(400, messaging.Rejected, "applicationId"), outbox.ReasonSender, 1, 0},
		"a gateway":     {refusal(403, messaging.Unknown), outbox.ReasonBetween, 1, 1},
		"a proxy":       {&messaging.Error{Outcome: messaging.Unsent, Err: messaging.ErrProxy}, outbox.ReasonProxy, 1, 0},
		"lost":          {sample.Lost(), outbox.ReasonLost, 3, 3},
		"gateway pages": {sample.GatewayPage(), outbox.ReasonLost, 3, 3},
	} {
		o := on.opened(t, on.place(t), outbox.Options{Now: sample.NewClock().Now})
		id := startedPeople(t, o, toPeople(), people(9))
		tries := 0
		r := drained(t, o, &counter{before: func(messaging.Message) error { tries++; return test.err }}, id, fast(outbox.DrainOptions{Parallel: 1}))
		if r.State != outbox.RunPaused || r.Reason.Kind != test.kind || tries != test.tries {
			t.Errorf("%s: the run is %s, because of %+v, after %d tries, want it paused after %d", name, r.State, r.Reason, tries, test.tries)
		}
		want := outbox.RunCounts{People: 9, Waiting: 9 - test.lost}
		if test.lost > 0 {
			want.States = map[outbox.State]int{outbox.Unknown: test.lost}
		}
		wantCounts(t, o, id, want)
		sample.Must(t, o.StartRun(t.Context(), id))
		api := &counter{}
		drained(t, o, api, id, fast(outbox.DrainOptions{}))
		wantOnce(t, o, api, id)
	}
}

// testBroadcastCorrected: a correction is for those who wait, and is recorded.
func (on *suite) testBroadcastCorrected(t *testing.T) {
	o := on.opened(t, on.place(t), outbox.Options{Now: sample.NewClock().Now})
	id := halfSent(t, o, toPeople(), 4)
	err := o.CorrectRun(t.Context(), id, "no", nil)
	if e, ok := errors.AsType[*outbox.RunError](err); !ok || *e != (outbox.RunError{ID: id, From: outbox.RunRunning}) || strings.HasSuffix(err.Error(), "more people") {
		t.Errorf("the correction of a running run: %v, want a RunError that tells of its text", err)
	}
	sample.Must(t, o.PauseRun(t.Context(), id, outbox.Reason{Kind: outbox.ReasonPerson, Note: "a wrong day"}))
	sample.Must(t, o.CorrectRun(t.Context(), id, "Dear NAME", nil))
	sample.Must(t, o.StartRun(t.Context(), id))
	drained(t, o, &counter{}, id, fast(outbox.DrainOptions{}))
	page, err := o.RunPeople(t.Context(), id, outbox.PeopleFilter{}, 0, 10)
	sample.Must(t, err)
	for i, p := range page {
		if want := []string{"Hi ", "Dear "}[i/4]; !strings.HasPrefix(p.Entry.Message.Text, want) {
			t.Errorf("person %d got %q, want %q", p.N, p.Entry.Message.Text, want)
		}
	}
	moves, err := o.RunMoves(t.Context(), id)
	sample.Must(t, err)
	if len(moves) != 6 || moves[2].Reason.Note != "a wrong day" || moves[3].Text != "Dear NAME" || moves[3].State != outbox.RunPaused {
		t.Errorf("the run came by %+v, want the correction, and why it was paused", moves)
	}
}

// testBroadcastCancelled: of a run that is cancelled, or paused, by whichever process, nothing
// more leaves, and those who waited are counted as such.
func (on *suite) testBroadcastCancelled(t *testing.T) {
	path := on.place(t)
	o, other := on.opened(t, path, outbox.Options{}), on.opened(t, path, outbox.Options{})
	for _, cancel := range []bool{false, true} {
		id := startedPeople(t, o, toPeopleOf(fmt.Sprint(cancel, " NAME")), people(20))
		api, told := &counter{}, 0
		r := drained(t, o, api, id, fast(outbox.DrainOptions{Parallel: 2, Told: func(outbox.Person, messaging.Message, outbox.Result) {
			if told++; told != 5 { // whoever that is: they end in any order
				return
			}
			if cancel {
				sample.Must(t, other.CancelRun(t.Context(), id, outbox.Reason{Kind: outbox.ReasonPerson}))
			} else {
				sample.Must(t, other.PauseRun(t.Context(), id, outbox.Reason{Kind: outbox.ReasonPerson}))
			}
		}}))
		if want := map[bool]outbox.RunState{false: outbox.RunPaused, true: outbox.RunCancelled}[cancel]; r.State != want || r.Reason.Kind != outbox.ReasonPerson {
			t.Errorf("the run is %s, because of %+v, want it %s", r.State, r.Reason, want)
		}
		n := len(api.created)
		if n < 5 || n > 8 {
			t.Errorf("%d were sent, want no more than were on their way", n)
		}
		wantCounts(t, o, id, outbox.RunCounts{People: 20, Waiting: 20 - n, States: map[outbox.State]int{outbox.Accepted: n}})
	}
}

// testBroadcastSlow: one slow answer holds nobody up.
func (on *suite) testBroadcastSlow(t *testing.T) {
	o := on.opened(t, on.place(t), outbox.Options{})
	id := startedPeople(t, o, toPeople(), people(30))
	rest := make(chan struct{})
	api := sample.API{OnSend: func(_ context.Context, m messaging.Message) (*messaging.Receipt, error) {
		if m.To[0] == numberOf(2) {
			<-rest
		}
		return sample.Receipt("api-"+m.To[0], m), nil
	}}
	told := 0
	r := drained(t, o, api, id, fast(outbox.DrainOptions{Parallel: 2, Told: func(outbox.Person, messaging.Message, outbox.Result) {
		if told++; told == 29 {
			close(rest)
		}
	}}))
	if r.State != outbox.RunDone || told != 30 {
		t.Errorf("the run is %s, told of %d, want it done with 30", r.State, told)
	}
}

// testBroadcastProbe: after a hold one message finds out for all whether it goes on, however
// long its answer takes.
func (on *suite) testBroadcastProbe(t *testing.T) {
	c := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
	id := startedPeople(t, o, toPeople(), people(9))
	var tries atomic.Int32
	answer := make(chan struct{})
	api := sample.API{OnSend: func(_ context.Context, m messaging.Message) (*messaging.Receipt, error) {
		switch tries.Add(1) {
		case 1:
			return nil, busy(0)
		case 2:
			<-answer
		}
		return sample.Receipt("api-"+m.To[0], m), nil
	}}
	pass, waits := leaps(c), 0
	r := drained(t, o, api, id, fast(outbox.DrainOptions{Parallel: 4, After: func(d time.Duration) <-chan time.Time {
		if tries.Load() == 2 {
			if waits++; waits == 20 { // 40 seconds later
				close(answer)
			}
		}
		if tries.Load() > 2 && waits < 20 {
			t.Error("another one leaves while the first has no answer")
			waits = 20
			close(answer)
		}
		return pass(d)
	}}))
	if r.State != outbox.RunDone || tries.Load() != 10 {
		t.Errorf("the run is %s after %d tries, want it done after 10", r.State, tries.Load())
	}
}
