package hours

import (
	"testing"
	"time"
)

// TestShown: it is a time where somebody is when it is that in all places where that may be.
func TestShown(t *testing.T) {
	h, err := Read("08:00-21:00", nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ wall, number, zone, want string }{
		{"2026-11-27T09:00:00", "+19195550101", "", "2026-11-27T09:00:00-05:00"},
		{"2026-11-27T09:00:00", "+19195550101", "Pacific/Honolulu", "2026-11-27T09:00:00-10:00"},
		{"2026-11-27T09:00:00", "+19195550101", "Mars/Olympus", "2026-11-27T09:00:00-05:00"},
		{"2026-11-27T09:00:00", "+18505550101", "", "2026-11-27T09:00:00-06:00"}, // two zones: the later one
		{"2026-11-27T09:00:00", "+14485550101", "", "2026-11-27T09:00:00-06:00"}, // its overlay
		{"2026-11-27T09:00:00", "+18005550101", "", ""},                          // anywhere
		{"2026-11-27T09:00:00", "nobody", "", ""},
		{"2026-03-08T02:30:00", "+19195550101", "", "2026-03-08T03:00:00-04:00"}, // set forward over it
		{"2026-11-01T01:30:00", "+19195550101", "", "2026-11-01T01:30:00-04:00"}, // shown twice
	} {
		wall, err := time.Parse("2006-01-02T15:04:05", c.wall)
		if err != nil {
			t.Fatal(err)
		}
		at, ok := Shown(wall, c.number, c.zone)
		if got := at.Format(time.RFC3339); ok != (c.want != "") || ok && got != c.want {
			t.Errorf("Shown(%s, %s, %q) = %s, %t, want %q", c.wall, c.number, c.zone, got, ok, c.want)
		}
		if again, same := h.Shown(wall, c.number, c.zone); !again.Equal(at) || same != ok {
			t.Errorf("Hours says %v, %t, and not %v, %t", again, same, at, ok)
		}
	}
}
