package hours

import (
	"strings"
	"testing"
	"time"
)

// TestClocks: the rules that are kept agree with the data of the system, for each zone that
// a number may be of and in each hour of the years to come in which clocks are changed.
func TestClocks(t *testing.T) {
	seen := map[string]bool{}
	for _, zones := range zoneSets {
		for name := range strings.FieldsSeq(zones) {
			if seen[name] {
				continue
			}
			seen[name] = true
			want, err := time.LoadLocation(name)
			if err != nil {
				t.Fatal(err)
			}
			got := clockOf(name)
			if got == nil {
				t.Errorf("%s has no rule", name)
				continue
			}
			for at := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC); at.Year() < 2029; at = at.Add(11 * time.Hour) {
				if _, offset := at.In(got).Zone(); offset != offsetOf(at, want) {
					t.Errorf("in %s at %v it is %ds from UTC by the rule, %ds by the system", name, at, offset, offsetOf(at, want))
					break
				}
			}
		}
	}
	if len(seen) < 250 {
		t.Errorf("only %d zones", len(seen))
	}
	for _, name := range []string{"", "Amerika/Chicago", "America/New_York EST5EDT,M3.2.0,M11.1.0", "\nAmerica/New_York"} {
		if l := clockOf(name); l != nil {
			t.Errorf("%q is %v", name, l)
		}
	}
}

func offsetOf(at time.Time, l *time.Location) int {
	_, offset := at.In(l).Zone()
	return offset
}

// TestNextByRule: with the rules alone the hours are the same.
func TestNextByRule(t *testing.T) {
	bySystem, byRule := newHours(t, Rules{Window: Federal}), newHours(t, Rules{Window: Federal})
	numbers := []string{"+14485550100", "+19075550100", "+19285550100", "+4915112345678", "+61412345678", "+18005550100"}
	for _, number := range numbers {
		for name := range strings.FieldsSeq(PlaceOf(number).Zones) {
			byRule.loaded[name] = clockOf(name)
		}
		for now := at(t, "2027-02-20T00:00:00Z"); now.Before(at(t, "2027-04-20T00:00:00Z")); now = now.Add(7 * time.Hour) {
			from, until, ok := byRule.Next(number, "", now)
			wantFrom, wantUntil, wantOK := bySystem.Next(number, "", now)
			if ok != wantOK || !from.Equal(wantFrom) || !until.Equal(wantUntil) {
				t.Fatalf("%s at %v: %v to %v; by the system %v to %v", number, now, from, until, wantFrom, wantUntil)
			}
		}
	}
}
