package hours

import (
	"strings"
	"testing"
	"time"
)

func window(t *testing.T, s string) Window {
	t.Helper()
	w, err := Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func newHours(t *testing.T, r Rules) *Hours {
	t.Helper()
	h, err := New(r)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func at(t *testing.T, s string) time.Time {
	t.Helper()
	when, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return when
}

// TestNext has the first time and the end of it in UTC.
func TestNext(t *testing.T) {
	federal := Rules{Window: Federal}
	states := Rules{Window: Federal, By: map[string][]Window{
		"TX":  {window(t, "Mon-Sat 09:00-21:00"), window(t, "Sun 12:00-21:00")},
		"FL":  {window(t, "08:00-20:00")},
		"CT":  {window(t, "Mon-Fri 09:00-20:00")},
		"212": {window(t, "10:00-12:00"), window(t, "14:00-16:00")},
		"NS":  {window(t, "10:00-21:00")},
	}}
	for _, c := range []struct {
		what              string
		rules             Rules
		number, zone, now string
		from, until       string // "": never
	}{
		{"within", federal, "+19195550100", "", "2026-11-26T15:00:00Z", "2026-11-26T15:00:00Z", "2026-11-27T02:00:00Z"},
		{"too early", federal, "+19195550100", "", "2026-11-26T11:00:00Z", "2026-11-26T13:00:00Z", "2026-11-27T02:00:00Z"},
		{"the first moment", federal, "+19195550100", "", "2026-11-26T13:00:00Z", "2026-11-26T13:00:00Z", "2026-11-27T02:00:00Z"},
		{"the last moment is over", federal, "+19195550100", "", "2026-11-27T02:00:00Z", "2026-11-27T13:00:00Z", "2026-11-28T02:00:00Z"},
		{"Hawaii sleeps", federal, "+18085550100", "", "2026-11-26T15:00:00Z", "2026-11-26T18:00:00Z", "2026-11-27T07:00:00Z"},
		{"an overlay of two zones: not at 7 in Pensacola", federal, "+14485550100", "", "2026-11-26T13:00:00Z", "2026-11-26T14:00:00Z", "2026-11-27T02:00:00Z"},
		{"and not after 9 in Tallahassee", federal, "+14485550100", "", "2026-11-27T02:30:00Z", "2026-11-27T14:00:00Z", "2026-11-28T02:00:00Z"},
		{"the zone of the list counts more", federal, "+14485550100", "America/Chicago", "2026-11-27T02:30:00Z", "2026-11-27T02:30:00Z", "2026-11-27T03:00:00Z"},
		{"a zone that there is not does not", federal, "+14485550100", "Amerika/Chicago", "2026-11-27T02:30:00Z", "2026-11-27T14:00:00Z", "2026-11-28T02:00:00Z"},
		{"nor does that of this machine", federal, "+14485550100", "Local", "2026-11-27T02:30:00Z", "2026-11-27T14:00:00Z", "2026-11-28T02:00:00Z"},
		{"a toll-free number is everywhere", federal, "+18005550100", "", "2026-11-26T15:00:00Z", "2026-11-26T22:00:00Z", "2026-11-27T00:30:00Z"},
		{"Germany", federal, "+4915112345678", "", "2026-11-26T06:59:00Z", "2026-11-26T07:00:00Z", "2026-11-26T20:00:00Z"},
		{"India, half an hour off", federal, "+919812345678", "", "2026-11-26T02:00:00Z", "2026-11-26T02:30:00Z", "2026-11-26T15:30:00Z"},
		{"nobody's number: UTC", federal, "+999123456", "", "2026-11-26T07:00:00Z", "2026-11-26T08:00:00Z", "2026-11-26T21:00:00Z"},
		{"nobody's number: where we are", Rules{Window: Federal, Zone: zone(t, "Asia/Tokyo")}, "+999123456", "", "2026-11-26T07:00:00Z", "2026-11-26T07:00:00Z", "2026-11-26T12:00:00Z"},

		{"Texas on a Thursday", states, "+12145550100", "", "2026-11-26T14:30:00Z", "2026-11-26T15:00:00Z", "2026-11-27T03:00:00Z"},
		{"Texas on a Sunday", states, "+12145550100", "", "2026-11-29T15:00:00Z", "2026-11-29T18:00:00Z", "2026-11-30T03:00:00Z"},
		{"Florida ends at 8", states, "+13055550100", "", "2026-11-27T01:30:00Z", "2026-11-27T13:00:00Z", "2026-11-28T01:00:00Z"},
		{"Florida's rule, where the person is", states, "+13055550100", "America/Los_Angeles", "2026-11-27T03:30:00Z", "2026-11-27T03:30:00Z", "2026-11-27T04:00:00Z"},
		{"a day that no row names", states, "+12035550100", "", "2026-11-28T15:00:00Z", "2026-11-30T14:00:00Z", "2026-12-01T01:00:00Z"},
		{"an area code with a pause", states, "+12125550100", "", "2026-11-26T17:30:00Z", "2026-11-26T19:00:00Z", "2026-11-26T21:00:00Z"},
		{"a rule of one of two provinces", states, "+19025550100", "", "2026-11-26T12:00:00Z", "2026-11-26T14:00:00Z", "2026-11-27T01:00:00Z"},
		{"others are not concerned", states, "+19195550100", "", "2026-11-26T13:00:00Z", "2026-11-26T13:00:00Z", "2026-11-27T02:00:00Z"},

		// On 8 March 2026 clocks in the US go from 2 to 3, on 1 November from 2 to 1.
		{"the day before an hour is lost", federal, "+19195550100", "", "2026-03-07T14:00:00Z", "2026-03-07T14:00:00Z", "2026-03-08T02:00:00Z"},
		{"the day on which it is", federal, "+19195550100", "", "2026-03-08T03:00:00Z", "2026-03-08T12:00:00Z", "2026-03-09T01:00:00Z"},
		{"the day on which one is won", federal, "+19195550100", "", "2026-11-01T02:00:00Z", "2026-11-01T13:00:00Z", "2026-11-02T02:00:00Z"},
		{"Phoenix does not change, Gallup's side of the area code does", federal, "+19285550100", "", "2026-07-01T13:00:00Z", "2026-07-01T15:00:00Z", "2026-07-02T03:00:00Z"},
		{"a beginning that is left out", Rules{Window: window(t, "02:30-21:00")}, "+19195550100", "", "2026-03-08T06:00:00Z", "2026-03-08T07:00:00Z", "2026-03-09T01:00:00Z"},
		{"an end that is left out", Rules{Window: window(t, "01:00-02:30")}, "+19195550100", "", "2026-03-08T06:00:00Z", "2026-03-08T06:00:00Z", "2026-03-08T07:00:00Z"},
		{"a beginning that comes twice counts the second time", Rules{Window: window(t, "01:30-21:00")}, "+19195550100", "", "2026-11-01T05:00:00Z", "2026-11-01T06:30:00Z", "2026-11-02T02:00:00Z"},
		{"an end that comes twice counts the first time", Rules{Window: window(t, "00:00-01:30")}, "+19195550100", "", "2026-11-01T05:00:00Z", "2026-11-01T05:00:00Z", "2026-11-01T05:30:00Z"},
		{"a night that ends before it begins", Rules{Window: window(t, "01:10-01:50")}, "+19195550100", "", "2026-11-01T05:00:00Z", "2026-11-02T06:10:00Z", "2026-11-02T06:50:00Z"},

		{"a day without an end", Rules{Window: window(t, "00:00-24:00")}, "+19195550100", "", "2026-11-26T15:00:00Z", "2026-11-26T15:00:00Z", "2026-11-27T05:00:00Z"},
		{"never everywhere at once", Rules{Window: window(t, "09:00-10:00")}, "+18005550100", "", "2026-11-26T15:00:00Z", "", ""},
	} {
		h := newHours(t, c.rules)
		from, until, ok := h.Next(c.number, c.zone, at(t, c.now))
		got := [2]string{from.UTC().Format(time.RFC3339), until.UTC().Format(time.RFC3339)}
		if !ok {
			got = [2]string{}
		}
		if got != [2]string{c.from, c.until} {
			t.Errorf("%s: %s at %s: %v; want %v", c.what, c.number, c.now, got, [2]string{c.from, c.until})
		}
	}
}

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	l, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestOff(t *testing.T) {
	h := newHours(t, Rules{Window: Off, By: map[string][]Window{"TX": {Federal}}})
	now := at(t, "2026-11-26T05:00:00Z")
	if from, until, ok := h.Next("+12145550100", "", now); !ok || !from.Equal(now) || !until.IsZero() {
		t.Errorf("with hours off a text goes from %v until %v, %v; want now, without an end", from, until, ok)
	}
}

func TestNewRefuses(t *testing.T) {
	for key, want := range map[string]string{"Texas": "give an area code", "tx": "give an area code", "12": "give an area code", "119": "give an area code"} {
		if _, err := New(Rules{Window: Federal, By: map[string][]Window{key: {Federal}}}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("hours by %q: %v; want an error with %q", key, err, want)
		}
	}
	if _, err := New(Rules{Window: Federal, By: map[string][]Window{"TX": nil}}); err == nil {
		t.Error("hours by TX without any are taken")
	}
}

// TestRemembers: what was found for a time is not taken for another, whatever the order of
// the questions.
func TestRemembers(t *testing.T) {
	rules := Rules{Window: Federal, By: map[string][]Window{"TX": {window(t, "Mon-Sat 09:00-21:00")}}}
	remembering := newHours(t, rules)
	start := at(t, "2026-10-30T00:00:00Z")
	for i := range 150 {
		now := start.Add(time.Duration(i*7919%150) * 97 * time.Minute)
		for _, number := range []string{"+12145550100", "+14325550100", "+14485550100"} {
			from, until, ok := remembering.Next(number, "", now)
			wantFrom, wantUntil, wantOK := newHours(t, rules).Next(number, "", now)
			if !from.Equal(wantFrom) || !until.Equal(wantUntil) || ok != wantOK {
				t.Fatalf("%s at %v: %v to %v, %v; asked alone %v to %v, %v", number, now, from, until, ok, wantFrom, wantUntil, wantOK)
			}
		}
	}
}

// TestNeverOutside: at no minute that is given is it outside the hours at any place that
// the number may be of.
func TestNeverOutside(t *testing.T) {
	h := newHours(t, Rules{Window: Federal})
	for _, number := range []string{"+14485550100", "+18675550100", "+19075550100", "+17095550100", "+79161234567", "+61412345678", "+5511987654321"} {
		var zones []*time.Location
		for _, name := range strings.Fields(PlaceOf(number).Zones) {
			zones = append(zones, zone(t, name))
		}
		for now := at(t, "2026-03-01T00:00:00Z"); now.Before(at(t, "2026-04-10T00:00:00Z")); now = now.Add(5 * time.Hour) {
			from, until, ok := h.Next(number, "", now)
			if !ok {
				continue
			}
			if from.Before(now) || !from.Before(until) {
				t.Fatalf("%s at %v: %v to %v", number, now, from, until)
			}
			for when := from; when.Before(until); when = when.Add(13 * time.Minute) {
				for _, there := range zones {
					if hour := when.In(there).Hour(); hour < 8 || hour >= 21 {
						t.Fatalf("%s at %v: it is %d o'clock in %s", number, when, hour, there)
					}
				}
			}
		}
	}
}
