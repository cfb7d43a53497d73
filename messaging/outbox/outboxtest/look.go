package outboxtest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// spread is an outbox in which many other rows lie between those with a needle, and the ids
// of these, the newest first.
func (on *suite) spread(t *testing.T) (o *process, needles []int64) {
	t.Helper()
	o = on.opened(t, on.place(t), outbox.Options{})
	for i := range 3 {
		id := sample.Begun(t, o.Outbox, sample.SMS("hay"), sample.SMS(fmt.Sprintf("needle %d", i)))[1]
		needles = append([]int64{id}, needles...)
		sample.Bare(t, o.engine, 20_000, outbox.Failed, time.Date(2024, 5, 1+i, 0, 0, 0, 0, time.UTC))
	}
	return o, needles
}

// testLook goes through a large outbox in parts: what they find together is what there is,
// each part gets on, and says how far it looked.
func (on *suite) testLook(t *testing.T) {
	sample.Long(t)
	o, needles := on.spread(t)
	for name, f := range map[string]outbox.Filter{
		"newest first":            {Search: "needle"},
		"oldest first":            {Search: "needle", Oldest: true},
		"in a state of few":       {Search: "needle", State: outbox.Queued},
		"nothing":                 {Search: "needles"},
		"nothing, of many states": {Search: "needle", State: outbox.Failed},
		"folded":                  {Folded: true, State: outbox.Queued, Limit: 3},
	} {
		want := sample.IDsIn(t, o.Outbox, f)
		if f.Search == "needle" && f.State != outbox.Failed && !slices.Equal(want, needles) {
			t.Errorf("%s: List: %v, want %v", name, want, needles)
		}
		got := []int64{}
		calls := 0
		for left := max(f.Limit, 100); ; calls++ {
			f.Limit = left
			p, err := o.Look(t.Context(), f, func() bool { return true })
			sample.Must(t, err)
			var ids []int64
			for _, e := range p.Entries {
				ids = append(ids, e.ID)
			}
			if f.Oldest || f.After > 0 {
				got = append(ids, got...)
			} else {
				got = append(got, ids...)
			}
			if left -= len(ids); p.End || left <= 0 || f.Folded && len(got) >= 3 {
				break
			}
			further := p.Reached < f.Before || f.Before == 0
			if f.Oldest || f.After > 0 {
				further, f.Oldest, f.After = p.Reached > f.After, false, p.Reached
			} else {
				f.Before = p.Reached
			}
			if !further || p.Back.IsZero() || calls > 200 {
				t.Fatalf("%s: call %d came to %d, %s, want it to get on", name, calls, p.Reached, p.Back)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: in parts %v, at once %v", name, got, want)
		}
		if f.Search != "" && f.State != outbox.Queued && calls == 0 {
			t.Errorf("%s: it was found in one part, want several", name)
		}
	}
	t.Run("is given up", func(t *testing.T) { wantGivenUp(t, o) })
}

// wantGivenUp demands that a search that is no longer wanted reads nothing more.
func wantGivenUp(t *testing.T, o *process) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	asked := 0
	_, err := o.Look(ctx, outbox.Filter{Search: "needles"}, func() bool {
		asked++
		cancel()
		return false
	})
	if !errors.Is(err, context.Canceled) || asked != 1 {
		t.Errorf("got %v after %d parts, want it cancelled after one", err, asked)
	}
	if got := sample.IDsIn(t, o.Outbox, outbox.Filter{Search: "needle"}); len(got) != 3 {
		t.Errorf("the next search found %v, want three", got)
	}
}

// testDates: rows by when they were made, with and without other conditions, also where a
// clock was set back a little.
func (on *suite) testDates(t *testing.T) {
	c := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
	first := c.Now()
	for i, step := range []time.Duration{0, time.Hour, time.Hour, -90 * time.Minute, 23 * time.Hour} {
		c.Advance(step)
		sample.Begun(t, o.Outbox, sample.SMS(fmt.Sprintf("text %d", i+1)))
	} // at 0:00, 1:00, 2:00, 0:30 and the next day
	hour := func(h float64) time.Time { return first.Add(time.Duration(h * float64(time.Hour))) }
	for name, test := range map[string]struct {
		f    outbox.Filter
		want []int64
	}{
		"since":          {outbox.Filter{Since: hour(1)}, []int64{5, 3, 2}},
		"since all":      {outbox.Filter{Since: hour(-9)}, []int64{5, 4, 3, 2, 1}},
		"since later":    {outbox.Filter{Since: hour(99)}, []int64{}},
		"until":          {outbox.Filter{Until: hour(1)}, []int64{4, 1}},
		"until the next": {outbox.Filter{Until: hour(1.1)}, []int64{4, 2, 1}},
		"until before":   {outbox.Filter{Until: hour(-1)}, []int64{}},
		"both":           {outbox.Filter{Since: hour(.5), Until: hour(2)}, []int64{4, 2}},
		"none between":   {outbox.Filter{Since: hour(3), Until: hour(4)}, []int64{}},
		"words":          {outbox.Filter{Since: hour(1), Search: "text"}, []int64{5, 3, 2}},
		"an id":          {outbox.Filter{Since: hour(1), Search: "#4"}, []int64{}},
		"folded":         {outbox.Filter{Until: hour(1), Folded: true}, []int64{4, 1}},
		"a state":        {outbox.Filter{Until: hour(1), State: outbox.Failed}, []int64{}},
		"before":         {outbox.Filter{Until: hour(2), Before: 4}, []int64{2, 1}},
		"the oldest":     {outbox.Filter{Since: hour(1), Oldest: true, Limit: 2}, []int64{3, 2}},
	} {
		if got := sample.IDsIn(t, o.Outbox, test.f); !slices.Equal(got, test.want) {
			t.Errorf("%s: got %v, want %v", name, got, test.want)
		}
	}
}
