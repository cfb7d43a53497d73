package outboxtest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// broadcastKeeping: what is kept of a run, and for how long.
func (on *suite) broadcastKeeping() []rule {
	return []rule{
		{"BroadcastForgets", on.testBroadcastForgets},
		{"BroadcastPruned", on.testBroadcastPruned},
		{"BroadcastNoTexts", on.testBroadcastNoTexts},
		{"BroadcastReport", on.testBroadcastReport},
		{"BroadcastPaceOfTwo", on.testBroadcastPaceOfTwo},
		{"BroadcastRate", testBroadcastRate},
	}
}

// testBroadcastForgets: an outbox that keeps no texts needs those of a run as long as
// somebody waits, and has nothing of them afterwards.
func (on *suite) testBroadcastForgets(t *testing.T) {
	o := on.opened(t, on.place(t), outbox.Options{OmitText: true, Now: sample.NewClock().Now})
	for _, cancel := range []bool{false, true} {
		id := plannedPeople(t, o, toPeopleOf(fmt.Sprint("secret NAME ", cancel)), people(2*atOnce+3))
		kept := func() int {
			return sample.Value[int](t, o.engine, `SELECT (SELECT count(*) FROM run_people WHERE run = ? AND name || fields <> '')
				+ (SELECT count(*) FROM runs WHERE id = ? AND text <> '') + (SELECT count(*) FROM messages WHERE text <> '')`, id, id)
		}
		if n := kept(); n != 2*atOnce+4 {
			t.Errorf("a run that was not sent has %d of its people and text, want all", n)
		}
		sample.Must(t, o.StartRun(t.Context(), id))
		api := &counter{before: func(m messaging.Message) error {
			if !strings.HasPrefix(m.Text, "secret Ana") {
				t.Errorf("%q leaves, want it filled", m.Text)
			}
			return nil
		}}
		if cancel {
			sample.Must(t, o.CancelRun(t.Context(), id, outbox.Reason{}))
		} else {
			sample.Change(t, o.engine, "UPDATE run_people SET skip = 'recent' WHERE run = ? AND n > 20", id) // it takes too long
			drained(t, o, api, id, fast(outbox.DrainOptions{}))
		}
		if n := kept(); n != 0 {
			t.Errorf("cancelled %t: %d texts and names are there after the run, want 0", cancel, n)
		}
		if _, found, err := o.SimilarRun(t.Context(), "abc", fmt.Sprint("secret NAME ", cancel), nil); err != nil || found == cancel {
			t.Errorf("cancelled %t: the same run was found %t, %v, want it found if anybody got it", cancel, found, err)
		}
	}
}

// testBroadcastPruned: with the last of its messages a run and its people are deleted; one
// that is not over stays.
func (on *suite) testBroadcastPruned(t *testing.T) {
	c := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
	over := startedPeople(t, o, toPeople(), people(5))
	drained(t, o, &counter{}, over, fast(outbox.DrainOptions{}))
	halfway := halfSent(t, o, toPeopleOf("second NAME"), 3)
	c.Advance(24 * time.Hour)
	if n, err := o.Prune(t.Context(), c.Now()); err != nil || n != 8 {
		t.Errorf("Prune = %d, %v, want 8", n, err)
	}
	if n := sample.Value[int](t, o.engine, "SELECT count(*) FROM run_people WHERE run = ?", over); n != 0 {
		t.Errorf("%d people are there of a run that was deleted, want 0", n)
	}
	if all, err := o.Runs(t.Context()); err != nil || len(all) != 1 || all[0].ID != halfway {
		t.Errorf("Runs = %+v, %v, want the one that is not over", all, err)
	}
	wantCounts(t, o, halfway, outbox.RunCounts{People: 6, Waiting: 3, Pruned: 3})
	api := &counter{}
	drained(t, o, api, halfway, fast(outbox.DrainOptions{}))
	if len(api.created) != 3 || api.created[numberOf(1)] != 0 {
		t.Errorf("the API created %v, want those who waited and nobody again", api.created)
	}
	sound(t, o)
}

// testBroadcastNoTexts: a contact whose number takes no texts, as a code said, gets none of
// the next run, until it took one after all.
func (on *suite) testBroadcastNoTexts(t *testing.T) {
	o := on.opened(t, on.place(t), outbox.Options{Now: sample.NewClock().Now})
	_, _, err := o.PutContacts(t.Context(), []outbox.Contact{{Number: numberOf(1), Name: "Ana"}, {Number: numberOf(2), Name: "Bob"}})
	sample.Must(t, err)
	run := func(text string) int64 {
		id := startedPeople(t, o, toPeopleOf(text), people(3))
		drained(t, o, &counter{}, id, fast(outbox.DrainOptions{}))
		return id
	}
	first := run("one")
	failing(t, o, first, 1, 4720)
	failing(t, o, first, 2, 4701) // who can be reached later
	wantCounts(t, o, run("two"), outbox.RunCounts{People: 3, Skipped: map[outbox.Skip]int{outbox.SkipNoTexts: 1}, States: map[outbox.State]int{outbox.Accepted: 2}})
	id := sample.In(t, o.Outbox, sample.SMS("it is in use again", numberOf(1)), outbox.Delivered)
	if e := sample.RowOf(t, o.Outbox, id); e.State != outbox.Delivered {
		t.Fatalf("message %d is %s", id, e.State)
	}
	wantCounts(t, o, run("three"), outbox.RunCounts{People: 3, States: map[outbox.State]int{outbox.Accepted: 3}})
}

