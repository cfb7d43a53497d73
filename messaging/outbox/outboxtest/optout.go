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
	"telex/messaging/callback"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// ours is the account of the callbacks of sample.Heard.
var ours = outbox.By{Profile: "default", AccountID: "9900000"}

// ledgerOf is the open entries of the ledger, in short.
func ledgerOf(t testing.TB, o *process) (lines []string) {
	t.Helper()
	for _, held := range []bool{false, true} {
		all, err := o.OptOuts(t.Context(), outbox.OptOutFilter{Held: held})
		sample.Must(t, err)
		for _, out := range all {
			words := strings.Fields(fmt.Sprintf("%s %s %s", out.Number, out.Sender, out.By))
			if out.Code != 0 {
				words = append(words, fmt.Sprint(out.Code))
			}
			lines = append(lines, strings.Join(words, " "))
		}
	}
	return lines
}

// refused are the numbers for which nothing of some messages may be sent.
func refused(t testing.TB, o *process, messages ...messaging.Message) (numbers []string) {
	t.Helper()
	_, err := o.Begin(t.Context(), outbox.Plan{By: ours, Messages: messages, Yes: true})
	if err == nil {
		return nil
	}
	e, ok := errors.AsType[*outbox.OptOutError](err)
	if !ok {
		t.Fatalf("Begin = %v, want nil or an OptOutError", err)
	}
	found, err := o.OptedOut(t.Context(), ours, messages)
	if err != nil || !slices.Equal(found, e.OptOuts) {
		t.Errorf("OptedOut = %+v, %v, want what Begin says: %+v", found, err, e.OptOuts)
	}
	for _, out := range e.OptOuts {
		numbers = append(numbers, out.Number)
	}
	return numbers
}

// testOptOutByWords: what somebody wrote opts out, holds or lets in, and nothing is sent to
// who opted out or is held, whoever says yes; groups with one of them get nothing.
func (on *suite) testOptOutByWords(t *testing.T) {
	c := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
	c.Advance(time.Hour)
	sample.Heard(t, o.Outbox, sample.Came("a", sample.Alice, "STOP!"), sample.Came("b", sample.Bob, "please take me off"), sample.Came("c", "+19195551299", "see you"))
	want(t, "the ledger", ledgerOf(t, o), sample.Alice+" keyword", sample.Bob+" words")
	out, err := o.OptOuts(t.Context(), outbox.OptOutFilter{Numbers: []string{sample.Alice}})
	sample.Must(t, err)
	if len(out) != 1 || out[0].Words != "STOP!" || !out[0].Since.Equal(sample.Noon.Truncate(time.Microsecond)) || out[0].Message != 1 || out[0].Account != "9900000" || out[0].Held {
		t.Errorf("the entry is %+v, want its evidence", out)
	}
	rows := sample.Value[int](t, o.engine, "SELECT count(*) FROM messages")
	want(t, "refused", refused(t, o, sample.SMS("to one", sample.Alice)), sample.Alice)
	want(t, "refused", refused(t, o, sample.SMS("held", sample.Bob)), sample.Bob)
	want(t, "of a group", refused(t, o, sample.SMS("to a group", "+19195551299", sample.Bob, sample.Alice)), sample.Bob, sample.Alice)
	want(t, "of several", refused(t, o, sample.SMS("one", "+19195551299"), sample.SMS("two", sample.Alice)), sample.Alice)
	if n := sample.Value[int](t, o.engine, "SELECT count(*) FROM messages"); n != rows {
		t.Errorf("%d rows were recorded by refused messages, want none", n-rows)
	}
	want(t, "of others", refused(t, o, sample.SMS("to another", "+19195551299")))
	threads, err := o.Threads(t.Context(), outbox.ThreadFilter{With: []string{sample.Alice}})
	if err != nil || len(threads) != 1 || !threads[0].OptedOut || threads[0].Held {
		t.Errorf("the conversation is %+v, %v, want it marked", threads, err)
	}
	version, err := o.Version(t.Context())
	sample.Must(t, err)
	// Doubles, and the same again, change nothing.
	sample.Heard(t, o.Outbox, sample.Came("a", sample.Alice, "STOP!"), sample.Came("b", sample.Bob, "please take me off"))
	if now, err := o.Version(t.Context()); err != nil || now != version {
		t.Errorf("doubles made version %d of %d, %v", now, version, err)
	}
	sample.Heard(t, o.Outbox, sample.Came("again", sample.Alice, "stop"))
	want(t, "the ledger after doubles", ledgerOf(t, o), sample.Alice+" keyword", sample.Bob+" words")
	back := sample.Came("back", sample.Alice, "Start")
	back.Message.Time = sample.Noon.Add(time.Minute)
	// For who is held, START decides nothing: a person does.
	backToo := sample.Came("back too", sample.Bob, "Start")
	backToo.Message.Time = back.Message.Time
	sample.Heard(t, o.Outbox, back, backToo)
	want(t, "the ledger after START", ledgerOf(t, o), sample.Bob+" words")
	want(t, "after START", refused(t, o, sample.SMS("to one", sample.Alice)))
	all, err := o.OptOuts(t.Context(), outbox.OptOutFilter{Numbers: []string{sample.Alice}, Ended: true})
	if err != nil || len(all) != 1 || all[0].EndedBy != outbox.OptedByKeyword || !all[0].Ended.Equal(back.Message.Time.Truncate(time.Microsecond)) {
		t.Errorf("with what ended it has %+v, %v, want the entry with its end", all, err)
	}
	sample.Heard(t, o.Outbox, sample.Came("a", sample.Alice, "STOP!")) // once more by its callback
	want(t, "the ledger after a double", ledgerOf(t, o), sample.Bob+" words")
	sound(t, o)
}

