package outboxtest

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// testRepeats: whose state says that it went out counts for ten minutes, whose
// outcome is open for ever, wherever the clock went, and who certainly got nothing not at
// all.
func (on *suite) testRepeats(t *testing.T) {
	const never, ever = -1 << 62, 1 << 62
	counts := map[outbox.State]time.Duration{
		outbox.Queued: ever, outbox.Sending: ever, outbox.Unknown: ever, outbox.Unconfirmed: ever,
		outbox.Accepted: outbox.RepeatedWithin, outbox.Sent: outbox.RepeatedWithin, outbox.Delivered: outbox.RepeatedWithin,
		outbox.Failed: never, outbox.Rejected: never, outbox.Unsent: never, outbox.Received: never,
		outbox.Scheduled: never, outbox.Missed: never, // for another time than this
	}
	c := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
	for _, s := range outbox.States() {
		within := counts[s]
		const year = 365 * 24 * time.Hour
		for _, age := range []time.Duration{0, outbox.RepeatedWithin - 1e6, outbox.RepeatedWithin, 24 * time.Hour, 20 * year, -time.Hour, -20 * year} {
			m := sample.SMS(fmt.Sprint("Hi ", s, age)) // which no other row says
			id := sample.In(t, o.Outbox, m, s)
			c.Advance(age)
			repeats, err := o.Repeats(t.Context(), []messaging.Message{m})
			sample.Must(t, err)
			want := age < within
			if (len(repeats) == 1) != want {
				t.Errorf("%s, %s ago: %d repeats, want one: %t", s, age, len(repeats), want)
			}
			_, err = o.Begin(t.Context(), outbox.Plan{Messages: []messaging.Message{m}})
			e, refused := errors.AsType[*outbox.RepeatError](err)
			if refused != want || !refused && err != nil {
				t.Errorf("%s, %s ago: Begin = %v, want a RepeatError: %t", s, age, err, want)
			}
			if !refused {
				continue
			}
			if r := e.Repeats[0]; r.Recipient != sample.Alice || r.Entry.ID != id || r.Entry.State != s || r.Ago != age {
				t.Errorf("%s: repeat = %+v, want message %d to %s, %s ago", s, r, id, sample.Alice, age)
			}
			if words := err.Error(); !strings.Contains(words, sample.Alice) || !strings.Contains(words, string(s)) || strings.Contains(words, "Hi") {
				t.Errorf("%s: it says %q, want the recipient, the state and nothing of the text", s, words)
			}
			if n := sample.Value[int64](t, o.engine, "SELECT max(id) FROM messages"); n != id {
				t.Errorf("%s: the last row is %d, want %d: nothing was recorded", s, n, id)
			}
			if _, err := o.Begin(t.Context(), outbox.Plan{Messages: []messaging.Message{m}, Yes: true}); err != nil {
				t.Errorf("%s: Begin with a yes = %v, want nil", s, err)
			}
		}
	}
}

// testWhoRepeats: the same is the same text and media, to whoever of the recipients.
func (on *suite) testWhoRepeats(t *testing.T) {
	photo, other := "https://example.com/a.png", "https://example.com/b.png"
	with := func(m messaging.Message, media ...string) messaging.Message { m.Media = media; return m }
	by := func(m messaging.Message, from, tag string) messaging.Message { m.From, m.Tag = from, tag; return m }
	tests := map[string]struct {
		first, then messaging.Message
		want        []string
	}{
		"the same":            {sample.SMS("Hi"), sample.SMS("Hi"), []string{sample.Alice}},
		"from another number": {sample.SMS("Hi"), by(sample.SMS("Hi"), sample.Bob, "x"), []string{sample.Alice}},
		"to another":          {sample.SMS("Hi"), sample.SMS("Hi", sample.Bob), nil},
		"another text":        {sample.SMS("Hi"), sample.SMS("Hi!"), nil},
		"the whole group":     {sample.SMS("Hi", sample.Alice, sample.Bob), sample.SMS("Hi", sample.Bob, sample.Alice), []string{sample.Bob, sample.Alice}},
		"one of the group":    {sample.SMS("Hi", sample.Alice, sample.Bob), sample.SMS("Hi", sample.Bob), []string{sample.Bob}},
		"a group of one more": {sample.SMS("Hi", sample.Bob), sample.SMS("Hi", sample.Alice, sample.Bob, sample.Carol), []string{sample.Bob}},
		"the same picture":    {with(sample.SMS(""), photo), with(sample.SMS(""), photo), []string{sample.Alice}},
		"another picture":     {with(sample.SMS(""), photo), with(sample.SMS(""), other), nil},
		"a picture more":      {with(sample.SMS(""), photo), with(sample.SMS(""), photo, other), nil},
		"the words as a URL":  {with(sample.SMS(""), photo), sample.SMS(photo), nil},
	}
	for name, test := range tests {
		o := on.opened(t, on.place(t), outbox.Options{})
		sample.Begun(t, o.Outbox, test.first)
		repeats, err := o.Repeats(t.Context(), []messaging.Message{sample.SMS("something else", sample.Carol), test.then})
		sample.Must(t, err)
		var got []string
		for _, r := range repeats {
			got = append(got, r.Recipient)
		}
		if strings.Join(got, " ") != strings.Join(test.want, " ") {
			t.Errorf("%s: repeats %v, want %v", name, got, test.want)
		}
	}
}

// testFailedGroup: who did not get it may get it, the others got it.
func (on *suite) testFailedGroup(t *testing.T) {
	o := on.opened(t, on.place(t), outbox.Options{})
	m := sample.SMS("Hi", sample.Alice, sample.Bob)
	id := sample.In(t, o.Outbox, m, outbox.Accepted)
	records := sample.RecordsOf("api", m, time.Time{})
	records[0].Status = messaging.StatusFailed
	if s, err := o.Deliver(t.Context(), id, records); err != nil || s != outbox.Failed {
		t.Fatalf("Deliver = %s, %v, want failed", s, err)
	}
	repeats, err := o.Repeats(t.Context(), []messaging.Message{m})
	if err != nil || len(repeats) != 1 || repeats[0].Recipient != sample.Bob {
		t.Errorf("Repeats = %+v, %v, want %s alone", repeats, err, sample.Bob)
	}
}

// testLatestRepeat names the last row of several.
func (on *suite) testLatestRepeat(t *testing.T) {
	c := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
	sample.In(t, o.Outbox, sample.SMS("Hi"), outbox.Delivered)
	c.Advance(time.Minute)
	last := sample.In(t, o.Outbox, sample.SMS("Hi"), outbox.Unknown)
	c.Advance(time.Minute)
	sample.In(t, o.Outbox, sample.SMS("Hi"), outbox.Rejected)
	repeats, err := o.Repeats(t.Context(), []messaging.Message{sample.SMS("Hi")})
	if err != nil || len(repeats) != 1 || repeats[0].Entry.ID != last || repeats[0].Ago != time.Minute {
		t.Errorf("Repeats = %+v, %v, want message %d of a minute ago", repeats, err, last)
	}
}
