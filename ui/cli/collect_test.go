package cli

import (
	"runtime/debug"
	"testing"
)

// TestCollectSooner: the screens have memory collected sooner than Go does by itself, and
// as the user wants it where they say so.
func TestCollectSooner(t *testing.T) {
	was := debug.SetGCPercent(100)
	defer debug.SetGCPercent(was)
	for said, want := range map[string]int{"": soonerPercent, "100": 100, "400": 100} { // Go itself heeds it, at the start
		t.Setenv("GOGC", said)
		debug.SetGCPercent(100)
		collectSooner()
		if got := debug.SetGCPercent(100); got != want {
			t.Errorf("with GOGC=%s got %d percent, want %d", said, got, want)
		}
	}
}
