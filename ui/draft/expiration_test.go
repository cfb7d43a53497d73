package draft

import (
	"testing"
	"time"

	"telex/ui/text"
)

func TestReadExpiration(t *testing.T) {
	now := time.Date(2026, 5, 4, 15, 30, 0, 0, time.UTC)
	for in, want := range map[string]time.Time{
		"":                          {},
		"  ":                        {},
		"2h":                        now.Add(2 * time.Hour),
		" 90m ":                     now.Add(90 * time.Minute),
		"16:00":                     time.Date(2026, 5, 4, 16, 0, 0, 0, time.UTC),
		"15:30":                     time.Date(2026, 5, 5, 15, 30, 0, 0, time.UTC),
		"09:05":                     time.Date(2026, 5, 5, 9, 5, 0, 0, time.UTC),
		"2026-06-01 08:00":          time.Date(2026, 6, 1, 8, 0, 0, 0, time.UTC),
		"2026-06-01T08:00:00+02:00": time.Date(2026, 6, 1, 6, 0, 0, 0, time.UTC),

		"1d": now.AddDate(0, 0, 1), "7d": now.AddDate(0, 0, 7), "1w": now.AddDate(0, 0, 7), "2 days": now.AddDate(0, 0, 2),
		"2h30": now.Add(150 * time.Minute), "30min": now.Add(30 * time.Minute), "1 Hour": now.Add(time.Hour),
		"1d12h": now.AddDate(0, 0, 1).Add(12 * time.Hour), "1.5h": now.Add(90 * time.Minute), "2m30": now.Add(150 * time.Second),
		"+3h": now.Add(3 * time.Hour), "0s": now, "-2h": now.Add(-2 * time.Hour), "-1d": now.AddDate(0, 0, -1),

		"2026-06-01 08:00:00+00:00":   time.Date(2026, 6, 1, 8, 0, 0, 0, time.UTC), // date --rfc-3339=seconds
		"2026-06-01T08:00+02:00":      time.Date(2026, 6, 1, 6, 0, 0, 0, time.UTC), // date -Iminutes
		"2026-06-01T08:00:00":         time.Date(2026, 6, 1, 8, 0, 0, 0, time.UTC), // date +%FT%T, isoformat()
		"2026-06-01 08:00:00":         time.Date(2026, 6, 1, 8, 0, 0, 0, time.UTC), // date '+%F %T'
		"2026-06-01t08:00:00z":        time.Date(2026, 6, 1, 8, 0, 0, 0, time.UTC),
		"2026-06-01T08:00:00+0200":    time.Date(2026, 6, 1, 6, 0, 0, 0, time.UTC),
		"2026-06-01 08:00:00 +0200":   time.Date(2026, 6, 1, 6, 0, 0, 0, time.UTC),
		"2026-06-01T08:00:00-04":      time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC),
		"2026-06-01 08:00 UTC":        time.Date(2026, 6, 1, 8, 0, 0, 0, time.UTC),
		"2026-06-01T08:00:00.123456Z": time.Date(2026, 6, 1, 8, 0, 0, 123456000, time.UTC),
		"2026-06-01":                  time.Date(2026, 6, 1, 23, 59, 59, 0, time.UTC), // its end
		"2026-05-04":                  time.Date(2026, 5, 4, 23, 59, 59, 0, time.UTC),
		"2026-05-01":                  time.Date(2026, 5, 1, 23, 59, 59, 0, time.UTC), // it is over
		"16:00:30":                    time.Date(2026, 5, 4, 16, 0, 30, 0, time.UTC),
	} {
		if got, err := ReadExpiration(in, now); err != nil || !got.Equal(want) {
			t.Errorf("ReadExpiration(%q): got %v, %v, want %v", in, got, err, want)
		}
	}
	for _, in := range []string{
		"0", "5", "1d12", "2h1d", "1d1d", "h", "-", "99999999999d", "2026-06-01T", "2026-02-30", "2026-06-01 08:00 EST", "soon", "25:00", "2026-13-01 08:00", "2h\x1b",
	} {
		if got, err := ReadExpiration(in, now); err == nil || text.Clean(err.Error()) != err.Error() {
			t.Errorf("ReadExpiration(%q): got %v, %v, want a printable error", in, got, err)
		}
	}
}

// Without a zone a time is that of where one is, and it is known that none was written.
func TestReadMomentLocally(t *testing.T) {
	here := time.FixedZone("EST", -5*3600)
	now := time.Date(2026, 5, 4, 15, 30, 0, 0, here)
	for typed, want := range map[string]struct {
		at    string
		local bool
	}{
		"2026-06-01 08:00":     {"2026-06-01T13:00:00Z", true},
		"2026-06-01":           {"2026-06-02T04:59:59Z", true},
		"16:00":                {"2026-05-04T21:00:00Z", true},
		"2026-06-01T08:00:00Z": {"2026-06-01T08:00:00Z", false},
		"2h":                   {"2026-05-04T22:30:00Z", false},
	} {
		at, err := ReadExpiration(typed, now)
		if got := at.UTC().Format(time.RFC3339); err != nil || got != want.at || ExpiresLocally(typed, now) != want.local {
			t.Errorf("%q: got %s, %v, local %v, want %s, local %v", typed, got, err, ExpiresLocally(typed, now), want.at, want.local)
		}
	}
}
