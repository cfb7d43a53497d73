package words

import (
	"fmt"

	"telex/messaging/outbox"
)

// RepeatsTitle says in a title how many of n recipients got the same already: those of whom
// it is certain or, if there is none, those who may have got it, or who are about to.
func RepeatsTitle(all []outbox.Repeat, n int) string {
	var sent, perhaps, about int
	for _, r := range all {
		switch {
		case r.Entry.State == outbox.Queued, r.Entry.State == outbox.Scheduled:
			about++
		case r.Entry.Undecided():
			perhaps++
		default:
			sent++
		}
	}
	said, k := "SENT ALREADY", sent
	switch {
	case sent > 0:
	case perhaps > 0:
		said, k = "MAY HAVE BEEN SENT ALREADY", perhaps
	default:
		said, k = "ABOUT TO BE SENT ALREADY", about
	}
	if k < n {
		said += fmt.Sprintf(" to %d of %d", k, n)
	}
	return said
}

// Repeat says who, of those with names, got the same already, may have got it or is to get
// it, when that was, and by which message.
func Repeat(r outbox.Repeat, names map[string]string) string {
	who := Named(r.Recipient, names[r.Recipient])
	if s := r.Entry.State; s == outbox.Queued || s == outbox.Scheduled { // it has no time that is over
		return fmt.Sprintf("%s %s this (message %d, %s)", who, r.Got(), r.Entry.ID, State(r.Entry))
	}
	return fmt.Sprintf("%s %s this %s (message %d, %s)", who, r.Got(), Ago(r.Ago), r.Entry.ID, State(r.Entry))
}
