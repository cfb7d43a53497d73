package outboxtest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/callback"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// accepted is a message that the API took under an id.
func accepted(t testing.TB, o *process, apiID string, m messaging.Message) int64 {
	t.Helper()
	id := sample.Begun(t, o.Outbox, m)[0]
	sample.Must(t, o.Settle(t.Context(), id, sample.Receipt(apiID, m), nil))
	return id
}

// untrusted is an event that nobody vouches for.
func untrusted(v callback.Event) callback.Event {
	v.Trust = callback.Untrusted
	return v
}

// testReceiveCodes: each delivery code that a callback tells leads where the answer to a
// question does.
func (on *suite) testReceiveCodes(t *testing.T) {
	asked, told := on.opened(t, on.place(t), outbox.Options{}), on.opened(t, on.place(t), outbox.Options{})
	for _, c := range messaging.DeliveryCodes() {
		m, apiID := sample.SMS(fmt.Sprint("code ", c.Code)), fmt.Sprint("api-", c.Code)
		letAllIn(t, m.To, asked, told)
		want, got := accepted(t, asked, apiID, m), accepted(t, told, apiID, m)
		_, err := asked.Deliver(t.Context(), want, sample.Told(apiID, m, fmt.Sprint("FAILED ", c.Code)))
		sample.Must(t, err)
		taken := sample.Heard(t, told.Outbox, sample.Event(callback.MessageFailed, apiID, sample.Alice, c.Code))[0]
		a, b := sample.RowOf(t, asked.Outbox, want), sample.RowOf(t, told.Outbox, got)
		if a.State != b.State || a.ErrorCode != b.ErrorCode || a.Doubt != b.Doubt || taken.State != b.State || taken.Message != got || !taken.News {
			t.Errorf("code %d: %s %d by callback (%+v), want %s %d as by asking", c.Code, b.State, b.ErrorCode, taken, a.State, a.ErrorCode)
		}
		wantState := outbox.Failed
		if c.Code == messaging.CodeNoReceipt {
			wantState = outbox.Unconfirmed
		}
		if b.State != wantState || b.ErrorCode != c.Code {
			t.Errorf("code %d: %s %d, want %s", c.Code, b.State, b.ErrorCode, wantState)
		}
		if b.State == outbox.Unconfirmed {
			sample.Heard(t, told.Outbox, sample.Event(callback.MessageDelivered, apiID, sample.Alice, 0))
			sample.WantState(t, told.Outbox, got, outbox.Delivered)
		}
	}
}

// testReceiveQuicker: what is heard of a message before its id is known is not lost, and
// is matched by the id alone.
func (on *suite) testReceiveQuicker(t *testing.T) {
	c := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
	m := sample.SMS("Hi")
	id := sample.Begun(t, o.Outbox, m)[0]
	other := sample.Begun(t, o.Outbox, m)[0] // the same in all but the id
	for twice := range 2 {
		for i, taken := range sample.Heard(t, o.Outbox, sample.Event(callback.MessageSent, "api", sample.Alice, 0), sample.Event(callback.MessageDelivered, "api", sample.Alice, 0)) {
			if taken.Message != 0 || taken.State != "" || taken.News != (twice == 0) {
				t.Errorf("event %d: %+v, want it kept, once", i, taken)
			}
		}
		c.Advance(time.Second)
	}
	sample.WantState(t, o.Outbox, id, outbox.Sending)
	sample.Must(t, o.Settle(t.Context(), other, sample.Receipt("api-other", m), nil))
	sample.WantState(t, o.Outbox, other, outbox.Accepted)
	sample.Must(t, o.Settle(t.Context(), id, sample.Receipt("api", m), nil))
	d := sample.RowOf(t, o.Outbox, id)
	if d.State != outbox.Delivered || len(d.Events) != 4 || len(d.Deliveries) != 1 {
		t.Errorf("it is %s by %+v, want delivered by what was heard before", d.State, d.Events)
	}
	CompareEvents(t, d)
	if n := sample.Value[int](t, o.engine, "SELECT count(*) FROM strays"); n != 0 {
		t.Errorf("%d events still belong to nobody, want 0", n)
	}
	if taken := sample.Heard(t, o.Outbox, sample.Event(callback.MessageDelivered, "api", sample.Alice, 0))[0]; taken.News || taken.Message != id {
		t.Errorf("said once more: %+v, want no news of message %d", taken, id)
	}
	lost := sample.Begun(t, o.Outbox, sample.SMS("lost", sample.Bob))[0]
	sample.Must(t, o.Settle(t.Context(), lost, nil, sample.Lost()))
	sample.Heard(t, o.Outbox, sample.Event(callback.MessageDelivered, "api-lost", sample.Bob, 0))
	sample.WantState(t, o.Outbox, lost, outbox.Unknown)
	_, err := o.Check(t.Context(), sample.Lists(sample.RecordsOf("api-lost", sample.SMS("lost", sample.Bob), c.Now(), func(r *messaging.Record) { r.Status = messaging.StatusQueued })...), lost)
	sample.Must(t, err)
	sample.WantState(t, o.Outbox, lost, outbox.Delivered)
	sound(t, o)
}

