package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

func TestKilledProcess(t *testing.T) {
	path := place(t)
	p := started(t, "begin", path, "")
	var ids [3]int64
	p.want("begun %d %d %d", &ids[0], &ids[1], &ids[2])

	o := opened(t, path, outbox.Options{})
	sample.WantState(t, o, ids[0], outbox.Sending) // it lives
	sample.WantState(t, o, ids[1], outbox.Queued)
	sample.Must(t, o.Close())

	p.kill()
	o = opened(t, path, outbox.Options{})
	for i, want := range []struct {
		state outbox.State
		words string
	}{{outbox.Unknown, diedWhileSending}, {outbox.Unsent, diedWhileQueued}, {outbox.Unsent, diedWhileQueued}} {
		if got := sample.RowOf(t, o, ids[i]); got.State != want.state || got.Error != want.words || got.Moves[len(got.Moves)-1].Note != want.words {
			t.Errorf("message %d is %s %q, want %s %q", ids[i], got.State, got.Error, want.state, want.words)
		}
	}
	untold, err := o.Untold(t.Context())
	if err != nil || len(untold) != 3 {
		t.Fatalf("Untold() = %d rows, %v, want 3", len(untold), err)
	}
	sample.Must(t, o.Told(t.Context(), untold))
	sample.Must(t, o.Close())
	o = opened(t, path, outbox.Options{})
	if untold, err := o.Untold(t.Context()); err != nil || len(untold) != 0 {
		t.Errorf("Untold() a second time = %d rows, %v, want none", len(untold), err)
	}
	if locks := lockFiles(t, path); len(locks) != 0 {
		t.Errorf("lock files of the dead: %v, want none", locks)
	}
	sample.Must(t, o.Remind(t.Context(), []int64{ids[0]}))
	if untold, err := o.Untold(t.Context()); err != nil || len(untold) != 1 || untold[0].ID != ids[0] {
		t.Errorf("Untold() after Remind = %v, %v, want message %d", untold, err, ids[0])
	}
}

func lockFiles(t *testing.T, path string) []string {
	t.Helper()
	locks, err := filepath.Glob(filepath.Join(path+"-owners", "*.lock"))
	sample.Must(t, err)
	return locks
}

func TestClosedProcess(t *testing.T) {
	path := place(t)
	p := started(t, "begin", path, "")
	var ids [3]int64
	p.want("begun %d %d %d", &ids[0], &ids[1], &ids[2])
	p.end()
	o := opened(t, path, outbox.Options{})
	sample.WantState(t, o, ids[0], outbox.Unknown)
	sample.WantState(t, o, ids[1], outbox.Unsent)
	if untold, err := o.Untold(t.Context()); err != nil || len(untold) != 3 {
		t.Errorf("Untold() = %d rows, %v, want 3", len(untold), err)
	}
}

// TestLostLock takes away the file by which others see that a process lives.
func TestLostLock(t *testing.T) {
	path := place(t)
	p := started(t, "late", path, "")
	var id int64
	p.want("begun %d", &id)
	for _, lock := range lockFiles(t, path) {
		sample.Must(t, os.Remove(lock))
	}
	o := opened(t, path, outbox.Options{})
	sample.WantState(t, o, id, outbox.Unknown) // it counts as dead
	p.tell()
	p.want("settled")
	if d := sample.RowOf(t, o, id); d.State != outbox.Accepted || d.MessageID != "late-id" || d.Answer == nil {
		t.Errorf("after a late Settle it is %s %q, want accepted", d.State, d.MessageID)
	}
	if untold, err := o.Untold(t.Context()); err != nil || len(untold) != 0 {
		t.Errorf("Untold() = %d rows, %v, want none: the truth is known", len(untold), err)
	}
	sample.Must(t, o.Close())
	p.tell()
	p.want("begun %d", &id)
	o = opened(t, path, outbox.Options{})
	sample.WantState(t, o, id, outbox.Sending) // its lock is back
	p.end()
}

