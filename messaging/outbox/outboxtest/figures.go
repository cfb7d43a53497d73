package outboxtest

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// groupsOf are the groups of a table as texts, in their order: key, how many went out and
// came in, delivered, failed, unconfirmed, handed over.
func groupsOf(t outbox.Table) (all []string) {
	for _, g := range t.Groups {
		all = append(all, fmt.Sprint(g.Key, " ", g.Out(), " ", g.In(), " ", g.Delivered(), " ", g.States[outbox.Failed], " ", g.States[outbox.Unconfirmed], " ", g.HandedOver))
	}
	return all
}

// photographer sends the one picture of figured.
const photographer = "+12345678909"

// figured is an outbox with messages whose figures are known.
func (on *suite) figured(t *testing.T) *process {
	t.Helper()
	c := sample.ClockAt(time.Date(2026, 3, 8, 4, 0, 0, 0, time.UTC)) // in New York the evening before the clocks change
	o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
	send := func(m messaging.Message, yes time.Duration, after time.Duration, carrier string, says ...func(*messaging.Record)) {
		id := sample.Begun(t, o.Outbox, m)[0]
		c.Advance(yes)
		sample.Must(t, o.Settle(t.Context(), id, sample.Receipt(fmt.Sprint("api-", id), m), nil))
		c.Advance(after)
		for i, say := range says {
			records := sample.RecordsOf(fmt.Sprint("api-", id), m, time.Time{}, func(r *messaging.Record) { r.CarrierName = carrier; say(r) })
			_, err := o.Deliver(t.Context(), id, records[i:i+1])
			sample.Must(t, err)
		}
	}
	arrives := func(r *messaging.Record) { r.Status = messaging.StatusDelivered }
	fails := func(code int) func(*messaging.Record) {
		return func(r *messaging.Record) { r.Status, r.ErrorCode = messaging.StatusFailed, code }
	}
	send(sample.SMS("1"), 100*time.Millisecond, 900*time.Millisecond, "Verizon", arrives)
	send(sample.SMS("2"), 300*time.Millisecond, time.Second, "Verizon", arrives)
	send(sample.SMS("3"), 200*time.Millisecond, 0, "AT&T", fails(4720))
	c.Advance(2 * time.Hour) // past midnight in New York, by the old time
	send(sample.SMS("4"), time.Second, time.Hour, "", fails(messaging.CodeNoReceipt))
	photo := sample.SMS("5")
	photo.Media, photo.From = []string{"https://example.com/a.png"}, photographer
	send(photo, 0, time.Second, "T-Mobile", arrives)
	group := sample.SMS("6", sample.Alice, sample.Bob)
	send(group, 0, time.Second, "T-Mobile", arrives, fails(4775))
	c.Advance(24 * time.Hour) // which is past the next midnight, for that day has 23 hours
	send(sample.SMS("7"), time.Second, 0, "")
	sample.In(t, o.Outbox, sample.SMS("8"), outbox.Rejected) // after one that is being sent
	sample.In(t, o.Outbox, sample.SMS("9"), outbox.Received)
	sample.Change(t, o.engine, "UPDATE messages SET segment_count = 3 WHERE text = '9'")
	return o
}

