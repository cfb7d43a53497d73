package outboxtest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
)

// recordOf is what the API lists of a message: a record a recipient.
func recordOf(id string, m messaging.Message, at time.Time, change ...func(*messaging.Record)) []messaging.Record {
	var records []messaging.Record
	for _, to := range m.To {
		r := messaging.Record{
			MessageID: id, Source: m.From, Destination: to, Status: messaging.StatusDelivered, Direction: "OUTBOUND", Type: "sms",
			SegmentCount: 1, ReceiveTime: at.Format(time.RFC3339Nano), MessageLength: len([]rune(m.Text)), RecipientCount: len(m.To),
		}
		if m.IsMMS() {
			r.Type = "mms"
		}
		for _, c := range change {
			c(&r)
		}
		records = append(records, r)
	}
	return records
}

// unknown is a message whose outcome is unknown, begun now and given up a minute later.
func unknown(t *testing.T, o *process, c *clock, m messaging.Message) int64 {
	t.Helper()
	id := begun(t, o, m)[0]
	c.advance(time.Minute)
	must(t, o.Settle(t.Context(), id, nil, lost()))
	return id
}

func (on *suite) testCheckUnknown(t *testing.T) {
	hi, group := sms("Hello there"), sms("Hello both", alice, bob)
	at := newClock().Now().Add(time.Second)
	tests := map[string]struct {
		message messaging.Message
		records []messaging.Record
		later   time.Duration // after the send ended
		want    outbox.Verdict
		fits    int
	}{
		"it is there":       {hi, recordOf("a", hi, at), 0, outbox.Found, 1},
		"as a group":        {group, recordOf("a", group, at), 0, outbox.Found, 1},
		"nothing yet":       {hi, nil, outbox.BelieveNoneAfter - time.Second, outbox.NoneYet, 0},
		"nothing for long":  {hi, nil, outbox.BelieveNoneAfter, outbox.None, 0},
		"two":               {hi, slices.Concat(recordOf("a", hi, at), recordOf("b", hi, at)), 0, outbox.Several, 2},
		"one and a similar": {hi, slices.Concat(recordOf("a", hi, at), recordOf("b", sms("Hello"), at)), 0, outbox.Found, 2},
		"another length":    {hi, recordOf("a", sms("Hello"), at), 0, outbox.Similar, 1},
		"more segments":     {hi, recordOf("a", hi, at, func(r *messaging.Record) { r.SegmentCount = 2 }), 0, outbox.Similar, 1},
		"few words of the API": {hi, recordOf("a", hi, at, func(r *messaging.Record) {
			*r = messaging.Record{MessageID: r.MessageID, Destination: r.Destination}
		}), 0, outbox.Found, 1},
		"other letters": {hi, recordOf("a", hi, at, func(r *messaging.Record) { r.Direction, r.Type = "outbound", "SMS" }), 0, outbox.Found, 1},
		"inbound":       {hi, recordOf("a", hi, at, func(r *messaging.Record) { r.Direction = "INBOUND" }), 0, outbox.NoneYet, 0},
		"an MMS":        {hi, recordOf("a", hi, at, func(r *messaging.Record) { r.Type = "mms" }), 0, outbox.NoneYet, 0},
		"of another":    {hi, recordOf("a", hi, at, func(r *messaging.Record) { r.Source = bob }), 0, outbox.NoneYet, 0},
		"to another":    {hi, recordOf("a", sms("Hello there", bob), at), 0, outbox.NoneYet, 0},
		"to a group":    {hi, recordOf("a", sms("Hello there", alice, bob), at), 0, outbox.NoneYet, 0},
		"half a group":  {group, recordOf("a", group, at)[:1], 0, outbox.NoneYet, 0},
		"without an id": {hi, recordOf("", hi, at), 0, outbox.NoneYet, 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := newClock()
			o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
			id := unknown(t, o, c, test.message)
			c.advance(test.later)
			f, err := o.Check(t.Context(), lists(test.records...), id)
			if err != nil || f.Verdict != test.want || len(f.Candidates) != test.fits || len(f.Rivals) != 0 {
				t.Fatalf("Check = %q with %d candidates and rivals %v, %v; want %q with %d", f.Verdict, len(f.Candidates), f.Rivals, err, test.want, test.fits)
			}
			got := entryOf(t, o, id)
			if got.Verdict != test.want || !got.Checked.Equal(c.Now()) {
				t.Errorf("the row says %q of %s, want %q of %s", got.Verdict, got.Checked, test.want, c.Now())
			}
			if test.want != outbox.Found {
				if got.State != outbox.Unknown || got.MessageID != "" {
					t.Errorf("it is %s as %q now, want unknown", got.State, got.MessageID)
				}
				return
			}
			if got.State != outbox.Delivered && got.State != outbox.Accepted || got.MessageID != "a" {
				t.Errorf("it is %s as %q now, want it as a", got.State, got.MessageID)
			}
			if len(got.Deliveries) != len(test.message.To) {
				t.Errorf("%d deliveries, want %d", len(got.Deliveries), len(test.message.To))
			}
		})
	}
}

