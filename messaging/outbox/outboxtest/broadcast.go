package outboxtest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// broadcasts: runs to people.
func (on *suite) broadcasts() []rule {
	return []rule{
		{"Broadcast", on.testBroadcast},
		{"BroadcastPeople", on.testBroadcastPeople},
		{"BroadcastAgain", on.testBroadcastAgain},
		{"BroadcastFilled", on.testBroadcastFilled},
		{"BroadcastApproved", on.testBroadcastApproved},
		{"OwnFile", on.testOwnFile},
		{"Foresee", on.testForesee},
		{"BroadcastPace", on.testBroadcastPace},
	}
}

// toPeople is what a broadcast is made of mostly.
func toPeople() outbox.Broadcast {
	b := sample.Broadcast()
	b.By = account
	return b
}

// numberOf is that of person n of a list.
func numberOf(n int) string { return sample.NumberOf(n) }

// people are n people, each with a name.
func people(n int) iter.Seq[outbox.Person] { return sample.People(n) }

// plannedPeople is a broadcast with people that was not started.
func plannedPeople(t testing.TB, o *process, b outbox.Broadcast, all iter.Seq[outbox.Person]) int64 {
	t.Helper()
	r, err := o.NewBroadcast(t.Context(), b)
	sample.Must(t, err)
	_, err = o.AddPeople(t.Context(), r.ID, 0, all)
	sample.Must(t, err)
	return r.ID
}

// startedPeople is one that was.
func startedPeople(t testing.TB, o *process, b outbox.Broadcast, all iter.Seq[outbox.Person]) int64 {
	t.Helper()
	id := plannedPeople(t, o, b, all)
	sample.Must(t, o.StartRun(t.Context(), id))
	return id
}

// filled puts the name of each person into the text of a run; the senders take turns.
func filled(r outbox.Run) (outbox.Fill, error) { return sample.Filled(r) }

// fast is how a test drains a run, if it has nothing to say of the pace.
func fast(how outbox.DrainOptions) outbox.DrainOptions { return sample.Fast(how) }

// untilItWaits is how a test drains a run until there is nothing to do now.
func untilItWaits(ctx context.Context, o *process, api outbox.API, id int64) (outbox.Run, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	return o.Drain(ctx, api, id, fast(outbox.DrainOptions{After: func(time.Duration) <-chan time.Time { cancel(); return nil }}))
}

// leaps is time that goes by when somebody waits for it.
func leaps(c *sample.Clock) func(time.Duration) <-chan time.Time {
	return func(d time.Duration) <-chan time.Time {
		c.Advance(d)
		passed := make(chan time.Time, 1)
		passed <- c.Now()
		return passed
	}
}

// drained is a run after it was drained to an end.
func drained(t testing.TB, o *process, api outbox.API, id int64, how outbox.DrainOptions) outbox.Run {
	t.Helper()
	r, err := o.Drain(t.Context(), api, id, how)
	if err != nil {
		t.Fatalf("Drain(%d) = %v, want nil", id, err)
	}
	return r
}

func wantCounts(t testing.TB, o *process, id int64, want outbox.RunCounts) {
	t.Helper()
	got, err := o.RunCounts(t.Context(), id)
	sample.Must(t, err)
	if got.People != want.People || got.Waiting != want.Waiting || got.Pruned != want.Pruned || !maps.Equal(got.States, want.States) || !maps.Equal(got.Skipped, want.Skipped) {
		t.Errorf("run %d has %+v, want %+v", id, got, want)
	}
}