// testOptOutOfAProfile: a profile can have keywords of its own.
func (on *suite) testOptOutOfAProfile(t *testing.T) {
	o := on.opened(t, on.place(t), outbox.Options{OptOutWords: func(profile string) []string {
		if profile == "default" {
			return []string{"Unfollow"}
		}
		return nil
	}})
	v := sample.Came("a", sample.Alice, "unfollow")
	_, err := o.Receive(t.Context(), outbox.By{Profile: "another"}, []callback.Event{v})
	sample.Must(t, err)
	want(t, "of another profile", ledgerOf(t, o))
	v.Message.ID = "b"
	sample.Heard(t, o.Outbox, v)
	want(t, "of the profile", ledgerOf(t, o), sample.Alice+" keyword")
	// An account is one: of another's texts this says nothing.
	m := sample.SMS("of another account")
	if found, err := o.OptedOut(t.Context(), outbox.By{AccountID: "9911111"}, []messaging.Message{m}); err != nil || len(found) != 0 {
		t.Errorf("of another account OptedOut = %+v, %v, want nobody", found, err)
	}
	want(t, "refused", refused(t, o, m), sample.Alice)
}

// testOptOutForged: STOP counts whoever says it; START only with credentials.
func (on *suite) testOptOutForged(t *testing.T) {
	c := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
	c.Advance(time.Hour)
	say := func(id, text string, after time.Duration, trust callback.Trust) {
		v := sample.Came(id, sample.Alice, text)
		v.Trust, v.Message.Time = trust, sample.Noon.Add(after)
		sample.Heard(t, o.Outbox, v)
	}
	say("nothing to let in", "START", 0, callback.Untrusted)
	want(t, "the ledger", ledgerOf(t, o))
	say("stop", "STOP", time.Second, callback.Untrusted)
	want(t, "after STOP", ledgerOf(t, o), sample.Alice+" keyword")
	unproven := func(want bool) {
		t.Helper()
		all, err := o.OptOuts(t.Context(), outbox.OptOutFilter{Numbers: []string{sample.Alice}})
		if err != nil || len(all) != 1 || all[0].Unproven != want {
			t.Errorf("the entry is %+v, %v, want unproven %t", all, err, want)
		}
	}
	unproven(true)
	say("stop", "STOP", time.Second, callback.Trusted) // the same, and somebody vouches for it
	unproven(false)
	say("start", "START", time.Minute, callback.Untrusted)
	want(t, "after a forged START", ledgerOf(t, o), sample.Alice+" keyword", sample.Alice+" start")
	want(t, "refused", refused(t, o, sample.SMS("hi")), sample.Alice)
	released, err := o.Release(t.Context(), []string{sample.Alice})
	if err != nil || len(released) != 1 || released[0].By != outbox.HeldForStart {
		t.Errorf("Release = %+v, %v, want what was held", released, err)
	}
	want(t, "after it was released", ledgerOf(t, o), sample.Alice+" keyword")
	say("again", "START", 2*time.Minute, callback.Untrusted)
	say("again", "START", 2*time.Minute, callback.Trusted) // the same, and somebody vouches for it
	want(t, "after a real START", ledgerOf(t, o))
	// STOP of a time to come does not outlive a START of its own time.
	say("future", "STOP", 1000*time.Hour, callback.Untrusted)
	c.Advance(2 * time.Hour)
	say("then", "START", 90*time.Minute+time.Hour, callback.Trusted)
	want(t, "after STOP of the future and START", ledgerOf(t, o))
}

