package words

import (
	"strings"

	"telex/messaging/outbox"
	"telex/ui/text"
)

// The headline of a message is the newest that is known of it, whoever said it: the
// answer to the call, a delivery record, or a look for a message whose outcome was
// unknown. What came before stands below it.

// Headline says in one clean line how far a message has come: its state, as the
// history names it, and what that means.
func Headline(d outbox.Detail) string {
	e := d.Entry
	switch e.State {
	case outbox.Scheduled:
		return "Not sent yet: it is to be sent later"
	case outbox.Missed:
		return "Missed: it was not sent when it was due"
	case outbox.Queued:
		return "Waiting for its turn"
	case outbox.Sending:
		return "Sending"
	case outbox.Accepted:
		return found(e) + "On its way: Bandwidth accepted it; waiting for the carrier"
	case outbox.Sent:
		return found(e) + "On its way: the carrier has it; whether it arrived is not known yet"
	case outbox.Delivered:
		words := Outcome(e, d.Deliveries)
		if IsHandedOver(e) {
			return found(e) + strings.ToUpper(words[:1]) + words[1:]
		}
		return found(e) + "Delivered: " + carrierWords(words, d)
	case outbox.Unconfirmed:
		return found(e) + "Unconfirmed: " + Outcome(e, d.Deliveries)
	case outbox.Failed:
		return found(e) + notDelivered(d)
	case outbox.Rejected:
		return "Refused by Bandwidth"
	case outbox.Unsent:
		return "Not sent"
	case outbox.Unknown:
		return doubt(e.Verdict)
	case outbox.Received:
		return "Received from " + text.Clean(e.Message.From)
	}
	state := text.Clean(string(e.State))
	return found(e) + strings.ToUpper(state[:min(1, len(state))]) + state[min(1, len(state)):] + ": " + Means(e.State)
}

// carrierWords are those that say that a message arrived, with the carrier's name where
// one says so.
func carrierWords(words string, d outbox.Detail) string {
	if len(d.Deliveries) != 1 || !named(d.Deliveries[0].Carrier) {
		return words
	}
	if rest, carriers := strings.CutPrefix(words, "the carrier "); carriers {
		return text.Clean(d.Deliveries[0].Carrier) + " " + rest
	}
	return words
}

// found begins the headline of a message whose outcome was unknown until it was found.
func found(e outbox.Entry) string {
	if e.Verdict == outbox.Found {
		return "Found it – it was sent. "
	}
	return ""
}

// notDelivered says of a message that failed whom it did not reach, and why.
func notDelivered(d outbox.Detail) string {
	words := Outcome(d.Entry, d.Deliveries)
	words = strings.ToUpper(words[:1]) + words[1:]
	if d.ErrorCode != 0 {
		words += ": " + Code(d.ErrorCode)
	}
	return words
}

// doubt says what is known of a message of which it is not known whether it was sent.
func doubt(v outbox.Verdict) string {
	switch v {
	case outbox.NotChecked, outbox.Found:
		return "We don't know yet whether it was sent"
	case outbox.NoneYet:
		return "Not found so far; it is too early to be sure"
	case outbox.None:
		return "Not found, and it should have shown up by now: almost certainly not sent"
	case outbox.Several, outbox.Similar:
		return "It may be one of those found, or was not sent"
	case outbox.TooOld:
	}
	return "We don't know, and Bandwidth has no record of that time any more"
}
