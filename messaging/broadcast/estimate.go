package broadcast

import (
	"cmp"
	"maps"
	"slices"
	"sort"
	"time"
)

// window is all who may be texted from one time until another.
type window struct {
	from, until time.Time // until is zero if there is no end
	place       string    // where they are: names of zones
}

// load is what goes in a window.
type load struct {
	people, units int
	number, zone  string // of one of them, to ask when the next window is
}

// mostSteps bounds an estimate. A run that takes more of them takes months.
const mostSteps = 2000

// An Ending is when a run is through at its pace and with its hours, if all goes well.
type Ending struct {
	At     time.Time
	People int    // of the last place
	Place  string // where those are who come last, as names of zones; "" if nobody has to wait for hours
	Beyond bool   // it takes longer than is worth telling: At is too early
}

// estimate says when loads are through from now on, at a rate of units a second, or at any
// if it is 0. Those whose hours end first go first. next says when the next window of
// somebody is; ok is false if there is none.
func estimate(loads map[window]load, rate float64, now time.Time, next func(number, zone string, after time.Time) (from, until time.Time, ok bool)) Ending {
	left := maps.Clone(loads)
	end := Ending{At: now}
	at := now
	for steps := 0; len(left) > 0; steps++ {
		if steps == mostSteps {
			end.Beyond = true
			break
		}
		w, wait := earliest(left, at)
		if wait {
			at = w.from
			continue
		}
		l := left[w]
		delete(left, w)
		takes := duration(l.units, rate)
		if w.until.IsZero() || !at.Add(takes).After(w.until) {
			at = at.Add(takes)
			end.At, end.People, end.Place = at, l.people, ""
			if w.from.After(now) {
				end.Place = w.place
			}
			continue
		}
		// The hours end before all of them had their turn; the others have it in the next.
		done := max(int(w.until.Sub(at).Seconds()*rate), 0)
		rest := max(l.units-done, 1)
		from, until, ok := next(l.number, l.zone, w.until)
		if !ok {
			end.Beyond = true
			continue
		}
		at = w.until
		then := window{from, until, w.place}
		more := left[then]
		more.people += max(l.people*rest/max(l.units, 1), 1)
		more.units += rest
		more.number, more.zone = l.number, l.zone
		left[then] = more
	}
	return end
}

// duration is how long units take.
func duration(units int, rate float64) time.Duration {
	if rate <= 0 {
		return 0
	}
	const most = 100 * 365 * 24 * time.Hour // further than a Duration goes there is nothing to tell
	return time.Duration(min(float64(units)/rate*float64(time.Second), float64(most)))
}

// earliest is the window that is served at a time: of those that are open the one that
// closes first, or, if none is, the one that opens first.
func earliest(all map[window]load, at time.Time) (w window, wait bool) {
	far := at.AddDate(100, 0, 0)
	ends := func(w window) time.Time {
		if w.until.IsZero() {
			return far
		}
		return w.until
	}
	keys := slices.Collect(maps.Keys(all))
	sort.Slice(keys, func(i, j int) bool {
		a, b := keys[i], keys[j]
		openA, openB := !a.from.After(at), !b.from.After(at)
		switch {
		case openA && openB:
			return cmp.Or(ends(a).Compare(ends(b)), cmp.Compare(a.place, b.place)) < 0
		case openA:
			return true
		case openB:
			return false
		}
		return cmp.Or(a.from.Compare(b.from), ends(a).Compare(ends(b)), cmp.Compare(a.place, b.place)) < 0
	})
	return keys[0], keys[0].from.After(at)
}
