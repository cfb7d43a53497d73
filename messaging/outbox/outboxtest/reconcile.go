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
	"telex/messaging/outbox/outboxtest/sample"
)

// unknown is a message whose outcome is unknown, begun now and given up a minute later.
func unknown(t *testing.T, o *process, c *sample.Clock, m messaging.Message) int64 {
	t.Helper()
	id := sample.Begun(t, o.Outbox, m)[0]
	c.Advance(time.Minute)
	sample.Must(t, o.Settle(t.Context(), id, nil, sample.Lost()))
	return id
}

func (on *suite) testCheckUnknown(t *testing.T) {
	hi, group := sample.SMS("Hello there"), sample.SMS("Hello both", sample.Alice, sample.Bob)
	at := sample.NewClock().Now().Add(time.Second)
	tests := map[string]struct {
		message messaging.Message
		records []messaging.Record
		later   time.Duration // after the send ended
		want    outbox.Verdict
		fits    int
	}{
		"it is there":       {hi, sample.RecordsOf("a", hi, at), 0, outbox.Found, 1},
		"as a group":        {group, sample.RecordsOf("a", group, at), 0, outbox.Found, 1},
		"nothing yet":       {hi, nil, outbox.BelieveNoneAfter - time.Second, outbox.NoneYet, 0},
		"nothing for long":  {hi, nil, outbox.BelieveNoneAfter, outbox.None, 0},
		"two":               {hi, slices.Concat(sample.RecordsOf("a", hi, at), sample.RecordsOf("b", hi, at)), 0, outbox.Several, 2},
		"one and a similar": {hi, slices.Concat(sample.RecordsOf("a", hi, at), sample.RecordsOf("b", sample.SMS("Hello"), at)), 0, outbox.Found, 2},
		"another length":    {hi, sample.RecordsOf("a", sample.SMS("Hello"), at), 0, outbox.Similar, 1},
		"more segments":     {hi, sample.RecordsOf("a", hi, at, func(r *messaging.Record) { r.SegmentCount = 2 }), 0, outbox.Similar, 1},
		"few words of the API": {hi, sample.RecordsOf("a", hi, at, func(r *messaging.Record) {
			*r = messaging.Record{MessageID: r.MessageID, Destination: r.Destination}
		}), 0, outbox.Found, 1},
		"other letters": {hi, sample.RecordsOf("a", hi, at, func(r *messaging.Record) { r.Direction, r.Type = "outbound", "SMS" }), 0, outbox.Found, 1},
		"inbound":       {hi, sample.RecordsOf("a", hi, at, func(r *messaging.Record) { r.Direction = "INBOUND" }), 0, outbox.NoneYet, 0},
		"an MMS":        {hi, sample.RecordsOf("a", hi, at, func(r *messaging.Record) { r.Type = "mms" }), 0, outbox.NoneYet, 0},
		"of another":    {hi, sample.RecordsOf("a", hi, at, func(r *messaging.Record) { r.Source = sample.Bob }), 0, outbox.NoneYet, 0},
		"to another":    {hi, sample.RecordsOf("a", sample.SMS("Hello there", sample.Bob), at), 0, outbox.NoneYet, 0},
		"to a group":    {hi, sample.RecordsOf("a", sample.SMS("Hello there", sample.Alice, sample.Bob), at), 0, outbox.NoneYet, 0},
		"half a group":  {group, sample.RecordsOf("a", group, at)[:1], 0, outbox.NoneYet, 0},
		"without an id": {hi, sample.RecordsOf("", hi, at), 0, outbox.NoneYet, 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := sample.NewClock()
			o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
			id := unknown(t, o, c, test.message)
			c.Advance(test.later)
			f, err := o.Check(t.Context(), sample.Lists(test.records...), id)
			if err != nil || f.Verdict != test.want || len(f.Candidates) != test.fits || len(f.Rivals) != 0 {
				t.Fatalf("Check = %q with %d candidates and rivals %v, %v; want %q with %d", f.Verdict, len(f.Candidates), f.Rivals, err, test.want, test.fits)
			}
			got := sample.RowOf(t, o.Outbox, id)
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
			c := sample.NewClock()
			o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
			m := sample.SMS(text)
			id := unknown(t, o, c, m)
			records := sample.RecordsOf("a", m, c.Now(), func(r *messaging.Record) { r.MessageLength = n })
			if f, err := o.Check(t.Context(), sample.Lists(records...), id); err != nil || f.Verdict != outbox.Found {
				t.Errorf("Check of %q, listed as %d long = %q, %v, want found", text, n, f.Verdict, err)
			}
		}
	}
}