// testOptOutInAnyOrder: whatever order callbacks come in, the last that was written counts.
func (on *suite) testOptOutInAnyOrder(t *testing.T) {
	c := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
	c.Advance(24 * time.Hour)
	texts := []string{"STOP", "START", "STOP", "START"}
	for _, n := range []int{1, 2, 3, 4} {
		for i, order := range permutations(n) {
			from := fmt.Sprintf("+1919555%d%03d", n, i)
			for _, k := range order {
				v := sample.Came(fmt.Sprint("api-", n, "-", i, "-", k), from, texts[k])
				v.Message.Time = sample.Noon.Add(time.Duration(k) * time.Minute)
				sample.Heard(t, o.Outbox, v)
			}
			out, err := o.OptOuts(t.Context(), outbox.OptOutFilter{Numbers: []string{from}})
			if err != nil || (len(out) > 0) != (texts[n-1] == "STOP") || len(out) > 1 {
				t.Errorf("%v in the order %v: %+v, %v", texts[:n], order, out, err)
			}
		}
	}
}

// permutations are the orders of n things.
func permutations(n int) (all [][]int) {
	if n == 0 {
		return [][]int{nil}
	}
	for _, p := range permutations(n - 1) {
		for at := range n {
			all = append(all, slices.Insert(slices.Clone(p), at, n-1))
		}
	}
	return all
}

// testOptOutByPerson: what a person enters stays until a person ends it; deciding ends what
// is held, and keeps its evidence.
func (on *suite) testOptOutByPerson(t *testing.T) {
	c := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
	c.Advance(time.Hour)
	sample.Heard(t, o.Outbox, sample.Came("b", sample.Bob, "wrong number"))
	add := []outbox.OptOut{{Number: sample.Alice, By: outbox.OptedByImport}, {Number: sample.Bob, By: outbox.OptedByPerson, Note: "by phone"}, {Number: sample.Alice, By: outbox.OptedByPerson}}
	if n, err := o.AddOptOuts(t.Context(), add); n != 2 || err != nil {
		t.Errorf("AddOptOuts = %d, %v, want 2: one is twice", n, err)
	}
	if n, err := o.AddOptOuts(t.Context(), add); n != 0 || err != nil {
		t.Errorf("AddOptOuts once more = %d, %v, want none", n, err)
	}
	want(t, "the ledger", ledgerOf(t, o), sample.Alice+" import", sample.Bob+" person")
	out, err := o.OptOuts(t.Context(), outbox.OptOutFilter{Numbers: []string{sample.Bob}})
	if err != nil || len(out) != 1 || out[0].Words != "wrong number" || out[0].Message != 1 || out[0].Note != "by phone" || !out[0].Since.Equal(c.Now()) {
		t.Errorf("the entry is %+v, %v, want the evidence of what was held", out, err)
	}
	c.Advance(time.Hour)
	start := sample.Came("start", sample.Alice, "START")
	start.Message.Time = c.Now()
	sample.Heard(t, o.Outbox, start)
	want(t, "after START", ledgerOf(t, o), sample.Alice+" import", sample.Bob+" person")
	removed, err := o.Remove(t.Context(), []string{sample.Alice, "+19195551299"}, "")
	if err != nil || len(removed) != 1 || removed[0].Number != sample.Alice || removed[0].EndedBy != outbox.OptedByPerson {
		t.Errorf("Remove = %+v, %v, want that of the first", removed, err)
	}
	want(t, "after Remove", ledgerOf(t, o), sample.Bob+" person")
	want(t, "refused", refused(t, o, sample.SMS("hi")))
	_, err = o.Prune(t.Context(), c.Now().Add(time.Hour))
	sample.Must(t, err)
	want(t, "after all messages were deleted", ledgerOf(t, o), sample.Bob+" person")
}

