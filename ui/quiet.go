package ui

import "time"

const (
	// stillBefore is how long nothing may have been typed before enter sends: a paste
	// that began on the page before may still be running.
	stillBefore = 250 * time.Millisecond
	// burst is how long telex has been waiting for a key, at least, that a person means
	// to come after the one before. Keys of a paste come sooner, and so do those that a
	// slow line delivers together.
	burst = 50 * time.Millisecond
)

// A quiet knows since when nothing was typed, by which the keys of a paste are told
// from those of a person. It is for one goroutine at a time.
type quiet struct {
	least time.Duration // how long it has to be quiet
	since time.Time     // zero: always
}

// Note says that something was typed, or came to the front, just then.
func (q *quiet) Note(at time.Time) { q.since = at }

// Still reports whether it has been quiet for long enough.
func (q *quiet) Still(now time.Time) bool {
	return q.since.IsZero() || now.Sub(q.since) >= q.least
}
