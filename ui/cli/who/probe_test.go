package who

import (
	"testing"
	"time"
)

func TestAheadOf(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
	tests := []struct{ before, after, want time.Duration }{
		{0, 0, 0},
		{0, 999 * time.Millisecond, 0},
		{-500 * time.Millisecond, 100 * time.Millisecond, 0},
		{-3 * time.Minute, -2 * time.Minute, -2 * time.Minute},
		{time.Hour, time.Hour + time.Second, time.Hour - time.Second},
		{-time.Hour, time.Hour, 0},
	}
	for _, tt := range tests {
		if got := aheadOf(at.Add(tt.before), at.Add(tt.after), at); got != tt.want {
			t.Errorf("aheadOf(%s, %s): got %s, want %s", tt.before, tt.after, got, tt.want)
		}
	}
}
