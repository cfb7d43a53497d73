package page

import (
	"telex/messaging/outbox"
	"telex/ui/widget"
	"telex/ui/words"
)

// Tone is how good or bad it is what became of a message, for the colour of its sign and
// headline. It goes by the state and grade alone.
func Tone(e outbox.Entry) widget.Tone {
	if words.IsHandedOver(e) {
		return widget.OnItsWay // as far as anybody knows
	}
	switch e.State {
	case outbox.Delivered:
		return widget.Good
	case outbox.Sending, outbox.Accepted, outbox.Sent:
		return widget.OnItsWay
	case outbox.Unconfirmed, outbox.Unknown, outbox.Missed:
		return widget.Doubtful
	case outbox.Failed, outbox.Rejected:
		return widget.Bad
	case outbox.Scheduled, outbox.Queued, outbox.Unsent, outbox.Received:
	}
	return widget.Aside
}
