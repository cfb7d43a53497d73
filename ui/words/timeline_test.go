package words

import (
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
)

// TestTimeline: each step has its time, its sign and words without the API's own; without
// events it is the states.
func TestTimeline(t *testing.T) {
	at := func(s int64) time.Time { return time.Unix(s, 0) }
	d := outbox.Detail{
		Entry: outbox.Entry{State: outbox.Failed, Message: messaging.Message{To: []string{"+1"}}},
		Moves: []outbox.Move{{At: at(1), State: outbox.Sending}},
	}
	if got := Timeline(d); len(got) != 1 || got[0] != (Step{at(1), "▸", outbox.Sending, "sending", 0, ""}) {
		t.Errorf("got %+v, want the move", got)
	}
	d.Events = []outbox.Event{
		{Type: "sending", At: at(1), By: outbox.BySend},
		{Type: "unknown", At: at(2), By: outbox.BySend, Description: "line\x1bbroke"},
		{Type: "accepted", Recorded: at(3), By: outbox.ByQuestion},
		{Type: "SENDING", Recorded: at(4), By: outbox.ByQuestion, To: "+1"},
		{Type: "SENT", Recorded: at(5), By: outbox.ByQuestion, To: "+1"},
		{Type: "FAILED", Recorded: at(6), By: outbox.ByQuestion, To: "+1", ErrorCode: 4720},
	}
	want := []Step{
		{at(1), "▸", outbox.Sending, "sending", 0, ""},
		{at(2), "?", outbox.Unknown, "no clear answer: line␛broke", 0, ""},
		{at(3), "●", outbox.Accepted, "accepted by Bandwidth", 0, ""},
		{at(4), "●", outbox.Accepted, "sending (asked)", 0, ""},
		{at(5), "●", outbox.Sent, "the carrier has it (asked)", 0, ""},
		{at(6), "✗", outbox.Failed, "not delivered – 4720 number not valid (asked)", 0, ""},
	}
	got := Timeline(d)
	for i := range want {
		if len(got) != len(want) || got[i] != want[i] {
			t.Fatalf("got %+v, want %+v", got, want)
		}
	}
	d.Message.To = []string{"+1", "+2"}
	if got := Timeline(d)[5].What; got != "+1 not delivered – 4720 number not valid (asked)" {
		t.Errorf("got %q of a group, want whom it is about", got)
	}
	delivered := outbox.Detail{
		Entry:      outbox.Entry{State: outbox.Delivered, Message: messaging.Message{To: []string{"+1"}}},
		Events:     []outbox.Event{{Type: "DELIVERED", Recorded: at(9), By: outbox.ByQuestion, To: "+1"}},
		Deliveries: []outbox.Delivery{{Recipient: "+1", Status: messaging.StatusDelivered, Grade: messaging.GradeHandset}},
	}
	if got := Timeline(delivered); got[0] != (Step{at(9), "✓", outbox.Delivered, "the phone says it arrived (asked)", 0, messaging.GradeHandset}) {
		t.Errorf("got %+v, want what the receipt is worth", got)
	}
}

