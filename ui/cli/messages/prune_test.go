package messages

import (
	"testing"
	"time"
)

func TestReadPast(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.FixedZone("", 3600))
	for typed, want := range map[string]string{
		"2026-01-31": "2026-01-30T23:00:00Z", "2026-01-31T18:00:00Z": "2026-01-31T18:00:00Z", "28d": "2026-02-01T11:00:00Z",
		"12h": "2026-02-28T23:00:00Z", "0d": "2026-03-01T11:00:00Z", "4294967295d": "1925-12-16T11:00:00Z",
		"": "", "-1d": "", "-1h": "", "2026-13-01": "", "2026-03-02": "", "d": "", "1.5d": "", "99999999999d": "", "yesterday": "",
	} {
		at, err := readPast(typed, now)
		got := ""
		if err == nil {
			got = at.UTC().Format(time.RFC3339)
		}
		if got != want {
			t.Errorf("readPast(%q): got %q, %v, want %q", typed, got, err, want)
		}
	}
}
