package page

import (
	"telex/messaging/outbox"
	"telex/ui/widget"
)

// Tone is how good or bad a state is, for the colour of its sign and headline.
func Tone(s outbox.State) widget.Tone {
	switch s {
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
