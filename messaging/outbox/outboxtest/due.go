package outboxtest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// later: what is sent at a time.
func (on *suite) later() []rule {
	return []rule{
		{"Scheduled", on.testScheduled},
		{"ScheduledLeaves", on.testScheduledLeaves},
		{"MissedDue", on.testMissedDue},
		{"Unscheduled", on.testUnscheduled},
		{"Rescheduled", on.testRescheduled},
		{"DueIsJudged", on.testDueIsJudged},
		{"DueSoonRepeats", on.testDueSoonRepeats},
		{"DueIsTriedAgain", on.testDueIsTriedAgain},
		{"DueIsTriedOnce", on.testDueIsTriedOnce},
		{"DueOfOneAccount", on.testDueOfOneAccount},
		{"DueOnce", on.testDueOnce},
		{"DueFirstIsSlow", on.testDueFirstIsSlow},
		{"DueDeaths", on.testDueDeaths},
		{"DueFollowsClocks", on.testDueFollowsClocks},
		{"DueTextIsHeld", on.testDueTextIsHeld},
		{"DueIsKept", on.testDueIsKept},
	}
}

// dueBy is whose scheduled messages the tests send.
var dueBy = outbox.By{Profile: "main", AccountID: "9900000", BaseURL: "https://example.com"}

// A taker is an API that notes what it took.
type taker struct {
	mu    sync.Mutex
	took  []messaging.Message
	fails func(n int, m messaging.Message) error // of the nth call, from 1; nil: none
	calls int
}

func (a *taker) Send(_ context.Context, m messaging.Message) (*messaging.Receipt, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.calls++
	if a.fails != nil {
		if err := a.fails(a.calls, m); err != nil {
			return nil, err
		}
	}
	a.took = append(a.took, m)
	return sample.Receipt(fmt.Sprint("api-", a.calls), m), nil
}

// texts are those that it took, in their order.
func (a *taker) texts() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	texts := []string{}
	for _, m := range a.took {
		texts = append(texts, m.Text)
	}
	return texts
}

// scheduled schedules a message for a time.
func scheduled(t testing.TB, o *outbox.Outbox, m messaging.Message, at outbox.When) int64 {
	t.Helper()
	ids, err := o.Schedule(t.Context(), outbox.Plan{By: dueBy, Messages: []messaging.Message{m}}, at)
	if err != nil || len(ids) != 1 {
		t.Fatalf("Schedule(%q) = %v, %v, want a row", m.Text, ids, err)
	}
	return ids[0]
}

// leaves is what SendDue came to.
func leaves(t testing.TB, o *outbox.Outbox, api outbox.API) (end outbox.DueEnd, news []outbox.DueNews) {
	t.Helper()
	end, err := o.SendDue(t.Context(), outbox.DueOptions{API: api, By: dueBy, Tell: func(n outbox.DueNews) { news = append(news, n) }})
	if err != nil {
		t.Fatalf("SendDue = %v, want nil", err)
	}
	return end, news
}

