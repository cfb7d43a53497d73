package broadcast

import (
	"math"
	"runtime/debug"
	"testing"
)

// TestThrifty: who sends keeps to the memory that there is, and no longer than it sends; a bound that somebody
// set stays.
func TestThrifty(t *testing.T) {
	set := debug.SetMemoryLimit(math.MaxInt64)
	defer debug.SetMemoryLimit(set)
	end := thrifty()
	if got := debug.SetMemoryLimit(-1); got < thriftRoom || got == math.MaxInt64 {
		t.Errorf("the bound is %d bytes, want what there is and %d more", got, thriftRoom)
	}
	end()
	if got := debug.SetMemoryLimit(-1); got != math.MaxInt64 {
		t.Errorf("afterwards the bound is %d bytes, want none", got)
	}
	const said = 1 << 40
	debug.SetMemoryLimit(said)
	end = thrifty()
	if got := debug.SetMemoryLimit(-1); got != said {
		t.Errorf("the bound is %d bytes, want %d, which somebody set", got, said)
	}
	end()
	if got := debug.SetMemoryLimit(-1); got != said {
		t.Errorf("afterwards the bound is %d bytes, want %d still", got, said)
	}
}