// testFigures counts messages whose figures are known.
func (on *suite) testFigures(t *testing.T) {
	newYork, err := time.LoadLocation("America/New_York")
	sample.Must(t, err)
	empty, err := on.opened(t, on.place(t), outbox.Options{}).Figures(t.Context(), outbox.Span{}, outbox.Breakdowns()...)
	if err != nil || empty.Total.Out() != 0 || len(empty.Tables) != 0 {
		t.Errorf("of nothing: %+v, %v, want nothing", empty, err)
	}
	o := on.figured(t)
	f, err := o.Figures(t.Context(), outbox.Span{Zone: newYork}, outbox.Breakdowns()...)
	sample.Must(t, err)
	want := map[outbox.State]int{"sending": 1, "accepted": 1, "delivered": 3, "failed": 2, "unconfirmed": 1, "rejected": 1, "received": 1}
	if !maps.Equal(f.Total.States, want) || f.Total.HandedOver != 1 || f.Total.Out() != 9 || f.Total.In() != 1 || f.Total.Delivered() != 2 || f.Total.Open() != 2 {
		t.Errorf("total: %+v, want %v, 1 of them handed over", f.Total, want)
	}
	if share, ok := f.Total.Share(); !ok || share != 0.5 {
		t.Errorf("share delivered: %v, %v, want 0.5: 2 of the 4 that arrived or failed", share, ok)
	}
	if f.Total.SegmentsOut != 5 || f.Total.SegmentsIn != 3 {
		t.Errorf("segments: %d out and %d in, want 5 and 3", f.Total.SegmentsOut, f.Total.SegmentsIn)
	}
	if want := (outbox.Latency{Messages: 7, Median: 200 * time.Millisecond, P95: time.Second}); f.Accepting != want {
		t.Errorf("accepting: %+v, want %+v", f.Accepting, want)
	}
	if want := (outbox.Latency{Messages: 2, Median: time.Second, P95: 1300 * time.Millisecond}); f.Delivering != want {
		t.Errorf("delivering: %+v, want %+v", f.Delivering, want)
	}
	for i, want := range [][]string{
		{"sending 1 0 0 0 0 0", "accepted 1 0 0 0 0 0", "delivered 2 0 2 0 0 0", "handed-over 1 0 0 0 0 1", "unconfirmed 1 0 0 0 1 0", "failed 2 0 0 2 0 0", "rejected 1 0 0 0 0 0", "received 0 1 0 0 0 0"},
		{"4720 1 0 0 1 0 0", "4775 1 0 0 1 0 0", "9902 1 0 0 0 1 0"},
		{sample.Sender + " 8 1 2 2 1 0", photographer + " 1 0 0 0 0 1"},
		{"2026-03-09 3 1 0 0 0 0", "2026-03-08 3 0 0 1 1 1", "2026-03-07 3 0 2 1 0 0"},
		{" 4 1 0 0 1 0", "T-Mobile 3 0 0 1 0 2", "Verizon 2 0 2 0 0 0", "AT&T 1 0 0 1 0 0"},
		{"number-no-good 1 0 0 1 0 0", "opted-out 1 0 0 1 0 0", "unclear 1 0 0 0 1 0"},
	} {
		if got := groupsOf(f.Tables[i]); f.Tables[i].By != outbox.Breakdowns()[i] || !slices.Equal(got, want) || f.Tables[i].More {
			t.Errorf("by %s: %q, want %q", f.Tables[i].By, got, want)
		}
	}
	if _, err := o.Figures(t.Context(), outbox.Span{}, "weather"); err == nil {
		t.Error("by weather: got nil, want an error")
	}
}

// isOf reports whether a row counts among those of a span.
func isOf(e outbox.Entry, span outbox.Span) bool {
	return e.In.CopyOf == 0 && !e.Created.Before(span.Since) && (span.Until.IsZero() || e.Created.Before(span.Until))
}

// countedOf counts every row of a span: sent, received, handed over, delivered, segments out
// and in; and by code, sender and day.
func countedOf(all []outbox.Entry, span outbox.Span) (total [6]int, by [3]map[string]int) {
	by = [3]map[string]int{{}, {}, {}}
	for _, e := range all {
		if !isOf(e, span) {
			continue
		}
		segments := e.SegmentCount
		if e.Message.IsMMS() {
			segments = 0
		}
		handed, whose := e.State == outbox.Delivered && e.Grade == messaging.GradeHandedOver, e.Message.From
		switch e.Direction {
		case outbox.In:
			total[1]++
			total[5] += segments
			whose = e.In.Own
		default:
			total[0]++
			total[4] += segments
		}
		if handed {
			total[2]++
		} else if e.State == outbox.Delivered {
			total[3]++
		}
		if e.ErrorCode != 0 {
			by[0][strconv.Itoa(e.ErrorCode)]++
		}
		by[1][whose]++
		by[2][e.Created.Format(time.DateOnly)]++
	}
	return total, by
}