func (on *suite) testScheduled(t *testing.T) {
	clock := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: clock.Now})
	draft := sample.Saved(t, o.Outbox, 0, "draft")
	at := clock.Now().Add(time.Hour)
	p := outbox.Plan{By: dueBy, Messages: []messaging.Message{sample.SMS("one"), sample.SMS("two", sample.Bob)}, Draft: draft}
	ids, err := o.Schedule(t.Context(), p, outbox.WhenAt(at), outbox.WhenAt(at.Add(-time.Minute)))
	sample.Must(t, err)
	for i, id := range ids {
		d := sample.RowOf(t, o.Outbox, id)
		if d.State != outbox.Scheduled || !d.Due.At.Equal(at.Add(-time.Duration(i)*time.Minute)) || d.Due.Zone != "" || len(d.Moves) != 1 || d.Moves[0].State != outbox.Scheduled {
			t.Errorf("row %d = %+v, want it to be scheduled", id, d)
		}
	}
	if owner := sample.Value[string](t, o.engine, "SELECT max(owner) FROM messages"); owner != "" {
		t.Errorf("it belongs to %q, want nobody", owner)
	}
	if next, err := o.NextDue(t.Context(), dueBy); err != nil || !next.Equal(at.Add(-time.Minute)) {
		t.Errorf("NextDue = %v, %v, want %v", next, err, at.Add(-time.Minute))
	}
	due, err := o.Due(t.Context())
	if err != nil || len(due) != 1 || due[0].N != 2 || due[0].By != dueBy || !due[0].Next.Equal(at.Add(-time.Minute)) {
		t.Errorf("Due = %+v, %v, want both of one account", due, err)
	}
	all, err := o.ScheduledDue(t.Context())
	if err != nil || len(all) != 2 || all[0].ID != ids[1] {
		t.Errorf("ScheduledDue = %+v, %v, want the earlier one first", all, err)
	}
	if found := sample.IDsIn(t, o.Outbox, outbox.Filter{State: outbox.Scheduled, Search: "two"}); !slices.Equal(found, ids[1:]) {
		t.Errorf("a search found %v, want %v", found, ids[1:])
	}
	for name, call := range map[string]func() error{
		"no message": func() error { _, err := o.Schedule(t.Context(), outbox.Plan{}, outbox.WhenAt(at)); return err },
		"no time":    func() error { _, err := o.Schedule(t.Context(), p); return err },
		"times": func() error {
			_, err := o.Schedule(t.Context(), p, outbox.WhenAt(at), outbox.WhenAt(at), outbox.WhenAt(at))
			return err
		},
		"a zero time":  func() error { _, err := o.Schedule(t.Context(), p, outbox.When{}); return err },
		"a zero other": func() error { return o.Reschedule(t.Context(), ids[0], outbox.When{}, false) },
	} {
		if err := call(); err == nil || !outbox.NotRecorded(err) {
			t.Errorf("%s: %v, want an *Error", name, err)
		}
	}
	api := new(taker)
	if leaves(t, o.Outbox, api); len(api.texts()) != 0 {
		t.Errorf("%q left before its time", api.texts())
	}
	sound(t, o)
}

func (on *suite) testScheduledLeaves(t *testing.T) {
	clock := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: clock.Now})
	at := clock.Now().Add(48 * time.Hour)
	own := sample.SMS("own")
	own.Expiration = at.Add(time.Minute)
	ids := []int64{
		scheduled(t, o.Outbox, sample.SMS("later"), outbox.WhenAt(at.Add(time.Second))),
		scheduled(t, o.Outbox, sample.SMS("first"), outbox.WhenAt(at)), scheduled(t, o.Outbox, own, outbox.WhenAt(at.Add(time.Hour))),
	}
	clock.Advance(48*time.Hour + 2*time.Second)
	api := new(taker)
	end, news := leaves(t, o.Outbox, api)
	if got := api.texts(); !slices.Equal(got, []string{"first", "later"}) {
		t.Errorf("%q left, want those that are due, in the order of their times", got)
	}
	if end.Sent != 2 || end.Missed+end.Others != 0 || !end.Next.Equal(at.Add(time.Hour)) || len(news) != 2 || news[0].State != outbox.Accepted {
		t.Errorf("end = %+v, news %+v, want two sent and the third in an hour", end, news)
	}
	d := sample.RowOf(t, o.Outbox, ids[1])
	if d.State != outbox.Accepted || !d.Due.At.Equal(at) || !d.Message.Expiration.Equal(at.Add(outbox.Grace)) {
		t.Errorf("row = %+v, want it to be accepted and to expire when its time is over", d.Entry)
	}
	if want, _ := d.Message.Body(); string(d.Request) != string(want) || !strings.Contains(string(d.Request), "expiration") {
		t.Errorf("request = %s, want %s, as it left", d.Request, want)
	}
	if !api.took[0].Expiration.Equal(at.Add(outbox.Grace)) {
		t.Errorf("what left expires at %v, want %v", api.took[0].Expiration, at.Add(outbox.Grace))
	}
	var states []outbox.State
	for _, m := range d.Moves {
		states = append(states, m.State)
	}
	if want := []outbox.State{outbox.Scheduled, outbox.Sending, outbox.Accepted}; !slices.Equal(states, want) {
		t.Errorf("it was %v, want %v", states, want)
	}
	clock.Advance(time.Hour)
	leaves(t, o.Outbox, api)
	if d := sample.RowOf(t, o.Outbox, ids[2]); !d.Message.Expiration.Equal(own.Expiration.Add(0)) {
		t.Errorf("it expires at %v, want %v, which was asked for and is earlier", d.Message.Expiration, own.Expiration)
	}
	// It left just now, however long ago it was made.
	if repeats, err := o.Repeats(t.Context(), []messaging.Message{own}); err != nil || len(repeats) != 1 || repeats[0].Ago != 0 {
		t.Errorf("Repeats = %+v, %v, want one that left now", repeats, err)
	}
	if left, err := o.Untold(t.Context()); err != nil || len(left) != 0 {
		t.Errorf("Untold = %v, %v, want nothing: all were accepted", left, err)
	}
	sound(t, o)
}