// testLengths counts a text as the API may: in characters or in units of its encoding.
func (on *suite) testLengths(t *testing.T) {
	for text, fits := range map[string][]int{"balloon": {7}, "🎈🎈": {2, 4}, "50 €": {4, 5}} {
		for _, n := range fits {
			c := newClock()
			o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
			m := sms(text)
			id := unknown(t, o, c, m)
			records := recordOf("a", m, c.Now(), func(r *messaging.Record) { r.MessageLength = n })
			if f, err := o.Check(t.Context(), lists(records...), id); err != nil || f.Verdict != outbox.Found {
				t.Errorf("Check of %q, listed as %d long = %q, %v, want found", text, n, f.Verdict, err)
			}
		}
	}
}

// testRivals puts other rows beside the unknown one, to which the message at the
// API may belong as well.
func (on *suite) testRivals(t *testing.T) {
	hi := sms("Hello there")
	tests := map[string]struct {
		other func(t *testing.T, o *process, c *clock) int64
		want  outbox.Verdict
	}{
		"unknown as well": {func(t *testing.T, o *process, c *clock) int64 { return unknown(t, o, c, hi) }, outbox.Several},
		"under way":       {func(t *testing.T, o *process, _ *clock) int64 { return begun(t, o, hi)[0] }, outbox.Several},
		"another text":    {func(t *testing.T, o *process, c *clock) int64 { return unknown(t, o, c, sms("Hello")) }, outbox.Found},
		"another number":  {func(t *testing.T, o *process, c *clock) int64 { return unknown(t, o, c, sms("Hello there", bob)) }, outbox.Found},
		"much later": {func(t *testing.T, o *process, c *clock) int64 {
			c.advance(time.Hour)
			return unknown(t, o, c, hi)
		}, outbox.Found},
		"rejected": {func(t *testing.T, o *process, _ *clock) int64 {
			id := begun(t, o, hi)[0]
			must(t, o.Settle(t.Context(), id, nil, refusal("Hello there")))
			return id
		}, outbox.Found},
		"it is that one's": {func(t *testing.T, o *process, _ *clock) int64 {
			id := begun(t, o, hi)[0]
			must(t, o.Settle(t.Context(), id, receiptFor("a", hi), nil))
			return id
		}, outbox.NoneYet},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := newClock()
			o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
			records := recordOf("a", hi, c.Now().Add(time.Second))
			id := unknown(t, o, c, hi)
			other := test.other(t, o, c)
			before := entryOf(t, o, other)
			f, err := o.Check(t.Context(), lists(records...), id)
			if err != nil || f.Verdict != test.want {
				t.Fatalf("Check = %q, %v, want %q", f.Verdict, err, test.want)
			}
			if test.want == outbox.Several && !slices.Equal(f.Rivals, []int64{other}) {
				t.Errorf("rivals %v, want %d", f.Rivals, other)
			}
			if after := entryOf(t, o, other); after.State != before.State || after.MessageID != before.MessageID {
				t.Errorf("the other one is %s as %q now, was %s as %q", after.State, after.MessageID, before.State, before.MessageID)
			}
		})
	}
}

