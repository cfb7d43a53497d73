package words

import "telex/messaging/outbox"

// Sign is a state in one sign, so that a list can be read without colour. Where a
// terminal shows ASCII only, each stays a sign of its own there: see [text.InASCII].
func Sign(e outbox.Entry) string {
	if IsHandedOver(e) {
		return "●"
	}
	switch e.State {
	case outbox.Scheduled:
		return "@"
	case outbox.Missed:
		return "^"
	case outbox.Queued:
		return "◦"
	case outbox.Sending:
		return "▸"
	case outbox.Accepted, outbox.Sent:
		return "●"
	case outbox.Delivered:
		return "✓"
	case outbox.Unconfirmed:
		return "~"
	case outbox.Failed:
		return "✗"
	case outbox.Rejected:
		return "!"
	case outbox.Unsent:
		return "–"
	case outbox.Received:
		return "◂"
	case outbox.Unknown:
	}
	return "?"
}
