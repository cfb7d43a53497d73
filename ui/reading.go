package ui

import (
	"strings"
	"time"

	"telex/messaging/number"
)

// settleSender makes E.164 of a sender typed in another form. Sender ids, short codes
// and what cannot be read stay as they are.
func settleSender(typed, region string) string {
	if sender, _, err := number.ParseSender(typed, region); err == nil {
		return sender
	}
	return strings.TrimSpace(typed)
}

// timeWords shows a time with its zone, to the second.
func timeWords(t time.Time) string { return t.Format("2006-01-02 15:04:05 MST") }

// duration shows how long something took, with three digits or so.
func duration(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return d.Round(10 * time.Microsecond).String()
	case d < time.Second:
		return d.Round(time.Millisecond).String()
	}
	return d.Round(100 * time.Millisecond).String()
}
