package broadcast

import (
	"math"
	"runtime/debug"
	"runtime/metrics"
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
	sizes := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(sizes)
	debug.SetMemoryLimit(int64(sizes[0].Value.Uint64()-sizes[1].Value.Uint64()) + thriftRoom) //nolint:gosec // far below
	return func() { debug.SetMemoryLimit(before) }
}
