// Package hours says when somebody may be texted: within hours by the clock of the place
// where they are, as far as that is known. Where a number may belong to several places, a
// text goes only when all of them have such an hour.
//
// A number tells where it was issued, and not where the person is. Where more is known,
// it is handed in as the name of a zone.
//
// The zones of area codes are those of Google's libphonenumber (table.go, generated), and
// for area codes that share their ground with others all that those have. How zones change
// their clocks is for package time to know, and where it has no data of zones, on a bare
// container for one, for the rules that hold as this package was made (table.go too).
package hours

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// Rules say when people may be texted.
type Rules struct {
	Window Window // for everybody
	// By is what holds besides for the numbers of some area codes ("919") or states ("TX"),
	// by the codes of the postal services of the US and Canada: on each day the rows that
	// name it. On a day that none names nobody is texted.
	By map[string][]Window
	// Zone is where somebody is whose number says nothing of a place; nil is UTC.
	Zone *time.Location
}

// Hours answer by [Rules]. They may be asked concurrently.
type Hours struct {
	rules Rules

	mu     sync.Mutex
	loaded map[string]*time.Location // nil: there is no such zone
	known  map[question]answer       // the last one of each
}

// question is all that an answer depends on, but for the time.
type question struct{ zones, places, area string }

// answer is the window that was next at a time.
type answer struct {
	asked, from, until time.Time
	never              bool
}

// New checks rules. The error names the row that is wrong.
func New(r Rules) (*Hours, error) {
	for key, windows := range r.By {
		if !isArea(key) && !isPlace(key) {
			return nil, fmt.Errorf("hours by %q: give an area code such as 919, or a state such as TX", key)
		}
		if len(windows) == 0 {
			return nil, fmt.Errorf("hours by %q: there are none", key)
		}
	}
	return &Hours{rules: r, loaded: map[string]*time.Location{}, known: map[question]answer{}}, nil
}

// off reports whether anybody may be texted at any time.
func (h *Hours) off() bool { return h.rules.Window.always }

// IsOff reports whether the hours are off for everybody. Rows by area or state do not hold
// then either.
func (h *Hours) IsOff() bool { return h.off() }

// isArea reports whether a key of Rules.By is an area code.
func isArea(key string) bool {
	return len(key) == 3 && strings.Trim(key, "0123456789") == "" && key[0] >= '2'
}

// isPlace reports whether a key of Rules.By is a state that numbers are of.
func isPlace(key string) bool {
	return slices.ContainsFunc(places[:], func(all string) bool { return slices.Contains(strings.Fields(all), key) })
}

// IsZone reports whether there is a zone of that name, such as America/Chicago, and data
// of it.
func (h *Hours) IsZone(name string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.location(name) != nil
}

// location loads a zone once; nil if there is none such.
func (h *Hours) location(name string) *time.Location {
	l, known := h.loaded[name]
	if !known {
		l = Location(name)
		if len(h.loaded) < mostZones {
			h.loaded[strings.Clone(name)] = l
		}
	}
	return l
}

// mostZones bounds how many names of zones are remembered: a list may hold anything.
const mostZones = 2000

// Next says when somebody may be texted: the first time that is not before now, and until
// when from there on. zone, if it is not "" and known, is where they are whatever their
// number, in E.164, says. If hours are off, until is zero: there is no end. ok is false if
// no time within a fortnight suits all places where they may be.
func (h *Hours) Next(number, zone string, now time.Time) (from, until time.Time, ok bool) {
	if h.off() {
		return now, time.Time{}, true
	}
	a := areaOf(number)
	h.mu.Lock()
	defer h.mu.Unlock()
	q := question{zones: zoneSets[a.zones], places: places[a.places], area: a.code(number)}
	if h.location(zone) != nil {
		q.zones = zone
	}
	if len(h.rules.By) == 0 {
		q.places, q.area = "", ""
	}
	last, known := h.known[q]
	if !known || now.Before(last.asked) || (last.never || !now.Before(last.until)) && !now.Equal(last.asked) {
		last = h.find(q, now)
		h.known[q] = last
	}
	if last.never {
		return time.Time{}, time.Time{}, false
	}
	from = last.from
	if now.After(from) {
		from = now
	}
	return from, last.until, true
}

// furthest is how far ahead a window is looked for.
const furthest = 14 * 24 * time.Hour

// find looks for the first time that suits all zones and all rules.
func (h *Hours) find(q question, now time.Time) answer {
	zones := h.zonesOf(q)
	sets := h.setsOf(q)
	at := now
	for at.Sub(now) < furthest {
		from, until := at, at.Add(furthest)
		for _, zone := range zones {
			for _, windows := range sets {
				f, u := next(windows, zone, at)
				if f.After(from) {
					from = f
				}
				if u.Before(until) {
					until = u
				}
			}
		}
		if from.Equal(at) {
			return answer{asked: now, from: from, until: until}
		}
		at = from
	}
	return answer{asked: now, never: true}
}

// zonesOf are the zones in which a window has to be open.
func (h *Hours) zonesOf(q question) []*time.Location {
	var zones []*time.Location
	for name := range strings.FieldsSeq(q.zones) {
		if l := h.location(name); l != nil {
			zones = append(zones, l)
		}
	}
	if len(zones) > 0 {
		return zones
	}
	if h.rules.Zone != nil {
		return []*time.Location{h.rules.Zone}
	}
	return []*time.Location{time.UTC}
}

// setsOf are the sets of windows of which each has to be open.
func (h *Hours) setsOf(q question) [][]Window {
	sets := [][]Window{{h.rules.Window}}
	for _, key := range append(strings.Fields(q.places), q.area) {
		if windows := h.rules.By[key]; len(windows) > 0 {
			sets = append(sets, windows)
		}
	}
	return sets
}

// Read is New for hours as people write them: a [Window] for everybody, and those that hold
// besides by area; zone is where those are of whom nothing is known.
func Read(window string, by map[string][]string, zone *time.Location) (*Hours, error) {
	all, err := Parse(window)
	if err != nil {
		return nil, err
	}
	rules := Rules{Window: all, Zone: zone}
	for area, typed := range by {
		for _, one := range typed {
			w, err := Parse(one)
			if err != nil {
				return nil, fmt.Errorf("hours.by %s: %w", area, err)
			}
			if rules.By == nil {
				rules.By = map[string][]Window{}
			}
			rules.By[area] = append(rules.By[area], w)
		}
	}
	return New(rules)
}

// Location is the zone of that name, by the system's data or, where it has none, by the rules
// that hold now; nil if there is none such.
func Location(name string) *time.Location {
	if name == "" || name == "Local" { // which package time takes for others
		return nil
	}
	l, err := time.LoadLocation(name)
	if err != nil {
		return clockOf(name)
	}
	return l
}
