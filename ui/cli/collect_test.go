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
	collectSooner()
	if got := debug.SetGCPercent(400); got != soonerPercent {
		t.Errorf("got %d percent, want %d", got, soonerPercent)
	}
	collectSooner()
	if got := debug.SetGCPercent(400); got != 400 {
		t.Errorf("got %d percent, want the 400 of before", got)
	}
}
