package outboxtest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// testDueIsJudged checks that whoever opted out, got the same, or may not be texted since the
// message was made does not get it.
func (on *suite) testDueIsJudged(t *testing.T) {
	clock := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: clock.Now})
	at := outbox.WhenAt(clock.Now().Add(time.Hour))
	for _, m := range []messaging.Message{sample.SMS("out", sample.Alice), sample.SMS("same", sample.Bob), sample.SMS("hours", sample.Carol)} {
		scheduled(t, o.Outbox, m, at)
	}
	said, err := o.Schedule(t.Context(), outbox.Plan{By: dueBy, Messages: []messaging.Message{sample.SMS("said yes", sample.Bob)}, Yes: true}, at)
	sample.Must(t, err)
	clock.Advance(55 * time.Minute)
	sample.Must(t, first2(o.AddOptOuts(t.Context(), []outbox.OptOut{{Number: sample.Alice, By: outbox.OptedByPerson}})))
	for _, text := range []string{"same", "said yes"} {
		id := sample.Begun(t, o.Outbox, sample.SMS(text, sample.Bob))[0]
		sample.Must(t, o.Settle(t.Context(), id, sample.Receipt(text, sample.SMS(text, sample.Bob)), nil))
	}
	clock.Advance(5 * time.Minute)
	api, why := new(taker), map[string]string{}
	end, err := o.SendDue(t.Context(), outbox.DueOptions{
		API: api, By: dueBy, Tell: func(n outbox.DueNews) { why[n.Entry.Message.Text] = string(n.State) + ": " + n.Why },
		May: func(e outbox.Entry, _ map[string]string, now time.Time) string {
			if !now.Equal(clock.Now()) {
				t.Errorf("asked for %v, want %v", now, clock.Now())
			}
			if e.Message.To[0] == sample.Carol {
				return "it is night there"
			}
			return ""
		},
	})
	sample.Must(t, err)
	if end.Sent != 1 || end.Missed != 1 || end.Others != 2 || !slices.Equal(api.texts(), []string{"said yes"}) {
		t.Errorf("end = %+v, and %q left; want only what somebody said yes to", end, api.texts())
	}
	sample.WantState(t, o.Outbox, said[0], outbox.Accepted)
	for text, want := range map[string]string{
		"out": "unsent: not sent: +12345678902 opted out since 2026-03-01", "same": "unsent: not sent: +12345678903 was sent the same 5m0s ago",
		"hours": "missed: it is night there",
	} {
		if !strings.HasPrefix(why[text], want) {
			t.Errorf("%s: %q, want %q", text, why[text], want)
		}
	}
	untold, err := o.Untold(t.Context())
	if err != nil || len(untold) != 3 || slices.ContainsFunc(untold, func(e outbox.Entry) bool { return e.Error == "" }) {
		t.Errorf("Untold = %+v, %v, want the three, each with why", untold, err)
	}
	sound(t, o)
}

func first2[T any](_ T, err error) error { return err }

// testDueSoonRepeats checks the guard for what is to leave at other times than now.
func (on *suite) testDueSoonRepeats(t *testing.T) {
	clock := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: clock.Now})
	daily := func(day int) outbox.When { return outbox.WhenAt(clock.Now().AddDate(0, 0, day)) }
	m := sample.SMS("take the pill")
	got := sample.Begun(t, o.Outbox, m)[0] // just now
	sample.Must(t, o.Settle(t.Context(), got, sample.Receipt("a", m), nil))
	scheduled(t, o.Outbox, m, daily(1))
	second := scheduled(t, o.Outbox, m, daily(2))
	for name, call := range map[string]func() error{
		"another for that time": func() error {
			return first2(o.Schedule(t.Context(), outbox.Plan{By: dueBy, Messages: []messaging.Message{m}}, outbox.WhenAt(daily(2).At.Add(9*time.Minute))))
		},
		"soon": func() error {
			return first2(o.Schedule(t.Context(), outbox.Plan{By: dueBy, Messages: []messaging.Message{m}}, outbox.WhenAt(clock.Now().Add(5*time.Minute))))
		},
		"resent": func() error {
			return first2(o.Schedule(t.Context(), outbox.Plan{By: dueBy, Messages: []messaging.Message{m}, ResendOf: got}, daily(5)))
		},
	} {
		e, ok := errors.AsType[*outbox.RepeatError](call())
		if !ok || len(e.Repeats) != 1 {
			t.Errorf("%s: %v, want a RepeatError", name, e)
		}
	}
	if repeats, err := o.RepeatsAt(t.Context(), []messaging.Message{m}, daily(2).At); err != nil || len(repeats) != 1 || repeats[0].Entry.ID != second || repeats[0].Got() != "is about to get" {
		t.Errorf("RepeatsAt = %+v, %v, want that it is about to get it by message %d", repeats, err, second)
	}
	clock.Advance(2*24*time.Hour - 5*time.Minute)
	if _, err := o.Begin(t.Context(), outbox.Plan{By: dueBy, Messages: []messaging.Message{m}}); err == nil {
		t.Error("what is due in five minutes was sent now without a word")
	}
	// Two of the same for one time, which somebody said yes to once: one leaves.
	if _, err := o.Schedule(t.Context(), outbox.Plan{By: dueBy, Messages: []messaging.Message{sample.SMS("x"), sample.SMS("x")}}, daily(3)); err != nil {
		t.Errorf("Schedule = %v, want nil: of its own messages the caller judges", err)
	}
	clock.Advance(3 * 24 * time.Hour)
	api := new(taker)
	if end, _ := leaves(t, o.Outbox, api); end.Sent != 1 || end.Others != 1 || !slices.Equal(api.texts(), []string{"x"}) {
		t.Errorf("end = %+v, and %q left, want one x", end, api.texts())
	}
	sound(t, o)
}

