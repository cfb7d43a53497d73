package words

import (
	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/text"
)

// HandedOver is what the state of an MMS is called that the carrier's MMS centre took.
const HandedOver = "handed over"

// HandedOverMeans is what that means for the message.
const HandedOverMeans = "an MMS, which a group message is too, is at the carrier's MMS centre; no receipt will come, so whether it arrived is not known"

// HandedOverNext is what to do about it.
const HandedOverNext = "if it matters, ask the recipient"

// State is the state of a message in a word or two, clean. An MMS that was handed
// over is not called delivered, for nobody says that it arrived.
func State(e outbox.Entry) string {
	if IsHandedOver(e) {
		return HandedOver
	}
	return text.Clean(string(e.State))
}

// StateColumn is how wide a column for [State] has to be.
const StateColumn = len(outbox.Unconfirmed)

// A Share is how many of several messages came to the same.
type Share struct {
	Of outbox.Entry // its state and grade, for [Sign] and [State]
	N  int
}

// Shares are what became of several messages, by how many of them are in each state and how
// many of those that are delivered were only handed over, in the order of [outbox.States].
func Shares(states map[outbox.State]int, handed int) []Share {
	var all []Share
	add := func(of outbox.Entry, n int) {
		if n > 0 {
			all = append(all, Share{of, n})
		}
	}
	for _, s := range outbox.States() {
		if s == outbox.Delivered {
			add(outbox.Entry{State: s}, states[s]-handed)
			add(outbox.Entry{State: s, Grade: messaging.GradeHandedOver}, handed)
			continue
		}
		add(outbox.Entry{State: s}, states[s])
	}
	return all
}

// IsHandedOver reports whether a message is an MMS that was handed over, of which no more
// is known.
func IsHandedOver(e outbox.Entry) bool {
	return e.State == outbox.Delivered && e.Grade == messaging.GradeHandedOver
}
