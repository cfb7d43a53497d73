package outboxtest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"telex/messaging/callback"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// testAskedByAge: a message that nothing more is heard of is asked about by the schedule,
// until the API forgets it, and its row says so.
func (on *suite) testAskedByAge(t *testing.T) {
	c, o, api := on.askable(t, "SENT")
	start := c.Now()
	id := taken(t, o, 1)[0]
	d := drive(t, o, c, api)
	until(c, start.Add(time.Minute), d)
	if e := sample.RowOf(t, o.Outbox, id).Entry; !e.Checked.Equal(start.Add(time.Minute)) || !e.Asking.Next.Equal(start.Add(2*time.Minute)) || e.GivenUp() {
		t.Errorf("asked %s, again %s, want after 1m and 2m", e.Checked.Sub(start), e.Asking.Next.Sub(start))
	}
	until(c, start.Add(60*24*time.Hour), d)
	if got, want := api.ages(start), schedule(15*24*time.Hour); !slices.Equal(got, want) {
		t.Errorf("asked at %v, want %v", got, want)
	}
	if e := sample.RowOf(t, o.Outbox, id).Entry; e.State != outbox.Sent || !e.Asking.Next.IsZero() || !e.GivenUp() {
		t.Errorf("in the end it is %s, asked next at %s, given up %t; want sent, never, true", e.State, e.Asking.Next, e.GivenUp())
	}
	for _, q := range api.asked {
		if q.MessageID != fmt.Sprint("api-", id) || q.Direction != "" || len(q.Source) > 0 {
			t.Fatalf("one message is asked about by %+v, want its id", q)
		}
	}
}

// testAskedUntilSettled: what is settled is not asked about, and an asker with nothing to
// ask sleeps; it is woken by what its own process sends.
func (on *suite) testAskedUntilSettled(t *testing.T) {
	c, o, api := on.askable(t, "DELIVERED")
	d := drive(t, o, c, api)
	if pause := d.due.Sub(c.Now()); pause < time.Minute {
		t.Errorf("with nothing open it looks again after %s", pause)
	}
	id := taken(t, o, 1)[0]
	d.wait(c)
	start := c.Now()
	until(c, start.Add(time.Hour), d)
	if e := sample.RowOf(t, o.Outbox, id).Entry; e.State != outbox.Delivered || !e.Asking.Next.IsZero() || e.GivenUp() {
		t.Errorf("it is %s, asked next at %s, given up %t; want delivered, never, false", e.State, e.Asking.Next, e.GivenUp())
	}
	if got := api.ages(start); !slices.Equal(got, []time.Duration{2 * time.Second}) {
		t.Errorf("asked at %v, want once, after 2 s", got)
	}
	if last := d.news[len(d.news)-1]; last.Err != nil {
		t.Errorf("the last news is %+v, want the new version", last)
	}
}

// testAskedBeforeListed: that the API does not list a message yet is no news, and an answer
// all the same.
func (on *suite) testAskedBeforeListed(t *testing.T) {
	c := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
	api := &remote{clock: c}
	start := c.Now()
	id := taken(t, o, 1)[0]
	until(c, start.Add(30*time.Second), drive(t, o, c, api))
	e := sample.RowOf(t, o.Outbox, id).Entry
	if !slices.Equal(api.ages(start), schedule(30*time.Second)) || e.State != outbox.Accepted || !e.Checked.Equal(start.Add(20*time.Second)) {
		t.Errorf("asked at %v, it is %s, checked after %s", api.ages(start), e.State, e.Checked.Sub(start))
	}
}

// testOneAsks: of several processes one asks, also about what others sent, and all hear of
// the answers.
func (on *suite) testOneAsks(t *testing.T) {
	c := sample.NewClock()
	at := on.place(t)
	one, two := on.opened(t, at, outbox.Options{Now: c.Now}), on.opened(t, at, outbox.Options{Now: c.Now})
	api := &remote{clock: c}
	api.says("SENT")
	start := c.Now()
	taken(t, one, 1)
	first, second := drive(t, one, c, api), drive(t, two, c, api)
	until(c, start.Add(time.Hour), first, second)
	if got, want := api.ages(start), schedule(time.Hour); !slices.Equal(got, want) {
		t.Errorf("two processes ask at %v, want as one does, at %v", got, want)
	}
	if a, b := first.news[len(first.news)-1], second.news[len(second.news)-1]; a.Version != b.Version {
		t.Errorf("one process knows version %d, the other %d", a.Version, b.Version)
	}
}

// testAnotherAsks: when the process that asks dies, or ends, another goes on.
func (on *suite) testAnotherAsks(t *testing.T) {
	for _, crash := range []bool{false, true} {
		c := sample.NewClock()
		at := on.place(t)
		one, two := on.opened(t, at, outbox.Options{Now: c.Now}), on.opened(t, at, outbox.Options{Now: c.Now})
		apis := [2]*remote{{clock: c}, {clock: c}}
		apis[0].says("SENT")
		apis[1].says("SENT")
		start := c.Now()
		taken(t, one, 1)
		first, second := drive(t, one, c, apis[0]), drive(t, two, c, apis[1])
		until(c, start.Add(90*time.Second), first, second)
		asks, other := 0, second
		if len(apis[1].asked) > 0 {
			asks, other = 1, first
		}
		if n := len(apis[1-asks].asked); n > 0 {
			t.Fatalf("the other one asked %d times", n)
		}
		holder := []*driven{first, second}[asks]
		if crash {
			holder.process.crash()
			go holder.end() // it ends by itself: the outbox is gone under it
		} else {
			holder.end()
		}
		until(c, start.Add(10*time.Minute), other)
		if got := apis[1-asks].ages(start); len(got) != 9 || got[0] != 2*time.Minute {
			t.Errorf("crash %t: the other one asked at %v, want each minute from the second on", crash, got)
		}
	}
}

