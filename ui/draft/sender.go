package draft

import (
	"strings"

	"telex/messaging/number"
)

// SettleSender makes E.164 of a sender typed in another form. Sender ids, short codes
// and what cannot be read stay as they are.
func SettleSender(typed, region string) string {
	if sender, _, err := number.ParseSender(typed, region); err == nil {
		return sender
	}
	return strings.TrimSpace(typed)
}
