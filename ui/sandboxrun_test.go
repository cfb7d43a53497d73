package ui

import (
	"errors"
	"fmt"
	"iter"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"telex/messaging"
	"telex/messaging/broadcast/hours"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
	"telex/messaging/outbox/sqlite/sqlitetest"
	"telex/messaging/sandbox"
)

// another is a second number of the account.
const another = "+19195550100"

// aRun is a broadcast by the real client to a sandbox whose queue takes so much, in time that
// goes by alone.
type aRun struct {
	box    *sandbox.Sandbox
	client *messaging.Client
	store  *outbox.Outbox
	id     int64
}

func newRun(t *testing.T, c sandbox.Config, people iter.Seq[outbox.Person]) *aRun {
	t.Helper()
	c.Now, c.Numbers = testNow, []string{sandbox.DefaultNumber, another}
	box, err := sandbox.New(t.Context(), c)
	sample.Must(t, err)
	client, err := messaging.New(sandbox.DefaultAccountID, messaging.Basic(sandbox.DefaultUsername, sandbox.DefaultPassword),
		messaging.WithBaseURL("http://127.0.0.1:8095"+sandbox.BasePath), messaging.WithHTTPClient(&http.Client{Transport: inProcess{box}}))
	sample.Must(t, err)
	store, err := outbox.Open(t.Context(), sqlitetest.At(filepath.Join(t.TempDir(), "outbox.db")), outbox.Options{Now: testNow})
	sample.Must(t, err)
	t.Cleanup(func() {
		sample.Must(t, store.Close())
		box.Close()
	})
	b := sample.Broadcast()
	b.By, b.ApplicationID, b.Senders = outbox.By{AccountID: sandbox.DefaultAccountID}, sandbox.DefaultApplicationID, []string{sandbox.DefaultNumber}
	return &aRun{box, client, store, sample.Started(t, store, b, people)}
}

// drain sends it until it is done, as fast as it can unless how says otherwise.
func (r *aRun) drain(t *testing.T, how outbox.DrainOptions) {
	t.Helper()
	how.After = time.After
	run, err := r.store.Drain(t.Context(), r.client, r.id, sample.Fast(how))
	if err != nil || run.State != outbox.RunDone {
		t.Fatalf("the run is %s, %v", run.State, err)
	}
}

// TestRunIntoAFullQueue: where Bandwidth's queue is full, which is that of the whole account
// and says nothing of when to come back, a run holds, and others are refused meanwhile too.
// In the end everybody got one.
func TestRunIntoAFullQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const people = 60
		r := newRun(t, sandbox.Config{Rate: sandbox.Rate{Count: 1, Per: time.Second}, Queue: 10}, sample.People(people))
		holds, refused := 0, false
		r.drain(t, outbox.DrainOptions{Changed: func(run outbox.Run) {
			if run.Hold.Reason.Kind != outbox.HoldLimited {
				return
			}
			holds++
			if refused {
				return
			}
			other := messaging.Message{From: another, To: []string{"+12345678902"}, Text: "Hi", ApplicationID: sandbox.DefaultApplicationID}
			once, err := messaging.New(sandbox.DefaultAccountID, messaging.Basic(sandbox.DefaultUsername, sandbox.DefaultPassword), messaging.WithRetries(messaging.Retries{Limited: 1}),
				messaging.WithBaseURL("http://127.0.0.1:8095"+sandbox.BasePath), messaging.WithHTTPClient(&http.Client{Transport: inProcess{r.box}}))
			sample.Must(t, err)
			_, err = once.Send(t.Context(), other)
			if e, ok := errors.AsType[*messaging.Error](err); ok && e.Status == http.StatusTooManyRequests && e.Wait == 0 {
				refused = true
			}
		}})
		if holds == 0 || !refused {
			t.Errorf("it held %d times, and another sender was refused: %v", holds, refused)
		}
		got := map[string]int{}
		for _, m := range r.box.Created() {
			got[m.To[0]]++
		}
		for i := 1; i <= people; i++ {
			if n := got[sample.NumberOf(i)]; n != 1 {
				t.Errorf("person %d got %d messages", i, n)
			}
		}
		counts, err := r.store.RunCounts(t.Context(), r.id)
		if err != nil || counts.States[outbox.Accepted] != people {
			t.Errorf("got %+v, %v", counts, err)
		}
	})
}

