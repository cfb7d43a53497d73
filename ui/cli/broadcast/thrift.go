package broadcast

import (
	"math"
	"runtime"
	"runtime/debug"
)

// thriftRoom is for how many bytes of garbage there is room beside what a process has taken when it begins to
// send: a sending takes little memory, and for how long it takes it, nobody knows.
const thriftRoom = 2 << 20

// thrifty has this process keep to the memory that it has, and a little more, until end is called. Where
// it does need more it gets it. Whoever set GOMEMLIMIT decides instead.
func thrifty() (end func()) {
	before := debug.SetMemoryLimit(-1)
	if before != math.MaxInt64 {
		return func() {}
	}
	var has runtime.MemStats
	runtime.ReadMemStats(&has)
	debug.SetMemoryLimit(int64(has.Sys-has.HeapReleased) + thriftRoom) //nolint:gosec // far below
	return func() { debug.SetMemoryLimit(before) }
}