// TestTimelineOfCallbacks: what callbacks tell stands with how long after the acceptance it
// was; what nobody vouches for is told as that, and nothing in it drives a terminal.
func TestTimelineOfCallbacks(t *testing.T) {
	start := time.Date(2026, 3, 1, 16, 42, 36, 0, time.UTC)
	at := func(after time.Duration) time.Time { return start.Add(after) }
	callback := func(kind string, after time.Duration, code int) outbox.Event {
		return outbox.Event{Type: kind, At: at(after), Recorded: at(time.Hour), By: outbox.ByCallback, To: "+1", ErrorCode: code}
	}
	forged := callback("message-failed", 5*time.Second, 4720)
	forged.Untrusted = true
	graded := callback("message-delivered", 3900*time.Millisecond, 0)
	graded.Grade = messaging.GradeCarrier
	d := outbox.Detail{
		Entry: outbox.Entry{State: outbox.Delivered, Grade: messaging.GradeRead, Message: messaging.Message{To: []string{"+1"}}},
		Moves: []outbox.Move{{At: at(-time.Second), State: outbox.Sending}, {At: start, State: outbox.Accepted}, {At: at(time.Hour), State: outbox.Delivered}},
		Events: []outbox.Event{
			{Type: "accepted", At: start, Recorded: start, By: outbox.BySend},
			callback("message-sending", -time.Second, 0), // by a clock that is behind
			callback("message-sent", 2100*time.Millisecond, 0),
			callback("message-failed", 3*time.Second, 9902), graded, forged,
			callback("message-read", 2*time.Hour, 0), callback("of\x1btomorrow", 90*time.Second, 0), callback("message-sent", 10*365*24*time.Hour, 0), // by one that is years ahead
			{Type: "DELIVERED", Recorded: at(2 * time.Minute), By: outbox.ByQuestion, To: "+1", Grade: messaging.GradeCarrier},
		},
		Deliveries: []outbox.Delivery{{Recipient: "+1", Status: messaging.StatusDelivered, Grade: messaging.GradeRead}},
	}
	want := []string{
		"16:42:36 ● accepted by Bandwidth",
		"16:42:35 ● sending (callback)",
		"16:42:38 ● +2.1s the carrier has it (callback)",
		"16:42:39 ~ +3s no receipt, it may have arrived – 9902 (callback)",
		"16:42:39 ✓ +3.9s the carrier says it arrived (callback)",
		"16:42:41 ? +5s failed – 4720 number not valid (callback without credentials, which anybody can have made up)",
		"18:42:36 ✓ +2h it was opened on the phone (callback)",
		"16:44:06 ● +1m30s of␛tomorrow (callback)",
		"16:42:36 ● the carrier has it (callback)",
		"16:44:36 ✓ the carrier says it arrived (asked)",
	}
	for i, step := range Timeline(d) {
		if got := step.At.Format(time.TimeOnly) + " " + step.Line(); got != want[i] {
			t.Errorf("step %d: got %q, want %q", i, got, want[i])
		}
	}
	in := outbox.Detail{
		Entry:  outbox.Entry{ID: 7, State: outbox.Received, Direction: outbox.In, Message: messaging.Message{From: "+1\x1b", To: []string{"+2"}}, In: outbox.Inbound{Own: "+2", Missed: true}, SegmentCount: 2},
		Events: []outbox.Event{{Type: "message-received", At: start, By: outbox.ByCallback, To: "+2"}},
	}
	if got := Timeline(in); len(got) != 1 || got[0].Line() != "◂ received (callback)" {
		t.Errorf("got %+v of what came in, want it received", got)
	}
	if got := Gist(in.Entry) + ", " + Headline(in) + ", " + Correspondent(in.Entry, nil); got != "(2 segments, text not kept by Bandwidth), Received from +1␛, +1␛" {
		t.Errorf("got %q of what came in", got)
	}
	if got := Message(in.Entry, nil); got != "message 7 is received: from +1␛ to +2; nobody listened when it came" {
		t.Errorf("got %q of what came in", got)
	}
}

// TestCarrierInHeadline: the carrier that says so is named where there is one.
func TestCarrierInHeadline(t *testing.T) {
	d := outbox.Detail{
		Entry:      outbox.Entry{State: outbox.Delivered, Grade: messaging.GradeCarrier, Message: messaging.Message{To: []string{"+1"}}},
		Deliveries: []outbox.Delivery{{Recipient: "+1", Status: messaging.StatusDelivered, Grade: messaging.GradeCarrier, Carrier: "AT&T"}},
	}
	for carrier, want := range map[string]string{"AT&T": "Delivered: AT&T says it arrived", "other": "Delivered: the carrier says it arrived", "": "Delivered: the carrier says it arrived"} {
		d.Deliveries[0].Carrier = carrier
		if got := Headline(d); got != want {
			t.Errorf("%q: got %q, want %q", carrier, got, want)
		}
	}
}
