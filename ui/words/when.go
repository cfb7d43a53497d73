package words

import (
	"fmt"
	"time"

	"telex/messaging/outbox"
	"telex/messaging/wallclock"
	"telex/ui/text"
)

// When is a time to come as it was meant: the day of the week, and what the clock shows in
// which zone; and, where clocks here show something else then, that. It is clean.
func When(w outbox.When, zone *time.Location) string {
	here := w.At.In(zone)
	if w.Zone == "" {
		return here.Format("Mon 2006-01-02 " + clockForm(here) + " MST")
	}
	said := w.Wall.Format("Mon 2006-01-02 "+clockForm(w.Wall)) + " " + text.Clean(w.Zone)
	shown := wallclock.Wall(here)
	switch {
	case shown.Equal(w.Wall):
	case shown.Format(time.DateOnly) == w.Wall.Format(time.DateOnly):
		said += here.Format(" (" + clockForm(here) + " here)")
	default:
		said += here.Format(" (Mon " + clockForm(here) + " here)")
	}
	return said
}

// clockForm shows seconds where there are any.
func clockForm(t time.Time) string {
	if t.Second() != 0 {
		return "15:04:05"
	}
	return "15:04"
}

// ClockNote says what becomes of a time that clocks do not show, or show twice; "" if it is
// like others.
func ClockNote(w outbox.When, zone *time.Location) string {
	if w.Zone == "" || zone == nil {
		return ""
	}
	at := wallclock.Shows(w.Wall, zone)
	said := w.Wall.Format(clockForm(w.Wall))
	switch {
	case at.Skipped:
		return fmt.Sprintf("no clock shows %s on that day, for it is set forward: it is sent at %s", said, at.First.Format("15:04 MST"))
	case !at.First.Equal(at.Last):
		return fmt.Sprintf("clocks show %s twice on that day, for they are set back: it is sent the first time; for the second, say %s", said, at.Last.Format(time.RFC3339))
	}
	return ""
}

// CancelledInTime is noted of a scheduled message that a person kept from being sent.
const CancelledInTime = "cancelled before it was sent"

// worker is the command that sends and begins what is due.
func worker(in Shell) string { return in.Command("work") }

// ByWhom says what sends a scheduled message when its time comes: telex work, if that is
// running on this computer, or whatever has to be. Console says that the speaker is one, which
// does it as long as it is open.
func ByWhom(in Shell, working, console bool) string {
	switch {
	case working && console:
		return "this console sends it, or " + worker(in) + ", which is running here"
	case working:
		return worker(in) + " sends it, which is running here"
	case console:
		return "this console sends it if it is open; otherwise " + worker(in) + ", which is not running here"
	}
	return worker(in) + " has to be running here then, which it is not, or a console be open"
}

// BegunBy says what begins a broadcast when its time comes: telex work, if that is running on
// this computer, or else it has to be.
func BegunBy(in Shell, working bool) string {
	if working {
		return worker(in) + " begins it, which is running here"
	}
	return worker(in) + " has to be running here then, which it is not"
}