func (on *suite) testMissedDue(t *testing.T) {
	clock := sample.NewClock()
	at := on.place(t)
	o := on.opened(t, at, outbox.Options{Now: clock.Now})
	due := clock.Now().Add(time.Hour)
	id, other := scheduled(t, o.Outbox, sample.SMS("doors open at 7"), outbox.WhenAt(due)), scheduled(t, o.Outbox, sample.SMS("asleep"), outbox.WhenAt(due))
	clock.Advance(time.Hour + outbox.Grace) // the last moment
	api := new(taker)
	_, err := o.SendDue(t.Context(), outbox.DueOptions{API: api, By: outbox.By{AccountID: "another"}})
	sample.Must(t, err)
	sample.WantState(t, o.Outbox, id, outbox.Scheduled)
	clock.Advance(time.Millisecond)
	end, _ := leaves(t, o.Outbox, api)
	if end.Missed != 2 || end.Sent != 0 || len(api.texts()) != 0 || !end.Next.IsZero() {
		t.Errorf("end = %+v, and %q left; want both missed", end, api.texts())
	}
	missed, err := o.MissedDue(t.Context())
	if err != nil || len(missed) != 2 || missed[0].Error == "" {
		t.Errorf("MissedDue = %+v, %v, want both, with words", missed, err)
	}
	untold, err := o.Untold(t.Context())
	sample.Must(t, err)
	if len(untold) != 2 {
		t.Errorf("Untold = %+v, want both", untold)
	}
	for range 3 { // by itself it never leaves
		clock.Advance(time.Hour)
		leaves(t, o.Outbox, api)
		sample.Must(t, o.Close())
		o = on.opened(t, at, outbox.Options{Now: clock.Now})
	}
	sample.WantState(t, o.Outbox, id, outbox.Missed)
	if len(api.texts()) != 0 {
		t.Errorf("%q left, want nothing", api.texts())
	}
	// A person may have it sent all the same.
	sample.Must(t, o.Reschedule(t.Context(), id, outbox.WhenAt(clock.Now()), false))
	sample.Must(t, o.Unschedule(t.Context(), []int64{other}, "cancelled"))
	if leaves(t, o.Outbox, api); !slices.Equal(api.texts(), []string{"doors open at 7"}) {
		t.Errorf("%q left, want the one", api.texts())
	}
	if untold, err := o.Untold(t.Context()); err != nil || len(untold) != 0 {
		t.Errorf("Untold = %+v, %v, want nothing: somebody decided", untold, err)
	}
	// Who opens the outbox when it is too late finds it missed.
	id = scheduled(t, o.Outbox, sample.SMS("over night"), outbox.WhenAt(clock.Now().Add(time.Hour)))
	o.crash()
	clock.Advance(10 * time.Hour)
	o = on.opened(t, at, outbox.Options{Now: clock.Now})
	sample.WantState(t, o.Outbox, id, outbox.Missed)
	sound(t, o)
}

