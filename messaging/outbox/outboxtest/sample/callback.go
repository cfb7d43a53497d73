package sample

import (
	"testing"
	"time"

	"telex/messaging/callback"
	"telex/messaging/outbox"
)

// Noon is when the API says that things happen.
var Noon = time.Date(2026, 3, 1, 12, 0, 1, 160744000, time.UTC)

// Event is a callback with the right credentials about one recipient of a message.
func Event(kind callback.Type, id, to string, code int) callback.Event {
	return callback.Event{
		Type: kind, Time: Noon, To: to, ErrorCode: code, Trust: callback.Trusted,
		Message: callback.Message{ID: id, Direction: "out", Owner: to, From: Sender, To: []string{to}, SegmentCount: 1},
	}
}

// Came is a callback with the right credentials about what somebody wrote to us, and to
// others.
func Came(id, from, text string, others ...string) callback.Event {
	return callback.Event{
		Type: callback.MessageReceived, Time: Noon, To: Sender, Description: "Incoming message received", Trust: callback.Trusted,
		Message: callback.Message{
			ID: id, Time: Noon, Direction: "in", Owner: Sender, From: from, To: append([]string{Sender}, others...), Text: text,
			ApplicationID: Application, SegmentCount: 1, Channel: "SMS",
		},
		Raw: []byte(`{"type":"message-received"}`),
	}
}

// Heard is what became of callbacks that were received together.
func Heard(t testing.TB, o *outbox.Outbox, events ...callback.Event) []outbox.Taken {
	t.Helper()
	taken, err := o.Receive(t.Context(), outbox.By{Profile: "default", AccountID: "9900000"}, events)
	if err != nil || len(taken) != len(events) {
		t.Fatalf("Receive(%d events) = %d, %v, want as many", len(events), len(taken), err)
	}
	return taken
}
