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

// What can be wrong with a sender as it was typed. One that is not among the account's
// numbers may be the account's all the same: that is for Bandwidth to say.
const (
	NoSender    SenderWords = "not a number, short code or sender id"
	OtherSender SenderWords = "not one of this account's numbers"
)

// SenderWords say what is wrong with a sender; "" for nothing.
type SenderWords string

// Brief is the same in so few words that they stand beside what is typed.
func (w SenderWords) Brief() string {
	switch w {
	case NoSender:
		return "no sender"
	case OtherSender:
		return "not yours"
	}
	return string(w)
}

// SenderDoubt is what is wrong with a sender as it was typed; "" for one of numbers, which
// are those of the account, and for nothing typed.
func SenderDoubt(typed string, numbers []string, region string) SenderWords {
	typed = strings.TrimSpace(typed)
	if typed == "" || slices.Contains(numbers, typed) {
		return ""
	}
	sender, _, err := number.ParseSender(typed, region)
	switch {
	case err != nil:
		return NoSender
	case len(numbers) > 0 && !slices.Contains(numbers, sender):
		return OtherSender
	}
	return ""
}
