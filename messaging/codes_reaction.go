package messaging

import "fmt"

// Arrival is whether a message whose delivery ended with a code is with the recipient
// all the same.
type Arrival uint8

// The answers. The zero value is the careful one.
const (
	ArrivalUnclear  Arrival = iota // it may well have arrived
	ArrivalUnlikely                // somebody beyond Bandwidth lost it, and that says little
	ArrivalNo                      // it was refused before it could arrive
)

// String returns the word that telex explain --json prints.
func (a Arrival) String() string {
	switch a {
	case ArrivalUnclear:
		return "unclear"
	case ArrivalUnlikely:
		return "unlikely"
	case ArrivalNo:
		return "no"
	}
	return fmt.Sprintf("Arrival(%d)", uint8(a))
}

// Reaction is what a code asks of whoever sends to many: whether it is about the sender,
// this recipient, this message, the pace or the service.
type Reaction uint8

// The reactions. The zero value is the careful one.
const (
	ReactUnclear           Reaction = iota // it may have arrived: never again by itself
	ReactStopNow                           // the sender or the account is wrong: every further message fails
	ReactStopIfMany                        // content, campaign or destination: stop if it happens to several
	ReactHoldUntilMidnight                 // nothing more to T-Mobile before 00:00 America/Los_Angeles
	ReactSlowDown                          // halve the pace, then try again once
	ReactOptedOut                          // the recipient wants nothing more, from no number
	ReactNumberNoGood                      // this number never gets a message from this sender
	ReactLater                             // this recipient can perhaps be reached in some hours
	ReactMendMessage                       // the message has to change
	ReactOnceMore                          // the service failed: it may be tried once more
	ReactTooLate                           // it was not sent in time, which says nothing of the number
)

// String returns the word that telex explain --json prints.
func (r Reaction) String() string {
	switch r {
	case ReactUnclear:
		return "unclear"
	case ReactStopNow:
		return "stop-now"
	case ReactStopIfMany:
		return "stop-if-many"
	case ReactHoldUntilMidnight:
		return "hold-until-midnight-pacific"
	case ReactSlowDown:
		return "slow-down"
	case ReactOptedOut:
		return "opted-out"
	case ReactNumberNoGood:
		return "number-no-good"
	case ReactLater:
		return "later"
	case ReactMendMessage:
		return "mend-message"
	case ReactOnceMore:
		return "service-once-more"
	case ReactTooLate:
		return "too-late"
	}
	return fmt.Sprintf("Reaction(%d)", uint8(r))
}
