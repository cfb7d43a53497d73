package draft

import (
	"strings"
	"testing"
	"time"
)

func TestReadPeriod(t *testing.T) {
	zone := time.FixedZone("", 2*60*60)
	now := time.Date(2026, 11, 26, 15, 4, 5, 0, zone) // a Thursday
	const form = "2006-01-02 15:04"
	for typed, want := range map[string]string{
		"today":                "2026-11-26 00:00 to 2026-11-27 00:00",
		" Yesterday ":          "2026-11-25 00:00 to 2026-11-26 00:00",
		"thu":                  "2026-11-26 00:00 to 2026-11-27 00:00",
		"Friday":               "2026-11-20 00:00 to 2026-11-21 00:00",
		"fri":                  "2026-11-20 00:00 to 2026-11-21 00:00",
		"2026-05-03":           "2026-05-03 00:00 to 2026-05-04 00:00",
		"2026-02":              "2026-02-01 00:00 to 2026-03-01 00:00",
		"7d":                   "2026-11-19 15:04 to 2026-11-19 15:04",
		"12h":                  "2026-11-26 03:04 to 2026-11-26 03:04",
		"2026-05-03T10:00":     "2026-05-03 10:00 to 2026-05-03 10:00",
		"2026-05-03T10:00:00Z": "2026-05-03 12:00 to 2026-05-03 12:00",
		"":                     "", "fr": "", "2026-13-01": "", "2026-13": "", "-7d": "", "soon": "", "t": "",
	} {
		p, ok := ReadPeriod(typed, now)
		got := ""
		if ok {
			got = p.Since.In(zone).Format(form) + " to " + p.Until.In(zone).Format(form)
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", typed, got, want)
		}
	}
}

// TestReadSearch: days are taken out of a search, and nothing else is.
func TestReadSearch(t *testing.T) {
	now := time.Date(2026, 11, 26, 15, 4, 5, 0, time.UTC)
	const form = "2006-01-02"
	for typed, want := range map[string]string{
		"":                                  "||",
		"build green":                       "build green||",
		"build since:2026-11-20 green":      "build green|2026-11-20|",
		"until:2026-11-20":                  "||2026-11-21",
		"ON:yesterday x":                    "x|2026-11-25|2026-11-26",
		"since:2026-10-01 until:2026-10-31": "|2026-10-01|2026-11-01",
		"since:":                            "||",
		`"since:today" now`:                 "since:today now||",
		`"quoted" words`:                    `"quoted" words||`,
		"today yesterday":                   "today yesterday||",
		"https://x on: note:x":              "https://x note:x||",
	} {
		s := ReadSearch(typed, now)
		day := func(t time.Time) string {
			if t.IsZero() {
				return ""
			}
			return t.Format(form)
		}
		if got := s.Words + "|" + day(s.Since) + "|" + day(s.Until); got != want || s.Wrong != "" {
			t.Errorf("%q: got %q %q, want %q", typed, got, s.Wrong, want)
		}
	}
	for _, typed := range []string{"since:soon", "x until:2026-13-01", "on:7d"} {
		if s := ReadSearch(typed, now); !strings.Contains(s.Wrong, typed[strings.Index(typed, " ")+1:]+" is not understood") {
			t.Errorf("%q: got %q, want to be told", typed, s.Wrong)
		}
	}
}
