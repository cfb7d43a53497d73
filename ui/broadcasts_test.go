package ui

import (
	"context"
	"fmt"
	"iter"
	"testing"
	"time"

	"telex/messaging/outbox"
	"telex/ui/page"
)

// broadcastOf makes a broadcast to so many people, of whom some have their message, as telex
// broadcast in another process does.
func broadcastOf(d *driver, name string, people int) int64 {
	d.t.Helper()
	by := outbox.By{Profile: "sandbox", AccountID: "9900000"}
	r, err := d.a.store.NewBroadcast(d.t.Context(), outbox.Broadcast{
		Name: name, By: by, ApplicationID: "app", Senders: []string{"+19195550100"}, Text: "Hi {{name}}, we are closed",
		List: outbox.List{Name: name, Sum: "abc"},
	})
	if err != nil {
		d.t.Fatal(err)
	}
	var all iter.Seq[outbox.Person] = func(yield func(outbox.Person) bool) {
		for i := range people {
			p := outbox.Person{Number: fmt.Sprintf("+1919555%04d", 1000+i), Name: fmt.Sprint("Ana ", i)}
			if i%4 == 3 {
				p.Skip = outbox.SkipOptedOut
			}
			if !yield(p) {
				return
			}
		}
	}
	if _, err := d.a.store.AddPeople(d.t.Context(), r.ID, 0, all); err != nil {
		d.t.Fatal(err)
	}
	if err := d.a.store.StartRun(d.t.Context(), r.ID); err != nil {
		d.t.Fatal(err)
	}
	d.advance(time.Millisecond)
	return r.ID
}

// TestBroadcastsPage: what another telex sends is seen, can be paused and cancelled, and the
// page says how it goes on.
func TestBroadcastsPage(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		d.press("f6")
		d.at("Broadcasts")
		d.see("No broadcasts yet", "telex broadcast start people.csv")
		broadcastOf(d, "people.csv", 8)
		d.advance(newsEvery)
		d.see("running; nobody sends it now", "0/6 people.csv", "2 left out: opted out", "telex broadcast resume 1")
		d.press("p")
		d.see("paused", "cannot be recalled")
		if r, err := d.a.store.Run(d.t.Context(), 1); err != nil || r.State != outbox.RunPaused {
			t.Errorf("the broadcast is %s, %v", r.State, err)
		}
		d.press("p") // nothing to pause
		d.press("r")
		d.see("the command that goes on with it")
		d.press("x")
		d.see("Cancel broadcast 1?", "Those still waiting get nothing", "enter cancel the broadcast", "esc keep it")
		d.press("esc")
		if r, _ := d.a.store.Run(d.t.Context(), 1); r.State != outbox.RunPaused {
			t.Errorf("after esc the broadcast is %s", r.State)
		}
		d.press("x")
		d.yes()
		d.see("cancelled", "telex broadcast report 1", "6 cancelled")
		d.seeNot("waiting")
		d.press("esc")
		d.at(page.Compose.String())
	})
}

// TestBroadcastBeginsLater: the page says when a broadcast begins and what begins it, and that one
// did not begin in time, which is told at the start too.
func TestBroadcastBeginsLater(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) { // at midnight of a Saturday
		midnight := testNow()
		plan := func(name string, after time.Duration) {
			r, err := d.a.store.NewBroadcast(d.t.Context(), outbox.Broadcast{Name: name, Senders: []string{"+19195550100"}, Text: "Doors open"})
			if err != nil {
				d.t.Fatal(err)
			}
			if err := d.a.store.ScheduleRun(d.t.Context(), r.ID, outbox.WhenAt(midnight.Add(after)), nil); err != nil {
				d.t.Fatal(err)
			}
		}
		d.press("f6")
		plan("people.csv", 10*time.Minute)
		d.advance(newsEvery)
		d.see("planned   0/0 people.csv, ", "planned, begins Sat 2000-01-01 00:10 UTC",
			"telex work --sandbox has to be running here then, which it is not", "telex broadcast change 1", "--at TIME")
		if works, err := d.a.store.TakeWork(d.t.Context(), time.Time{}); err != nil || !works {
			d.t.Fatal(err)
		}
		d.advance(newsEvery)
		d.see("telex work --sandbox begins it, which is running here")
		d.press("x")
		d.yes()
		d.see("cancelled")
		plan("late.csv", -outbox.Grace-time.Minute)
		if _, err := d.a.store.MissLate(d.t.Context()); err != nil {
			d.t.Fatal(err)
		}
		d.advance(newsEvery)
		d.press("up")
		d.see("paused: it was to begin Fri 1999-12-31 23:44 UTC, and no telex that could begin it was running", "telex broadcast resume 2")
		m := readStore(d.t.Context(), Deps{OpenOutbox: func(context.Context) (*outbox.Outbox, error) { return d.a.store, nil }})
		if n := missedRunNotices(m.missed, time.UTC, "Broadcasts (f6)"); len(n) != 1 || n[0].text != "broadcast 2, late.csv, is paused: it was to begin Fri 1999-12-31 23:44 UTC, and no telex that could begin it was running; Broadcasts (f6) says what can be done" {
			t.Errorf("at the start it tells %+v", n)
		}
	})
}

// TestBroadcastsPageApproval: of a broadcast that waits for another person's yes the page says
// so, and has the command for it.
func TestBroadcastsPageApproval(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		_, err := d.a.store.NewBroadcast(d.t.Context(), outbox.Broadcast{
			Name: "people.csv", By: outbox.By{Profile: "main", AccountID: "9900000"}, Senders: []string{"+19195550100"}, Text: "Hi",
			StartedBy: "a\x1bna", OwnName: true, Approve: true,
		})
		if err != nil {
			d.t.Fatal(err)
		}
		d.press("f6")
		d.see("planned, wants approval", "somebody else than a␛na has to approve it", "telex broadcast approve 1")
		d.press("r")
		d.see("the command that approves it")
	})
}
