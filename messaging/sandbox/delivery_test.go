package sandbox

import (
	"fmt"
	"testing"
	"time"
)

// stateOf asks the API what became of a message to one recipient.
func (w *world) stateOf(id, recipient string) string {
	w.Helper()
	a := w.do("GET", messagesPath+"?messageId="+id, "")
	for _, it := range decode[listBody](w.T, a.body).Messages {
		if it.DestinationTN == recipient {
			return fmt.Sprintf("%s %d", it.Status, it.ErrorCode)
		}
	}
	w.Fatalf("no copy of %s for %s in %s", id, recipient, a.body)
	return ""
}

func TestDelivery(t *testing.T) {
	type look struct {
		after time.Duration
		want  string
	}
	tests := []struct {
		to         string
		expiration time.Duration // after creation; 0: none
		looks      []look
	}{
		{"+12345678902", 0, []look{
			{0, "RECEIVED 0"},
			{199 * time.Millisecond, "RECEIVED 0"},
			{200 * time.Millisecond, "QUEUED 0"},
			{time.Second, "SENDING 0"},
			{2 * time.Second, "SENT 0"},
			{4 * time.Second, "DELIVERED 0"},
			{24 * time.Hour, "DELIVERED 0"},
		}},
		{"+19995550001", 0, []look{{0, "RECEIVED 0"}, {time.Second, "QUEUED 0"}, {24 * time.Hour, "QUEUED 0"}}},
		// Refused by Bandwidth: never sent.
		{"+19995554432", 0, []look{{999 * time.Millisecond, "QUEUED 0"}, {time.Second, "FAILED 4432"}, {time.Hour, "FAILED 4432"}}},
		{"+19995555999", 0, []look{{time.Second, "FAILED 5999"}}},
		// Refused by the carrier, or never heard of again: sent first.
		{"+19995554775", 0, []look{{time.Second, "SENDING 0"}, {3 * time.Second, "SENT 0"}, {4 * time.Second, "FAILED 4775"}}},
		{"+19995555620", 0, []look{{3 * time.Second, "SENT 0"}, {4 * time.Second, "FAILED 5620"}}},
		{"+19995559902", 0, []look{{3 * time.Second, "SENT 0"}, {4 * time.Second, "FAILED 9902"}}},
		{"+19995550902", 0, []look{{4 * time.Second, "FAILED 9902"}, {9999 * time.Millisecond, "FAILED 9902"}, {10 * time.Second, "DELIVERED 0"}}},
		{"+19995554476", 0, []look{{time.Second, "FAILED 4476"}}},
		{"+19995554794", 0, []look{{3 * time.Second, "SENT 0"}, {4 * time.Second, "FAILED 4794"}}},
		{"+19995554999", 0, []look{{time.Second, "FAILED 4999"}}}, // a code nobody has heard of
		{"+19995553000", 0, []look{{4 * time.Second, "DELIVERED 0"}}},
		// Those whose creation went unanswered are delivered all the same.
		{"+19995550005", 0, []look{{4 * time.Second, "DELIVERED 0"}}},
		// An expiration counts only until the message is on its way.
		{"+12345678902", 100 * time.Millisecond, []look{{99 * time.Millisecond, "RECEIVED 0"}, {100 * time.Millisecond, "FAILED 4360"}, {time.Hour, "FAILED 4360"}}},
		{"+12345678902", 999 * time.Millisecond, []look{{998 * time.Millisecond, "QUEUED 0"}, {999 * time.Millisecond, "FAILED 4360"}}},
		{"+12345678902", 1001 * time.Millisecond, []look{{1001 * time.Millisecond, "SENDING 0"}, {4 * time.Second, "DELIVERED 0"}}},
		{"+19995550001", time.Hour, []look{{59 * time.Minute, "QUEUED 0"}, {time.Hour, "FAILED 4360"}}},
		{"+19995554432", 500 * time.Millisecond, []look{{time.Second, "FAILED 4360"}}},
		{"+19995554432", 2 * time.Second, []look{{3 * time.Second, "FAILED 4432"}}},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.to, " ", tt.expiration), func(t *testing.T) {
			w := newWorld(t)
			request := textTo(tt.to)
			if tt.expiration != 0 {
				request = requestWith("to", tt.to, "expiration", epoch.Add(tt.expiration).Format(time.RFC3339Nano))
			}
			w.do("POST", messagesPath, request)
			id := w.sandbox.Created()[0].ID
			for _, l := range tt.looks {
				w.clock.advance(epoch.Add(l.after).Sub(w.clock.Now()))
				if got := w.stateOf(id, tt.to); got != l.want {
					t.Errorf("after %v: got %s, want %s", l.after, got, l.want)
				}
			}
		})
	}
}

// In a group each recipient's copy has its own fate.
func TestDeliveryInGroup(t *testing.T) {
	w := newWorld(t)
	id := w.create(textTo("+12345678902", "+19995554775", "+19995550001")).ID
	w.clock.advance(time.Minute)
	for to, want := range map[string]string{"+12345678902": "DELIVERED 0", "+19995554775": "FAILED 4775", "+19995550001": "QUEUED 0"} {
		if got := w.stateOf(id, to); got != want {
			t.Errorf("%s: got %s, want %s", to, got, want)
		}
	}
}

// A clock that is set back does not make a message disappear.
func TestDeliveryBeforeCreation(t *testing.T) {
	w := newWorld(t)
	id := w.create(textTo("+12345678902")).ID
	w.clock.advance(-time.Hour)
	if got := w.stateOf(id, "+12345678902"); got != "RECEIVED 0" {
		t.Errorf("got %s, want RECEIVED 0", got)
	}
}

func TestFailureName(t *testing.T) {
	for code, want := range map[int]string{
		4001: "service-not-allowed", 4475: "destination-rejected-due-to-user-opt-out", 4476: "blocked-unregistered",
		4710: "media-unavailable", 4735: "too-many-recipients", 4754: "unsupported-channel", 4794: "destination-rejected-expired",
		4432: "rejected-forbidden-country", 9999: "unknown-error", 4999: "unknown-error", 400: "unknown-error",
	} {
		if got := failureName(code); got != want {
			t.Errorf("%d: got %q, want %q", code, got, want)
		}
	}
}
