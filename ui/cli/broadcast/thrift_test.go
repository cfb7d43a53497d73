package broadcast

import (
	"math"
	"runtime"
	"runtime/debug"
	"testing"
)

// TestThrifty: who sends keeps to the memory that there is, and no longer than it sends; a bound that somebody
// set stays.
func TestThrifty(t *testing.T) {
	set := debug.SetMemoryLimit(math.MaxInt64)
	defer debug.SetMemoryLimit(set)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	end := thrifty()
	runtime.ReadMemStats(&after)
	// Of what is said here the test itself may need some more.
	const tests = 1 << 20
	least, most := has(before)-tests, has(after)+thriftRoom+tests
	if got := debug.SetMemoryLimit(-1); got < least || got > most {
		t.Errorf("the bound is %d bytes, want what there is and %d more, %d to %d", got, thriftRoom, least, most)
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
