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
