package hours

import (
	"strings"
	"time"

	"telex/messaging/wallclock"
)

// farApart is by how much the clocks of one number's places may differ for it to tell where
// somebody is: it is as much as the states of one region do.
const farApart = 3 * time.Hour

// Shown is when the clock of somebody shows wall, which is what it shows, as if it were UTC.
// zone, if it is the name of one, is where they are whatever their number, in E.164, says; else
// it is the time that has come in all places where that may be. The moment is in the zone whose
// clock that is. ok is false if nobody knows where they are: no place is known, or they are
// further apart than a time of day is worth.
func Shown(wall time.Time, number, zone string) (at time.Time, ok bool) {
	return shown(wall, number, zone, Location)
}

// Shown is the function of that name, for many numbers: it keeps the zones.
func (h *Hours) Shown(wall time.Time, number, zone string) (at time.Time, ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return shown(wall, number, zone, h.location)
}

func shown(wall time.Time, number, zone string, location func(name string) *time.Location) (at time.Time, ok bool) {
	if l := location(zone); l != nil {
		return wallclock.Shows(wall, l).First, true
	}
	var first time.Time
	for name := range strings.FieldsSeq(zoneSets[areaOf(number).zones]) {
		l := location(name)
		if l == nil {
			continue
		}
		t := wallclock.Shows(wall, l).First
		if at.IsZero() || t.After(at) {
			at = t
		}
		if first.IsZero() || t.Before(first) {
			first = t
		}
	}
	return at, !at.IsZero() && at.Sub(first) <= farApart
}
