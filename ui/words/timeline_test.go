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
	if got := Timeline(d); len(got) != 1 || got[0] != (Step{at(1), "▸", outbox.Sending, "sending"}) {
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
		{at(1), "▸", outbox.Sending, "sending"},
		{at(2), "?", outbox.Unknown, "no clear answer: line␛broke"},
		{at(3), "●", outbox.Accepted, "accepted by Bandwidth"},
		{at(4), "●", outbox.Accepted, "sending"},
		{at(5), "●", outbox.Sent, "the carrier has it"},
		{at(6), "✗", outbox.Failed, "not delivered – 4720 number not valid"},
	}
	got := Timeline(d)
	for i := range want {
		if len(got) != len(want) || got[i] != want[i] {
			t.Fatalf("got %+v, want %+v", got, want)
		}
	}
	d.Message.To = []string{"+1", "+2"}
	if got := Timeline(d)[5].What; got != "+1 not delivered – 4720 number not valid" {
		t.Errorf("got %q of a group, want whom it is about", got)
	}
	delivered := outbox.Detail{
		Entry:      outbox.Entry{State: outbox.Delivered, Message: messaging.Message{To: []string{"+1"}}},
		Events:     []outbox.Event{{Type: "DELIVERED", Recorded: at(9), By: outbox.ByQuestion, To: "+1"}},
		Deliveries: []outbox.Delivery{{Recipient: "+1", Status: messaging.StatusDelivered, Grade: messaging.GradeHandset}},
	}
	if got := Timeline(delivered); got[0] != (Step{at(9), "✓", outbox.Delivered, "the phone says it arrived"}) {
		t.Errorf("got %+v, want what the receipt is worth", got)
	}
}
