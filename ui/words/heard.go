package words

import (
	"telex/messaging"
	"telex/messaging/callback"
	"telex/messaging/outbox"
	"telex/ui/text"
)

// Heard is what a callback tells of a message that was sent, in words and before anything
// else is looked at: "the carrier has it". What a receipt is worth the message says; see
// [Timeline].
func Heard(v callback.Event) string {
	switch v.Type {
	case callback.MessageSending:
		return "on its way to the carrier"
	case callback.MessageDelivered:
		return "delivered"
	case callback.MessageRead:
		return "read"
	default:
	}
	e := outbox.Event{Type: string(v.Type), By: outbox.ByCallback, To: v.To, ErrorCode: v.ErrorCode}
	if e.Status() == "" {
		return "an event that telex does not know: " + text.Clean(text.Clip(e.Type))
	}
	return text.Clean(eventWords(e, outbox.Entry{State: stateOf(e), Grade: messaging.GradeNone}, false, false))
}
