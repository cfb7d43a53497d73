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

// folds: of alerts with one key one goes.
func (on *suite) folds() []rule {
	return []rule{
		{"Fold", on.testFold},
		{"FoldByWhom", on.testFoldByWhom},
		{"FoldOfStates", on.testFoldOfStates},
		{"FoldOfEach", on.testFoldOfEach},
		{"FoldByClocks", on.testFoldByClocks},
		{"FoldStorm", on.testFoldStorm},
		{"FoldForeseen", on.testFoldForeseen},
		{"FoldKeepsNothing", on.testFoldKeepsNothing},
	}
}

// disk is an alert as most are.
var disk = outbox.Alert{Key: "DISK-full", Within: 10 * time.Minute, Tell: func(m messaging.Message, others int) messaging.Message {
	m.Text += fmt.Sprintf(" (and %d more)", others)
	return m
}}

// alerted plans messages with a key. It returns the batch, which an API that takes all
// sends.
func alerted(t *testing.T, o *process, a outbox.Alert, messages ...messaging.Message) *outbox.Batch {
	t.Helper()
	b, err := o.Plan(t.Context(), sample.API{}, outbox.Plan{Messages: messages, Alert: a})
	sample.Must(t, err)
	return b
}

// endedAs settles the only message of a batch.
func endedAs(t *testing.T, o *process, b *outbox.Batch, err error) {
	t.Helper()
	var receipt *messaging.Receipt
	if err == nil {
		receipt = sample.Receipt(fmt.Sprint("api-", b.IDs()[0]), b.Messages()[0])
	}
	sample.Must(t, o.Settle(t.Context(), b.IDs()[0], receipt, err))
}

// testFold: the first one goes, those of the time after it are counted, and the next one
// tells of them, though it says the same as the first.
func (on *suite) testFold(t *testing.T) {
	c := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
	first := alerted(t, o, disk, sample.SMS("full"))
	endedAs(t, o, first, nil)
	for i := range 14 {
		c.Advance(30 * time.Second)
		b := alerted(t, o, disk, sample.SMS("full"))
		f := b.Foldings()[0]
		if len(b.IDs()) != 0 || !f.Held || f.Others != i+1 || f.Last != first.IDs()[0] || f.Ago != time.Duration(i+1)*30*time.Second {
			t.Errorf("alert %d: rows %v, %+v, want none, and it counted", i+2, b.IDs(), f)
		}
		b.Run(t.Context(), outbox.RunOptions{After: func(int, outbox.Result) { t.Error("an alert that is folded has an end") }})
	}
	c.Advance(3 * time.Minute)
	next := alerted(t, o, disk, sample.SMS("full"))
	if got := next.Messages()[0].Text; got != "full (and 14 more)" || next.Foldings()[0].Others != 14 || next.Foldings()[0].Held {
		t.Errorf("the next one is %q, %+v, want it to tell of 14", got, next.Foldings())
	}
	if d := sample.RowOf(t, o.Outbox, next.IDs()[0]); d.Message.Text != "full (and 14 more)" || d.State != outbox.Sending {
		t.Errorf("its row is %s %q, want it as it is sent", d.State, d.Message.Text)
	}
	c.Advance(disk.Within)
	if got := alerted(t, o, disk, sample.SMS("full")).Messages()[0].Text; got != "full" {
		t.Errorf("after a quiet time it is %q, want nothing told again", got)
	}
	if n := sample.Value[int](t, o.engine, "SELECT count(*) FROM messages"); n != 3 {
		t.Errorf("there are %d messages, want 3", n)
	}
	sound(t, o)
}

