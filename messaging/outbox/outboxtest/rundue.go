package outboxtest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// broadcastLater: runs that begin at a time.
func (on *suite) broadcastLater() []rule {
	return []rule{
		{"RunBegins", on.testRunBegins},
		{"RunBeginsOnce", on.testRunBeginsOnce},
		{"RunMissed", on.testRunMissed},
		{"RunGoesOnLater", on.testRunGoesOnLater},
		{"RunHasAnotherTime", on.testRunHasAnotherTime},
		{"RunFollowsClocks", on.testRunFollowsClocks},
		{"RunDueUnapproved", on.testRunDueUnapproved},
	}
}

// wantDue demands the state of a run and when it begins.
func wantDue(t testing.TB, o *process, id int64, state outbox.RunState, due outbox.When) outbox.Run {
	t.Helper()
	r, err := o.Run(t.Context(), id)
	sample.Must(t, err)
	if r.State != state || r.Due() != due {
		t.Errorf("run %d is %s and due %v, want %s and %v", id, r.State, r.Due(), state, due)
	}
	return r
}

// begins is what BeginDue says.
func begins(t testing.TB, o *process, id int64, want bool) {
	t.Helper()
	if begun, err := o.BeginDue(t.Context(), id); err != nil || begun != want {
		t.Errorf("BeginDue = %v, %v, want %v", begun, err, want)
	}
}

// testRunBegins: a run begins when its time has come and not before, belongs to no process until
// then, and can be cancelled.
func (on *suite) testRunBegins(t *testing.T) {
	clock, at := sample.NewClock(), on.place(t)
	o := on.opened(t, at, outbox.Options{Now: clock.Now})
	when := outbox.WhenAt(clock.Now().Add(time.Hour))
	id, other := plannedPeople(t, o, toPeople(), people(3)), plannedPeople(t, o, toPeople(), people(1))
	begins(t, o, id, false) // it has no time
	sample.Must(t, o.ScheduleRun(t.Context(), id, when, []byte(`{"new":1}`)))
	sample.Must(t, o.ScheduleRun(t.Context(), other, outbox.WhenAt(when.At.Add(-time.Minute)), nil))
	if r := wantDue(t, o, id, outbox.RunPlanned, when); string(r.Broadcast.Options) != `{"new":1}` {
		t.Errorf("its options are %s, want the new ones", r.Broadcast.Options)
	}
	due, err := o.DueRuns(t.Context())
	if err != nil || len(due) != 2 || due[0].ID != other || due[1].ID != id {
		t.Errorf("DueRuns = %+v, %v, want both, the earlier one first", due, err)
	}
	if err := o.ScheduleRun(t.Context(), id, outbox.When{}, nil); err == nil || !outbox.NotRecorded(err) {
		t.Errorf("at no time: %v, want an *Error", err)
	}
	if moves, err := o.RunMoves(t.Context(), id); err != nil || moves[len(moves)-1].Reason.Kind != outbox.HoldDue || !moves[len(moves)-1].Until.Equal(when.At) {
		t.Errorf("its moves are %+v, %v, want that it has a time", moves, err)
	}
	sample.Must(t, o.CancelRun(t.Context(), other, outbox.Reason{}))
	sample.Must(t, o.Close())
	o = on.opened(t, at, outbox.Options{Now: clock.Now})
	api := &counter{}
	clock.Advance(time.Hour - time.Second)
	begins(t, o, id, false)
	if r := drained(t, o, api, id, fast(outbox.DrainOptions{})); r.State != outbox.RunPlanned || len(api.created) != 0 {
		t.Errorf("it is %s, and %v left before its time", r.State, api.created)
	}
	clock.Advance(time.Second)
	begins(t, o, other, false)
	begins(t, o, id, true)
	begins(t, o, id, false) // it runs
	wantDue(t, o, id, outbox.RunRunning, outbox.When{})
	if err := o.ScheduleRun(t.Context(), id, when, nil); !isRunError(err) {
		t.Errorf("another time for a running one: %v, want a RunError", err)
	}
	drained(t, o, api, id, fast(outbox.DrainOptions{}))
	wantOnce(t, o, api, id)
	sound(t, o)
}

