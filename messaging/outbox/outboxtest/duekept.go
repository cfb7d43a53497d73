package outboxtest

import (
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

// testDueOnce has several processes send what is due at once: each leaves once.
func (on *suite) testDueOnce(t *testing.T) {
	clock, at := sample.NewClock(), on.place(t)
	const many = 40
	o := on.opened(t, at, outbox.Options{Now: clock.Now})
	var messages []messaging.Message
	for i := range many {
		messages = append(messages, sample.SMS(fmt.Sprint("n", i)))
	}
	_, err := o.Schedule(t.Context(), outbox.Plan{By: dueBy, Messages: messages}, outbox.WhenAt(clock.Now()))
	sample.Must(t, err)
	api := new(taker)
	var all sync.WaitGroup
	var mu sync.Mutex
	total := 0
	for _, p := range []*process{o, on.opened(t, at, outbox.Options{Now: clock.Now}), on.opened(t, at, outbox.Options{Now: clock.Now})} {
		for range 2 { // and each of them twice
			all.Go(func() {
				end, err := p.SendDue(t.Context(), outbox.DueOptions{API: api, By: dueBy, Parallel: 4})
				if err != nil {
					t.Errorf("SendDue = %v, want nil", err)
				}
				mu.Lock()
				defer mu.Unlock()
				total += end.Sent
			})
		}
	}
	all.Wait()
	got := api.texts()
	slices.Sort(got)
	if len(got) != many || len(slices.Compact(got)) != many || total != many {
		t.Errorf("%d left, %d by the count, want each of %d once", len(got), total, many)
	}
	if counts, err := o.Counts(t.Context()); err != nil || counts[outbox.Accepted] != many {
		t.Errorf("Counts = %v, %v, want all accepted", counts, err)
	}
	sound(t, o)
}

// testDueDeaths kills the process before, during and after the call of each message: it never
// leaves twice, and is never called unsent.
func (on *suite) testDueDeaths(t *testing.T) {
	clock, at := sample.NewClock(), on.place(t)
	o := on.opened(t, at, outbox.Options{Now: clock.Now})
	ids := map[string]int64{}
	for i := range 4 {
		text := fmt.Sprint("n", i)
		ids[text] = scheduled(t, o.Outbox, sample.SMS(text), outbox.WhenAt(clock.Now().Add(time.Duration(i)*time.Minute)))
	}
	o.crash() // before anything is due
	o = on.opened(t, at, outbox.Options{Now: clock.Now})
	for _, id := range ids {
		sample.WantState(t, o.Outbox, id, outbox.Scheduled)
	}
	api := new(taker)
	api.fails = func(_ int, m messaging.Message) error {
		if m.Text == "n1" {
			api.took = append(api.took, m)
			o.crash() // at the API, and nobody will hear
			return nil
		}
		return nil
	}
	leaves(t, o.Outbox, api)
	clock.Advance(time.Minute)
	_, _ = o.SendDue(t.Context(), outbox.DueOptions{API: api, By: dueBy})
	o = on.opened(t, at, outbox.Options{Now: clock.Now})
	sample.WantState(t, o.Outbox, ids["n0"], outbox.Accepted)
	sample.WantState(t, o.Outbox, ids["n1"], outbox.Unknown)
	sample.WantState(t, o.Outbox, ids["n2"], outbox.Scheduled)
	if untold, err := o.Untold(t.Context()); err != nil || len(untold) != 1 || untold[0].ID != ids["n1"] {
		t.Errorf("Untold = %+v, %v, want the one that may have been created", untold, err)
	}
	api.fails = nil
	clock.Advance(5 * time.Minute)
	leaves(t, o.Outbox, api)
	for _, text := range []string{"n0", "n1", "n2", "n3"} {
		n := 0
		for _, took := range api.texts() {
			if took == text {
				n++
			}
		}
		// The dying call noted its message by itself, and the end of it once more.
		if want := map[bool]int{true: 2, false: 1}[text == "n1"]; n != want {
			t.Errorf("%s left %d times, want %d", text, n, want)
		}
	}
	// Close gives back nothing that it does not have.
	id := scheduled(t, o.Outbox, sample.SMS("last"), outbox.WhenAt(clock.Now().Add(time.Hour)))
	sample.Must(t, o.Close())
	o = on.opened(t, at, outbox.Options{Now: clock.Now})
	sample.WantState(t, o.Outbox, id, outbox.Scheduled)
	sound(t, o)
}

// testDueFollowsClocks checks that a message is due when the clock shows its time, by the
// rules of the zone as they are then.
func (on *suite) testDueFollowsClocks(t *testing.T) {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Skipf("no data of zones: %v", err)
	}
	clock := sample.NewClock() // a week before clocks are set forward
	o := on.opened(t, on.place(t), outbox.Options{Now: clock.Now})
	wall := time.Date(2026, 3, 9, 9, 0, 0, 0, time.UTC)
	when := outbox.WhenShows(wall, zone)
	if want := time.Date(2026, 3, 9, 13, 0, 0, 0, time.UTC); !when.At.Equal(want) || when.Zone != zone.String() || !when.Wall.Equal(wall) {
		t.Fatalf("WhenShows = %+v, want it at %v", when, want)
	}
	for shown, want := range map[string]string{
		"2026-03-08T02:30:00": "2026-03-08T07:00:00Z", // is skipped
		"2026-11-01T01:30:00": "2026-11-01T05:30:00Z", // comes twice
	} {
		at, err := time.Parse("2006-01-02T15:04:05", shown)
		sample.Must(t, err)
		if got := outbox.WhenShows(at, zone).At.Format(time.RFC3339); got != want {
			t.Errorf("%s is %s, want %s", shown, got, want)
		}
	}
	id := scheduled(t, o.Outbox, sample.SMS("at nine"), when)
	if d := sample.RowOf(t, o.Outbox, id); d.Due != when {
		t.Errorf("due = %+v, want %+v", d.Due, when)
	}
	// When it was made summer time was unheard of.
	sample.Change(t, o.engine, "UPDATE messages SET due_at = ? WHERE id = ?", sample.Micros(when.At.Add(time.Hour)), id)
	api := new(taker)
	clock.Advance(when.At.Sub(clock.Now()) - time.Second)
	if end, _ := leaves(t, o.Outbox, api); len(api.texts()) != 0 || !end.Next.Equal(when.At) {
		t.Errorf("%q left, next %v, want it at %v", api.texts(), end.Next, when.At)
	}
	clock.Advance(time.Second)
	if leaves(t, o.Outbox, api); len(api.texts()) != 1 {
		t.Errorf("%q left, want it at nine", api.texts())
	}
	// A zone that this machine does not know keeps the moment that somebody knew.
	id = scheduled(t, o.Outbox, sample.SMS("far"), outbox.When{At: clock.Now().Add(time.Hour), Wall: wall, Zone: "Mars/Olympus"})
	leaves(t, o.Outbox, api)
	if d := sample.RowOf(t, o.Outbox, id); d.Due.Zone != "Mars/Olympus" || !d.Due.At.Equal(clock.Now().Add(time.Hour)) {
		t.Errorf("due = %+v, want it as it was", d.Due)
	}
}

