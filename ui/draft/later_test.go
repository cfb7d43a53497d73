package draft

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"telex/ui/text"
)

func zoneOf(t *testing.T, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Skipf("no data of zones: %v", err)
	}
	return zone
}

func TestReadLater(t *testing.T) {
	newYork := zoneOf(t, "America/New_York")
	now := time.Date(2026, 11, 26, 9, 30, 0, 0, newYork) // a Thursday
	for typed, want := range map[string]string{
		"09:00":                             "2026-11-27T14:00:00Z America/New_York 09:00",
		" 9:31 ":                            "2026-11-26T14:31:00Z America/New_York 09:31",
		"09:30":                             "2026-11-27T14:30:00Z America/New_York 09:30", // it is that now
		"09:30:30":                          "2026-11-26T14:30:30Z America/New_York 09:30",
		"today 10:00":                       "2026-11-26T15:00:00Z America/New_York 10:00",
		"tomorrow 09:00":                    "2026-11-27T14:00:00Z America/New_York 09:00",
		"Monday 09:00":                      "2026-11-30T14:00:00Z America/New_York 09:00",
		"thu 09:00":                         "2026-12-03T14:00:00Z America/New_York 09:00",
		"THU 10:00":                         "2026-11-26T15:00:00Z America/New_York 10:00",
		"2027-07-01 09:00":                  "2027-07-01T13:00:00Z America/New_York 09:00",
		"2027-07-01T09:00":                  "2027-07-01T13:00:00Z America/New_York 09:00",
		"2027-07-01 09:00:05":               "2027-07-01T13:00:05Z America/New_York 09:00",
		"09:00 America/Chicago":             "2026-11-26T15:00:00Z America/Chicago 09:00", // where it is 08:30
		"2027-07-01 09:00 UTC":              "2027-07-01T09:00:00Z  ",
		"fri 09:00 Europe/Berlin":           "2026-11-27T08:00:00Z Europe/Berlin 09:00",
		"2026-12-01T09:00:00+01:00":         "2026-12-01T08:00:00Z  ",
		"2026-12-01 09:00:00Z":              "2026-12-01T09:00:00Z  ",
		"2h":                                "2026-11-26T16:30:00Z  ",
		"+90m":                              "2026-11-26T16:00:00Z  ",
		"1d":                                "2026-11-27T14:30:00Z  ",
		"2027-03-14 02:30":                  "2027-03-14T07:00:00Z America/New_York 02:30", // no clock shows that
		"2027-11-07 01:30":                  "2027-11-07T05:30:00Z America/New_York 01:30", // shown twice
		"2027-11-07 01:30:00 -05:00":        "2027-11-07T06:30:00Z  ",
		"2027-04-04 02:30 Australia/Sydney": "2027-04-03T15:30:00Z Australia/Sydney 02:30",
		"2027-10-03 02:30 Australia/Sydney": "2027-10-02T16:00:00Z Australia/Sydney 02:30",
	} {
		l, err := ReadLater(typed, now)
		if err != nil {
			t.Errorf("%q: %v, want %s", typed, err, want)
			continue
		}
		w, err := l.When(newYork, now)
		shown := " "
		if w.Zone != "" {
			shown = w.Zone + " " + w.Wall.Format("15:04")
		}
		if got := w.At.Format(time.RFC3339) + " " + shown; err != nil || strings.TrimSpace(got) != strings.TrimSpace(want) {
			t.Errorf("%q: %s, %v, want %s", typed, got, err, want)
		}
	}
	for typed, want := range map[string]string{
		"": "no time was given", "soon": "is not a time", "2026-12-01": "is not a time", "9am": "is not a time", "25:00": "is not a time", "24:00": "is not a time",
		"9:5": "is not a time", "2026-02-30 09:00": "is not a time", "2026-12-01 09:00 EST": "is not a time", "someday 09:00": "is not a time", "09:00 10:00": "is not a time",
		"-2h": "no time to come", "0s": "no time to come", "09:00 America/Chicgo": "no time zone that is known", "09:00 \x1b/A": "no time zone", "12": "is not a time",
		"09:00:00.5": "is not a time", "1.12.2026 09:00": "is not a time",
	} {
		_, err := ReadLater(typed, now)
		if err == nil || !strings.Contains(err.Error(), want) || text.Clean(err.Error()) != err.Error() {
			t.Errorf("%q: %v, want a printable error with %q", typed, err, want)
		}
	}
	for typed, want := range map[string]string{
		"2026-11-26 09:00": `"2026-11-26 09:00" is over: it was Thu 2026-11-26 09:00:00 EST`, "today 09:00": "is over", "2026-11-26T14:29:59Z": "is over",
		"2036-11-26 09:00": "more than a year ahead: Wed 2036-11-26", "9000h": "more than a year ahead",
	} {
		l, err := ReadLater(typed, now)
		if err != nil {
			t.Errorf("%q: %v, want it to be read", typed, err)
			continue
		}
		if _, err := l.When(newYork, now); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", typed, err, want)
		}
	}
}