// testDueIsTriedAgain checks that what does not get through waits until its time is over, and
// then is missed.
func (on *suite) testDueIsTriedAgain(t *testing.T) {
	clock := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: clock.Now})
	due := clock.Now().Add(time.Hour)
	var ids []int64
	for i := range 3 {
		ids = append(ids, scheduled(t, o.Outbox, sample.SMS(fmt.Sprint("n", i)), outbox.WhenAt(due)))
	}
	clock.Advance(time.Hour)
	offline := true
	api := &taker{fails: func(int, messaging.Message) error {
		if offline {
			return sample.NeverLeft()
		}
		return nil
	}}
	end, news := leaves(t, o.Outbox, api)
	if api.calls != 1 || end.Stopped != "there is no connection" || !end.Next.Equal(clock.Now().Add(time.Minute)) || len(news) != 1 || news[0].State != outbox.Scheduled {
		t.Errorf("end = %+v after %d calls, news %+v; want one call, and again in a minute", end, api.calls, news)
	}
	d := sample.RowOf(t, o.Outbox, ids[0])
	if d.State != outbox.Scheduled || d.Error != "there is no connection" || sample.Value[string](t, o.engine, "SELECT owner FROM messages WHERE id = ?", ids[0]) != "" {
		t.Errorf("row = %+v, want it to wait again, and why", d.Entry)
	}
	// It was not sent, whatever its moves say.
	if repeats, err := o.Repeats(t.Context(), []messaging.Message{sample.SMS("n0")}); err != nil || len(repeats) != 1 || repeats[0].Got() != "is about to get" {
		t.Errorf("Repeats = %+v, %v, want that it is about to be sent", repeats, err)
	}
	offline = false
	clock.Advance(10 * time.Minute)
	if end, _ := leaves(t, o.Outbox, api); end.Sent != 3 || end.Stopped != "" {
		t.Errorf("end = %+v, want all three sent", end)
	}
	// Until its time is over.
	id := scheduled(t, o.Outbox, sample.SMS("late"), outbox.WhenAt(clock.Now()))
	offline = true
	for range 17 {
		leaves(t, o.Outbox, api)
		clock.Advance(time.Minute)
	}
	if d := sample.RowOf(t, o.Outbox, id); d.State != outbox.Missed || d.Error != "there is no connection" {
		t.Errorf("row = %+v, want it to be missed, for there was no connection", d.Entry)
	}
	if untold, err := o.Untold(t.Context()); err != nil || len(untold) != 1 {
		t.Errorf("Untold = %+v, %v, want what was missed", untold, err)
	}
	sound(t, o)
}

// testDueIsTriedOnce checks that a message without a clear answer is not tried again, and one
// that was refused neither.
func (on *suite) testDueIsTriedOnce(t *testing.T) {
	clock := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: clock.Now})
	lost := scheduled(t, o.Outbox, sample.SMS("lost"), outbox.WhenAt(clock.Now()))
	api := &taker{fails: func(int, messaging.Message) error { return sample.Lost() }}
	for range 3 {
		leaves(t, o.Outbox, api)
	}
	sample.WantState(t, o.Outbox, lost, outbox.Unknown)
	refused := scheduled(t, o.Outbox, sample.SMS("no"), outbox.WhenAt(clock.Now()))
	api.fails = func(int, messaging.Message) error { return sample.Refusal("no") }
	for range 3 {
		leaves(t, o.Outbox, api)
	}
	sample.WantState(t, o.Outbox, refused, outbox.Rejected)
	if api.calls != 2 {
		t.Errorf("%d calls for two messages, want one each", api.calls)
	}
	if untold, err := o.Untold(t.Context()); err != nil || len(untold) != 2 {
		t.Errorf("Untold = %+v, %v, want what was lost and refused", untold, err)
	}
	sound(t, o)
}

func (on *suite) testDueOfOneAccount(t *testing.T) {
	clock := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: clock.Now})
	other := dueBy
	other.AccountID = "5500000"
	elsewhere := dueBy
	elsewhere.BaseURL = "http://127.0.0.1:1"
	for i, by := range []outbox.By{other, elsewhere, dueBy} {
		_, err := o.Schedule(t.Context(), outbox.Plan{By: by, Messages: []messaging.Message{sample.SMS(fmt.Sprint(i))}}, outbox.WhenAt(clock.Now()))
		sample.Must(t, err)
	}
	api := new(taker)
	if leaves(t, o.Outbox, api); !slices.Equal(api.texts(), []string{"2"}) {
		t.Errorf("%q left, want those of the account, at its address", api.texts())
	}
	if due, err := o.Due(t.Context()); err != nil || len(due) != 2 {
		t.Errorf("Due = %+v, %v, want the others", due, err)
	}
}