// testReceiveAbout: what is told of the one recipient of a message is about them, however
// the API writes their number; its owner says nothing.
func (on *suite) testReceiveAbout(t *testing.T) {
	o := on.opened(t, on.place(t), outbox.Options{})
	id := accepted(t, o, "api", sample.SMS("Hi"))
	v := sample.Event(callback.MessageSent, "api", sample.Alice, 0)
	sample.Heard(t, o.Outbox, v)
	v.Type, v.To, v.Message.To, v.Message.Owner, v.Message.From, v.Message.Tag = callback.MessageDelivered, strings.TrimPrefix(sample.Alice, "+"), nil, sample.Bob, sample.Bob, "another"
	sample.Heard(t, o.Outbox, v)
	if d := sample.RowOf(t, o.Outbox, id); d.State != outbox.Delivered || len(d.Deliveries) != 1 || d.Deliveries[0].Recipient != sample.Alice {
		t.Errorf("it is %s with %+v, want it delivered to %s", d.State, d.Deliveries, sample.Alice)
	}
}

// testReceiveUntrusted: what nobody vouches for changes no state, is asked about once, and
// counts as soon as somebody vouches for it.
func (on *suite) testReceiveUntrusted(t *testing.T) {
	o := on.opened(t, on.place(t), outbox.Options{Now: sample.NewClock().Now})
	m := sample.SMS("Hi")
	id := accepted(t, o, "api", m)
	forged := untrusted(sample.Event(callback.MessageDelivered, "api", sample.Alice, 0))
	wants := func(want ...int64) {
		t.Helper()
		entries, err := o.WantsAsking(t.Context(), 10)
		sample.Must(t, err)
		var got []int64
		for _, e := range entries {
			got = append(got, e.ID)
		}
		if !slices.Equal(got, want) {
			t.Errorf("the API is to be asked about %v, want %v", got, want)
		}
	}
	wants()
	for range 3 {
		sample.Heard(t, o.Outbox, forged)
		wants(id)
	}
	d := sample.RowOf(t, o.Outbox, id)
	if last := d.Events[len(d.Events)-1]; d.State != outbox.Accepted || len(d.Deliveries) != 0 || !last.Untrusted || last.By != outbox.ByCallback {
		t.Errorf("it is %s with %+v by %+v, want it as it was and the event kept", d.State, d.Deliveries, d.Events)
	}
	_, err := o.Deliver(t.Context(), id, nil) // the API was asked, and lists nothing
	sample.Must(t, err)
	wants()
	sample.Heard(t, o.Outbox, forged) // a double leads to no second question
	wants()
	for i := range 200 {
		v := forged
		v.Time = v.Time.Add(time.Duration(i) * time.Second)
		sample.Heard(t, o.Outbox, v)
	}
	if n := len(sample.RowOf(t, o.Outbox, id).Events); n > 60 {
		t.Errorf("%d events of nobody are kept, want a bound", n)
	}
	wants(id)
	_, err = o.Deliver(t.Context(), id, sample.Told("api", m, "SENT"))
	sample.Must(t, err)
	wants()
	forged.Trust = callback.Trusted
	if taken := sample.Heard(t, o.Outbox, forged)[0]; !taken.News || taken.State != outbox.Delivered {
		t.Errorf("said by who can be believed: %+v, want it delivered", taken)
	}
	sample.Heard(t, o.Outbox, untrusted(sample.Event(callback.MessageFailed, "api", sample.Alice, 4720)))
	wants() // nothing can change any more
	sample.WantState(t, o.Outbox, id, outbox.Delivered)
	sample.Heard(t, o.Outbox, untrusted(sample.Event(callback.MessageDelivered, "api-2", sample.Alice, 0)))
	second := accepted(t, o, "api-2", sample.SMS("two"))
	wants(second)
	sample.WantState(t, o.Outbox, second, outbox.Accepted)
}

