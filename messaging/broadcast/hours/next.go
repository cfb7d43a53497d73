package hours

import (
	"time"

	"telex/messaging/wallclock"
)

// next is the first time from at on when one of windows is open in a zone, and when that
// one closes; a fortnight later if none opens before.
func next(windows []Window, zone *time.Location, at time.Time) (from, until time.Time) {
	never := at.Add(furthest)
	from, until = never, never
	year, month, day := at.In(zone).Date()
	for _, w := range windows {
		if w.always {
			return at, never
		}
		for ahead := range 9 { // the same day of the next week, if it is over today
			date := time.Date(year, month, day+ahead, 0, 0, 0, 0, time.UTC)
			if !w.days[date.Weekday()] {
				continue
			}
			start := opens(date.Add(time.Duration(w.start)*time.Minute), zone)
			end := closes(date.Add(time.Duration(w.end)*time.Minute), zone)
			if !end.After(at) || !end.After(start) {
				continue
			}
			if start.Before(at) {
				start = at
			}
			if start.Before(from) || start.Equal(from) && end.After(until) {
				from, until = start, end
			}
			break
		}
	}
	return from, until
}

// opens is the time from which on a clock in a zone shows wall or more, for good; wall is
// what it shows, as if it were UTC. Where the clock is set back over wall that is the
// second time.
func opens(wall time.Time, zone *time.Location) time.Time {
	return wallclock.Shows(wall, zone).Last.UTC()
}

// closes is the time until which a clock in a zone has never shown wall: the first one
// where it is set back over it.
func closes(wall time.Time, zone *time.Location) time.Time {
	return wallclock.Shows(wall, zone).First.UTC()
}