// testAskedFor looks at what the API is asked.
func (on *suite) testAskedFor(t *testing.T) {
	c := newClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
	began := c.Now()
	id := unknown(t, o, c, sms("Hi", alice, bob))
	ended := c.Now()
	c.advance(time.Hour)
	var asked []messaging.Query
	api := fakeAPI{list: func(_ context.Context, q messaging.Query) (*messaging.Page, error) {
		asked = append(asked, q)
		return &messaging.Page{}, nil
	}}
	f, err := o.Check(t.Context(), api, id)
	must(t, err)
	if len(asked) != 1 {
		t.Fatalf("asked %d times, want once", len(asked))
	}
	q := asked[0]
	if !slices.Equal(q.Source, []string{sender}) || !slices.Equal(q.Destination, []string{alice, bob}) || q.Direction != "OUTBOUND" {
		t.Errorf("asked for %+v, want what went from %s to both", q, sender)
	}
	if from, to := began.Add(-5*time.Minute), ended.Add(5*time.Minute); !q.From.Equal(from) || !q.To.Equal(to) || !f.From.Equal(from) || !f.To.Equal(to) {
		t.Errorf("asked for %s to %s, told %s to %s, want %s to %s", q.From, q.To, f.From, f.To, from, to)
	}
}

// testWindowOfTheKilled: of a process that was killed only the beginning is known.
func (on *suite) testWindowOfTheKilled(t *testing.T) {
	for name, test := range map[string]struct{ noticed, ended time.Duration }{
		"soon": {10 * time.Minute, 10 * time.Minute},
		"late": {40 * time.Hour, time.Hour},
	} {
		c := newClock()
		path := on.place(t)
		began := c.Now()
		o := on.opened(t, path, outbox.Options{Now: c.Now})
		id := begun(t, o, sms("Hi"))[0]
		o.crash()
		c.advance(test.noticed)
		o = on.opened(t, path, outbox.Options{Now: c.Now})
		f, err := o.Check(t.Context(), lists(), id)
		must(t, err)
		if from, to := began.Add(-5*time.Minute), began.Add(test.ended).Add(5*time.Minute); !f.From.Equal(from) || !f.To.Equal(to) {
			t.Errorf("%s: asked for %s to %s, want %s to %s", name, f.From, f.To, from, to)
		}
	}
}

// testNotConclusive: a list that does not end proves nothing, and one that is too
// old is not asked for.
func (on *suite) testNotConclusive(t *testing.T) {
	c := newClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
	m := sms("Hi")
	id := unknown(t, o, c, m)
	asked := 0
	api := fakeAPI{list: func(context.Context, messaging.Query) (*messaging.Page, error) {
		asked++
		return &messaging.Page{Records: recordOf("a", m, c.Now()), Next: fmt.Sprint(asked)}, nil
	}}
	if f, err := o.Check(t.Context(), api, id); err != nil || f.Verdict != outbox.Several || asked != 10 {
		t.Errorf("Check of an endless list = %q, %v after %d pages, want several after %d", f.Verdict, err, asked, 10)
	}
	wantState(t, o, id, outbox.Unknown)

	broken := errors.New("no route")
	api.list = func(context.Context, messaging.Query) (*messaging.Page, error) { return nil, broken }
	if _, err := o.Check(t.Context(), api, id); !errors.Is(err, broken) || !strings.Contains(err.Error(), fmt.Sprint(id)) {
		t.Errorf("Check = %v, want %v and the message's id", err, broken)
	}
	c.advance(14*24*time.Hour + 5*time.Minute + time.Second)
	if f, err := o.Check(t.Context(), api, id); err != nil || f.Verdict != outbox.TooOld {
		t.Errorf("Check after two weeks = %q, %v, want too old", f.Verdict, err)
	}
	wantState(t, o, id, outbox.Unknown)
}

// testMeanwhile changes the outbox while the API is being asked.
func (on *suite) testMeanwhile(t *testing.T) {
	c := newClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
	m := sms("Hi")
	id := unknown(t, o, c, m)
	records := recordOf("a", m, c.Now())
	do := func(change func()) outbox.Finding {
		api := fakeAPI{list: func(context.Context, messaging.Query) (*messaging.Page, error) {
			change()
			return &messaging.Page{Records: records}, nil
		}}
		f, err := o.Check(t.Context(), api, id)
		must(t, err)
		return f
	}
	other := begun(t, o, m)[0]
	if f := do(func() { must(t, o.Settle(t.Context(), other, receiptFor("a", m), nil)) }); f.Verdict == outbox.Found {
		t.Error("a message that another row got meanwhile was given to two")
	}
	wantState(t, o, id, outbox.Unknown)
	// The answer comes after all, from a process that was taken for dead.
	put(t, o, other, outbox.Delivered)
	if f := do(func() { put(t, o, id, outbox.Rejected) }); f.Entry.State != outbox.Rejected {
		t.Errorf("Check = %q, the row %s, want it to stay rejected", f.Verdict, f.Entry.State)
	}
}