// testDueTextIsHeld checks that a text is kept until it leaves, and no longer, where none is
// kept.
func (on *suite) testDueTextIsHeld(t *testing.T) {
	clock := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: clock.Now, OmitText: true})
	at := outbox.WhenAt(clock.Now().Add(time.Hour))
	left, cancelled := scheduled(t, o.Outbox, sample.SMS("secret one"), at), scheduled(t, o.Outbox, sample.SMS("secret two"), at)
	if d := sample.RowOf(t, o.Outbox, left); d.Message.Text != "secret one" || d.TextOmitted || !strings.Contains(string(d.Request), "secret one") {
		t.Errorf("row = %+v, want its text, which is needed", d.Entry)
	}
	if found := sample.IDsIn(t, o.Outbox, outbox.Filter{Search: "secret"}); len(found) != 0 {
		t.Errorf("a search found %v, want nothing", found)
	}
	sample.Must(t, o.Unschedule(t.Context(), []int64{cancelled}, "no"))
	clock.Advance(time.Hour)
	offline := true
	api := &taker{fails: func(int, messaging.Message) error {
		if offline {
			return sample.NeverLeft()
		}
		return nil
	}}
	leaves(t, o.Outbox, api)
	offline = false
	if leaves(t, o.Outbox, api); !slices.Equal(api.texts(), []string{"secret one"}) {
		t.Errorf("%q left, want the text", api.texts())
	}
	for _, id := range []int64{left, cancelled} {
		if d := sample.RowOf(t, o.Outbox, id); d.Message.Text != "" || !d.TextOmitted || d.TextLength != 10 || strings.Contains(storedOf(t, o, id), "secret") {
			t.Errorf("row = %+v, want no text: it is over", d.Entry)
		}
	}
}

// testDueIsKept checks that what waits for its time is not pruned, nor what left lately.
func (on *suite) testDueIsKept(t *testing.T) {
	clock := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: clock.Now})
	waits := scheduled(t, o.Outbox, sample.SMS("waits"), outbox.WhenAt(clock.Now().AddDate(1, 0, 0)))
	left := scheduled(t, o.Outbox, sample.SMS("left"), outbox.WhenAt(clock.Now().AddDate(0, 0, 60)))
	missed := scheduled(t, o.Outbox, sample.SMS("missed"), outbox.WhenAt(clock.Now().AddDate(0, 0, 59)))
	plain := sample.In(t, o.Outbox, sample.SMS("plain"), outbox.Delivered)
	clock.Advance(60 * 24 * time.Hour)
	leaves(t, o.Outbox, new(taker))
	before := clock.Now().AddDate(0, 0, -30)
	want, err := o.Prunable(t.Context(), before)
	sample.Must(t, err)
	deleted, err := o.Prune(t.Context(), before)
	sample.Must(t, err)
	// The message before it is still being sent.
	if all := sample.IDsIn(t, o.Outbox, outbox.Filter{}); deleted != 1 || want != 1 || slices.Contains(all, plain) ||
		!slices.Contains(all, waits) || !slices.Contains(all, left) || !slices.Contains(all, missed) {
		t.Errorf("%d deleted, %d to be deleted, %v are there; want the plain one gone", deleted, want, all)
	}
	sound(t, o)
}
