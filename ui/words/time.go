package words

import (
	"time"

	"telex/ui/text"
)

// Time shows a time with its zone, to the second.
func Time(t time.Time) string { return t.Format("2006-01-02 15:04:05 MST") }

// Duration shows how long something took, with three digits or so.
func Duration(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return d.Round(10 * time.Microsecond).String()
	case d < time.Second:
		return d.Round(time.Millisecond).String()
	}
	return d.Round(100 * time.Millisecond).String()
}

// Age is a span of time as people say it, to one unit.
func Age(d time.Duration) string {
	switch {
	case d < 2*time.Second:
		return "a moment"
	case d < 2*time.Minute:
		return text.Count(int(d/time.Second), "second")
	case d < 2*time.Hour:
		return text.Count(int(d/time.Minute), "minute")
	case d < 48*time.Hour:
		return text.Count(int(d/time.Hour), "hour")
	}
	return text.Count(int(d/(24*time.Hour)), "day")
}

// clocksDiffer is how far two clocks are apart that nobody calls wrong.
const clocksDiffer = 2 * time.Minute

// Ago is how long ago something was: "5 minutes ago". What is ahead was noted by a clock that
// was wrong, or this one is, so nobody knows.
func Ago(d time.Duration) string {
	if d < -clocksDiffer {
		return "at a time " + Age(-d) + " ahead, by a wrong clock"
	}
	return Age(d) + " ago"
}

// Day is the day of a time as people call it, in the zone of now.
func Day(t, now time.Time) string {
	t = t.In(now.Location())
	switch day := t.Format(time.DateOnly); {
	case day == now.Format(time.DateOnly):
		return "today"
	case day == now.AddDate(0, 0, 1).Format(time.DateOnly):
		return "tomorrow"
	case day == now.AddDate(0, 0, -1).Format(time.DateOnly):
		return "yesterday"
	case t.Year() == now.Year():
		return t.Format("Mon 2 Jan")
	}
	return t.Format("Mon 2 Jan 2006")
}