// testOptOutOfOne: an entry about one number of ours leaves the others.
func (on *suite) testOptOutOfOne(t *testing.T) {
	o := on.opened(t, on.place(t), outbox.Options{})
	_, err := o.AddOptOuts(t.Context(), []outbox.OptOut{{Number: sample.Alice, Sender: ownToo, By: outbox.OptedByPerson}})
	sample.Must(t, err)
	from := sample.SMS("from one")
	want(t, "of the other", refused(t, o, from))
	from.From = ownToo
	want(t, "of the one", refused(t, o, from), sample.Alice)
	if n, err := o.AddOptOuts(t.Context(), []outbox.OptOut{{Number: sample.Alice, By: outbox.OptedByPerson}}); n != 1 || err != nil {
		t.Errorf("AddOptOuts of all = %d, %v, want 1", n, err)
	}
	removed, err := o.Remove(t.Context(), []string{sample.Alice}, ownToo)
	if err != nil || len(removed) != 1 {
		t.Errorf("Remove of one = %+v, %v, want that", removed, err)
	}
	want(t, "the ledger", ledgerOf(t, o), sample.Alice+" person")
}

// testOptOutOfMissed: a number that wrote what nobody knows is held until a person decides,
// or until the text comes after all. That holds back runs, and no text that is meant for it.
func (on *suite) testOptOutOfMissed(t *testing.T) {
	c := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
	c.Advance(time.Hour)
	missed := func(id, from string) {
		_, err := o.Missed(t.Context(), ours, []messaging.Record{inboundRecord(id, from, sample.Sender)})
		sample.Must(t, err)
	}
	missed("a", sample.Alice)
	missed("a2", sample.Alice)
	missed("b", sample.Bob)
	want(t, "the ledger", ledgerOf(t, o), sample.Alice+" gap", sample.Alice+" gap", sample.Bob+" gap")
	want(t, "refused", refused(t, o, sample.SMS("hi"), sample.SMS("hi", sample.Bob)))
	forged := sample.Came("a", sample.Alice, "see you")
	forged.Trust = callback.Untrusted
	sample.Heard(t, o.Outbox, forged)
	want(t, "by a forged text", ledgerOf(t, o), sample.Alice+" gap", sample.Alice+" gap", sample.Bob+" gap")
	sample.Heard(t, o.Outbox, sample.Came("a", sample.Alice, "see you"))
	want(t, "by its text", ledgerOf(t, o), sample.Alice+" gap", sample.Bob+" gap")
	sample.Heard(t, o.Outbox, sample.Came("a2", sample.Alice, "stop"))
	want(t, "by a text that opts out", ledgerOf(t, o), sample.Alice+" keyword", sample.Bob+" gap")
	if released, err := o.Release(t.Context(), []string{sample.Alice, sample.Bob}); err != nil || len(released) != 1 || released[0].Number != sample.Bob {
		t.Errorf("Release = %+v, %v, want that of %s", released, err, sample.Bob)
	}
	want(t, "the ledger in the end", ledgerOf(t, o), sample.Alice+" keyword")
	sound(t, o)
}

