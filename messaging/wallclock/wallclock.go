// Package wallclock says when a clock on a wall shows a time: mostly once a day, but twice where
// it is set back over that time, and not at all where it is set forward over it.
package wallclock

import (
	"sort"
	"time"
)

// Shown is when a clock shows a time. First and Last differ where it shows it more than
// once. Where it never does, both are the moment at which it is set forward over it, and
// Skipped is true.
type Shown struct {
	First, Last time.Time
	Skipped     bool
}

// aroundDay is how far from a time in UTC a clock can show it, with room: zones are less
// than 16 hours from UTC, and a change may move one across the date line.
const aroundDay = 48 * time.Hour

// Shows says when a clock in a zone shows wall; wall is what it shows, as if it were UTC.
func Shows(wall time.Time, zone *time.Location) Shown {
	wall = wall.UTC()
	var shown []time.Time
	var skipped time.Time
	for at, end := wall.Add(-aroundDay).In(zone), wall.Add(aroundDay); ; {
		_, offset := at.Zone()
		begins, until := at.ZoneBounds()
		when := wall.Add(-time.Duration(offset) * time.Second)
		if !when.Before(begins) && (until.IsZero() || when.Before(until)) {
			shown = append(shown, when)
		}
		if until.IsZero() || until.After(end) {
			break
		}
		if _, next := until.Zone(); !when.Before(until) && wall.Before(until.Add(time.Duration(next)*time.Second).UTC()) {
			skipped = until
		}
		at = until
	}
	if len(shown) == 0 {
		return Shown{First: skipped.In(zone), Last: skipped.In(zone), Skipped: true}
	}
	sort.Slice(shown, func(i, j int) bool { return shown[i].Before(shown[j]) })
	return Shown{First: shown[0].In(zone), Last: shown[len(shown)-1].In(zone)}
}

// Wall is what a clock shows at a moment in the zone of at, as if it were UTC, to the second.
func Wall(at time.Time) time.Time {
	return time.Date(at.Year(), at.Month(), at.Day(), at.Hour(), at.Minute(), at.Second(), 0, time.UTC)
}
