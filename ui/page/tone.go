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

// MostUrgent is the highest [Urgency].
const MostUrgent = 5

// Urgency is how soon somebody should look at messages in a state, up to [MostUrgent]; 0 if they
// can wait.
func Urgency(s outbox.State) int {
	switch s {
	case outbox.Unknown:
		return MostUrgent
	case outbox.Failed, outbox.Missed:
		return 4
	case outbox.Rejected:
		return 3
	case outbox.Unsent:
		return 2
	case outbox.Unconfirmed:
		return 1
	default:
		return 0
	}
}