// By their clocks nobody gets it before that time, wherever they are of where their number
// may be.
func TestTheirTime(t *testing.T) {
	newYork := zoneOf(t, "America/New_York")
	now := time.Date(2026, 11, 26, 9, 30, 0, 0, newYork)
	for _, c := range []struct{ typed, number, zone, want string }{
		{"2026-11-27 09:00", "+19195550100", "", "2026-11-27T14:00:00Z"},
		{"2026-11-27 09:00", "+13125550100", "", "2026-11-27T15:00:00Z"},
		{"2026-11-27 09:00", "+18505550100", "", "2026-11-27T15:00:00Z"}, // Chicago, or New York
		{"09:00", "+18505550100", "", "2026-11-26T15:00:00Z"},            // over in New York, and not in Chicago
		{"09:00", "+19195550100", "", "2026-11-27T14:00:00Z"},
		{"09:00", "+13105550100", "", "2026-11-26T17:00:00Z"},
		{"09:00", "+4915112345678", "", "2026-11-27T08:00:00Z"},
		{"09:00", "+18005550100", "America/Denver", "2026-11-26T16:00:00Z"},
		{"09:00", "+19195550100", "Pacific/Honolulu", "2026-11-26T19:00:00Z"},
		{"09:00", "+18005550100", "", "where +18005550100 is"},
		{"09:00", "+18005550100", "Nowhere/Land", "where +18005550100 is"},
		{"today 09:00", "+19195550100", "", "is over"},
	} {
		l, err := ReadLater(c.typed, now)
		if err != nil || !l.IsClock() {
			t.Fatalf("%q: %v, clock %t", c.typed, err, l.IsClock())
		}
		w, err := l.Theirs(c.number, c.zone, now)
		got := w.At.Format(time.RFC3339)
		if err != nil {
			got = err.Error()
		}
		if !strings.Contains(got, c.want) || err == nil && w.Zone == "" {
			t.Errorf("%s for %s in %q: %s (%s), want %s", c.typed, c.number, c.zone, got, w.Zone, c.want)
		}
		if _, unknown := errors.AsType[*PlaceError](err); unknown != strings.HasPrefix(c.want, "where") {
			t.Errorf("%s for %s: %v, want a PlaceError: %t", c.typed, c.number, err, !unknown)
		}
	}
}

func TestNamedZone(t *testing.T) {
	newYork := zoneOf(t, "America/New_York")
	none := func(string) (string, error) { return "", os.ErrNotExist }
	file := func(s string) func(string) ([]byte, error) {
		return func(string) ([]byte, error) {
			if s == "" {
				return nil, os.ErrNotExist
			}
			return []byte(s), nil
		}
	}
	at := time.Date(2026, 11, 26, 9, 0, 0, 0, time.UTC)
	local := at.Local() //nolint:gosmopolitan // what is tested
	if local.Location().String() == "Local" {
		if got := namedZone(local, none, file("")); got.String() != "Local" {
			t.Errorf("without any name it is %v", got)
		}
		if got := namedZone(local, none, file("Asia/Kathmandu\n")); got.String() != "Local" {
			t.Errorf("by the name of another zone it is %v", got)
		}
		if _, offset := local.Zone(); offset == 0 {
			link := func(string) (string, error) { return "/usr/share/zoneinfo/Etc/UTC", nil }
			if got := namedZone(local, link, file("")); got.String() != "UTC" && got.String() != "Local" {
				t.Errorf("by a link it is %v", got)
			}
		}
	}
	if got := NamedZone(at.In(newYork)); got != newYork {
		t.Errorf("what has a name is %v", got)
	}
}

func FuzzReadLater(f *testing.F) {
	for _, s := range []string{"09:00", "tomorrow 9:00", "Mon 09:00 America/Chicago", "2026-12-01T09:00:00+01:00", "2h", "1d12h", "2027-03-14 02:30"} {
		f.Add(s)
	}
	now := time.Date(2026, 11, 26, 9, 30, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, typed string) {
		l, err := ReadLater(typed, now)
		if err != nil {
			if said := err.Error(); text.Clean(said) != said {
				t.Errorf("%q: %q has what no terminal should get", typed, said)
			}
			return
		}
		if w, err := l.When(time.UTC, now); err == nil && (!w.At.After(now) || w.At.Sub(now) > MostLater) {
			t.Errorf("%q is %v, and that was let pass", typed, w)
		}
	})
}
