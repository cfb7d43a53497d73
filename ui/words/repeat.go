package words

import (
	"fmt"

	"telex/messaging/outbox"
	"telex/ui/text"
)

// Repeat says who got the same already, or may have got it, when, and by which message.
func Repeat(r outbox.Repeat) string {
	return fmt.Sprintf("%s %s this %s ago (message %d, %s)", text.Clean(r.Recipient), r.Got(), Age(r.Ago), r.Entry.ID, State(r.Entry))
}