// testStoppedAsker: a process that was stopped holds nobody up for long.
func (on *suite) testStoppedAsker(t *testing.T) {
	c := sample.NewClock()
	at := on.place(t)
	one, two := on.opened(t, at, outbox.Options{Now: c.Now}), on.opened(t, at, outbox.Options{Now: c.Now})
	stopped, api := &remote{clock: c}, &remote{clock: c}
	stopped.says("SENT")
	api.says("SENT")
	start := c.Now()
	taken(t, one, 1)
	first := drive(t, one, c, stopped)
	until(c, start.Add(time.Minute), first)
	second := drive(t, two, c, api)
	until(c, start.Add(30*time.Minute), second)
	if got := api.ages(start); len(got) < 8 || got[0] < 2*time.Minute || got[0] > 4*time.Minute {
		t.Errorf("with the first one stopped the second asked at %v, want from about the third minute on", got)
	}
	before := len(stopped.asked)
	until(c, start.Add(2*time.Hour), first, second)
	if n := len(stopped.asked) - before; n > 0 {
		t.Errorf("the first one, going on, asked %d times beside the second", n)
	}
}

// testAskSoon: a message of which something was heard that cannot be trusted is asked about
// at once, and not only when the schedule says.
func (on *suite) testAskSoon(t *testing.T) {
	c, o, api := on.askable(t, "SENT")
	start := c.Now()
	ids := taken(t, o, 2)
	d := drive(t, o, c, api)
	until(c, start.Add(77*time.Hour), d)
	api.at = nil
	api.says("DELIVERED")
	sample.Must(t, o.AskSoon(t.Context(), ids[0]))
	d.wait(c)
	until(c, c.Now().Add(time.Minute), d)
	sample.WantState(t, o.Outbox, ids[0], outbox.Delivered)
	sample.WantState(t, o.Outbox, ids[1], outbox.Sent)
	if len(api.at) != 1 {
		t.Errorf("asked %d times, want once", len(api.at))
	}
	sample.Must(t, o.AskSoon(t.Context(), ids[0]))
	if e := sample.RowOf(t, o.Outbox, ids[0]).Entry; !e.Asking.Next.IsZero() {
		t.Errorf("a settled message is asked about at %s, want never", e.Asking.Next)
	}
}

// testAskLessWhenHeard: while a listener hears of deliveries the pauses are ten times as
// long; what a stranger posts changes none, nor does it where no callbacks come.
func (on *suite) testAskLessWhenHeard(t *testing.T) {
	asSoon := []time.Duration{2 * time.Second, 5 * time.Second, 10 * time.Second, 20 * time.Second}
	for _, tt := range []struct {
		trust   callback.Trust
		unheard bool
		want    []time.Duration
	}{
		// After 2 s the next mark is 3 s away, after 32 s it is 8 s, after 112 s the minute's
		// mark is 8 s away, too near, and the next 68 s; then nothing was heard for ten minutes.
		{callback.Trusted, false, []time.Duration{2 * time.Second, 32 * time.Second, 112 * time.Second, 792 * time.Second}},
		{callback.Untrusted, false, asSoon},
		{callback.Trusted, true, asSoon},
	} {
		c, o, api := on.askable(t, "SENT")
		start := c.Now()
		taken(t, o, 1)
		_, err := o.Receive(t.Context(), account, []callback.Event{{Type: callback.MessageSent, Message: callback.Message{ID: "another"}, Trust: tt.trust}})
		sample.Must(t, err)
		d := driveWith(t, o, c, outbox.AskOptions{API: api, By: account, Unheard: tt.unheard})
		until(c, start.Add(20*time.Minute), d)
		if got := api.ages(start); len(got) < 4 || !slices.Equal(got[:4], tt.want) {
			t.Errorf("%+v: asked at %v", tt, got)
		}
	}
}

// testAskedForAStranger: a callback without credentials leads to one question at once, and
// to nothing else; the answer counts.
func (on *suite) testAskedForAStranger(t *testing.T) {
	c, o, api := on.askable(t, "SENT")
	start := c.Now()
	id := taken(t, o, 1)[0]
	d := drive(t, o, c, api)
	until(c, start.Add(77*time.Hour), d)
	api.at = nil
	_, err := o.Receive(t.Context(), account, []callback.Event{{
		Type: callback.MessageDelivered, To: sample.Alice, Time: c.Now(), Message: callback.Message{ID: fmt.Sprint("api-", id)}, Trust: callback.Untrusted,
	}})
	sample.Must(t, err)
	sample.WantState(t, o.Outbox, id, outbox.Sent)
	d.wait(c)
	until(c, c.Now().Add(time.Minute), d)
	sample.WantState(t, o.Outbox, id, outbox.Sent)
	if left, err := o.WantsAsking(t.Context(), 10); err != nil || len(left) > 0 || len(api.at) != 1 {
		t.Errorf("asked %d times, %d still wanted, %v; want one question", len(api.at), len(left), err)
	}
}
