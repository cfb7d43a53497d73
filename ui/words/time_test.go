package words

import (
	"testing"
	"time"
)

func TestAge(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Hour: "a moment", 0: "a moment", 2 * time.Second: "2 seconds", 119 * time.Second: "119 seconds", 2 * time.Minute: "2 minutes",
		119 * time.Minute: "119 minutes", 2 * time.Hour: "2 hours", 47 * time.Hour: "47 hours", 48 * time.Hour: "2 days",
	} {
		if got := Age(d); got != want {
			t.Errorf("Age(%s): got %q, want %q", d, got, want)
		}
	}
}

func TestAgo(t *testing.T) {
	for d, want := range map[time.Duration]string{
		5 * time.Minute: "5 minutes ago", 0: "a moment ago", -2 * time.Minute: "a moment ago",
		-time.Hour: "at a time 60 minutes ahead, by a wrong clock", -5 * 365 * 24 * time.Hour: "at a time 1825 days ahead, by a wrong clock",
	} {
		if got := Ago(d); got != want {
			t.Errorf("Ago(%s): got %q, want %q", d, got, want)
		}
	}
}