// testRivals puts other rows beside the unknown one, to which the message at the
// API may belong as well.
func (on *suite) testRivals(t *testing.T) {
	hi := sample.SMS("Hello there")
	tests := map[string]struct {
		other func(t *testing.T, o *process, c *sample.Clock) int64
		want  outbox.Verdict
	}{
		"unknown as well": {func(t *testing.T, o *process, c *sample.Clock) int64 { return unknown(t, o, c, hi) }, outbox.Several},
		"under way":       {func(t *testing.T, o *process, _ *sample.Clock) int64 { return sample.Begun(t, o.Outbox, hi)[0] }, outbox.Several},
		"another text":    {func(t *testing.T, o *process, c *sample.Clock) int64 { return unknown(t, o, c, sample.SMS("Hello")) }, outbox.Found},
		"another number": {func(t *testing.T, o *process, c *sample.Clock) int64 {
			return unknown(t, o, c, sample.SMS("Hello there", sample.Bob))
		}, outbox.Found},
		"much later": {func(t *testing.T, o *process, c *sample.Clock) int64 {
			c.Advance(time.Hour)
			return unknown(t, o, c, hi)
		}, outbox.Found},
		"rejected": {func(t *testing.T, o *process, _ *sample.Clock) int64 {
			id := sample.Begun(t, o.Outbox, hi)[0]
			sample.Must(t, o.Settle(t.Context(), id, nil, sample.Refusal("Hello there")))
			return id
		}, outbox.Found},
		"it is that one's": {func(t *testing.T, o *process, _ *sample.Clock) int64 {
			id := sample.Begun(t, o.Outbox, hi)[0]
			sample.Must(t, o.Settle(t.Context(), id, sample.Receipt("a", hi), nil))
			return id
		}, outbox.NoneYet},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := sample.NewClock()
			o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
			records := sample.RecordsOf("a", hi, c.Now().Add(time.Second))
			id := unknown(t, o, c, hi)
			other := test.other(t, o, c)
			before := sample.RowOf(t, o.Outbox, other)
			f, err := o.Check(t.Context(), sample.Lists(records...), id)
			if err != nil || f.Verdict != test.want {
				t.Fatalf("Check = %q, %v, want %q", f.Verdict, err, test.want)
			}
			if test.want == outbox.Several && !slices.Equal(f.Rivals, []int64{other}) {
				t.Errorf("rivals %v, want %d", f.Rivals, other)
			}
			if after := sample.RowOf(t, o.Outbox, other); after.State != before.State || after.MessageID != before.MessageID {
				t.Errorf("the other one is %s as %q now, was %s as %q", after.State, after.MessageID, before.State, before.MessageID)
			}
		})
	}
}

// testAskedFor looks at what the API is asked.
func (on *suite) testAskedFor(t *testing.T) {
	c := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
	began := c.Now()
	id := unknown(t, o, c, sample.SMS("Hi", sample.Alice, sample.Bob))
	ended := c.Now()
	c.Advance(time.Hour)
	var asked []messaging.Query
	api := sample.API{OnList: func(_ context.Context, q messaging.Query) (*messaging.Page, error) {
		asked = append(asked, q)
		return &messaging.Page{}, nil
	}}
	f, err := o.Check(t.Context(), api, id)
	sample.Must(t, err)
	if len(asked) != 1 {
		t.Fatalf("asked %d times, want once", len(asked))
	}
	q := asked[0]
	if !slices.Equal(q.Source, []string{sample.Sender}) || !slices.Equal(q.Destination, []string{sample.Alice, sample.Bob}) || q.Direction != "OUTBOUND" {
		t.Errorf("asked for %+v, want what went from %s to both", q, sample.Sender)
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
		c := sample.NewClock()
		path := on.place(t)
		began := c.Now()
		o := on.opened(t, path, outbox.Options{Now: c.Now})
		id := sample.Begun(t, o.Outbox, sample.SMS("Hi"))[0]
		o.crash()
		c.Advance(test.noticed)
		o = on.opened(t, path, outbox.Options{Now: c.Now})
		f, err := o.Check(t.Context(), sample.Lists(), id)
		sample.Must(t, err)
		if from, to := began.Add(-5*time.Minute), began.Add(test.ended).Add(5*time.Minute); !f.From.Equal(from) || !f.To.Equal(to) {
			t.Errorf("%s: asked for %s to %s, want %s to %s", name, f.From, f.To, from, to)
		}
	}
}

// testNotConclusive: a list that does not end proves nothing, and one that is too
// old is not asked for.
func (on *suite) testNotConclusive(t *testing.T) {
	c := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
	m := sample.SMS("Hi")
	id := unknown(t, o, c, m)
	asked := 0
	api := sample.API{OnList: func(context.Context, messaging.Query) (*messaging.Page, error) {
		asked++
		return &messaging.Page{Records: sample.RecordsOf("a", m, c.Now()), Next: fmt.Sprint(asked)}, nil
	}}
	if f, err := o.Check(t.Context(), api, id); err != nil || f.Verdict != outbox.Several || asked != 10 {
		t.Errorf("Check of an endless list = %q, %v after %d pages, want several after %d", f.Verdict, err, asked, 10)
	}
	sample.WantState(t, o.Outbox, id, outbox.Unknown)

	broken := errors.New("no route")
	api.OnList = func(context.Context, messaging.Query) (*messaging.Page, error) { return nil, broken }
	if _, err := o.Check(t.Context(), api, id); !errors.Is(err, broken) || !strings.Contains(err.Error(), fmt.Sprint(id)) {
		t.Errorf("Check = %v, want %v and the message's id", err, broken)
	}
	c.Advance(14*24*time.Hour + 5*time.Minute + time.Second)
	if f, err := o.Check(t.Context(), api, id); err != nil || f.Verdict != outbox.TooOld {
		t.Errorf("Check after two weeks = %q, %v, want too old", f.Verdict, err)
	}
	sample.WantState(t, o.Outbox, id, outbox.Unknown)
}