// testFoldByWhom: another key, recipient or account is another alert; sender and text are
// not.
func (on *suite) testFoldByWhom(t *testing.T) {
	o := on.opened(t, on.place(t), outbox.Options{Now: sample.NewClock().Now})
	plan := func(by outbox.By, key string, m messaging.Message) outbox.Plan {
		return outbox.Plan{By: by, Messages: []messaging.Message{m}, Alert: outbox.Alert{Key: key, Within: time.Minute}}
	}
	one, other := outbox.By{AccountID: "1"}, outbox.By{AccountID: "2"}
	from := sample.SMS("else", sample.Bob, sample.Alice)
	from.From = sample.Carol
	for _, test := range []struct {
		plan outbox.Plan
		held bool
	}{
		{plan(one, "a", sample.SMS("x", sample.Alice, sample.Bob)), false},
		{plan(one, "a", from), true},
		{plan(one, "a", sample.SMS("x", sample.Alice)), false},
		{plan(one, "A", sample.SMS("x", sample.Alice, sample.Bob)), false},
		{plan(other, "a", sample.SMS("x", sample.Alice, sample.Bob)), false},
		{plan(one, "", sample.SMS("y", sample.Alice, sample.Bob)), false},
	} {
		ids, err := o.Begin(t.Context(), test.plan)
		sample.Must(t, err)
		if held := len(ids) == 0; held != test.held {
			t.Errorf("%s %q to %v: held %t, want %t", test.plan.By.AccountID, test.plan.Alert.Key, test.plan.Messages[0].To, held, test.held)
		}
	}
	if _, err := o.Begin(t.Context(), plan(one, "", sample.SMS("x", sample.Alice))); err == nil {
		t.Error("what somebody got already goes without a key, want it refused")
	}
}

// testFoldOfStates: what certainly was not created holds nothing back, and what it told of
// is told by the next one.
func (on *suite) testFoldOfStates(t *testing.T) {
	for name, test := range map[string]struct {
		end  error
		held bool
	}{
		"accepted": {nil, true}, "unknown": {sample.Lost(), true}, "rejected": {sample.Refusal("no"), false}, "unsent": {sample.NeverLeft(), false},
	} {
		c := sample.NewClock()
		o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
		endedAs(t, o, alerted(t, o, disk, sample.SMS("1")), nil)
		alerted(t, o, disk, sample.SMS("2"))
		alerted(t, o, disk, sample.SMS("3"))
		c.Advance(disk.Within)
		second := alerted(t, o, disk, sample.SMS("4"))
		alerted(t, o, disk, sample.SMS("5")) // while it is on its way
		endedAs(t, o, second, test.end)
		c.Advance(time.Second)
		b := alerted(t, o, disk, sample.SMS("6"))
		switch f := b.Foldings()[0]; {
		case f.Held != test.held:
			t.Errorf("after one that is %s: %+v, want held %t", name, f, test.held)
		case f.Held && f.Others != 2:
			t.Errorf("after one that is %s: %d are held, want 2", name, f.Others)
		case !f.Held && b.Messages()[0].Text != "6 (and 3 more)":
			t.Errorf("after one that is %s: %q, want 3 told of", name, b.Messages()[0].Text)
		}
	}
}

// testFoldOfEach: of messages to one each, those go whose recipient did not get it.
func (on *suite) testFoldOfEach(t *testing.T) {
	c := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
	to := func(text string, all ...string) (messages []messaging.Message) {
		for _, number := range all {
			messages = append(messages, sample.SMS(text, number))
		}
		return messages
	}
	api := sample.API{OnSend: func(_ context.Context, m messaging.Message) (*messaging.Receipt, error) {
		if m.To[0] == sample.Bob && m.Text == "1" {
			return nil, sample.Refusal("no")
		}
		return sample.Receipt("id of "+m.To[0]+m.Text, m), nil
	}}
	var sent []string
	for _, text := range []string{"1", "2"} {
		b, err := o.Plan(t.Context(), api, outbox.Plan{Messages: to(text, sample.Alice, sample.Bob, sample.Carol), Alert: disk})
		sample.Must(t, err)
		b.Run(t.Context(), outbox.RunOptions{After: func(i int, _ outbox.Result) {
			sent = append(sent, b.Messages()[i].To[0]+" "+b.Messages()[i].Text)
		}})
		if len(b.Foldings()) != 3 {
			t.Errorf("%d foldings, want those of all 3", len(b.Foldings()))
		}
	}
	if want := []string{sample.Alice + " 1", sample.Bob + " 1", sample.Carol + " 1", sample.Bob + " 2"}; !slices.Equal(sent, want) {
		t.Errorf("sent %v, want %v", sent, want)
	}
	sound(t, o)
}

// testFoldByClocks: a clock that is set back by more than the time holds nothing back.
func (on *suite) testFoldByClocks(t *testing.T) {
	for by, held := range map[time.Duration]bool{
		-time.Minute: true, -disk.Within: false, -24 * time.Hour: false, 0: true, disk.Within - 1000: true, disk.Within: false, 1000 * time.Hour: false,
	} {
		c := sample.NewClock()
		o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
		alerted(t, o, disk, sample.SMS("1"))
		c.Advance(by)
		if f := alerted(t, o, disk, sample.SMS("2")).Foldings()[0]; f.Held != held || f.Ago < 0 {
			t.Errorf("%s later: %+v, want held %t", by, f, held)
		}
	}
}