// TestLateNews checks that an answer is kept that agrees with what was found out
// in the meantime, and one that does not is refused.
func TestLateNews(t *testing.T) {
	o := opened(t, place(t), outbox.Options{})
	m := sample.SMS("Hi")
	id := sample.Begun(t, o, m)[0]
	sample.Put(t, eng(o), id, outbox.Unknown)
	sample.Must(t, o.Settle(t.Context(), id, nil, sample.GatewayPage()))
	if d := sample.RowOf(t, o, id); d.State != outbox.Unknown || d.Answer == nil || d.HTTPStatus != 502 || len(d.Moves) != 1 {
		t.Errorf("it is %s with answer %v, want unknown with the gateway's", d.State, d.Answer)
	}
	if err := o.Settle(t.Context(), id, nil, sample.GatewayPage()); err == nil {
		t.Error("a second Settle(unknown) = nil, want a MoveError")
	}
	id = sample.Begun(t, o, m)[0]
	sample.Put(t, eng(o), id, outbox.Delivered)
	sample.Must(t, o.Settle(t.Context(), sample.Begun(t, o, m)[0], sample.Receipt("other", m), nil))
	if err := o.Settle(t.Context(), id, sample.Receipt("mine", m), nil); err == nil {
		t.Error("Settle as another message than was found = nil, want a MoveError")
	}
	sample.Change(t, eng(o), "UPDATE messages SET message_id = 'mine' WHERE id = ?", id)
	sample.Must(t, o.Settle(t.Context(), id, sample.Receipt("mine", m), nil))
	if d := sample.RowOf(t, o, id); d.State != outbox.Delivered || d.Answer == nil {
		t.Errorf("it is %s with answer %v, want delivered with an answer", d.State, d.Answer)
	}
}

// TestEightProcesses has them send at once, kills half of them in the middle and
// holds the outbox against what they said they knew.
func TestEightProcesses(t *testing.T) {
	sample.Whole(t)
	path := place(t)
	const rounds = 12
	heard := tally{t: t, owners: map[int64]int{}, settled: map[int64]bool{}}
	var all sync.WaitGroup
	for n := range 8 {
		p := started(t, "loop", path, fmt.Sprint(rounds))
		all.Go(func() { heard.listen(p, n) })
	}
	all.Wait()
	o := opened(t, path, outbox.Options{})
	sound(t, o)
	entries, err := o.List(t.Context(), outbox.Filter{Limit: 1000})
	sample.Must(t, err)
	heard.compare(entries)
	if heard.killed != 4 || len(entries) < 4*rounds {
		t.Errorf("%d killed, %d rows; want 4 and at least %d", heard.killed, len(entries), 4*rounds)
	}
}

// A tally is what processes said that they begin and settle messages in a loop.
type tally struct {
	t       *testing.T
	mu      sync.Mutex
	owners  map[int64]int // which process began a message
	settled map[int64]bool
	killed  int
}

// listen hears the process n to its end. The even ones are killed on the way.
func (y *tally) listen(p *process, n int) {
	for heard := 0; ; heard++ {
		if n%2 == 0 && heard == 2+n {
			p.kill()
			y.mu.Lock()
			y.killed++
			y.mu.Unlock()
		}
		line := p.line()
		if line == "" {
			return
		}
		word, number, _ := strings.Cut(line, " ")
		var id int64
		if _, err := fmt.Sscan(number, &id); err != nil {
			y.t.Errorf("helper %d says %q", n, line)
			return
		}
		y.note(word, id, n)
	}
}

func (y *tally) note(word string, id int64, n int) {
	y.mu.Lock()
	defer y.mu.Unlock()
	if word == "settled" {
		y.settled[id] = true
	} else if other, ok := y.owners[id]; ok {
		y.t.Errorf("message %d was begun by %d and %d", id, other, n)
	} else {
		y.owners[id] = n
	}
}

// compare holds what is in the outbox against what was heard.
func (y *tally) compare(entries []outbox.Entry) {
	y.t.Helper()
	unheard := 0
	for _, e := range entries {
		if _, ok := y.owners[e.ID]; !ok {
			unheard++
		}
		delete(y.owners, e.ID)
		switch {
		case e.State == outbox.Accepted && e.MessageID == fmt.Sprintf("api-%d", e.ID):
		case e.State == outbox.Unknown && !y.settled[e.ID]:
		default:
			y.t.Errorf("message %d is %s %q, settled: %t", e.ID, e.State, e.MessageID, y.settled[e.ID])
		}
	}
	if len(y.owners) != 0 {
		y.t.Errorf("messages %v were begun and are not there", y.owners)
	}
	if unheard > y.killed {
		y.t.Errorf("%d rows that nobody heard of, want at most one for each of %d killed", unheard, y.killed)
	}
}