// testReceiveGrades: what a receipt is worth, in whatever order its events come.
func (on *suite) testReceiveGrades(t *testing.T) {
	photo := sample.SMS("Hi")
	photo.Media = []string{"https://example.com/a.png"}
	tollFree := sample.SMS("Hi")
	tollFree.From = "+18885550100"
	read := sample.Event(callback.MessageRead, "api", sample.Alice, 0)
	read.EventTime = sample.Noon.Add(time.Minute)
	rbm := sample.Event(callback.MessageDelivered, "api", sample.Alice, 0)
	rbm.Message.Channel = "RBM"
	sending, delivered := sample.Event(callback.MessageSending, "api", sample.Alice, 0), sample.Event(callback.MessageDelivered, "api", sample.Alice, 0)
	late := sample.Event(callback.MessageFailed, "api", sample.Alice, messaging.CodeNoReceipt)
	for name, tt := range map[string]struct {
		m      messaging.Message
		events []callback.Event
		want   messaging.Grade
	}{
		"SMS":                       {sample.SMS("Hi"), []callback.Event{sending, delivered}, messaging.GradeCarrier},
		"toll-free":                 {tollFree, []callback.Event{delivered}, messaging.GradeHandset},
		"MMS":                       {photo, []callback.Event{delivered}, messaging.GradeHandedOver},
		"MMS with receipts":         {photo, []callback.Event{sending, delivered}, messaging.GradeCarrier},
		"RBM":                       {sample.SMS("Hi"), []callback.Event{rbm}, messaging.GradeHandset},
		"read":                      {sample.SMS("Hi"), []callback.Event{delivered, read}, messaging.GradeRead},
		"read after a late receipt": {sample.SMS("Hi"), []callback.Event{late, read}, messaging.GradeRead},
		"MMS, forged sending":       {photo, []callback.Event{untrusted(sending), delivered}, messaging.GradeHandedOver},
	} {
		for _, order := range [][]int{{0, 1}, {1, 0}} {
			o := on.opened(t, on.place(t), outbox.Options{})
			id := accepted(t, o, "api", tt.m)
			for _, i := range order {
				if i < len(tt.events) {
					sample.Heard(t, o.Outbox, tt.events[i])
				}
			}
			if d := sample.RowOf(t, o.Outbox, id); d.State != outbox.Delivered || d.Grade != tt.want || d.Deliveries[0].Grade != tt.want {
				t.Errorf("%s in order %v: %s as %q, of the recipient %q, want %q", name, order, d.State, d.Grade, d.Deliveries[0].Grade, tt.want)
			}
		}
	}
}

// end is where what is known of a message has come to, without when and how.
func end(t testing.TB, o *process, id int64) string {
	t.Helper()
	d := sample.RowOf(t, o.Outbox, id)
	CompareEvents(t, d)
	words := fmt.Sprint(d.State, " ", d.ErrorCode, " ", d.Grade, " ", d.Doubt)
	for _, each := range d.Deliveries {
		words += fmt.Sprintf("; %s %s %d %s %s", each.Recipient, each.Status, each.ErrorCode, each.Grade, each.Carrier)
	}
	return words
}

// testReceiveInAnyOrder: a set of events ends in the same state in whatever order and how
// often they come, together or one by one, before or after the answer to the call.
func (on *suite) testReceiveInAnyOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(14, 4)) //nolint:gosec // the same each time, on purpose
	at := on.place(t)
	o := on.opened(t, at, outbox.Options{})
	for round := range sample.Rounds(10, 20, 40) {
		to := []string{sample.Alice, sample.Bob, sample.Carol}[:1+r.IntN(3)]
		set := eventSet(r, to)
		m := sample.SMS(fmt.Sprint("round ", round), to...)
		if r.IntN(3) == 0 {
			m.Media = []string{"https://example.com/a.png"}
		}
		want := ""
		for try := range 6 {
			apiID := fmt.Sprintf("api-%d-%d", round, try)
			events := slices.Clone(set)
			if try > 0 {
				for range r.IntN(len(set) + 1) {
					events = append(events, set[r.IntN(len(set))])
				}
				r.Shuffle(len(events), func(i, j int) { events[i], events[j] = events[j], events[i] })
			}
			for i := range events {
				events[i].Message.ID = apiID
			}
			letAllIn(t, m.To, o)
			id := sample.Begun(t, o.Outbox, m)[0]
			early := 0
			if try%2 == 1 {
				early = r.IntN(len(events) + 1)
			}
			receive(t, o, r, events[:early])
			sample.Must(t, o.Settle(t.Context(), id, sample.Receipt(apiID, m), nil))
			receive(t, o, r, events[early:])
			got := end(t, o, id)
			if try == 0 {
				want = got
			}
			if got != want {
				var said []string
				for _, v := range events {
					said = append(said, fmt.Sprintf("%s %s %d %q by %d", v.Type, v.To, v.ErrorCode, v.Carrier, v.Trust))
				}
				t.Fatalf("round %d: %s, want %s, by, %d of them early,\n%s", round, got, want, early, strings.Join(said, "\n"))
			}
		}
	}
	sound(t, o)
}