// testFoldStorm: however many processes alert at once, one message goes in the time.
func (on *suite) testFoldStorm(t *testing.T) {
	const each, processes, spans = 20, 4, 2
	c, path := sample.NewClock(), on.place(t)
	var all []*process
	for range processes {
		all = append(all, on.opened(t, path, outbox.Options{Now: c.Now}))
	}
	var mu sync.Mutex
	var sent []string
	api := sample.API{OnSend: func(_ context.Context, m messaging.Message) (*messaging.Receipt, error) {
		mu.Lock()
		defer mu.Unlock()
		sent = append(sent, m.Text)
		return sample.Receipt(fmt.Sprint("id-", len(sent)), m), nil
	}}
	for range spans {
		var running sync.WaitGroup
		for _, o := range all {
			running.Go(func() {
				for range each {
					b, err := o.Plan(t.Context(), api, outbox.Plan{Messages: []messaging.Message{sample.SMS("full")}, Alert: disk})
					if err != nil {
						t.Error(err)
						return
					}
					b.Run(t.Context(), outbox.RunOptions{})
				}
			})
		}
		running.Wait()
		c.Advance(disk.Within)
	}
	if want := []string{"full", fmt.Sprintf("full (and %d more)", each*processes-1)}; !slices.Equal(sent, want) {
		t.Errorf("sent %q, want %q", sent, want)
	}
	sound(t, all[0])
}

// testFoldForeseen: looking counts nothing.
func (on *suite) testFoldForeseen(t *testing.T) {
	c := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
	plan := outbox.Plan{Messages: []messaging.Message{sample.SMS("full")}, Alert: disk}
	look := func() outbox.Folding {
		t.Helper()
		all, err := o.Foldings(t.Context(), plan)
		sample.Must(t, err)
		return all[0]
	}
	if f := look(); f.Held || f.Last != 0 {
		t.Errorf("nothing went, and %+v, want it to go", f)
	}
	alerted(t, o, disk, sample.SMS("full"))
	for range 3 {
		if f := look(); !f.Held || f.Others != 1 {
			t.Errorf("it was sent, and %+v, want it held, as the first", f)
		}
	}
	alerted(t, o, disk, sample.SMS("full"))
	c.Advance(disk.Within)
	for range 2 {
		if f := look(); f.Held || f.Message.Text != "full (and 1 more)" {
			t.Errorf("the time is over, and %+v, want it to go and tell of 1", f)
		}
	}
	plan.Alert = outbox.Alert{}
	if f := look(); f.Held || f.Message.Text != "full" {
		t.Errorf("without a key %+v, want it to go as it is", f)
	}
}

// testFoldKeepsNothing: no word of a key is in the database, who opted out gets no alert,
// which counts for nothing, and old keys are deleted with old messages.
func (on *suite) testFoldKeepsNothing(t *testing.T) {
	c := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: c.Now, OmitText: true})
	alerted(t, o, disk, sample.SMS("full"))
	if names := sample.Lines(t, o.engine, "SELECT name FROM folds"); len(names) != 1 || strings.Contains(names[0], "DISK") {
		t.Errorf("the keys are %q, want one that says nothing", names)
	}
	sample.Heard(t, o.Outbox, sample.Came("a", sample.Alice, "STOP"))
	_, err := o.Begin(t.Context(), outbox.Plan{Messages: []messaging.Message{sample.SMS("full")}, Alert: disk})
	if _, ok := errors.AsType[*outbox.OptOutError](err); !ok {
		t.Errorf("to who opted out it is %v, want an OptOutError", err)
	}
	if n := sample.Value[int](t, o.engine, "SELECT held FROM folds"); n != 0 {
		t.Errorf("%d are counted, want none", n)
	}
	c.Advance(24 * time.Hour)
	alerted(t, o, outbox.Alert{Key: "b", Within: time.Hour}, sample.SMS("full", sample.Bob))
	_, err = o.Prune(t.Context(), c.Now().Add(-time.Hour))
	sample.Must(t, err)
	if n := sample.Value[int](t, o.engine, "SELECT count(*) FROM folds"); n != 1 {
		t.Errorf("%d keys are left, want the one of today", n)
	}
}
