package outboxtest

import (
	"errors"
	"strings"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
)

// in makes a message that is in a state, as the rules allow.
func in(t *testing.T, o *process, m messaging.Message, s outbox.State) int64 {
	t.Helper()
	ids := begun(t, o, sms("before it"), m)
	id := ids[1]
	if s == outbox.Queued {
		return id
	}
	if s == outbox.Unsent {
		must(t, o.Abandon(t.Context(), ids[1:], "no"))
		return id
	}
	must(t, o.Start(t.Context(), id))
	var status messaging.Status
	code := 0
	switch s {
	case outbox.Sending:
		return id
	case outbox.Rejected:
		must(t, o.Settle(t.Context(), id, nil, refusal("no")))
		return id
	case outbox.Unknown:
		must(t, o.Settle(t.Context(), id, nil, lost()))
		return id
	case outbox.Sent:
		status = messaging.StatusSent
	case outbox.Delivered:
		status = messaging.StatusDelivered
	case outbox.Unconfirmed:
		status, code = messaging.StatusFailed, messaging.CodeNoReceipt
	case outbox.Failed:
		status = messaging.StatusFailed
	case outbox.Accepted, outbox.Queued, outbox.Unsent:
	}
	must(t, o.Settle(t.Context(), id, receiptFor("api", m), nil))
	if status != "" {
		_, err := o.Deliver(t.Context(), id, recordOf("api", m, time.Time{}, func(r *messaging.Record) { r.Status, r.ErrorCode = status, code }))
		must(t, err)
	}
	wantState(t, o, id, s)
	return id
}

// testRepeats: whose state says that it went out counts for ten minutes, whose
// outcome is open for ever, wherever the clock went, and who certainly got nothing not at
// all.
func (on *suite) testRepeats(t *testing.T) {
	const never, ever = -1 << 62, 1 << 62
	counts := map[outbox.State]time.Duration{
		outbox.Queued: ever, outbox.Sending: ever, outbox.Unknown: ever, outbox.Unconfirmed: ever,
		outbox.Accepted: outbox.RepeatedWithin, outbox.Sent: outbox.RepeatedWithin, outbox.Delivered: outbox.RepeatedWithin,
		outbox.Failed: never, outbox.Rejected: never, outbox.Unsent: never,
	}
	for _, s := range outbox.States() {
		within := counts[s]
		const year = 365 * 24 * time.Hour
		for _, age := range []time.Duration{0, outbox.RepeatedWithin - 1e6, outbox.RepeatedWithin, 24 * time.Hour, 20 * year, -time.Hour, -20 * year} {
			c := newClock()
			o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
			m := sms("Hi")
			id := in(t, o, m, s)
			c.advance(age)
			repeats, err := o.Repeats(t.Context(), []messaging.Message{m})
			must(t, err)
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
			if r := e.Repeats[0]; r.Recipient != alice || r.Entry.ID != id || r.Entry.State != s || r.Ago != max(age, 0) {
				t.Errorf("%s: repeat = %+v, want message %d to %s, %s ago", s, r, id, alice, age)
			}
			if words := err.Error(); !strings.Contains(words, alice) || !strings.Contains(words, string(s)) || strings.Contains(words, "Hi") {
				t.Errorf("%s: it says %q, want the recipient, the state and nothing of the text", s, words)
			}
			if n := value[int64](t, o, "SELECT max(id) FROM messages"); n != id {
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
		"the same":            {sms("Hi"), sms("Hi"), []string{alice}},
		"from another number": {sms("Hi"), by(sms("Hi"), bob, "x"), []string{alice}},
		"to another":          {sms("Hi"), sms("Hi", bob), nil},
		"another text":        {sms("Hi"), sms("Hi!"), nil},
		"the whole group":     {sms("Hi", alice, bob), sms("Hi", bob, alice), []string{bob, alice}},
		"one of the group":    {sms("Hi", alice, bob), sms("Hi", bob), []string{bob}},
		"a group of one more": {sms("Hi", bob), sms("Hi", alice, bob, carol), []string{bob}},
		"the same picture":    {with(sms(""), photo), with(sms(""), photo), []string{alice}},
		"another picture":     {with(sms(""), photo), with(sms(""), other), nil},
		"a picture more":      {with(sms(""), photo), with(sms(""), photo, other), nil},
		"the words as a URL":  {with(sms(""), photo), sms(photo), nil},
	}
	for name, test := range tests {
		o := on.opened(t, on.place(t), outbox.Options{})
		begun(t, o, test.first)
		repeats, err := o.Repeats(t.Context(), []messaging.Message{sms("something else", carol), test.then})
		must(t, err)
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
	m := sms("Hi", alice, bob)
	id := in(t, o, m, outbox.Accepted)
	records := recordOf("api", m, time.Time{})
	records[0].Status = messaging.StatusFailed
	if s, err := o.Deliver(t.Context(), id, records); err != nil || s != outbox.Failed {
		t.Fatalf("Deliver = %s, %v, want failed", s, err)
	}
	repeats, err := o.Repeats(t.Context(), []messaging.Message{m})
	if err != nil || len(repeats) != 1 || repeats[0].Recipient != bob {
		t.Errorf("Repeats = %+v, %v, want %s alone", repeats, err, bob)
	}
}

// testLatestRepeat names the last row of several.
func (on *suite) testLatestRepeat(t *testing.T) {
	c := newClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
	in(t, o, sms("Hi"), outbox.Delivered)
	c.advance(time.Minute)
	last := in(t, o, sms("Hi"), outbox.Unknown)
	c.advance(time.Minute)
	in(t, o, sms("Hi"), outbox.Rejected)
	repeats, err := o.Repeats(t.Context(), []messaging.Message{sms("Hi")})
	if err != nil || len(repeats) != 1 || repeats[0].Entry.ID != last || repeats[0].Ago != time.Minute {
		t.Errorf("Repeats = %+v, %v, want message %d of a minute ago", repeats, err, last)
	}
}
