package outboxtest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"

	"telex/messaging"
)

// timeline is that of a message, an event a line: when since the first one, by whom,
// what, of whom.
func timeline(t testing.TB, o *process, id int64) (lines []string) {
	t.Helper()
	d := sample.RowOf(t, o.Outbox, id)
	CompareEvents(t, d)
	for _, v := range d.Events {
		said := ""
		if v.At.IsZero() {
			said = " (heard)"
		}
		line := fmt.Sprintf("%s%s %s %s %s %d %s", v.Recorded.Sub(d.Created), said, v.By, v.Type, v.To, v.ErrorCode, v.Description)
		lines = append(lines, strings.Join(strings.Fields(strings.ReplaceAll(line, " 0 ", " ")), " "))
	}
	return lines
}

func wantTimeline(t testing.TB, o *process, id int64, want ...string) {
	t.Helper()
	if got := timeline(t, o, id); !slices.Equal(got, want) {
		t.Errorf("the timeline of message %d is\n%s\nwant\n%s", id, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// testTimeline: what became known of a message is kept, the oldest first; the same said
// twice is kept once, and what comes late changes nothing else.
func (on *suite) testTimeline(t *testing.T) {
	c := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: c.Now})
	m := sample.SMS("Hi", sample.Alice, sample.Bob)
	id := sample.Begun(t, o.Outbox, m)[0]
	c.Advance(time.Second)
	sample.Must(t, o.Settle(t.Context(), id, sample.Receipt("api", m), nil))
	for _, says := range [][]string{
		{"SENT", "QUEUED"}, {"SENT", "QUEUED"}, {"DELIVERED", "FAILED 4720"}, {"SENT", "FAILED 4720"}, {"FAILED 4770", "DELIVERED"},
	} {
		c.Advance(time.Second)
		_, err := o.Deliver(t.Context(), id, sample.Told("api", m, says...))
		sample.Must(t, err)
	}
	wantTimeline(t, o, id,
		"0s send sending", "1s send accepted",
		"2s (heard) question SENT "+sample.Alice, "2s (heard) question QUEUED "+sample.Bob,
		"4s (heard) question DELIVERED "+sample.Alice, "4s (heard) question FAILED "+sample.Bob+" 4720",
		"6s (heard) question FAILED "+sample.Alice+" 4770", "6s (heard) question DELIVERED "+sample.Bob)
	d := sample.RowOf(t, o.Outbox, id)
	if d.State != outbox.Failed || d.ErrorCode != 4720 || d.Deliveries[0].Status != messaging.StatusDelivered {
		t.Errorf("it is %s %d with %+v, want what was final to stay", d.State, d.ErrorCode, d.Deliveries)
	}
	if asked := d.Deliveries[1].At.Sub(d.Created); asked != 5*time.Second {
		t.Errorf("%s was last said to be so after %s, want 5s", sample.Bob, asked)
	}
	if n := sample.Value[int](t, o.engine, "SELECT count(*) FROM events WHERE message = ?", id); n != 6 {
		t.Errorf("%d events are kept, want 6", n)
	}
}

// testTimelineOfSending: how sending went is told with its reason, and by whom it was
// found out.
func (on *suite) testTimelineOfSending(t *testing.T) {
	c := sample.NewClock()
	path := on.place(t)
	o := on.opened(t, path, outbox.Options{Now: c.Now})
	ids := sample.Begun(t, o.Outbox, sample.SMS("no"), sample.SMS("lost", sample.Bob), sample.SMS("never", sample.Carol), sample.SMS("enough"))
	c.Advance(time.Second)
	sample.Must(t, o.Settle(t.Context(), ids[0], nil, sample.Refusal("no")))
	for _, id := range ids[1:3] {
		sample.Must(t, o.Start(t.Context(), id))
	}
	sample.Must(t, o.Settle(t.Context(), ids[1], nil, sample.Lost()))
	sample.Must(t, o.Settle(t.Context(), ids[2], nil, sample.NeverLeft()))
	sample.Must(t, o.Abandon(t.Context(), ids[3:], "not tried: enough"))
	c.Advance(time.Second)
	_, err := o.Check(t.Context(), sample.Lists(sample.RecordsOf("api-lost", sample.SMS("lost", sample.Bob), c.Now())...), ids[1])
	sample.Must(t, err)
	wantTimeline(t, o, ids[0], "0s send sending", "1s send rejected "+sample.Refusal("no").Error())
	found := timeline(t, o, ids[1])
	if !slices.Equal(found[:3], []string{"0s send queued", "1s send sending", "1s send unknown " + sample.Lost().Error()}) || found[3] != "2s (heard) question accepted "+"found at the API as api-lost" {
		t.Errorf("the timeline of what was found is\n%s", strings.Join(found, "\n"))
	}
	wantTimeline(t, o, ids[2], "0s send queued", "1s send sending", "1s send unsent "+sample.NeverLeft().Error())
	wantTimeline(t, o, ids[3], "0s send queued", "1s send unsent not tried: enough")
}