// testBroadcast: each person of a run gets the text that was filled for them, once, and it
// is recorded before it leaves and after.
func (on *suite) testBroadcast(t *testing.T) {
	o := on.opened(t, on.place(t), outbox.Options{Now: sample.NewClock().Now})
	id := plannedPeople(t, o, toPeople(), people(40))
	wantCounts(t, o, id, outbox.RunCounts{People: 40, Waiting: 40})
	if n := sample.Value[int](t, o.engine, "SELECT count(*) FROM messages"); n != 0 {
		t.Errorf("%d messages are there before the run is started, want 0", n)
	}
	api := &counter{before: func(m messaging.Message) error {
		if n := sample.Value[int](t, o.engine, "SELECT count(*) FROM messages WHERE state = 'sending' AND text = ? AND run = ?", m.Text, id); n != 1 {
			t.Errorf("%q leaves and %d rows say so, want 1", m.Text, n)
		}
		return nil
	}}
	if r := drained(t, o, api, id, fast(outbox.DrainOptions{})); r.State != outbox.RunPlanned || len(api.created) != 0 {
		t.Errorf("of a run that was not started %v was sent, and it is %s", api.created, r.State)
	}
	sample.Must(t, o.StartRun(t.Context(), id))
	var told []int
	r := drained(t, o, api, id, fast(outbox.DrainOptions{Told: func(p outbox.Person, m messaging.Message, r outbox.Result) {
		told = append(told, p.N)
		if want := "Hi Ana " + fmt.Sprint(p.N); r.Err != nil || r.Unrecorded != nil || m.Text != want || m.To[0] != numberOf(p.N) {
			t.Errorf("told of person %d: %+v, %+v, want %q accepted", p.N, m, r, want)
		}
	}}))
	slices.Sort(told)
	if r.State != outbox.RunDone || r.Segments != 40 || r.Started.IsZero() || r.Ended.IsZero() || len(told) != 40 || told[39] != 40 {
		t.Errorf("the run is %+v, told of %v; want all 40 and it done", r, told)
	}
	for n := range 40 {
		if got := api.created[numberOf(n+1)]; got != 1 {
			t.Errorf("person %d got %d messages, want 1", n+1, got)
		}
	}
	wantCounts(t, o, id, outbox.RunCounts{People: 40, States: map[outbox.State]int{outbox.Accepted: 40}})
	page, err := o.RunPeople(t.Context(), id, outbox.PeopleFilter{State: outbox.Accepted}, 10, 5)
	sample.Must(t, err)
	if len(page) != 5 || page[0].N != 11 || page[0].Entry.Message.Text != "Hi Ana 11" || page[0].Entry.Run != id || page[0].State() != outbox.Accepted {
		t.Errorf("the page behind 10 is %+v, want 11 to 15", page)
	}
	moves, err := o.RunMoves(t.Context(), id)
	sample.Must(t, err)
	if len(moves) != 3 || moves[0].State != outbox.RunPlanned || moves[1].State != outbox.RunRunning || moves[2].State != outbox.RunDone {
		t.Errorf("the run came by %+v, want planned, running, done", moves)
	}
	sound(t, o)
}

// testBroadcastFilled: where one process stopped adding people another one goes on; of two at
// once the one that comes second adds nobody.
func (on *suite) testBroadcastFilled(t *testing.T) {
	at := on.place(t)
	o, other := on.opened(t, at, outbox.Options{}), on.opened(t, at, outbox.Options{})
	r, err := o.NewBroadcast(t.Context(), toPeople())
	sample.Must(t, err)
	from := func(first, last int) iter.Seq[outbox.Person] {
		return func(yield func(outbox.Person) bool) {
			for i := first; i <= last; i++ {
				if !yield(outbox.Person{Number: numberOf(i)}) {
					return
				}
			}
		}
	}
	_, err = o.AddPeople(t.Context(), r.ID, 0, func(yield func(outbox.Person) bool) {
		for p := range from(1, 700) {
			if p.Number == numberOf(600) { // the first 500 are committed
				if added, err := other.AddPeople(t.Context(), r.ID, 500, from(501, 620)); added != 120 || err != nil {
					t.Errorf("behind what is there AddPeople = %d, %v, want 120 people", added, err)
				}
			}
			if !yield(p) {
				return
			}
		}
	})
	if !errors.Is(err, outbox.ErrFilledElsewhere) {
		t.Errorf("AddPeople = %v, want %v", err, outbox.ErrFilledElsewhere)
	}
	if added, err := o.AddPeople(t.Context(), r.ID, 619, from(620, 621)); added != 0 || !errors.Is(err, outbox.ErrFilledElsewhere) {
		t.Errorf("behind fewer than it has AddPeople = %d, %v, want %v", added, err, outbox.ErrFilledElsewhere)
	}
	r, err = o.Run(t.Context(), r.ID)
	sample.Must(t, err)
	all, err := o.RunPeople(t.Context(), r.ID, outbox.PeopleFilter{}, 0, 1000)
	sample.Must(t, err)
	if r.People != 620 || len(all) != 620 {
		t.Fatalf("it has %d people, and %d rows, want 620", r.People, len(all))
	}
	for i, p := range all {
		if p.N != i+1 || p.Number != numberOf(i+1) || p.Skip != "" {
			t.Fatalf("row %d is %+v", i, p)
		}
	}
}

