package draft

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"telex/messaging"
	"telex/messaging/broadcast/hours"
	"telex/messaging/outbox"
	"telex/messaging/wallclock"
	"telex/ui/text"
)

// A Later is when something is to be sent, as somebody wrote it: a moment, or what a clock
// shows then.
type Later struct {
	typed  string
	moment time.Time     // zero: it is what a clock shows
	date   time.Time     // its day, as if it were in UTC; zero: the next on which it is not over
	day    int           // of the week, from Sunday: the next such; less than 0: any
	clock  time.Duration // since midnight
	zone   string        // in which; "" if that was not written
}

// laterForms are examples of what [ReadLater] understands.
const laterForms = "09:00, tomorrow 09:00, Monday 09:00, 2026-01-31 09:00, one of these with a zone such as America/Chicago behind it, 2h, 1d, or RFC 3339 like 2026-01-31T09:00:00Z"

// MostLater is how far ahead something can be scheduled: of what is further a digit is wrong,
// mostly.
const MostLater = 366 * 24 * time.Hour

// FilesLast is for how long a file that is uploaded now is sure to be there: it makes room for
// the time that the message takes to leave.
const FilesLast = messaging.MediaLife - 8*time.Hour

// ReadLater reads when something is to be sent: a time of day, which is the next that is not
// over; a date or a day of the week with a time; a time with its offset from UTC; or a span
// from now. What is written without an offset is what a clock shows, in the zone whose name
// stands behind it, or in one that whoever asks for [Later.When] decides about.
func ReadLater(typed string, now time.Time) (Later, error) {
	l := Later{typed: strings.TrimSpace(typed), day: -1}
	words := strings.Fields(l.typed)
	if len(words) == 0 {
		return l, errors.New("no time was given: write " + laterForms)
	}
	if days, span, ok := readSpan(strings.TrimPrefix(l.typed, "+")); ok {
		if l.moment = now.AddDate(0, 0, days).Add(span).Truncate(time.Second); days == 0 && span <= 0 {
			return l, fmt.Errorf("%q is no time to come", text.Clean(l.typed))
		}
		return l, nil
	}
	if m, ok := readDate(l.typed, time.UTC); ok && !m.Local {
		l.moment = m.At
		return l, nil
	}
	if last := words[len(words)-1]; isZoneName(last) {
		if hours.Location(last) == nil {
			return l, fmt.Errorf("%q is no time zone that is known here: write a name such as America/Chicago or Europe/Berlin", text.Clean(last))
		}
		l.zone, words = last, words[:len(words)-1]
	}
	if !l.readClock(words, now) {
		return l, fmt.Errorf("%q is not a time: write %s", text.Clean(l.typed), laterForms)
	}
	return l, nil
}

// isZoneName reports whether a word can only be the name of a zone.
func isZoneName(s string) bool {
	return s == "UTC" || strings.Contains(s, "/") && strings.ContainsFunc(s, func(r rune) bool { return r >= 'A' && r <= 'Z' })
}

// readClock reads a day, if there is one, and a time of day.
func (l *Later) readClock(words []string, now time.Time) bool {
	if len(words) == 1 {
		if date, time, found := strings.Cut(words[0], "T"); found {
			words = []string{date, time}
		}
	}
	switch len(words) {
	case 1:
		return l.readTime(words[0])
	case 2:
		return l.readDay(words[0], now) && l.readTime(words[1])
	}
	return false
}

func (l *Later) readTime(s string) bool {
	for _, layout := range []string{"15:04", "15:04:05"} {
		if t, err := time.Parse(layout, s); err == nil && len(s) <= len(layout) && t.Nanosecond() == 0 {
			l.clock = time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute + time.Duration(t.Second())*time.Second
			return true
		}
	}
	return false
}

// readDay reads a date, "today", "tomorrow" or a day of the week.
func (l *Later) readDay(s string, now time.Time) bool {
	if t, err := time.Parse(time.DateOnly, s); err == nil {
		l.date = t
		return true
	}
	today := wallclock.Wall(now).Truncate(24 * time.Hour)
	switch s = strings.ToLower(s); s {
	case "today":
		l.date = today
		return true
	case "tomorrow":
		l.date = today.AddDate(0, 0, 1)
		return true
	}
	for day := time.Sunday; day <= time.Saturday; day++ {
		if name := strings.ToLower(day.String()); s == name || s == name[:3] {
			l.day = int(day)
			return true
		}
	}
	return false
}

// IsClock reports whether it is what a clock shows in a zone that was not written.
func (l Later) IsClock() bool { return l.moment.IsZero() && l.zone == "" }