func isRunError(err error) bool {
	_, is := errors.AsType[*outbox.RunError](err)
	return is
}

// testRunBeginsOnce: of several processes that begin a run at its moment one does, while
// another gives it another time: what was answered holds.
func (on *suite) testRunBeginsOnce(t *testing.T) {
	clock, at := sample.NewClock(), on.place(t)
	all := []*process{}
	for range 3 {
		all = append(all, on.opened(t, at, outbox.Options{Now: clock.Now}))
	}
	rounds := 8
	if sample.Quick() {
		rounds = 2
	}
	for round := range rounds {
		o, later := all[0], outbox.WhenAt(clock.Now().Add(time.Hour))
		id := plannedPeople(t, o, toPeopleOf(fmt.Sprint("Hi ", round)), people(4))
		sample.Must(t, o.ScheduleRun(t.Context(), id, outbox.WhenAt(clock.Now()), nil))
		api := &counter{}
		var begun, moved sync.Map
		var group sync.WaitGroup
		for i, p := range all {
			group.Go(func() {
				did, err := p.BeginDue(t.Context(), id)
				if err != nil {
					t.Errorf("BeginDue = %v, want nil", err)
				}
				if did {
					begun.Store(i, true)
				}
				if _, err := p.Drain(t.Context(), api, id, fast(outbox.DrainOptions{})); err != nil {
					t.Errorf("Drain = %v, want nil", err)
				}
			})
		}
		group.Go(func() {
			if err := all[2].ScheduleRun(t.Context(), id, later, nil); err == nil {
				moved.Store(0, true)
			} else if !isRunError(err) {
				t.Errorf("ScheduleRun = %v, want nil or a RunError", err)
			}
		})
		group.Wait()
		n := 0
		begun.Range(func(any, any) bool { n++; return true })
		if _, late := moved.Load(0); late {
			if n != 0 || len(api.created) != 0 {
				t.Errorf("it has another time, and %d began it, and %v left", n, api.created)
			}
			wantDue(t, o, id, outbox.RunPlanned, later)
			sample.Must(t, o.CancelRun(t.Context(), id, outbox.Reason{}))
			continue
		}
		if n != 1 {
			t.Errorf("%d processes began it, want 1", n)
		}
		wantOnce(t, o, api, id)
	}
}

