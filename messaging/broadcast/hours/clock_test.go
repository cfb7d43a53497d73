package hours

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestClocks: the rules that are kept agree with the data of the system, for each zone that
// a number may be of and in each hour of the years to come in which clocks are changed. A
// system may have older or younger data, in which a few zones go otherwise.
func TestClocks(t *testing.T) {
	const changed = 5 // zones, between one release of the database and those around it
	seen, others := map[string]bool{}, []string{}
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
					others = append(others, fmt.Sprintf("in %s at %v it is %ds from UTC by the rule, %ds by the system", name, at, offset, offsetOf(at, want)))
					break
				}
			}
		}
	}
	if len(others) > changed {
		t.Errorf("the system has other rules for %d zones:\n%s", len(others), strings.Join(others, "\n"))
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

// TestClocksOfLate: zones that changed their rule after the data of many systems was made.
func TestClocksOfLate(t *testing.T) {
	for _, tt := range []struct{ zone, at, want string }{
		{"America/Vancouver", "2027-01-15T12:00:00Z", "05:00"},
		{"America/Vancouver", "2027-07-15T12:00:00Z", "05:00"},
		{"Europe/Chisinau", "2027-03-28T00:30:00Z", "02:30"}, // an hour before it was set forward so far
		{"Europe/Chisinau", "2027-03-28T01:30:00Z", "04:30"},
	} {
		if got := at(t, tt.at).In(clockOf(tt.zone)).Format("15:04"); got != tt.want {
			t.Errorf("%s at %s: got %s, want %s", tt.zone, tt.at, got, tt.want)
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
