// Package sample has what tests of an outbox try it with: messages and their numbers, a
// clock, the API and its answers, and rows in every state.
package sample

import (
	"sync"
	"testing"
	"time"

	"telex/messaging"
)

// Who sends, and to whom.
const (
	Sender      = "+12345678901"
	Alice       = "+12345678902"
	Bob         = "+12345678903"
	Carol       = "+12345678904"
	Application = "93de2206-9669-4e07-948d-329f4b722ee2"
)

// SMS is a message, to Alice if it says nobody.
func SMS(text string, to ...string) messaging.Message {
	if len(to) == 0 {
		to = []string{Alice}
	}
	return messaging.Message{From: Sender, To: to, Text: text, ApplicationID: Application, Tag: "ticket-7"}
}

// A Clock stands still until it is told.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock is a clock at noon of a day.
func NewClock() *Clock { return ClockAt(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)) }

// ClockAt is a clock at a time.
func ClockAt(now time.Time) *Clock { return &Clock{now: now} }

// Now is the time that it shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance puts it forward, or back.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// Must ends the test at an error.
func Must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
