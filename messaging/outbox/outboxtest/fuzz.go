package outboxtest

import (
	"flag"
	"fmt"
	"hash/crc32"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

const (
	// mostMoves is how many operations are made of an input of the fuzzer. More bytes
	// than that are left out.
	mostMoves = 8
	// triedOf says that one of so many inputs is tried while fuzzing: the fuzzer makes
	// them by the ten thousand, and a database takes some milliseconds for each.
	triedOf = 32
	// soundEvery is after how many inputs the files are checked then.
	soundEvery = 50
)

// randomMoves is the bytes of n operations, the same for each seed.
func randomMoves(seed uint64, n int) []byte {
	r := rand.New(rand.NewPCG(seed, 7)) //nolint:gosec // the same each time, on purpose
	b := make([]byte, 3*n)
	for i := range b {
		b[i] = byte(r.UintN(256)) //nolint:gosec // it fits
	}
	return b
}

// testManyMoves does to an outbox, used by two processes that are opened and closed
// as real ones, many things at random, and compares it with a model after each.
func (on *suite) testManyMoves(t *testing.T) {
	for seed := range uint64(sample.Rounds(1, 2, 12)) { //nolint:gosec // it is small
		t.Run(fmt.Sprint(seed), func(t *testing.T) { sound(t, on.model(t).run(randomMoves(seed, 60))) })
	}
}

// Fuzz does to an outbox, used by two processes, whatever the bytes say, and compares it
// with a model. See [Run] for host.
func Fuzz(f *testing.F, host func(t testing.TB) Host) {
	on := &suite{host}
	f.Add([]byte{0, 3, 0, 5, 2, 0, 3, 1, 1, 10, 0, 0})                // begin three, settle, start, abandon
	f.Add([]byte{0, 3, 3, 20, 0, 0, 22, 1, 0})                        // begin, crash, tell in another process
	f.Add([]byte{0, 0, 0, 5, 0, 3, 20, 0, 0, 16, 1, 0})               // created, crash, ask
	f.Add([]byte{0, 0, 3, 5, 0, 0, 11, 0, 2, 11, 0, 3, 21, 0, 8})     // deliveries, prune
	f.Add([]byte{0, 0, 0, 5, 0, 3, 0, 0, 0, 5, 0, 4, 16, 0, 0})       // one was created and one was not: ask
	f.Add([]byte{0, 0, 0, 5, 0, 3, 14, 0, 2, 16, 0, 0, 15, 0, 3})     // created, unknown, heard of, asked, heard of
	f.Add([]byte{0, 1, 2, 128, 2, 6, 19, 0, 0, 23, 0, 12})            // two processes, close, time
	f.Add([]byte{24, 0, 2, 26, 0, 0, 24, 0, 2, 26, 0, 4, 16, 0, 0})   // due, sent; due, killed in the call, asked
	f.Add([]byte{24, 0, 3, 23, 0, 10, 26, 0, 1, 20, 0, 0, 23, 0, 20}) // due, no connection, crash, too late
	f.Add([]byte{24, 0, 0, 26, 0, 0, 29, 0, 1, 26, 0, 0, 28, 0, 0})   // too late, another time, sent, cancelled too late
	f.Add([]byte{24, 0, 6, 28, 0, 0, 24, 0, 6, 21, 0, 1, 128, 0, 2})  // cancelled, kept
	for seed := range uint64(sample.Rounds(1, 2, 10)) {               //nolint:gosec // it is small
		f.Add(randomMoves(100+seed, mostMoves))
	}
	fuzzing := flag.Lookup("test.fuzz").Value.String() != ""
	tried := 0
	f.Fuzz(func(t *testing.T, ops []byte) {
		ops = ops[:min(len(ops), 3*mostMoves)]
		if !fuzzing {
			sound(t, on.model(t).run(ops))
			return
		}
		if crc32.ChecksumIEEE(ops)%triedOf != 0 {
			return
		}
		m := on.model(t)
		m.brief = true
		o := m.run(ops)
		if tried++; tried%soundEvery == 0 {
			sound(t, o)
		}
	})
}

// run does what the bytes say, and returns the outbox of the last process.
func (m *model) run(ops []byte) *process {
	for ; len(ops) >= 3; ops = ops[3:] {
		m.do(ops[0], int(ops[1]), int(ops[2]))
	}
	m.leave(0, true)
	m.leave(1, true)
	o := m.in(0) // settles all that was open
	for id, r := range m.rows {
		if r.state == outbox.Sending || r.state == outbox.Queued {
			m.t.Errorf("message %d of a dead process is %s", id, r.state)
		}
	}
	m.compare(o)
	m.tell(0)
	m.tell(0)
	return o
}

// do is one operation: op says which, in which process; a and b on what.
func (m *model) do(op byte, a, b int) {
	slot, kind := int(op>>7)&1, op&0x7f%30
	id := m.latest(a)
	if id == 0 && (kind >= 3 && kind <= 18 || kind >= 28) {
		return // there is nothing to do it to
	}
	m.act(kind, slot, id, a, b)
	if o := m.slots[slot]; o != nil && !m.brief {
		m.glance(o)
	}
}

// latest is one of the latest messages, so that things happen to the same; 0 if there are
// none.
func (m *model) latest(a int) (id int64) {
	if ids := slices.Sorted(maps.Keys(m.rows)); len(ids) > 0 {
		id = ids[len(ids)-1-a%min(4, len(ids))]
	}
	return id
}

// act is one operation on what there is.
func (m *model) act(kind byte, slot int, id int64, a, b int) {
	switch kind {
	case 0, 1, 2:
		m.begin(slot, []int{1, 2, 1, 3}[a%4], b)
	case 3, 4:
		m.start(slot, id)
	case 5, 6, 7, 8, 9:
		m.settle(slot, id, b)
	case 10:
		m.abandon(slot, id)
	case 11, 12, 13:
		m.deliver(slot, id, b)
	case 14, 15:
		m.listen(slot, id, b)
	case 16, 17, 18:
		m.ask(slot, id)
	case 19:
		m.leave(slot, false)
	case 20:
		m.leave(slot, true)
	case 21:
		m.prune(slot, b%20)
	case 22:
		m.tell(slot)
	case 23:
		m.clock.Advance(time.Duration(b) * []time.Duration{time.Minute, time.Hour}[a%2])
	case 24, 25:
		m.schedule(slot, b)
	case 26, 27:
		m.sendDue(slot, b)
	case 28:
		m.unschedule(slot, id)
	case 29:
		m.reschedule(slot, id, b)
	}
}