// testOptOutMeanwhile: STOP between the plan and the turn of a message counts: it is not
// sent and says why, and those behind it are.
func (on *suite) testOptOutMeanwhile(t *testing.T) {
	for _, parallel := range []int{1, 3} {
		o := on.opened(t, on.place(t), outbox.Options{})
		var mu sync.Mutex
		var sent []string
		api := sample.API{OnSend: func(_ context.Context, m messaging.Message) (*messaging.Receipt, error) {
			mu.Lock()
			defer mu.Unlock()
			sent = append(sent, m.To[0])
			if m.To[0] == sample.Alice {
				sample.Heard(t, o.Outbox, sample.Came("stop", sample.Bob, "STOP"))
			}
			return sample.Receipt("id of "+m.To[0], m), nil
		}}
		const dave = "+19195551299"
		b, err := o.Plan(t.Context(), api, outbox.Plan{By: ours, Messages: []messaging.Message{sample.SMS("hi"), sample.SMS("hi", sample.Bob), sample.SMS("hi", dave)}})
		sample.Must(t, err)
		results := ran(t.Context(), t, b, outbox.RunOptions{Parallel: parallel})
		want(t, "sent", sent, sample.Alice, dave)
		e, refused := errors.AsType[*outbox.OptOutError](results[1].Err)
		if !refused || e.OptOuts[0].Number != sample.Bob || results[1].Unrecorded != nil || results[0].Err != nil || results[2].Err != nil {
			t.Errorf("the results are %+v, want the second one refused", results)
		}
		d := sample.RowOf(t, o.Outbox, results[1].ID)
		if d.State != outbox.Unsent || !strings.Contains(d.Error, sample.Bob+" opted out") {
			t.Errorf("the row is %s, %q, want it unsent with the reason", d.State, d.Error)
		}
		sound(t, o)
	}
}

// testOptOutInARun: a run leaves out who opted out after it was planned, or wrote while nobody
// listened, and is done.
func (on *suite) testOptOutInARun(t *testing.T) {
	o, api := on.opened(t, on.place(t), outbox.Options{}), &counter{}
	b := toPeople()
	b.By = ours
	id := startedPeople(t, o, b, people(3))
	_, err := o.AddOptOuts(t.Context(), []outbox.OptOut{{Number: numberOf(2), By: outbox.OptedByPerson}})
	sample.Must(t, err)
	_, err = o.Missed(t.Context(), ours, []messaging.Record{inboundRecord("a", numberOf(1), sample.Sender)})
	sample.Must(t, err)
	drained(t, o, api, id, fast(outbox.DrainOptions{}))
	if len(api.created) != 1 || api.created[numberOf(3)] != 1 {
		t.Errorf("the API created %v, want that to the third", api.created)
	}
	wantCounts(t, o, id, outbox.RunCounts{
		People: 3, States: map[outbox.State]int{outbox.Accepted: 1}, Skipped: map[outbox.Skip]int{outbox.SkipOptedOut: 1, outbox.SkipHeld: 1},
	})
}

// testOptOutHeardElsewhere: what the listener of one process hears keeps the run that another
// one sends from its sender, from the next message on.
func (on *suite) testOptOutHeardElsewhere(t *testing.T) {
	path := on.place(t)
	o, listener := on.opened(t, path, outbox.Options{}), on.opened(t, path, outbox.Options{})
	b := toPeople()
	b.By = ours
	id := startedPeople(t, o, b, people(4))
	api := &counter{before: func(m messaging.Message) error {
		switch m.To[0] {
		case numberOf(1):
			sample.Heard(t, listener.Outbox, sample.Came("stop", numberOf(2), "STOP"))
		case numberOf(3):
			sample.Heard(t, listener.Outbox, sample.Came("off", numberOf(4), "please take me off"))
		}
		return nil
	}}
	drained(t, o, api, id, fast(outbox.DrainOptions{Parallel: 1}))
	if len(api.created) != 2 || api.created[numberOf(1)] != 1 || api.created[numberOf(3)] != 1 {
		t.Errorf("the API created %v, want those to the first and the third", api.created)
	}
	wantCounts(t, o, id, outbox.RunCounts{
		People: 4, States: map[outbox.State]int{outbox.Accepted: 2}, Skipped: map[outbox.Skip]int{outbox.SkipOptedOut: 1, outbox.SkipHeld: 1},
	})
}

// testOptOutOmitted: an outbox that keeps no texts keeps none in the ledger.
func (on *suite) testOptOutOmitted(t *testing.T) {
	o := on.opened(t, on.place(t), outbox.Options{OmitText: true})
	sample.Heard(t, o.Outbox, sample.Came("a", sample.Alice, "Stop"), sample.Came("b", sample.Bob, "take me off, topsecret"))
	want(t, "the ledger", ledgerOf(t, o), sample.Alice+" keyword", sample.Bob+" words")
	if n := sample.Value[int](t, o.engine, "SELECT count(*) FROM optouts WHERE words <> ''"); n != 0 {
		t.Errorf("%d entries hold words, want none", n)
	}
}
