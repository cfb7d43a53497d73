package words

import (
	"fmt"

	"telex/messaging/outbox"
	"telex/ui/text"
)

// Repeat says who got the same already, may have got it or is to get it, when that was, and
// by which message.
func Repeat(r outbox.Repeat) string {
	if s := r.Entry.State; s == outbox.Queued || s == outbox.Scheduled { // it has no time that is over
		return fmt.Sprintf("%s %s this (message %d, %s)", text.Clean(r.Recipient), r.Got(), r.Entry.ID, State(r.Entry))
	}
	return fmt.Sprintf("%s %s this %s ago (message %d, %s)", text.Clean(r.Recipient), r.Got(), Age(r.Ago), r.Entry.ID, State(r.Entry))
}