// A between place lets something happen before the next change that an outbox makes.
type between struct {
	outbox.Place
	do *func()
}

func (b between) Open(ctx context.Context, o outbox.Opening) (outbox.Engine, error) {
	e, err := b.Place.Open(ctx, o)
	return late{e, b.do}, err
}

type late struct {
	outbox.Engine
	do *func()
}

func (l late) Write(ctx context.Context, change outbox.Change) error {
	if do := *l.do; do != nil {
		*l.do = nil
		do()
	}
	return l.Engine.Write(ctx, change)
}

// testClaimedBetween: the last look before the row is changed is within the
// transaction that changes it.
func (on *suite) testClaimedBetween(t *testing.T) {
	c := newClock()
	path := on.place(t)
	another := on.opened(t, path, outbox.Options{Now: c.Now})
	m := sms("Hi")
	id := unknown(t, another, c, m)
	other := begun(t, another, sms("first"), m)[1]
	var do func()
	o, err := outbox.Open(t.Context(), between{path, &do}, outbox.Options{Now: c.Now})
	must(t, err)
	t.Cleanup(func() { must(t, o.Close()) })
	do = func() {
		must(t, another.Start(t.Context(), other))
		must(t, another.Settle(t.Context(), other, receiptFor("a", m), nil))
	}
	f, err := o.Check(t.Context(), lists(recordOf("a", m, c.Now())...), id)
	must(t, err)
	if f.Verdict != outbox.Several || !slices.Equal(f.Rivals, []int64{other}) || f.Entry.State != outbox.Unknown {
		t.Errorf("it is %q with rivals %v, %s; want several, %d, unknown", f.Verdict, f.Rivals, f.Entry.State, other)
	}
}

func (on *suite) testCheckFollows(t *testing.T) {
	c := newClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
	m := sms("Hi", alice, bob)
	id := begun(t, o, m)[0]
	must(t, o.Settle(t.Context(), id, receiptFor("a", m), nil))
	for i, step := range []struct {
		alice, bob messaging.Status
		code       int
		want       outbox.State
	}{
		{messaging.StatusQueued, messaging.StatusQueued, 0, outbox.Accepted},
		{messaging.StatusSent, messaging.StatusQueued, 0, outbox.Accepted},
		{messaging.StatusSent, messaging.StatusDelivered, 0, outbox.Sent},
		{messaging.StatusUndelivered, messaging.StatusSent, 4720, outbox.Failed}, // bob's is final already
		{messaging.StatusDelivered, messaging.StatusDelivered, 0, outbox.Failed},
	} {
		records := recordOf("a", m, c.Now())
		records[0].Status, records[0].ErrorCode, records[1].Status = step.alice, step.code, step.bob
		f, err := o.Check(t.Context(), lists(records...), id)
		if err != nil || f.Entry.State != step.want {
			t.Errorf("step %d: Check = %s, %v, want %s", i, f.Entry.State, err, step.want)
		}
	}
	if got := entryOf(t, o, id); got.ErrorCode != 4720 || len(got.Moves) != 4 {
		t.Errorf("error code %d, %d moves, want that of the failure and 4", got.ErrorCode, len(got.Moves))
	}

	asked := 0
	api := fakeAPI{list: func(context.Context, messaging.Query) (*messaging.Page, error) {
		asked++
		return &messaging.Page{}, nil
	}}
	refused := begun(t, o, m)[0]
	must(t, o.Settle(t.Context(), refused, nil, refusal("Hi")))
	if f, err := o.Check(t.Context(), api, refused); err != nil || f.Entry.State != outbox.Rejected || f.Verdict != outbox.NotChecked || asked != 0 {
		t.Errorf("Check of a rejected one = %s %q, %v, asked %d times; want it as it is", f.Entry.State, f.Verdict, err, asked)
	}
	if _, err := o.Check(t.Context(), api, 1<<40); !errors.Is(err, outbox.ErrNotFound) {
		t.Errorf("Check of no message = %v, want ErrNotFound", err)
	}
}
