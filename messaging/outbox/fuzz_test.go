package outbox

import (
	"context"
	"database/sql"
	"flag"
	"fmt"
	"hash/crc32"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"time"
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
	r := rand.New(rand.NewPCG(seed, 7))
	b := make([]byte, 3*n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

// TestManyMoves does to an outbox, used by two processes that are opened and closed
// as real ones, many things at random, and compares it with a model after each.
func TestManyMoves(t *testing.T) {
	seeds := uint64(12)
	if testing.Short() {
		seeds = 3
	}
	for seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) { sound(t, newModel(t, &realHost{place(t)}).run(randomMoves(seed, 60))) })
	}
}

// FuzzMoves does to an outbox, used by two processes, whatever the bytes say, and
// compares it with a model.
func FuzzMoves(f *testing.F) {
	f.Add([]byte{0, 3, 0, 5, 2, 0, 3, 1, 1, 10, 0, 0})                           // begin three, settle, start, abandon
	f.Add([]byte{0, 3, 3, 20, 0, 0, 22, 1, 0})                                   // begin, crash, tell in another process
	f.Add([]byte{0, 0, 0, 5, 0, 3, 20, 0, 0, 16, 1, 0})                          // created, crash, ask
	f.Add([]byte{0, 0, 3, 5, 0, 0, 11, 0, 2, 11, 0, 3, 21, 0, 8})                // deliveries, prune
	f.Add([]byte{0, 0, 0, 5, 0, 3, 0, 0, 0, 5, 0, 4, 16, 0, 0})                  // one was created and one was not: ask
	f.Add([]byte{24, 2, 1, 26, 0, 1, 154, 0, 1, 20, 0, 0, 159, 0, 0, 159, 0, 0}) // a run, two claim, one dies, the other goes on
	f.Add([]byte{24, 3, 1, 31, 0, 0, 29, 0, 0, 31, 0, 0, 29, 0, 1, 29, 0, 3})    // paused, resumed, cancelled
	f.Add([]byte{0, 1, 2, 128, 2, 6, 19, 0, 0, 23, 0, 12})                       // two processes, close, time
	for seed := range uint64(10) {
		f.Add(randomMoves(100+seed, mostMoves))
	}
	fuzzing := flag.Lookup("test.fuzz").Value.String() != ""
	kept := &keptHost{ctx: f.Context(), folder: f.TempDir()}
	f.Fuzz(func(t *testing.T, ops []byte) {
		ops = ops[:min(len(ops), 3*mostMoves)]
		if !fuzzing {
			sound(t, newModel(t, &realHost{place(t)}).run(ops))
			return
		}
		if crc32.ChecksumIEEE(ops)%triedOf != 0 {
			return
		}
		m := newModel(t, kept)
		m.brief = true
		o := m.run(ops)
		if kept.inputs%soundEvery == 0 {
			sound(t, o)
		}
		kept.clear(t, o)
	})
}

// run does what the bytes say, and returns the outbox of the last process.
func (m *model) run(ops []byte) *Outbox {
	for ; len(ops) >= 3; ops = ops[3:] {
		m.do(ops[0], int(ops[1]), int(ops[2]))
	}
	m.leave(0, true)
	m.leave(1, true)
	o := m.in(0) // settles all that was open
	for id, r := range m.rows {
		if r.state == Sending || r.state == Queued && r.run == 0 {
			m.t.Errorf("message %d of a dead process is %s", id, r.state)
		}
	}
	m.compare(o)
	m.tell(0)
	m.tell(0)
	return o
}

// A realHost opens an outbox for each process, and closes it.
type realHost struct{ path string }

func (h *realHost) start(t *testing.T, _ int, now func() time.Time) *Outbox {
	return hooked(t, h.path, Options{Now: now}, hooks{pragmas: []string{"synchronous(off)"}})
}

func (h *realHost) end(t *testing.T, o *Outbox, crash bool) {
	if crash {
		o.crash()
	} else if err := o.Close(); err != nil {
		t.Fatalf("Close = %v, want nil", err)
	}
}

