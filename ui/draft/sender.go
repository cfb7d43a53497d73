package draft

import (
	"slices"
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

// NoSender is the doubt about what nothing can be sent from.
const NoSender = "not a number, short code or sender id"

// SenderDoubt is what is wrong with a sender as it was typed, in words; "" for one of
// numbers, which are those of the account, and for nothing typed. A sender that none of
// these is may still be the account's: that is for Bandwidth to say.
func SenderDoubt(typed string, numbers []string, region string) string {
	typed = strings.TrimSpace(typed)
	if typed == "" || slices.Contains(numbers, typed) {
		return ""
	}
	sender, _, err := number.ParseSender(typed, region)
	switch {
	case err != nil:
		return NoSender
	case len(numbers) > 0 && !slices.Contains(numbers, sender):
		return "none of this account's numbers"
	}
	return ""
}
