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
	if handedOver(e) {
		return HandedOver
	}
	return text.Clean(string(e.State))
}

// StateColumn is how wide a column for [State] has to be.
const StateColumn = len(outbox.Unconfirmed)

func handedOver(e outbox.Entry) bool {
	return e.State == outbox.Delivered && e.Grade == messaging.GradeHandedOver
}