// testRunMissed: what nobody began within its grace is paused by whoever comes first, is told
// of once, and never begins by itself; a person has it begin, or gives it another time.
func (on *suite) testRunMissed(t *testing.T) {
	clock, at := sample.NewClock(), on.place(t)
	o := on.opened(t, at, outbox.Options{Now: clock.Now})
	when := outbox.WhenAt(clock.Now().Add(time.Hour))
	var ids []int64
	for range 3 {
		id := plannedPeople(t, o, toPeople(), people(1))
		sample.Must(t, o.ScheduleRun(t.Context(), id, when, nil))
		ids = append(ids, id)
	}
	clock.Advance(time.Hour + outbox.Grace)
	begins(t, o, ids[0], true) // at the last moment
	clock.Advance(time.Microsecond)
	begins(t, o, ids[1], false)
	sample.Must(t, o.Close())
	o = on.opened(t, at, outbox.Options{Now: clock.Now}) // which looks at all
	missed, err := o.MissedRuns(t.Context())
	if err != nil || len(missed) != 2 || missed[0].ID != ids[1] || missed[1].ID != ids[2] {
		t.Fatalf("MissedRuns = %+v, %v, want the second and the third", missed, err)
	}
	for _, r := range missed {
		if wantDue(t, o, r.ID, outbox.RunPaused, outbox.When{}); r.Reason.Kind != outbox.ReasonMissed || r.Reason.Due != when || !r.Reason.Untold {
			t.Errorf("run %d is paused for %+v, want that it was missed", r.ID, r.Reason)
		}
		begins(t, o, r.ID, false)
	}
	sample.Must(t, o.ToldRuns(t.Context(), missed))
	sample.Must(t, o.ToldRuns(t.Context(), missed)) // is no error
	if missed, err = o.MissedRuns(t.Context()); err != nil || len(missed) != 2 || missed[0].Reason.Untold || missed[0].Reason.Kind != outbox.ReasonMissed {
		t.Errorf("MissedRuns = %+v, %v, want both, told", missed, err)
	}
	if _, err := o.MissLate(t.Context()); err != nil {
		t.Error(err)
	}
	again := outbox.WhenAt(clock.Now().Add(time.Minute))
	sample.Must(t, o.ScheduleRun(t.Context(), ids[1], again, nil))
	wantDue(t, o, ids[1], outbox.RunPaused, again)
	if missed, err := o.MissedRuns(t.Context()); err != nil || len(missed) != 1 {
		t.Errorf("MissedRuns = %+v, %v, want the third alone: of the other one somebody decided", missed, err)
	}
	clock.Advance(time.Minute)
	begins(t, o, ids[1], true)
	sample.Must(t, o.StartRun(t.Context(), ids[2]))
	sound(t, o)
}

// testRunGoesOnLater: a run that was paused goes on at a time that somebody gave it, with those
// who are left; if nobody is there then it is missed.
func (on *suite) testRunGoesOnLater(t *testing.T) {
	clock := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: clock.Now})
	id := startedPeople(t, o, toPeople(), people(4))
	api := &counter{before: func(messaging.Message) error {
		sample.Must(t, o.PauseRun(t.Context(), id, outbox.Reason{Kind: outbox.ReasonPerson}))
		return nil
	}}
	drained(t, o, api, id, fast(outbox.DrainOptions{}))
	if len(api.created) != 1 {
		t.Fatalf("%v left, want one", api.created)
	}
	at := outbox.WhenAt(clock.Now().Add(time.Hour))
	sample.Must(t, o.ScheduleRun(t.Context(), id, at, nil))
	if open, err := o.OpenRuns(t.Context()); err != nil || len(open) != 1 {
		t.Errorf("OpenRuns = %+v, %v, want it", open, err)
	}
	clock.Advance(2 * time.Hour)
	if _, err := o.MissLate(t.Context()); err != nil {
		t.Error(err)
	}
	if r := wantDue(t, o, id, outbox.RunPaused, outbox.When{}); r.Reason.Kind != outbox.ReasonMissed {
		t.Errorf("it is paused for %+v, want that it was missed", r.Reason)
	}
	sample.Must(t, o.ScheduleRun(t.Context(), id, outbox.WhenAt(clock.Now()), nil))
	begins(t, o, id, true)
	api.before = nil
	drained(t, o, api, id, fast(outbox.DrainOptions{}))
	wantOnce(t, o, api, id)
	sound(t, o)
}

