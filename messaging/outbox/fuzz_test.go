package outbox

import (
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// FuzzMoves does to an outbox, used by two processes, whatever the bytes say, and
// compares it with a model.
func FuzzMoves(f *testing.F) {
	f.Add([]byte{0, 2, 0, 20, 0, 0, 3, 0, 1})             // begin two, settle, start
	f.Add([]byte{0, 2, 3, 7, 0, 0, 10, 1, 0})             // begin, crash, tell in another process
	f.Add([]byte{0, 1, 0, 2, 0, 3, 7, 0, 0, 5, 1, 0})     // created, crash, ask
	f.Add([]byte{0, 0, 4, 2, 0, 0, 4, 0, 2, 9, 9, 0, 8})  // deliveries, prune
	f.Add([]byte{0, 1, 2, 0, 131, 2, 6, 0, 0, 11, 1, 12}) // two processes, close, time
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 7))
		b := make([]byte, 120)
		for i := range b {
			b[i] = byte(r.Uint32())
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, ops []byte) {
		m := newModel(t)
		for len(ops) >= 3 && len(ops) > 0 {
			m.do(ops[0], int(ops[1]), int(ops[2]))
			ops = ops[3:]
			if t.Failed() {
				return
			}
		}
		m.leave(0, true)
		m.leave(1, true)
		o := m.in(0) // settles all that was open, and compares
		for id, r := range m.rows {
			if r.state == Sending || r.state == Queued {
				t.Errorf("message %d of a dead process is %s", id, r.state)
			}
		}
		m.tell(0)
		m.tell(0)
		sound(t, o)
	})
}

// do is one operation: op says which, in which process; a and b on what.
func (m *model) do(op byte, a, b int) {
	slot := int(op>>7) & 1
	id := int64(0)
	if ids := slices.Sorted(maps.Keys(m.rows)); len(ids) > 0 {
		id = ids[a%len(ids)]
	}
	if kind := op & 0x7f % 13; id == 0 && kind >= 1 && kind <= 5 {
		return // there is nothing to do it to
	}
	switch op & 0x7f % 13 {
	case 0:
		m.begin(slot, a%3+1, b)
	case 1:
		m.start(slot, id)
	case 2:
		m.settle(slot, id, b)
	case 3:
		m.abandon(slot, id)
	case 4:
		m.deliver(slot, id, b)
	case 5:
		m.ask(slot, id)
	case 6:
		m.leave(slot, false)
	case 7, 8:
		m.leave(slot, true)
	case 9:
		m.prune(slot, b%20)
	case 10:
		m.tell(slot)
	case 11:
		m.clock.advance(time.Duration(b) * time.Minute)
	case 12:
		m.clock.advance(time.Duration(b) * time.Hour)
	}
	if o := m.slots[slot]; o != nil {
		m.compare(o)
	}
}
