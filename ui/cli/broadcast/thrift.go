package broadcast

import (
	"math"
	"runtime"
	"runtime/debug"
)

// thriftRoom is for how many bytes of garbage there is room beside what a process has taken when it begins to
// send: a sending takes little memory, and for how long it takes it, nobody knows.
const thriftRoom = 2 << 20

// has is how many bytes a process has taken of the system.
func has(s runtime.MemStats) int64 { return int64(s.Sys - s.HeapReleased) } //nolint:gosec // far below

// thrifty has this process keep to the memory that it has, and a little more, until end is called. Where
// it does need more it gets it, at the price of a collector that runs more often. Whoever set GOMEMLIMIT decides instead.
func thrifty() (end func()) {
	before := debug.SetMemoryLimit(-1)
	if before != math.MaxInt64 {
		return func() {}
	}
	var now runtime.MemStats
	runtime.ReadMemStats(&now)
	debug.SetMemoryLimit(has(now) + thriftRoom)
	return func() { debug.SetMemoryLimit(before) }
}