// A generated outbox has rows of every kind, at random.
type generated struct {
	*process
	first    time.Time
	all      []outbox.Entry
	carriers map[int64]map[string]string // of the recipients of whom there is news, by message
}

func (on *suite) generated(t *testing.T, r *rand.Rand) generated {
	t.Helper()
	g := generated{process: on.opened(t, on.place(t), outbox.Options{}), first: sample.NewClock().Now(), carriers: map[int64]map[string]string{}}
	codes, grades := []int{0, 4720, 4775, 9902}, []messaging.Grade{"", messaging.GradeCarrier, messaging.GradeHandedOver}
	for range 400 {
		at, state, direction := g.first.Add(time.Duration(r.IntN(9*24))*time.Hour), outbox.States()[r.IntN(11)], outbox.Out
		if state == outbox.Received {
			direction = outbox.In
		}
		sample.Change(t, g.engine, `INSERT INTO messages (state, direction, created_at, updated_at, owner, sender, own, recipients, content, media, error_code, grade, segment_count, copy_of, unproven)
			VALUES (?, ?, ?, ?, '', ?, ?, ?, '', ?, ?, ?, ?, ?, ?)`, string(state), direction, sample.Micros(at), sample.Micros(at), strconv.Itoa(r.IntN(3)), strconv.Itoa(r.IntN(3)),
			[]string{`["a"]`, `["a"]`, `["a","ab"]`, `["a","ab","b"]`}[r.IntN(4)],
			[]string{"", `["x"]`}[r.IntN(2)], codes[r.IntN(4)], string(grades[r.IntN(3)]), r.IntN(4), r.IntN(2)*r.IntN(2), map[bool]int{true: r.IntN(2)}[state == outbox.Received])
	}
	var err error
	g.all, err = g.List(t.Context(), outbox.Filter{Limit: 1000})
	sample.Must(t, err)
	for _, e := range g.all {
		news := map[string]string{}
		for _, to := range append(e.Message.To, "stranger") {
			if e.Direction == outbox.In || r.IntN(2) == 0 || to == "stranger" && len(e.Message.To) == 1 {
				continue
			}
			news[to] = []string{"", "AT&T", "Verizon"}[r.IntN(3)]
			sample.Change(t, g.engine, "INSERT INTO deliveries (message, recipient, status, carrier, at) VALUES (?, ?, ?, ?, ?)",
				e.ID, to, []string{"DELIVERED", "FAILED", "SENT", "QUEUED"}[r.IntN(4)], news[to], sample.Micros(e.Created))
		}
		g.carriers[e.ID] = news
	}
	return g
}

// span is one that has some of the rows, or none.
func (g generated) span(r *rand.Rand) outbox.Span {
	since := g.first.Add(time.Duration(r.IntN(9*24*60)) * time.Minute)
	span := outbox.Span{Since: since, Until: since.Add(time.Duration(1+r.IntN(5*24)) * time.Hour)}
	switch r.IntN(4) {
	case 0:
		span.Since = time.Time{}
	case 1:
		span.Until = time.Time{}
	}
	return span
}

// byCarrier counts the recipients of a span.
func (g generated) byCarrier(span outbox.Span) map[string]int {
	n := map[string]int{}
	for _, e := range g.all {
		switch {
		case !isOf(e, span):
		case e.Direction == outbox.In:
			n[""]++
		default:
			for _, to := range e.Message.To {
				n[g.carriers[e.ID][to]]++
			}
		}
	}
	return n
}

// counts are how many there are in each group of a table.
func counts(t outbox.Table) map[string]int {
	n := map[string]int{}
	for _, g := range t.Groups {
		n[g.Key] += g.Out() + g.In()
	}
	return n
}

