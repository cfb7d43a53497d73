package draft

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A Moment is a time as somebody wrote it.
type Moment struct {
	At time.Time
	// Local: a date or a time of day was written without its zone, so At is in the
	// local one.
	Local bool
	// Day: a date alone was written; At is its beginning.
	Day bool
}

// momentForms are examples of what [ReadExpiration] understands.
const momentForms = "2h, 1d, 15:04, 2026-01-31 15:04 or RFC 3339 like 2026-01-31T15:04:00Z"

// ReadExpiration reads when a message expires: a span from now ("2h", "90m", "2h30",
// "1d"), a time of today or, if that is over, tomorrow ("15:04"), a date with a time
// ("2006-01-02 15:04"), which is local unless a zone is written behind it, or a date
// alone, which means its end. What is written may be over: whether that will do is
// for [messaging.Message.Problems] to say. Empty is the zero time: never.
func ReadExpiration(typed string, now time.Time) (time.Time, error) {
	m, err := readExpiration(typed, now)
	return m.At, err
}

// ExpiresLocally reports whether what was typed leaves it to the local time zone when
// a message expires.
func ExpiresLocally(typed string, now time.Time) bool {
	m, err := readExpiration(typed, now)
	return err == nil && m.Local
}

func readExpiration(typed string, now time.Time) (Moment, error) {
	s := strings.TrimSpace(typed)
	if s == "" {
		return Moment{}, nil
	}
	if m, ok := ReadMoment(s, now, false); ok {
		if m.Day {
			m.At = m.At.AddDate(0, 0, 1).Add(-time.Second)
		}
		return m, nil
	}
	for _, layout := range []string{"15:04", "15:04:05"} {
		if t, err := time.Parse(layout, s); err == nil {
			at := time.Date(now.Year(), now.Month(), now.Day(), t.Hour(), t.Minute(), t.Second(), 0, now.Location())
			if !at.After(now) {
				at = at.AddDate(0, 0, 1)
			}
			return Moment{At: at, Local: true}, nil
		}
	}
	return Moment{}, fmt.Errorf("%q is not a time: write %s", typed, momentForms)
}

// ReadMoment reads a date, a date with a time, or a span, which counts from now into
// the future, or into the past if back. What date(1), Python and people write is
// understood: T or a space between date and time, in either case, seconds or none, and
// a zone as Z, UTC, +01, +0100 or +01:00; spans of weeks, days, hours, minutes and
// seconds. A span may be negative where it does not count back.
func ReadMoment(typed string, now time.Time, back bool) (m Moment, ok bool) {
	s := strings.TrimSpace(typed)
	if m, ok := readDate(s, now.Location()); ok {
		return m, true
	}
	negative := strings.HasPrefix(s, "-")
	if negative && back {
		return Moment{}, false
	}
	days, span, ok := readSpan(strings.TrimLeft(s, "+-"))
	if !ok {
		return Moment{}, false
	}
	if negative || back {
		days, span = -days, -span
	}
	at := now.AddDate(0, 0, days).Add(span)
	if !back {
		at = at.Truncate(time.Second)
	}
	return Moment{At: at}, true
}

// dated is a date, perhaps with a time, perhaps with its zone.
var dated = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[Tt ] *([0-9]{1,2}:[0-9]{2})(:[0-9]{2}(?:[.,][0-9]+)?)? *(?:([Zz]|UTC|GMT)|([+-][0-9]{2})(?::?([0-9]{2}))?)?)?$`)
})

func readDate(s string, here *time.Location) (m Moment, ok bool) {
	part := dated().FindStringSubmatch(s)
	if part == nil {
		return Moment{}, false
	}
	date, clock, seconds, utc, hours, minutes := part[1], part[2], part[3], part[4], part[5], part[6]
	if clock == "" {
		at, err := time.ParseInLocation(time.DateOnly, date, here)
		return Moment{At: at, Local: true, Day: true}, err == nil
	}
	if seconds == "" {
		seconds = ":00"
	}
	written := date + "T" + clock + seconds
	switch {
	case utc != "":
		written += "Z"
	case hours != "" && minutes == "":
		written += hours + ":00"
	case hours != "":
		written += hours + ":" + minutes
	default:
		at, err := time.ParseInLocation("2006-01-02T15:04:05", written, here)
		return Moment{At: at, Local: true}, err == nil
	}
	at, err := time.Parse("2006-01-02T15:04:05Z07:00", written)
	return Moment{At: at}, err == nil
}

// mostDays is how many days a span counts for at most: a hundred years.
const mostDays = 100 * 366

// spanPart is a number and what it counts. A number at the end without a unit counts
// what is next smaller: 2h30.
var spanPart = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^([0-9]+) *(weeks?|wks?|w|days?|d|hours?|hrs?|h|minutes?|mins?|m|seconds?|secs?|s|$) *`)
})

// readSpan reads how long something takes, in whole days and the rest.
func readSpan(s string) (days int, rest time.Duration, ok bool) {
	if d, err := time.ParseDuration(s); err == nil && s != "0" {
		return 0, d, true
	}
	unit := byte(0)
	for s = strings.ToLower(s); s != ""; {
		part := spanPart().FindStringSubmatch(s)
		if part == nil {
			return 0, 0, false
		}
		n, err := strconv.ParseUint(part[1], 10, 32)
		if err != nil {
			return 0, 0, false
		}
		s = s[len(part[0]):]
		was := unit
		switch unit = (part[2] + " ")[0]; {
		case unit == ' ' && was == 'h':
			unit = 'm'
		case unit == ' ' && was == 'm':
			unit = 's'
		}
		switch unit {
		case 'w':
			days += int(min(n*7, mostDays))
		case 'd':
			days += int(min(n, mostDays))
		case 'h':
			rest += time.Duration(min(n, mostDays*24)) * time.Hour
		case 'm':
			rest += time.Duration(min(n, mostDays*24*60)) * time.Minute
		case 's':
			rest += time.Duration(n) * time.Second
		default:
			return 0, 0, false // a number that counts nothing
		}
		if strings.IndexByte("wdhms", unit) <= strings.IndexByte("wdhms", was) && was != 0 {
			return 0, 0, false // the same twice, or the greater after the smaller
		}
		ok = true
	}
	return days, rest, ok
}