func (on *suite) testUnscheduled(t *testing.T) {
	clock := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: clock.Now})
	at := outbox.WhenAt(clock.Now().Add(time.Hour))
	a, b := scheduled(t, o.Outbox, sample.SMS("a"), at), scheduled(t, o.Outbox, sample.SMS("b"), at)
	left := sample.In(t, o.Outbox, sample.SMS("c"), outbox.Accepted)
	err := o.Unschedule(t.Context(), []int64{a, left}, "no")
	if e, ok := errors.AsType[*outbox.MoveError](err); !ok || e.ID != left || e.From != outbox.Accepted {
		t.Errorf("Unschedule = %v, want a MoveError of the one that left", err)
	}
	sample.WantState(t, o.Outbox, a, outbox.Scheduled)
	sample.Must(t, o.Unschedule(t.Context(), []int64{a}, "cancelled before its time"))
	d := sample.RowOf(t, o.Outbox, a)
	if d.State != outbox.Unsent || d.Error != "cancelled before its time" {
		t.Errorf("row = %+v, want it to be unsent, and why", d.Entry)
	}
	clock.Advance(time.Hour)
	api := new(taker)
	if leaves(t, o.Outbox, api); !slices.Equal(api.texts(), []string{"b"}) {
		t.Errorf("%q left, want the other", api.texts())
	}
	for _, id := range []int64{a, b} {
		if _, ok := errors.AsType[*outbox.MoveError](o.Unschedule(t.Context(), []int64{id}, "no")); !ok {
			t.Errorf("message %d is over and was cancelled", id)
		}
	}
	if err := o.Unschedule(t.Context(), []int64{1 << 40}, "no"); !errors.Is(err, outbox.ErrNotFound) {
		t.Errorf("Unschedule of no message = %v, want ErrNotFound", err)
	}
	if untold, err := o.Untold(t.Context()); err != nil || len(untold) != 0 {
		t.Errorf("Untold = %v, %v, want nothing", untold, err)
	}
	sound(t, o)
}

func (on *suite) testRescheduled(t *testing.T) {
	clock := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: clock.Now})
	id := scheduled(t, o.Outbox, sample.SMS("a"), outbox.WhenAt(clock.Now().Add(time.Hour)))
	to := outbox.WhenAt(clock.Now().Add(2 * time.Hour))
	sample.Must(t, o.Reschedule(t.Context(), id, to, false))
	api := new(taker)
	clock.Advance(time.Hour)
	if end, _ := leaves(t, o.Outbox, api); len(api.texts()) != 0 || !end.Next.Equal(to.At) {
		t.Errorf("%q left at its first time, next %v, want it at %v", api.texts(), end.Next, to.At)
	}
	d := sample.RowOf(t, o.Outbox, id)
	if d.State != outbox.Scheduled || d.Due != to || len(d.Moves) != 2 || !d.Message.Expiration.IsZero() {
		t.Errorf("row = %+v, want another time, and that in its moves", d.Entry)
	}
	clock.Advance(time.Hour)
	leaves(t, o.Outbox, api)
	sample.WantState(t, o.Outbox, id, outbox.Accepted)
	err := o.Reschedule(t.Context(), id, to, false)
	if e, ok := errors.AsType[*outbox.MoveError](err); !ok || e.From != outbox.Accepted || e.To != outbox.Scheduled {
		t.Errorf("Reschedule of what left = %v, want a MoveError", err)
	}
	sound(t, o)
}
