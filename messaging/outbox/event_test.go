package outbox

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"telex/messaging"
)

// timeline is that of a message, an event a line: when since the first one, by whom,
// what, of whom.
func timeline(t testing.TB, o *Outbox, id int64) (lines []string) {
	t.Helper()
	d := entryOf(t, o, id)
	compareEvents(t, d)
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

func wantTimeline(t testing.TB, o *Outbox, id int64, want ...string) {
	t.Helper()
	if got := timeline(t, o, id); !slices.Equal(got, want) {
		t.Errorf("the timeline of message %d is\n%s\nwant\n%s", id, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestTimeline: what became known of a message is kept, the oldest first; the same said
// twice is kept once, and what comes late changes nothing else.
func TestTimeline(t *testing.T) {
	c := newClock()
	o := opened(t, place(t), Options{Now: c.Now})
	m := sms("Hi", alice, bob)
	id := begun(t, o, m)[0]
	c.advance(time.Second)
	must(t, o.Settle(t.Context(), id, receiptFor("api", m), nil))
	for _, says := range [][]string{
		{"SENT", "QUEUED"}, {"SENT", "QUEUED"}, {"DELIVERED", "FAILED 4720"}, {"SENT", "FAILED 4720"}, {"FAILED 4770", "DELIVERED"},
	} {
		c.advance(time.Second)
		_, err := o.Deliver(t.Context(), id, told("api", m, says...))
		must(t, err)
	}
	wantTimeline(t, o, id,
		"0s send sending", "1s send accepted",
		"2s (heard) question SENT "+alice, "2s (heard) question QUEUED "+bob,
		"4s (heard) question DELIVERED "+alice, "4s (heard) question FAILED "+bob+" 4720",
		"6s (heard) question FAILED "+alice+" 4770", "6s (heard) question DELIVERED "+bob)
	d := entryOf(t, o, id)
	if d.State != Failed || d.ErrorCode != 4720 || d.Deliveries[0].Status != messaging.StatusDelivered {
		t.Errorf("it is %s %d with %+v, want what was final to stay", d.State, d.ErrorCode, d.Deliveries)
	}
	if asked := d.Deliveries[1].At.Sub(d.Created); asked != 5*time.Second {
		t.Errorf("%s was last said to be so after %s, want 5s", bob, asked)
	}
	if n := value[int](t, o, "SELECT count(*) FROM events WHERE message = ?", id); n != 6 {
		t.Errorf("%d events are kept, want 6", n)
	}
}

// TestTimelineOfSending: how sending went is told with its reason, and by whom it was
// found out.
func TestTimelineOfSending(t *testing.T) {
	c := newClock()
	path := place(t)
	o := opened(t, path, Options{Now: c.Now})
	ids := begun(t, o, sms("no"), sms("lost", bob), sms("never", carol), sms("enough"))
	c.advance(time.Second)
	must(t, o.Settle(t.Context(), ids[0], nil, refusal("no")))
	for _, id := range ids[1:3] {
		must(t, o.Start(t.Context(), id))
	}
	must(t, o.Settle(t.Context(), ids[1], nil, lost()))
	must(t, o.Settle(t.Context(), ids[2], nil, neverLeft()))
	must(t, o.Abandon(t.Context(), ids[3:], "not tried: enough"))
	c.advance(time.Second)
	_, err := o.Check(t.Context(), lists(recordOf("api-lost", sms("lost", bob), c.Now())...), ids[1])
	must(t, err)
	wantTimeline(t, o, ids[0], "0s send sending", "1s send rejected "+refusal("no").Error())
	found := timeline(t, o, ids[1])
	if !slices.Equal(found[:3], []string{"0s send queued", "1s send sending", "1s send unknown " + lost().Error()}) || found[3] != "2s (heard) question accepted "+foundAs+"api-lost" {
		t.Errorf("the timeline of what was found is\n%s", strings.Join(found, "\n"))
	}
	wantTimeline(t, o, ids[2], "0s send queued", "1s send sending", "1s send unsent "+neverLeft().Error())
	wantTimeline(t, o, ids[3], "0s send queued", "1s send unsent not tried: enough")
}
