package outbox

import (
	"sync"
	"time"

	"telex/messaging"
)

// day is 24 hours.
const day = 24 * time.Hour

// askMarks are the ages at which the API is asked about a message, rising. Most receipts
// come within seconds. Code 9902, no receipt, comes two hours after the message, so there is
// a question soon after that; and the API forgets a message after 14 days, so the last one
// is an hour before.
//
//nolint:gochecknoglobals // a constant, but for its type
var askMarks = sync.OnceValue(func() []time.Duration {
	marks := []time.Duration{2 * time.Second, 5 * time.Second, 10 * time.Second, 20 * time.Second, 40 * time.Second}
	for m := time.Minute; m <= 10*time.Minute; m += time.Minute {
		marks = append(marks, m)
	}
	for m := 20 * time.Minute; m <= 2*time.Hour+20*time.Minute; m += 10 * time.Minute {
		marks = append(marks, m)
	}
	marks = append(marks, 6*time.Hour)
	for m := day; m < apiKeeps; m += day {
		marks = append(marks, m)
	}
	return append(marks, apiKeeps-time.Hour)
})

// takenAlong is the part of a pause that may be left when a message is asked about
// together with others: many that were sent one after the other make few questions then.
const takenAlong = 4

// NextAsk is the age at which the API is asked next about a message that it was asked
// about at an age, 0 if never. A mark that was nearly reached then counts as reached. Ok is
// false if it is asked no more: the API keeps no record of messages that old.
func NextAsk(age time.Duration) (at time.Duration, ok bool) {
	var before time.Duration
	for _, m := range askMarks() {
		if m-age > (m-before)/takenAlong {
			return m, true
		}
		before = m
	}
	return 0, false
}

// Asking is when the API is asked about a message.
type Asking struct {
	From time.Time // when the API took it, from which its age counts; zero if it did not
	Next time.Time // the next question; zero if there is none to come
}

// next is Next after a question at a time.
func (a Asking) next(now time.Time) time.Time {
	at, ok := NextAsk(now.Sub(a.From))
	if !ok || a.From.IsZero() {
		return time.Time{}
	}
	return a.From.Add(at)
}

// askedAt is when e is asked about next, after a question at a time.
func (e Entry) askedAt(now time.Time) time.Time {
	if e.State.Final() {
		return time.Time{}
	}
	return e.Asking.next(now)
}

// GivenUp reports whether a message is not settled and is asked about no more.
func (e Entry) GivenUp() bool {
	return !e.State.Final() && e.State.Outcome() == messaging.Accepted && !e.Asking.From.IsZero() && e.Asking.Next.IsZero()
}