// testRunHasAnotherTime: when people may be written to was found out for the first time of a
// run. With a sooner one, or when it is begun at once, nobody waits for the old one.
func (on *suite) testRunHasAnotherTime(t *testing.T) {
	for name, sooner := range map[string]func(ctx context.Context, o *process, id int64, now time.Time) error{
		"another time": func(ctx context.Context, o *process, id int64, now time.Time) error {
			if err := o.ScheduleRun(ctx, id, outbox.WhenAt(now), nil); err != nil {
				return err
			}
			_, err := o.BeginDue(ctx, id)
			return err
		},
		"at once": func(ctx context.Context, o *process, id int64, _ time.Time) error { return o.StartRun(ctx, id) },
	} {
		clock := sample.NewClock()
		o := on.opened(t, on.place(t), outbox.Options{Now: clock.Now})
		at := clock.Now().Add(24 * time.Hour)
		const some = atOnce + 2
		id := plannedPeople(t, o, toPeople(), func(yield func(outbox.Person) bool) {
			for p := range people(some) {
				p.NotBefore, p.NotAfter = at, at.Add(time.Hour)
				if !yield(p) {
					return
				}
			}
		})
		sample.Must(t, o.ScheduleRun(t.Context(), id, outbox.WhenAt(at), nil))
		sample.Must(t, sooner(t.Context(), o, id, clock.Now()))
		api := &counter{}
		r := drained(t, o, api, id, fast(outbox.DrainOptions{Parallel: outbox.MostParallel, Window: func(_ outbox.Person, now time.Time) (from, until time.Time) { return now, time.Time{} }}))
		if r.State != outbox.RunDone || len(api.created) != some {
			t.Errorf("%s: the run is %s and %d left, want it done with %d", name, r.State, len(api.created), some)
		}
	}
}

// testRunFollowsClocks: a run begins when the clock shows its time, by the rules of its zone as
// they are then.
func (on *suite) testRunFollowsClocks(t *testing.T) {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Skipf("no data of zones: %v", err)
	}
	clock := sample.NewClock() // a week before clocks are set forward
	o := on.opened(t, on.place(t), outbox.Options{Now: clock.Now})
	when := outbox.WhenShows(time.Date(2026, 3, 9, 9, 0, 0, 0, time.UTC), zone)
	id := plannedPeople(t, o, toPeople(), people(1))
	sample.Must(t, o.ScheduleRun(t.Context(), id, when, nil))
	// When it was made summer time was unheard of.
	unheard := when
	unheard.At = when.At.Add(time.Hour)
	reason := sample.Value[string](t, o.engine, "SELECT replace(hold_reason, ?, ?) FROM runs WHERE id = ?", when.At.Format(time.RFC3339), unheard.At.Format(time.RFC3339), id)
	sample.Change(t, o.engine, "UPDATE runs SET hold_until = ?, hold_reason = ? WHERE id = ?", sample.Micros(unheard.At), reason, id)
	wantDue(t, o, id, outbox.RunPlanned, unheard)
	clock.Advance(when.At.Sub(clock.Now()) - time.Second)
	begins(t, o, id, false)
	if _, err := o.MissLate(t.Context()); err != nil {
		t.Error(err)
	}
	wantDue(t, o, id, outbox.RunPlanned, when)
	clock.Advance(time.Second)
	begins(t, o, id, true)
}

// testRunDueUnapproved: a run that wants another person's yes does not begin without it, and is
// missed like any other.
func (on *suite) testRunDueUnapproved(t *testing.T) {
	clock := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: clock.Now})
	b := toPeople()
	b.Approve, b.StartedBy, b.OwnName = true, "ana", true
	approved, not := plannedPeople(t, o, b, people(1)), plannedPeople(t, o, b, people(1))
	at := outbox.WhenAt(clock.Now().Add(time.Hour))
	for _, id := range []int64{approved, not} {
		sample.Must(t, o.ScheduleRun(t.Context(), id, at, nil))
	}
	sample.Must(t, o.ApproveRun(t.Context(), approved, outbox.User{Name: "bea", Own: true}))
	clock.Advance(time.Hour)
	begins(t, o, approved, true)
	begins(t, o, not, false)
	wantDue(t, o, not, outbox.RunPlanned, at)
	clock.Advance(outbox.Grace + time.Second)
	begins(t, o, not, false)
	if r := wantDue(t, o, not, outbox.RunPaused, outbox.When{}); r.Reason.Kind != outbox.ReasonMissed || !r.WantsApproval() {
		t.Errorf("it is paused for %+v, want that it was missed, and that it wants approval still", r.Reason)
	}
}
