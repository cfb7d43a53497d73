package ui

import (
	"fmt"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"telex/messaging"
	"telex/messaging/number"
)

// width is how many cells clean text takes.
func width(s string) int { return ansi.StringWidth(s) }

// settleSender makes E.164 of a sender typed in another form. Sender ids and what
// cannot be read stay as they are.
func settleSender(typed, region string) string {
	s := strings.TrimSpace(typed)
	if s == "" || messaging.IsE164(s) || messaging.IsSenderID(s) {
		return s
	}
	if n, err := number.Parse(s, region); err == nil {
		return n.E164
	}
	return s
}

// ReadExpiration reads when a message expires: a duration from now ("2h", "90m"),
// a time of today or, if that is over, tomorrow ("15:04"), a local date and time
// ("2006-01-02 15:04"), or RFC 3339. Empty is the zero time: never.
func ReadExpiration(typed string, now time.Time) (time.Time, error) {
	s := strings.TrimSpace(typed)
	if s == "" {
		return time.Time{}, nil
	}
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t, nil
	}
	if d, err := time.ParseDuration(s); err == nil && d > 0 {
		return now.Add(d).Truncate(time.Second), nil
	}
	if t, err := time.ParseInLocation("2006-01-02 15:04", s, now.Location()); err == nil {
		return t, nil
	}
	if t, err := time.Parse("15:04", s); err == nil {
		at := time.Date(now.Year(), now.Month(), now.Day(), t.Hour(), t.Minute(), 0, 0, now.Location())
		if !at.After(now) {
			at = at.AddDate(0, 0, 1)
		}
		return at, nil
	}
	return time.Time{}, fmt.Errorf("%q is not a time: write 2h, 15:04, 2006-01-02 15:04 or RFC 3339 like 2006-01-02T15:04:05Z", typed)
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

// count says "1 recipient", "2 recipients".
func count(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}