// testFiguresOfSpans compares figures of spans with a count of every row.
func (on *suite) testFiguresOfSpans(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 5)) //nolint:gosec // the same each time, on purpose
	o := on.generated(t, r)
	for range 40 {
		span := o.span(r)
		f, err := o.Figures(t.Context(), span, outbox.ByCode, outbox.BySender, outbox.ByDay, outbox.ByCarrier)
		sample.Must(t, err)
		wantTotal, want := countedOf(o.all, span)
		if got := [6]int{f.Total.Out(), f.Total.In(), f.Total.HandedOver, f.Total.Delivered(), f.Total.SegmentsOut, f.Total.SegmentsIn}; got != wantTotal {
			t.Errorf("%v: %v, want %v", span, got, wantTotal)
		}
		for i, table := range f.Tables {
			if got, want := counts(table), append(want[:], o.byCarrier(span))[i]; !maps.Equal(got, want) {
				t.Errorf("%v by %s: %v, want %v", span, table.By, got, want)
			}
		}
	}
}

// testFiguresAddUp: the rows of each table add up to the total in everything that is
// counted, if nobody is texted together with others; by codes, those that have one.
func (on *suite) testFiguresAddUp(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 9)) //nolint:gosec // the same each time, on purpose
	o := on.generated(t, r)
	sample.Change(t, o.engine, `UPDATE messages SET recipients = '["a"]' WHERE id % 7 <> 0 OR recipients NOT LIKE '["a","ab"]'`)
	together := 0 // more recipients than messages
	for _, withGroups := range []bool{true, false} {
		if !withGroups {
			sample.Change(t, o.engine, `UPDATE messages SET recipients = '["a"]'`)
		}
		for range 10 {
			span := o.span(r)
			f, err := o.Figures(t.Context(), span, outbox.Breakdowns()...)
			sample.Must(t, err)
			coded := map[outbox.State]int{}
			for _, e := range o.all {
				if isOf(e, span) && e.ErrorCode != 0 {
					coded[e.State]++
				}
			}
			for _, table := range f.Tables {
				want, got := f.Total, added(table.Groups)
				switch {
				case table.By == outbox.ByCode:
					want = got
					want.States = coded
				case table.By == outbox.ByReaction:
					want = added(f.Tables[slices.Index(outbox.Breakdowns(), outbox.ByCode)].Groups)
				case table.By == outbox.ByCarrier && withGroups:
					together += got.Out() - want.Out()
					want.States, want.HandedOver = got.States, got.HandedOver
				}
				if !maps.Equal(got.States, want.States) || got.HandedOver != want.HandedOver || got.Unproven != want.Unproven ||
					got.SegmentsOut != want.SegmentsOut || got.SegmentsIn != want.SegmentsIn {
					t.Errorf("%v by %s: the rows are %+v together, want %+v", span, table.By, got, want)
				}
			}
		}
	}
	if together <= 0 {
		t.Error("nobody was texted together with others")
	}
}

// added are groups together.
func added(groups []outbox.Group) outbox.Tally {
	all := outbox.Tally{States: map[outbox.State]int{}}
	for _, g := range groups {
		for s, n := range g.States {
			all.States[s] += n
		}
		all.HandedOver, all.Unproven = all.HandedOver+g.HandedOver, all.Unproven+g.Unproven
		all.SegmentsOut, all.SegmentsIn = all.SegmentsOut+g.SegmentsOut, all.SegmentsIn+g.SegmentsIn
	}
	return all
}

// testFiguresOfMany: a table has no more groups than anybody reads, and those the largest.
func (on *suite) testFiguresOfMany(t *testing.T) {
	o := on.opened(t, on.place(t), outbox.Options{})
	sample.Bare(t, o.engine, 4*outbox.MostGroups, outbox.Failed, sample.Noon)
	sample.Change(t, o.engine, "UPDATE messages SET sender = 'number ' || (CASE WHEN id % 2 = 0 THEN id ELSE id - 1 END)") // two of each
	sample.Change(t, o.engine, "UPDATE messages SET sender = 'number 0' WHERE id IN (7, 8, 9)")
	f, err := o.Figures(t.Context(), outbox.Span{}, outbox.BySender)
	sample.Must(t, err)
	table := f.Tables[0]
	if len(table.Groups) != outbox.MostGroups || !table.More || table.Groups[0].Out() < 3 {
		t.Errorf("%d groups, more %v, the first has %d: want %d, more, and the largest first", len(table.Groups), table.More, table.Groups[0].Out(), outbox.MostGroups)
	}
}