// testBroadcastReport: a page of the report says what became of each, who answered and who
// opted out since, and pages follow each other.
func (on *suite) testBroadcastReport(t *testing.T) {
	c := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
	sample.Heard(t, o.Outbox, sample.Came("before", numberOf(2), "an older one"))
	b := toPeople()
	id := startedPeople(t, o, b, people(7))
	drained(t, o, &counter{}, id, fast(outbox.DrainOptions{}))
	failing(t, o, id, 5, 4720)
	c.Advance(time.Minute)
	for _, answer := range [][2]string{{numberOf(2), "thanks"}, {numberOf(2), "again"}, {numberOf(3), "STOP"}} {
		e := sample.Came("in-"+answer[0]+answer[1], answer[0], answer[1])
		e.Time = c.Now()
		e.Message.Time = c.Now()
		sample.Heard(t, o.Outbox, e)
	}
	var got []string
	for after := 0; ; {
		page, err := o.RunPeople(t.Context(), id, outbox.PeopleFilter{}, after, 3)
		sample.Must(t, err)
		if len(page) == 0 {
			break
		}
		for _, p := range page {
			got = append(got, fmt.Sprint(p.N, " ", p.State(), " ", p.Entry.ErrorCode, " ", p.Reply.Message.Text, " ", !p.OptedOut.IsZero()))
		}
		after = page[len(page)-1].N
	}
	want := []string{
		"1 accepted 0  false", "2 accepted 0 thanks false", "3 accepted 0 STOP true", "4 accepted 0  false", "5 failed 4720  false",
		"6 accepted 0  false", "7 accepted 0  false",
	}
	if !slices.Equal(got, want) {
		t.Errorf("the report is %q, want %q", got, want)
	}
	page, err := o.RunPeople(t.Context(), id, outbox.PeopleFilter{Number: numberOf(6)}, 0, 3)
	if err != nil || len(page) != 1 || page[0].N != 6 {
		t.Errorf("the person of a number: %+v, %v, want number 6", page, err)
	}
}

// testBroadcastPaceOfTwo: two processes, each with a run of its own, keep the pace of their
// account together.
func (on *suite) testBroadcastPaceOfTwo(t *testing.T) {
	c := sample.NewClock()
	path := on.place(t)
	processes := []*process{on.opened(t, path, outbox.Options{Now: c.Now}), on.opened(t, path, outbox.Options{Now: c.Now})}
	ids := []int64{startedPeople(t, processes[0], toPeopleOf("one NAME"), people(20)), startedPeople(t, processes[1], toPeopleOf("two NAME"), people(20))}
	for i := range 40 {
		ctx, cancel := context.WithCancel(t.Context())
		how := fast(outbox.DrainOptions{Parallel: 1, After: leaps(c), Grace: time.Nanosecond, Pace: outbox.Pace{Account: outbox.Rate{Count: 2, Per: time.Second}}})
		api := sample.API{OnSend: func(_ context.Context, m messaging.Message) (*messaging.Receipt, error) {
			cancel()
			return sample.Receipt("api-"+m.Text, m), nil
		}}
		_, err := processes[i%2].Drain(ctx, api, ids[i%2], how)
		sample.Must(t, err)
		cancel()
	}
	entries := inOrder(t, processes[0])
	if len(entries) != 40 {
		t.Fatalf("%d left, want 40", len(entries))
	}
	for i, e := range entries[1:] {
		if apart := e.Created.Sub(entries[i].Created); apart < 450*time.Millisecond || apart > 550*time.Millisecond {
			t.Errorf("message %d left %s after the one before, want half a second", e.ID, apart)
		}
	}
}

// testBroadcastRate: what a rate is written as is what it is read as.
func testBroadcastRate(t *testing.T) {
	for text, want := range map[string]outbox.Rate{
		"5/s": {Count: 5, Per: time.Second}, "240/m": {Count: 240, Per: time.Minute}, "2000/24h": {Count: 2000, Per: 24 * time.Hour},
		"1/10s": {Count: 1, Per: 10 * time.Second}, "unlimited": outbox.NoLimit(), "7/1h30m": {Count: 7, Per: 90 * time.Minute},
	} {
		if got, err := outbox.ParseRate(text); err != nil || got != want || got.String() != text {
			t.Errorf("ParseRate(%q) = %+v (%q), %v, want %+v", text, got, got, err, want)
		}
	}
	if got, err := outbox.ParseRate("3"); err != nil || got != (outbox.Rate{Count: 3, Per: time.Second}) {
		t.Errorf("ParseRate(3) = %+v, %v, want 3 a second", got, err)
	}
	for _, text := range []string{"", "0/s", "-1/s", "x/s", "1/", "1/x", "1/25h", "1/1ns", "5 /s", "1000001/s", "1.5/s"} {
		if got, err := outbox.ParseRate(text); err == nil {
			t.Errorf("ParseRate(%q) = %+v, want an error", text, got)
		}
	}
	if got := (outbox.Rate{Count: 240, Per: time.Minute}).Lasts(6); got != 1500*time.Millisecond {
		t.Errorf("6 segments at 240 a minute last %s, want 1.5 s", got)
	}
}