// testBroadcastPeople: who is in a list twice, or may get nothing, gets nothing, and the
// report says why; nobody else is touched by that.
func (on *suite) testBroadcastPeople(t *testing.T) {
	c := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
	gone, held, earlier, capped := numberOf(3), numberOf(4), numberOf(5), numberOf(6)
	sample.Begun(t, o.Outbox, sample.SMS("Hi Ana 5", earlier))
	for i := range 3 {
		sample.Begun(t, o.Outbox, sample.SMS(fmt.Sprint("other ", i), capped))
	}
	all := slices.Collect(people(8))
	all[6].Fields = nil
	all = append(all, outbox.Person{Number: numberOf(1), Name: "again"}, outbox.Person{Number: "12", Skip: outbox.SkipBadNumber, Note: "too short"}, outbox.Person{Number: "12", Skip: outbox.SkipBadNumber})
	id := startedPeople(t, o, toPeople(), slices.Values(all))
	// People opt out between the plan and their turn.
	_, err := o.AddOptOuts(t.Context(), []outbox.OptOut{{Number: gone, By: outbox.OptedByPerson}})
	sample.Must(t, err)
	sample.Heard(t, o.Outbox, sample.Came("in", held, "please take me off this list, thank you"))
	api := &counter{}
	r := drained(t, o, api, id, fast(outbox.DrainOptions{DailyCap: 3}))
	if r.State != outbox.RunDone {
		t.Errorf("the run is %s, want it done", r.State)
	}
	if got := slices.Sorted(maps.Keys(api.created)); !slices.Equal(got, []string{numberOf(1), numberOf(2), numberOf(8)}) {
		t.Errorf("the API created messages to %v, want 1, 2 and 8", got)
	}
	wantCounts(t, o, id, outbox.RunCounts{
		People: 11, States: map[outbox.State]int{outbox.Accepted: 3},
		Skipped: map[outbox.Skip]int{
			outbox.SkipOptedOut: 1, outbox.SkipHeld: 1, outbox.SkipRecent: 1, outbox.SkipOverCap: 1, outbox.SkipBadField: 1, outbox.SkipDuplicate: 1, outbox.SkipBadNumber: 2,
		},
	})
	page, err := o.RunPeople(t.Context(), id, outbox.PeopleFilter{Skipped: true}, 0, 100)
	sample.Must(t, err)
	var got []string
	for _, p := range page {
		got = append(got, fmt.Sprint(p.N, " ", p.Skip))
	}
	if want := "3 opted-out,4 held,5 recent,6 over-daily-cap,7 bad-field,9 duplicate,10 bad-number,11 bad-number"; strings.Join(got, ",") != want {
		t.Errorf("skipped are %v, want %s", got, want)
	}
	sound(t, o)
}

// testBroadcastAgain: the same again the next minute reaches nobody, and a run that repeats
// another those who did not get it since, however long ago that was.
func (on *suite) testBroadcastAgain(t *testing.T) {
	c, api := sample.NewClock(), &counter{}
	o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
	b := toPeople()
	id := startedPeople(t, o, b, people(2))
	drained(t, o, api, id, fast(outbox.DrainOptions{}))
	if r, found, err := o.SimilarRun(t.Context(), b.List.Sum, b.Text, nil); err != nil || !found || r.ID != id {
		t.Errorf("SimilarRun = %d, %t, %v, want run %d", r.ID, found, err, id)
	}
	if _, found, err := o.SimilarRun(t.Context(), b.List.Sum, b.Text+"!", nil); err != nil || found {
		t.Errorf("SimilarRun of another text: %t, %v, want none", found, err)
	}
	c.Advance(time.Minute)
	second := startedPeople(t, o, b, people(2))
	drained(t, o, api, second, fast(outbox.DrainOptions{}))
	wantCounts(t, o, second, outbox.RunCounts{People: 2, Skipped: map[outbox.Skip]int{outbox.SkipRecent: 2}})
	c.Advance(outbox.RecentWithin)
	third := startedPeople(t, o, b, people(2))
	drained(t, o, api, third, fast(outbox.DrainOptions{}))
	wantCounts(t, o, third, outbox.RunCounts{People: 2, States: map[outbox.State]int{outbox.Accepted: 2}})
	c.Advance(3 * outbox.RecentWithin)
	failing(t, o, third, 2, 4730)
	b.Again = third
	foreseen, err := o.Foresee(t.Context(), b, []messaging.Message{
		{From: sample.Sender, To: []string{numberOf(1)}, Text: "Hi Ana 1"}, {From: sample.Sender, To: []string{numberOf(2)}, Text: "Hi Ana 2"},
	}, 0)
	sample.Must(t, err)
	if foreseen[0].Skip != outbox.SkipRecent || foreseen[1].Skip != "" {
		t.Errorf("of a run that is repeated Foresee = %+v, want the first one to have it", foreseen)
	}
	fourth := startedPeople(t, o, b, people(2))
	drained(t, o, api, fourth, fast(outbox.DrainOptions{}))
	wantCounts(t, o, fourth, outbox.RunCounts{People: 2, States: map[outbox.State]int{outbox.Accepted: 1}, Skipped: map[outbox.Skip]int{outbox.SkipRecent: 1}})
	sound(t, o)
}