// letAllIn makes numbers that opted out be written to again.
func letAllIn(t testing.TB, numbers []string, all ...*process) {
	t.Helper()
	for _, o := range all {
		_, err := o.Remove(t.Context(), numbers, "")
		sample.Must(t, err)
	}
}

// receive hears events in a few requests.
func receive(t testing.TB, o *process, r *rand.Rand, events []callback.Event) {
	t.Helper()
	for len(events) > 0 {
		n := 1 + r.IntN(len(events))
		sample.Heard(t, o.Outbox, events[:n]...)
		events = events[n:]
	}
}

// eventSet is what may be heard of a message: for each recipient at most one end.
func eventSet(r *rand.Rand, to []string) (set []callback.Event) {
	for _, number := range to {
		add := func(kind callback.Type, code int) {
			v := sample.Event(kind, "", number, code)
			v.Time = v.Time.Add(time.Duration(r.IntN(5000)) * time.Millisecond)
			if r.IntN(2) == 0 {
				v.Carrier = "Verizon"
			}
			if r.IntN(8) == 0 {
				v = untrusted(v)
			}
			set = append(set, v)
		}
		for _, kind := range []callback.Type{callback.MessageSending, callback.MessageSent, "message-of-tomorrow"} {
			if r.IntN(2) == 0 {
				add(kind, 0)
			}
		}
		if r.IntN(3) == 0 {
			add(callback.MessageFailed, messaging.CodeNoReceipt)
		}
		switch r.IntN(5) {
		case 0:
			add(callback.MessageFailed, []int{4720, 4775, 5630, 9999}[r.IntN(4)])
		case 1:
			add(callback.MessageFailed, 4701)
			add(callback.MessageFailed, 0) // its code got lost
		case 2:
			add(callback.MessageDelivered, 0)
			add(callback.MessageRead, 0)
		case 3:
			add(callback.MessageDelivered, 0)
		}
	}
	if len(set) == 0 {
		set = append(set, sample.Event(callback.MessageSent, "", to[0], 0))
	}
	return set
}

// testReceiveHostile: events with control bytes, of enormous length, of types that do not
// fit and for ids of others change no state and break no database.
func (on *suite) testReceiveHostile(t *testing.T) {
	o := on.opened(t, on.place(t), outbox.Options{})
	m := sample.SMS("Hi")
	id := accepted(t, o, "api", m)
	long, odd := strings.Repeat("\u20ac", 1<<19), "\x00\x1b]0;owned\x07\xff\u202e"
	before := end(t, o, id)
	fill := func(kind callback.Type, apiID, s string) callback.Event {
		media := slices.Repeat([]string{s}, 500)
		if s == long {
			media = media[:5]
		}
		return callback.Event{
			Type: kind, To: s, Description: s, Carrier: s, ErrorCode: math.MinInt, Trust: callback.Trusted, Raw: []byte(odd),
			Message: callback.Message{ID: apiID, Owner: s, Direction: s, From: s, To: []string{s, s}, Text: s, Media: media, Tag: s, Channel: s},
		}
	}
	events := []callback.Event{{}, {Type: callback.MessageDelivered, Trust: callback.Trusted}, fill("", "", long), fill(callback.MessageDelivered, "not "+odd, odd)}
	for _, s := range []string{odd, long} {
		events = append(events, fill(callback.Type(s), "api", s), fill(callback.Type(s), s, s), fill(callback.MessageFailed, "API", s),
			fill(callback.MessageReceived, "", s), fill(callback.MessageReceived, "api", s), fill(callback.SuggestionResponse, "in "+s, s))
	}
	for range 2 {
		sample.Heard(t, o.Outbox, events...)
	}
	if after := end(t, o, id); after != before {
		t.Errorf("it is %s, want %s as before", after, before)
	}
	if found, err := o.Find(t.Context(), "api"); err != nil || found != id {
		t.Errorf("the API's id stands for message %d, %v, want %d", found, err, id)
	}
	entries, err := o.List(t.Context(), outbox.Filter{State: outbox.Received})
	sample.Must(t, err)
	if len(entries) != 3 {
		t.Errorf("%d messages came in, want the 3 with an id", len(entries))
	}
	for _, e := range entries {
		size := len(e.Message.Text) + len(strings.Join(e.Message.To, "")) + len(strings.Join(e.Message.Media, ""))
		if size > 1<<20 || strings.Contains(e.Message.Text, "\x00") {
			t.Errorf("message %d holds %d bytes, want a bound and no NUL", e.ID, size)
		}
	}
	sound(t, o)
}
