package outboxtest

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// testAskLimit: that the API was asked too often stops all processes for as long as it
// says, also those that only ask when they are told.
func (on *suite) testAskLimit(t *testing.T) {
	c := sample.NewClock()
	at := on.place(t)
	one, two := on.opened(t, at, outbox.Options{Now: c.Now}), on.opened(t, at, outbox.Options{Now: c.Now})
	api := &remote{clock: c}
	api.answer = func(messaging.Query) (*messaging.Page, error) {
		return nil, &messaging.Error{Op: "list messages", Outcome: messaging.Rejected, Status: 429, Type: "rate_limit_exceeded", Wait: 300 * time.Second}
	}
	start := c.Now()
	id := taken(t, one, 1)[0]
	first, second := drive(t, one, c, api), drive(t, two, c, api)
	until(c, start.Add(4*time.Minute), first, second)
	if _, err := two.Check(t.Context(), api, id); err == nil || messaging.OutcomeOf(err) != messaging.Rejected {
		t.Errorf("Check meanwhile = %v, want a refusal", err)
	}
	if err := two.AskAbout(t.Context(), api, account, []int64{id}); err == nil {
		t.Error("AskAbout meanwhile = nil, want a refusal")
	}
	if got := api.ages(start); !slices.Equal(got, []time.Duration{2 * time.Second}) {
		t.Errorf("asked at %v, want not again before 302 s", got)
	}
	pause, err := two.AskPause(t.Context(), account.BaseURL)
	if err != nil || !pause.Equal(start.Add(302*time.Second)) {
		t.Errorf("AskPause = %s, %v, want after 302 s", pause.Sub(start), err)
	}
	if e := sample.RowOf(t, one.Outbox, id).Entry; !e.Asking.Next.Equal(pause) {
		t.Errorf("its row says that it is asked about after %s, want 302 s", e.Asking.Next.Sub(start))
	}
	told := 0
	for _, n := range slices.Concat(first.news, second.news) {
		if n.Err != nil {
			told++
		}
	}
	if told != 1 {
		t.Errorf("the refusal is told %d times, want once", told)
	}
	api.says("DELIVERED")
	until(c, start.Add(6*time.Minute), first, second)
	if got := api.ages(start); len(got) != 2 || got[1] != 302*time.Second {
		t.Errorf("asked at %v, want again after 302 s", got)
	}
	sample.WantState(t, one.Outbox, id, outbox.Delivered)
}

// testAskBudget: all processes together ask no more than half of what the API answers.
func (on *suite) testAskBudget(t *testing.T) {
	sample.Deep(t)
	sample.Alone(t)
	c := sample.NewClock()
	at := on.place(t)
	one, two := on.opened(t, at, outbox.Options{Now: c.Now}), on.opened(t, at, outbox.Options{Now: c.Now})
	api := &remote{clock: c}
	api.says("SENT")
	id := taken(t, one, 1)[0]
	refused := 0
	for i := range 1760 {
		o := []*process{one, two}[i%2]
		if _, err := o.Check(t.Context(), api, id); err != nil {
			refused++
		}
	}
	if len(api.asked) != 1750 || refused != 10 {
		t.Errorf("%d questions in no time, %d refused; want 1750 and 10", len(api.asked), refused)
	}
	c.Advance(5 * time.Minute)
	if _, err := one.Check(t.Context(), api, id); err != nil {
		t.Errorf("five minutes later Check = %v, want an answer", err)
	}
}

// testAskFailure: a question without an answer is told once, and asked again, less and less
// often; what it was about is not forgotten.
func (on *suite) testAskFailure(t *testing.T) {
	c := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
	api := &remote{clock: c}
	api.answer = func(messaging.Query) (*messaging.Page, error) { return nil, sample.NeverLeft() }
	start := c.Now()
	id := taken(t, o, 1)[0]
	d := drive(t, o, c, api)
	until(c, start.Add(20*time.Minute), d)
	var want []time.Duration
	for _, s := range []int{2, 7, 17, 37, 77, 157, 317, 617, 917} {
		want = append(want, time.Duration(s)*time.Second)
	}
	if got := api.ages(start); !slices.Equal(got, want) {
		t.Errorf("asked at %v, want %v", got, want)
	}
	told := slices.DeleteFunc(slices.Clone(d.news), func(n outbox.AskNews) bool { return n.Err == nil })
	if len(told) != 1 || !told[0].Again.Equal(start.Add(7*time.Second)) || !strings.Contains(told[0].Err.Error(), "no route") {
		t.Errorf("told %+v, want the failure once", told)
	}
	api.says("DELIVERED")
	until(c, start.Add(30*time.Minute), d)
	sample.WantState(t, o.Outbox, id, outbox.Delivered)
}

// A stuck host is one whose database takes no changes for a while.
type stuck struct {
	Host
	now atomic.Pointer[outbox.Error]
}

func (s *stuck) Open(ctx context.Context, o outbox.Opening) (outbox.Engine, error) {
	e, err := s.Host.Open(ctx, o)
	if err != nil {
		return nil, err
	}
	return stuckEngine{e, s}, nil
}

type stuckEngine struct {
	outbox.Engine
	host *stuck
}

func (s stuckEngine) Write(ctx context.Context, do outbox.Change) error {
	if why := s.host.now.Load(); why != nil {
		e := *why
		return &e
	}
	return s.Engine.Write(ctx, do)
}

// testAskedInSpite: that the outbox takes no changes for a while is told once, and asking
// goes on when it does again; what stays as it is ends the asking.
func (on *suite) testAskedInSpite(t *testing.T) {
	for _, why := range []error{outbox.ErrLocked, outbox.ErrFull} {
		c := sample.NewClock()
		at := &stuck{Host: on.place(t)}
		o := on.opened(t, at, outbox.Options{Now: c.Now})
		api := &remote{clock: c}
		api.says("DELIVERED")
		start := c.Now()
		id := taken(t, o, 1)[0]
		d := drive(t, o, c, api)
		at.now.Store(&outbox.Error{Err: why})
		until(c, start.Add(time.Minute), d)
		told := slices.DeleteFunc(slices.Clone(d.news), func(n outbox.AskNews) bool { return n.Err == nil })
		if len(told) != 1 || !errors.Is(told[0].Err, why) || !told[0].Again.Equal(start.Add(7*time.Second)) || len(api.asked) > 0 {
			t.Errorf("%v: told %+v, asked %d times; want the failure once, and no question", why, told, len(api.asked))
		}
		at.now.Store(nil)
		until(c, start.Add(2*time.Minute), d)
		sample.WantState(t, o.Outbox, id, outbox.Delivered)
		if want := []time.Duration{77 * time.Second}; !slices.Equal(api.ages(start), want) {
			t.Errorf("%v: asked at %v, want %v", why, api.ages(start), want)
		}
		d.end()
	}
	c := sample.NewClock()
	at := &stuck{Host: on.place(t)}
	o := on.opened(t, at, outbox.Options{Now: c.Now})
	taken(t, o, 1)
	c.Advance(2 * time.Second)
	at.now.Store(&outbox.Error{Err: outbox.ErrDamaged})
	ran := o.Asker(outbox.AskOptions{API: &remote{clock: c}, By: account, After: func(time.Duration) <-chan time.Time {
		fire := make(chan time.Time, 1)
		fire <- c.Now()
		return fire
	}}).Run(t.Context())
	if !errors.Is(ran, outbox.ErrDamaged) {
		t.Errorf("Run() = %v, want %v", ran, outbox.ErrDamaged)
	}
	at.now.Store(nil)
}