// TestRunAtTheEndOfTheDay: what waits in Bandwidth's queue when the hours of its person end is
// not delivered at night, but ends with 4360, as does what is stuck for good; and that is no
// fault of the number, for it is offered again as late.
func TestRunAtTheEndOfTheDay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const stuck = "+19995550001"
		day, err := hours.Parse("08:00-21:00")
		sample.Must(t, err)
		rules, err := hours.New(hours.Rules{Window: day, Zone: time.UTC})
		sample.Must(t, err)
		people := append(slices.Collect(sample.People(6)), outbox.Person{Number: stuck, Name: "Stuck", Zone: "UTC", Fields: map[string]string{"name": "Stuck"}})
		for i := range people {
			people[i].Zone = "UTC"
		}
		<-time.After(20*time.Hour + 57*time.Minute + 30*time.Second)
		r := newRun(t, sandbox.Config{Rate: sandbox.Rate{Count: 1, Per: time.Minute}, Queue: 900}, slices.Values(people))
		night := testNow().Truncate(24 * time.Hour).Add(21 * time.Hour)
		r.drain(t, outbox.DrainOptions{Window: func(p outbox.Person, now time.Time) (from, until time.Time) {
			from, until, _ = rules.Next(p.Number, p.Zone, now)
			return from, until
		}})
		if now := testNow(); !now.Before(night) {
			t.Fatalf("all left at %s", now)
		}
		entries, err := r.store.List(t.Context(), outbox.Filter{})
		sample.Must(t, err)
		if len(entries) != len(people) {
			t.Fatalf("got %d messages, want %d", len(entries), len(people))
		}
		ended := map[string]int{} // how many, by the way and whether it was night then
		for i := range 20 {
			<-time.After(time.Minute)
			if i > 10 { // the rest of the night
				<-time.After(time.Hour)
			}
			page, err := r.client.List(t.Context(), messaging.Query{Source: []string{sandbox.DefaultNumber}})
			sample.Must(t, err)
			for _, m := range page.Records {
				i := slices.IndexFunc(entries, func(e outbox.Entry) bool { return e.MessageID == m.MessageID && e.State == outbox.Accepted })
				if i < 0 || m.Status != messaging.StatusDelivered && m.Status != messaging.StatusFailed {
					continue
				}
				if m.Status == messaging.StatusDelivered && testNow().After(night.Add(time.Minute)) {
					t.Errorf("%s got it at %s", m.Destination, testNow())
				}
				if !entries[i].Message.Expiration.Equal(night) {
					t.Errorf("what %s gets expires at %s", m.Destination, entries[i].Message.Expiration)
				}
				entries[i].State, err = r.store.Deliver(t.Context(), entries[i].ID, []messaging.Record{m})
				sample.Must(t, err)
				ended[strings.TrimSpace(fmt.Sprint(entries[i].State, " ", m.ErrorCode))]++
				if m.Destination == stuck && m.ErrorCode != 4360 {
					t.Errorf("what is stuck ended with %d", m.ErrorCode)
				}
			}
		}
		if ended["delivered 0"] == 0 || ended["failed 4360"] < 3 || ended["delivered 0"]+ended["failed 4360"] != len(people) {
			t.Errorf("they ended as %v, want some delivered by nine and the others 4360", ended)
		}
		run, err := r.store.Run(t.Context(), r.id)
		if err != nil || run.State != outbox.RunDone {
			t.Errorf("the run is %s, %v", run.State, err)
		}
	})
}