// TestOwnerNames checks that no pid, and no leftover file, makes a process another.
func TestOwnerNames(t *testing.T) {
	path := place(t)
	a := opened(t, path, outbox.Options{})
	id := sample.Begun(t, a, sample.SMS("Hi"))[0]
	name := eng(a).owner.name
	crash(a)
	if alive(path+"-owners", name) {
		t.Error("a dead process counts as alive")
	}
	b := opened(t, path, outbox.Options{})
	if eng(b).owner.name == name {
		t.Error("two processes have one name")
	}
	sample.WantState(t, b, id, outbox.Unknown)
	sample.Begun(t, b, sample.SMS("Hi"))
	if !alive(path+"-owners", eng(b).owner.name) {
		t.Error("a living process counts as dead")
	}
	sweep(path+"-owners", "")
	if !alive(path+"-owners", eng(b).owner.name) {
		t.Error("a living process's lock was swept away")
	}
}

// TestClaimAgainstSweep lets processes come while others clean up.
func TestClaimAgainstSweep(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "owners")
	stop := make(chan struct{})
	var sweeper sync.WaitGroup
	sweeper.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
				sweep(folder, "")
			}
		}
	})
	for range sample.Rounds(60, 300, 300) {
		o := newOwner(folder)
		sample.Must(t, o.claim(t.Context()))
		if !current(o.lock) || !alive(folder, o.name) {
			t.Fatal("a process that has its lock counts as dead")
		}
		o.release()
	}
	close(stop)
	sweeper.Wait()
}

// TestReplacedLock: a lock on a file that is no longer the one with its name tells
// nobody that a process lives, and allows no sweeper to remove the one that is.
func TestReplacedLock(t *testing.T) {
	o := newOwner(filepath.Join(t.TempDir(), "owners"))
	sample.Must(t, o.claim(t.Context()))
	old := o.lock
	sample.Must(t, os.Remove(old.Path()))
	sample.Must(t, os.WriteFile(old.Path(), nil, 0o600))
	if current(old) || alive(o.folder, o.name) {
		t.Error("the lock of a file that is gone counts")
	}
	sample.Must(t, o.claim(t.Context()))
	if o.lock == old || !current(o.lock) || !alive(o.folder, o.name) {
		t.Error("the lock was not taken anew")
	}
	o.release()
}

// TestOneOfMany starts processes that send the same at the same moment: the guard
// and the row are one transaction, so one of them does.
func TestOneOfMany(t *testing.T) {
	path := place(t)
	sample.Must(t, opened(t, path, outbox.Options{}).Close())
	var all []*process
	for range 4 {
		all = append(all, started(t, "same", path, ""))
	}
	for _, p := range all {
		p.want("ready")
	}
	for _, p := range all {
		p.tell()
	}
	said := map[string]int{}
	for _, p := range all {
		said[p.line()]++
	}
	if said["won"] != 1 || said["refused"] != 3 {
		t.Errorf("they say %v, want one won and three refused", said)
	}
	for _, p := range all {
		p.end()
	}
}

// TestSettledByAnother: another telex took this one for dead and settled what it had
// queued. The message does not leave, and the error says why.
func TestSettledByAnother(t *testing.T) {
	path := place(t)
	o := opened(t, path, outbox.Options{})
	sends := 0
	api := sample.API{OnSend: func(_ context.Context, m messaging.Message) (*messaging.Receipt, error) {
		sends++
		return sample.Receipt("api", m), nil
	}}
	b, err := o.Plan(t.Context(), api, outbox.Plan{Messages: []messaging.Message{sample.SMS("a"), sample.SMS("b", sample.Bob), sample.SMS("c", sample.Carol)}})
	sample.Must(t, err)
	if r := b.Send(t.Context(), 0); r.Err != nil || r.Unrecorded != nil {
		t.Fatalf("the first = %+v, want it accepted", r)
	}
	sample.Must(t, os.RemoveAll(eng(o).owner.folder)) // somebody cleaned up, and another telex came
	sample.Must(t, opened(t, path, outbox.Options{}).Close())
	r := b.Send(t.Context(), 1)
	settled, ok := errors.AsType[*outbox.SettledError](r.Err)
	if !ok || settled.Move.ID != b.IDs()[1] || settled.Move.From != outbox.Unsent || settled.Why != diedWhileQueued {
		t.Errorf("error = %#v, want that message %d was settled as unsent, and why", r.Err, b.IDs()[1])
	}
	if want := "was settled as unsent before its turn came (" + diedWhileQueued + ")"; !strings.Contains(r.Err.Error(), want) {
		t.Errorf("error = %v, want %q in it", r.Err, want)
	}
	if r.Unrecorded != nil || outbox.NotRecorded(r.Err) || messaging.OutcomeOf(r.Err) != messaging.Unsent || sends != 1 {
		t.Errorf("result = %+v after %d sends, want it unsent, and recorded as that", r, sends)
	}
}