// testMeanwhile changes the outbox while the API is being asked.
func (on *suite) testMeanwhile(t *testing.T) {
	c := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
	m := sample.SMS("Hi")
	id := unknown(t, o, c, m)
	records := sample.RecordsOf("a", m, c.Now())
	do := func(change func()) outbox.Finding {
		api := sample.API{OnList: func(context.Context, messaging.Query) (*messaging.Page, error) {
			change()
			return &messaging.Page{Records: records}, nil
		}}
		f, err := o.Check(t.Context(), api, id)
		sample.Must(t, err)
		return f
	}
	other := sample.Begun(t, o.Outbox, m)[0]
	if f := do(func() { sample.Must(t, o.Settle(t.Context(), other, sample.Receipt("a", m), nil)) }); f.Verdict == outbox.Found {
		t.Error("a message that another row got meanwhile was given to two")
	}
	sample.WantState(t, o.Outbox, id, outbox.Unknown)
	// The answer comes after all, from a process that was taken for dead.
	sample.Put(t, o.engine, other, outbox.Delivered)
	if f := do(func() { sample.Put(t, o.engine, id, outbox.Rejected) }); f.Entry.State != outbox.Rejected {
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
	c := sample.NewClock()
	path := on.place(t)
	another := on.opened(t, path, outbox.Options{Now: c.Now})
	m := sample.SMS("Hi")
	id := unknown(t, another, c, m)
	other := sample.Begun(t, another.Outbox, sample.SMS("first"), m)[1]
	var do func()
	o, err := outbox.Open(t.Context(), between{path, &do}, outbox.Options{Now: c.Now})
	sample.Must(t, err)
	t.Cleanup(func() { sample.Must(t, o.Close()) })
	do = func() { // the question is counted
		do = func() {
			sample.Must(t, another.Start(t.Context(), other))
			sample.Must(t, another.Settle(t.Context(), other, sample.Receipt("a", m), nil))
		}
	}
	f, err := o.Check(t.Context(), sample.Lists(sample.RecordsOf("a", m, c.Now())...), id)
	sample.Must(t, err)
	if f.Verdict != outbox.Several || !slices.Equal(f.Rivals, []int64{other}) || f.Entry.State != outbox.Unknown {
		t.Errorf("it is %q with rivals %v, %s; want several, %d, unknown", f.Verdict, f.Rivals, f.Entry.State, other)
	}
}

func (on *suite) testCheckFollows(t *testing.T) {
	c := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
	m := sample.SMS("Hi", sample.Alice, sample.Bob)
	id := sample.Begun(t, o.Outbox, m)[0]
	sample.Must(t, o.Settle(t.Context(), id, sample.Receipt("a", m), nil))
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
		records := sample.RecordsOf("a", m, c.Now())
		records[0].Status, records[0].ErrorCode, records[1].Status = step.alice, step.code, step.bob
		f, err := o.Check(t.Context(), sample.Lists(records...), id)
		if err != nil || f.Entry.State != step.want {
			t.Errorf("step %d: Check = %s, %v, want %s", i, f.Entry.State, err, step.want)
		}
	}
	if got := sample.RowOf(t, o.Outbox, id); got.ErrorCode != 4720 || len(got.Moves) != 4 {
		t.Errorf("error code %d, %d moves, want that of the failure and 4", got.ErrorCode, len(got.Moves))
	}

	asked := 0
	api := sample.API{OnList: func(context.Context, messaging.Query) (*messaging.Page, error) {
		asked++
		return &messaging.Page{}, nil
	}}
	refused := sample.Begun(t, o.Outbox, m)[0]
	sample.Must(t, o.Settle(t.Context(), refused, nil, sample.Refusal("Hi")))
	if f, err := o.Check(t.Context(), api, refused); err != nil || f.Entry.State != outbox.Rejected || f.Verdict != outbox.NotChecked || asked != 0 {
		t.Errorf("Check of a rejected one = %s %q, %v, asked %d times; want it as it is", f.Entry.State, f.Verdict, err, asked)
	}
	if _, err := o.Check(t.Context(), api, 1<<40); !errors.Is(err, outbox.ErrNotFound) {
		t.Errorf("Check of no message = %v, want ErrNotFound", err)
	}
}