// A keptHost keeps the connections of its processes, and the database from one
// input to the next, so that many can be tried: a process that ends does so for the
// others only.
type keptHost struct {
	ctx    context.Context
	folder string
	slots  [2]*Outbox
	inputs int
}

// renewEvery is after how many inputs the database is a new one.
const renewEvery = 500

func (h *keptHost) start(t *testing.T, slot int, now func() time.Time) *Outbox {
	o := h.slots[slot]
	if o == nil {
		path := filepath.Join(h.folder, fmt.Sprint(h.inputs/renewEvery), "outbox.db")
		var err error
		o, err = openWith(h.ctx, path, Options{}, hooks{pragmas: []string{"synchronous(off)"}})
		must(t, err)
		h.slots[slot] = o
	}
	o.now, o.owner = now, newOwner(o.owner.folder)
	must(t, o.recover(t.Context()))
	return o
}

func (h *keptHost) end(t *testing.T, o *Outbox, crash bool) {
	held := o.owner.retire()
	if held && !crash {
		must(t, o.writer.write(t.Context(), func(ctx context.Context, tx *sql.Tx) error {
			return o.settleOwner(ctx, tx, o.owner.name, true)
		}))
	}
	if crash && held {
		_ = o.owner.lock.Close()
		return
	}
	o.owner.release()
}

// clear leaves nothing of an input to the next one.
func (h *keptHost) clear(t *testing.T, o *Outbox) {
	_, err := o.writer.db.ExecContext(t.Context(), "UPDATE messages SET state = 'unsent' WHERE state IN ('unknown', 'queued'); DELETE FROM runs") // which would stay
	must(t, err)
	_, err = o.deleteBefore(t.Context(), prunable, time.Unix(1<<40, 0), everyID, 1<<30)
	must(t, err)
	h.end(t, o, false)
	if h.inputs++; h.inputs%renewEvery == 0 {
		for i, o := range h.slots {
			if o != nil {
				must(t, o.Close())
			}
			h.slots[i] = nil
		}
	}
}

// do is one operation: op says which, in which process; a and b on what.
func (m *model) do(op byte, a, b int) {
	slot := int(op>>7) & 1
	id := int64(0)
	if ids := slices.Sorted(maps.Keys(m.rows)); len(ids) > 0 {
		id = ids[len(ids)-1-a%min(4, len(ids))] // one of the latest, so that things happen to the same
	}
	kind := op & 0x7f % 32
	run := int64(0)
	if ids := slices.Sorted(maps.Keys(m.runs)); len(ids) > 0 {
		run = ids[len(ids)-1-a%min(2, len(ids))]
	}
	if run == 0 && kind > 25 {
		return
	}
	if id == 0 && kind >= 3 && kind <= 18 {
		return // there is nothing to do it to
	}
	switch kind {
	case 0, 1, 2:
		m.begin(slot, []int{1, 2, 1, 3}[a%4], b)
	case 3, 4:
		m.start(slot, id)
	case 5, 6, 7, 8, 9:
		m.settle(slot, id, b)
	case 10:
		m.abandon(slot, id)
	case 11, 12, 13, 14, 15:
		m.deliver(slot, id, b)
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
		m.clock.advance(time.Duration(b) * []time.Duration{time.Minute, time.Hour}[a%2])
	case 24, 25:
		m.fill(slot, 1+a%4, b)
	case 26, 27, 28:
		m.claim(slot, run, 1+b%3)
	case 29:
		m.changeRun(slot, run, []RunState{RunPaused, RunRunning, RunRunning, RunCancelled}[b%4])
	case 30:
		m.giveBack(slot, id)
	case 31: // what a drainer does
		m.claim(slot, run, 1)
		if id := m.held(slot, run); id != 0 {
			m.start(slot, id)
			m.settle(slot, id, b)
		}
	}
	m.finish()
	if o := m.slots[slot]; o != nil && !m.brief {
		m.glance(o)
	}
}
