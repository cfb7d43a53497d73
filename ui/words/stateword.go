package words

import (
	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/text"
)

// StateWord is the state of a message in a word or two, clean. An MMS that was handed
// over is not called delivered, for nobody says that it arrived.
func StateWord(e outbox.Entry) string {
	if handedOver(e) {
		return "handed over"
	}
	return text.Clean(string(e.State))
}

// StateColumn is how wide a column for [StateWord] has to be.
const StateColumn = len(outbox.Unconfirmed)

func handedOver(e outbox.Entry) bool {
	return e.State == outbox.Delivered && e.Grade == messaging.GradeHandedOver
}