// inOrder are all messages in the order in which they were made.
func inOrder(t testing.TB, o *process) []outbox.Entry {
	t.Helper()
	entries, err := o.List(t.Context(), outbox.Filter{Oldest: true, Limit: 1000})
	sample.Must(t, err)
	slices.Reverse(entries)
	return entries
}

// testBroadcastPace: all senders and processes together keep the pace of the account, by
// segments, whatever each sender may besides; a stop gains nothing.
func (on *suite) testBroadcastPace(t *testing.T) {
	sample.Alone(t)
	c := sample.NewClock()
	path := on.place(t)
	o := on.opened(t, path, outbox.Options{Now: c.Now})
	b := toPeople()
	b.Senders = []string{"+12345678901", "+12345678902", "+12345678903"}
	begin := c.Now()
	api := sample.API{OnSend: func(_ context.Context, m messaging.Message) (*messaging.Receipt, error) {
		return sample.Receipt("api-"+m.To[0], m), nil
	}}
	long := func(r outbox.Run) (outbox.Fill, error) {
		f, err := filled(r)
		return func(p outbox.Person) (messaging.Message, outbox.Skip, string, error) {
			m, skip, note, err := f(p)
			m.Text += strings.Repeat("x", []int{0, 200, 400}[p.N%7%3])
			return m, skip, note, err
		}, err
	}
	id := startedPeople(t, o, b, people(170))
	how := sample.FirstAlone(outbox.DrainOptions{
		Prepare: long, Parallel: 8, After: leaps(c), Grace: time.Nanosecond,
		Pace: outbox.Pace{Account: outbox.Rate{Count: 5, Per: time.Second}, Senders: map[string]outbox.Rate{"+12345678902": {Count: 2, Per: time.Second}}},
	})
	ctx, cancel := context.WithCancel(t.Context())
	how.Told = func(p outbox.Person, _ messaging.Message, _ outbox.Result) {
		if p.N == 70 {
			cancel()
		}
	}
	if r, err := o.Drain(ctx, api, id, how); err != nil || r.State != outbox.RunRunning {
		t.Fatalf("a drain that was ended: %s, %v, want it running still", r.State, err)
	}
	o.crash()
	o = on.opened(t, path, outbox.Options{Now: c.Now})
	how.Told = nil
	drained(t, o, api, id, how)
	wantPace(t, inOrder(t, o), begin)
}

// wantPace demands that 170 messages left at 5 segments a second since a time.
func wantPace(t testing.TB, all []outbox.Entry, begin time.Time) {
	t.Helper()
	// A row is made when its message leaves.
	at := func(e outbox.Entry) time.Duration { return e.Created.Sub(begin) }
	for from := time.Duration(0); from+time.Minute <= at(all[len(all)-1]); from += time.Second {
		segments := 0
		for _, e := range all {
			if at(e) >= from && at(e) < from+time.Minute {
				segments += outbox.Cost(e.Message)
			}
		}
		if segments > 306 {
			t.Errorf("%d segments left in the minute from %s, want 300 and 2 %% at most", segments, from)
		}
	}
	total, ofOne := 0, 0
	for _, e := range all {
		total += outbox.Cost(e.Message)
		if e.Message.From == "+12345678902" {
			ofOne += outbox.Cost(e.Message)
		}
	}
	last := all[len(all)-1]
	if took := at(last).Seconds(); float64(total-outbox.Cost(last.Message))/took < 5*0.98 {
		t.Errorf("%d segments took %.1f s, want them at 5 a second", total, took)
	}
	if ofOne == 0 || total < 310 {
		t.Errorf("%d segments, %d of one sender: the test is too small", total, ofOne)
	}
	if len(all) != 170 {
		t.Errorf("%d messages left, want 170", len(all))
	}
}
