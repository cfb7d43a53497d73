package outboxtest

import (
	"context"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// working: who does what is due, and who sends a run.
func (on *suite) working() []rule {
	return []rule{
		{"Work", on.testWork},
		{"WorkOfTheStopped", on.testWorkOfTheStopped},
		{"Attended", on.testAttended},
		{"Rest", on.testRest},
		{"Asked", on.testAsked},
	}
}

func takes(t *testing.T, o *process, due time.Time, want bool) {
	t.Helper()
	if got, err := o.TakeWork(t.Context(), due); err != nil || got != want {
		t.Errorf("TakeWork(%v) = %v, %v, want %v", due, got, err, want)
	}
}

func works(t *testing.T, o *process, want bool) {
	t.Helper()
	if got, err := o.Working(t.Context()); err != nil || got != want {
		t.Errorf("Working() = %v, %v, want %v", got, err, want)
	}
}

// testWork: one process has the work for as long as it lives and wants it, however long it
// does nothing.
func (on *suite) testWork(t *testing.T) {
	c := sample.NewClock()
	at := on.place(t)
	one, two := on.opened(t, at, outbox.Options{Now: c.Now}), on.opened(t, at, outbox.Options{Now: c.Now})
	works(t, two, false)
	takes(t, one, time.Time{}, true)
	works(t, one, true)
	works(t, two, true)
	c.Advance(24 * time.Hour)
	takes(t, two, time.Time{}, false)
	takes(t, two, c.Now(), false)
	sample.Must(t, two.LeaveWork(t.Context())) // which it does not have
	takes(t, two, time.Time{}, false)
	before, err := two.Version(t.Context())
	sample.Must(t, err)
	sample.Must(t, one.LeaveWork(t.Context()))
	if after, err := two.Version(t.Context()); err != nil || after == before {
		t.Errorf("the version is %d still, %v: no screen learns who works", after, err)
	}
	works(t, two, false)
	takes(t, two, time.Time{}, true)
	two.crash()
	works(t, one, false)
	takes(t, one, time.Time{}, true)
	sound(t, one)
}

// testWorkOfTheStopped: who has the work and leaves it for a minute, though something is due,
// loses it. Afterwards it knows.
func (on *suite) testWorkOfTheStopped(t *testing.T) {
	c := sample.NewClock()
	at := on.place(t)
	one, two := on.opened(t, at, outbox.Options{Now: c.Now}), on.opened(t, at, outbox.Options{Now: c.Now})
	takes(t, one, time.Time{}, true)
	c.Advance(time.Hour)
	due := c.Now()
	c.Advance(time.Minute)
	takes(t, two, due, false)
	takes(t, one, due, true) // it does it
	c.Advance(time.Minute)
	takes(t, two, due, false)
	c.Advance(time.Second)
	takes(t, two, due, true)
	takes(t, one, due, false)
	works(t, one, true)
}

// testAttended: whoever sends a run is seen to, until it ends or dies.
func (on *suite) testAttended(t *testing.T) {
	at, api := on.place(t), &counter{}
	one, err := on.open(t.Context(), at, outbox.Options{})
	sample.Must(t, err)
	two := on.opened(t, at, outbox.Options{})
	id := startedPeople(t, two, toPeople(), people(3))
	other := startedPeople(t, two, toPeople(), people(1))
	attended := func(when string, o *process, run int64, want bool) {
		t.Helper()
		if got, err := o.Attended(t.Context(), run); err != nil || got != want {
			t.Errorf("%s: Attended(%d) = %v, %v, want %v", when, run, got, err, want)
		}
	}
	attended("before", two, id, false)
	sent := 0
	_, err = one.Drain(t.Context(), api, id, fast(outbox.DrainOptions{Parallel: 1, Told: func(_ outbox.Person, _ messaging.Message, r outbox.Result) {
		if sent == 2 {
			if r.Unrecorded == nil {
				t.Error("a dead process says that it recorded how a message ended")
			}
			return
		}
		attended("while it is sent", two, id, true)
		attended("while it is sent, by itself", one, id, false)
		attended("while another is sent", two, other, false)
		if sent++; sent == 2 {
			one.crash()
		}
	}}))
	if err == nil {
		t.Error("Drain of a dead process = nil, want an error")
	}
	attended("when it died", two, id, false)
	if n := sample.Value[int](t, two.engine, "SELECT count(*) FROM leases"); n != 1 {
		t.Errorf("%d leases are there, want that of the dead", n)
	}
	drained(t, two, api, id, fast(outbox.DrainOptions{}))
	if n := sample.Value[int](t, two.engine, "SELECT count(*) FROM leases"); n != 0 {
		t.Errorf("%d leases are left, want 0", n)
	}
}

// testRest: a drain that may rest ends when nothing can leave for a while, and says until
// when; the run is running still.
func (on *suite) testRest(t *testing.T) {
	c := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
	id := startedPeople(t, o, toPeople(), people(2))
	api := &counter{}
	opens := c.Now().Add(10 * time.Hour)
	how := fast(outbox.DrainOptions{
		Window: func(p outbox.Person, now time.Time) (from, until time.Time) {
			if p.N == 1 || !now.Before(opens) {
				return now, now.Add(time.Hour)
			}
			return opens, opens.Add(time.Hour)
		},
	})
	var rests []time.Time
	how.Rest = func(until time.Time) bool {
		rests = append(rests, until)
		return true
	}
	r := drained(t, o, api, id, how)
	if r.State != outbox.RunRunning || len(rests) != 1 || !rests[0].Equal(opens) || len(api.created) != 1 {
		t.Errorf("it is %s, rests until %v and sent %d, want running, until %v and 1", r.State, rests, len(api.created), opens)
	}
	c.Advance(10 * time.Hour)
	if r = drained(t, o, api, id, how); r.State != outbox.RunDone || len(rests) != 1 || len(api.created) != 2 {
		t.Errorf("it is %s, rests until %v and sent %d, want done, no other rest and 2", r.State, rests, len(api.created))
	}
}

// testAsked: each account is told once, with when it is its turn.
func (on *suite) testAsked(t *testing.T) {
	c := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
	if all, err := o.Asked(t.Context()); err != nil || len(all) != 0 {
		t.Errorf("Asked() = %v, %v, want none", all, err)
	}
	var want []outbox.Asked
	for _, by := range []outbox.By{{Profile: "b", AccountID: "1", BaseURL: "https://b.example"}, {Profile: "a", AccountID: "2", BaseURL: "https://a.example"}} {
		for i := range 3 {
			at := c.Now()
			takenFor(t, o.Outbox, by)
			if i == 0 {
				want = append(want, outbox.Asked{By: by, Due: at.Add(2 * time.Second)})
			}
			c.Advance(time.Second)
		}
	}
	got, err := o.Asked(t.Context())
	if err != nil || len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("Asked() = %v, %v, want %v", got, err, want)
	}
}

// takenFor is a message of an account that the API took.
func takenFor(t *testing.T, o *outbox.Outbox, by outbox.By) {
	t.Helper()
	b, err := o.Plan(t.Context(), &counter{}, outbox.Plan{By: by, Messages: []messaging.Message{sample.SMS("Hello")}, Yes: true})
	sample.Must(t, err)
	if r := b.Send(context.WithoutCancel(t.Context()), 0); r.Err != nil {
		t.Fatal(r.Err)
	}
}