// Wall is what clocks show then, as if it were UTC, on the first day on which that may be the
// one, in any zone. It is meant again after every; 0 if a date was written. It is zero for a
// moment that needs no clock.
func (l Later) Wall(now time.Time) (wall time.Time, every time.Duration) {
	const day = 24 * time.Hour
	switch {
	case !l.moment.IsZero():
		return time.Time{}, 0
	case !l.date.IsZero():
		return l.date.Add(l.clock), 0
	}
	yesterday := wallclock.Wall(now).Truncate(day).Add(-day) // which it is yet in the west
	if l.day < 0 {
		return yesterday.Add(l.clock), day
	}
	ahead := (l.day - int(yesterday.Weekday()) + 7) % 7
	return yesterday.AddDate(0, 0, ahead).Add(l.clock), 7 * day
}

// When is the time, by the clocks of zone if none was written. It is refused if it is over,
// or more than a year ahead.
func (l Later) When(zone *time.Location, now time.Time) (outbox.When, error) {
	if l.zone != "" {
		zone = hours.Location(l.zone)
	}
	w := outbox.WhenAt(l.moment)
	if l.moment.IsZero() {
		w = l.shown(zone, now)
	}
	switch {
	case !w.At.After(now):
		return w, fmt.Errorf("%q is over: it was %s", text.Clean(l.typed), w.At.In(zone).Format("Mon 2006-01-02 15:04:05 MST"))
	case w.At.Sub(now) > MostLater:
		return w, fmt.Errorf("%q is more than a year ahead: %s", text.Clean(l.typed), w.At.In(zone).Format("Mon 2006-01-02 15:04 MST"))
	}
	return w, nil
}

// shown is when a clock in a zone shows it: of several days the first that is not over.
func (l Later) shown(zone *time.Location, now time.Time) outbox.When {
	if !l.date.IsZero() {
		return when(l.date.Add(l.clock), zone)
	}
	today := wallclock.Wall(now.In(zone)).Truncate(24 * time.Hour)
	for ahead := range 8 {
		date := today.AddDate(0, 0, ahead)
		if l.day >= 0 && int(date.Weekday()) != l.day {
			continue
		}
		if w := when(date.Add(l.clock), zone); w.At.After(now) {
			return w
		}
	}
	return outbox.When{} // not reached: of seven days in a row one is it
}

// when is when a clock in a zone shows wall. A zone without a name that leads to it again has
// moments only.
func when(wall time.Time, zone *time.Location) outbox.When {
	w := outbox.WhenShows(wall, zone)
	if hours.Location(w.Zone) == nil {
		return outbox.WhenAt(w.At)
	}
	return w
}

// A PlaceError says of whom it is not known by which clocks they live. Its words are clean.
type PlaceError struct{ Number string }

func (e *PlaceError) Error() string {
	return fmt.Sprintf("where %s is, its number does not tell: give the contact a zone, or a zone behind the time", text.Clean(e.Number))
}

// Theirs is the time by the clocks of where a number is: when it has come in all places where
// that may be. Zone is where they are, whatever the number says; "" if that is not known. The
// error is a [*PlaceError] if nobody knows.
func (l Later) Theirs(number, zone string, now time.Time) (outbox.When, error) {
	if at := hours.Location(zone); at != nil {
		return l.When(at, now)
	}
	var places []*time.Location
	for name := range strings.FieldsSeq(hours.PlaceOf(number).Zones) {
		if at := hours.Location(name); at != nil {
			places = append(places, at)
		}
	}
	// By whichever clock shows it last the day is found, and then what shows it last of that.
	var last outbox.When
	for _, place := range places {
		w, err := l.When(place, now)
		if err != nil && len(places) == 1 {
			return w, err
		}
		if last.IsZero() || offset(now, place) < offset(now, hours.Location(last.Zone)) {
			last = w
		}
	}
	if last.IsZero() || last.Zone == "" {
		return last, &PlaceError{number}
	}
	at, ok := hours.Shown(last.Wall, number, "")
	if !ok {
		return last, &PlaceError{number}
	}
	fixed := l
	fixed.date, fixed.clock = last.Wall.Truncate(24*time.Hour), last.Wall.Sub(last.Wall.Truncate(24*time.Hour))
	return fixed.When(at.Location(), now)
}

// offset is by how many seconds clocks in a place are ahead of UTC.
func offset(now time.Time, place *time.Location) int {
	if place == nil {
		return 0
	}
	_, seconds := now.In(place).Zone()
	return seconds
}
