package sqlite

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/ncruces/go-sqlite3/util/vfsutil"
	"github.com/ncruces/go-sqlite3/vfs"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// A countedSystem is the file system, and notes what waits for the disk.
type countedSystem struct {
	vfs.VFSFilename
	mu     sync.Mutex
	waits  []string
	writes []int // to logs, in bytes
}

func (n *countedSystem) note(what, name string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.waits = append(n.waits, what+" "+strings.TrimPrefix(filepath.Base(name), "outbox.db"))
}

func (n *countedSystem) OpenFilename(name *vfs.Filename, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	f, flags, err := n.VFSFilename.OpenFilename(name, flags)
	if err != nil {
		return nil, flags, err
	}
	return &countedFile{File: f, of: n, name: name.String(), made: flags&vfs.OPEN_CREATE != 0 && flags&vfs.OPEN_WAL != 0}, flags, nil
}

func (n *countedSystem) Delete(name string, syncDir bool) error {
	if syncDir {
		n.note("folder after the end of", name)
	}
	return n.VFSFilename.Delete(name, syncDir)
}

type countedFile struct {
	vfs.File
	of   *countedSystem
	name string
	made bool // its folder is synced with it, once
}

func (f *countedFile) Sync(flags vfs.SyncFlag) error {
	f.of.note("file", f.name)
	if f.made {
		f.made = false
		f.of.note("folder of", f.name)
	}
	return f.File.Sync(flags)
}

func (f *countedFile) WriteAt(b []byte, at int64) (int, error) {
	if strings.HasSuffix(f.name, "-wal") {
		f.of.mu.Lock()
		f.of.writes = append(f.of.writes, len(b))
		f.of.mu.Unlock()
	}
	return f.File.WriteAt(b, at)
}

func (f *countedFile) SharedMemory() vfs.SharedMemory { return vfsutil.WrapSharedMemory(f.File) }
func (f *countedFile) LockState() vfs.LockLevel       { return vfsutil.WrapLockState(f.File) }
func (f *countedFile) PersistWAL() bool               { return vfsutil.WrapPersistWAL(f.File) }
func (f *countedFile) SetPersistWAL(keep bool)        { vfsutil.WrapSetPersistWAL(f.File, keep) }
func (f *countedFile) SizeHint(size int64) error      { return vfsutil.WrapSizeHint(f.File, size) }
func (f *countedFile) HasMoved() (bool, error)        { return vfsutil.WrapHasMoved(f.File) }

// countingSystem registers a file system for a test that counts what is left of the waits.
func countingSystem(t *testing.T) (name string, n *countedSystem) {
	t.Helper()
	durably(t)
	n = &countedSystem{VFSFilename: vfs.Find("os").(vfs.VFSFilename)}
	name = strings.ReplaceAll(t.Name(), "/", "-")
	vfs.Register(name, frugal{n})
	t.Cleanup(func() { vfs.Unregister(name) })
	return name, n
}

// since are the waits since the last call.
func (n *countedSystem) since() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	waits := n.waits
	n.waits = nil
	return waits
}

// TestWaitsOfASend: how often a process that sends one message waits for the disk. Two are
// for the truth: the row before the request, and its outcome. The log's name in its folder
// and the database before the log goes are those of a log that is made and taken away.
func TestWaitsOfASend(t *testing.T) {
	path := place(t)
	sample.Must(t, opened(t, path, outbox.Options{}).Close())
	name, n := countingSystem(t)
	check := func(step string, want ...string) {
		t.Helper()
		if got := n.since(); !slices.Equal(got, want) {
			t.Errorf("%s it waited for %q, want %q", step, got, want)
		}
	}
	o, err := openWith(t.Context(), path, outbox.Options{}, hooks{vfs: name})
	sample.Must(t, err)
	check("opening")
	m := sample.SMS("once")
	ids, err := o.Begin(t.Context(), outbox.Plan{Messages: []messaging.Message{m}})
	sample.Must(t, err)
	check("before the request", "file -wal", "folder of -wal")
	sample.Must(t, o.Settle(t.Context(), ids[0], sample.Receipt("a", m), nil))
	check("with the outcome", "file -wal")
	sample.Must(t, o.Close())
	check("closing", "file ")
}

// TestWaitsWithALog: a log that somebody else made is synced before it goes, for who wrote
// to it last may not have come to that.
func TestWaitsWithALog(t *testing.T) {
	path := place(t)
	other, err := openWith(t.Context(), path, outbox.Options{}, hooks{})
	sample.Must(t, err)
	_, err = other.Begin(t.Context(), outbox.Plan{Messages: []messaging.Message{sample.SMS("other")}})
	sample.Must(t, err)
	name, n := countingSystem(t)
	o, err := openWith(t.Context(), path, outbox.Options{}, hooks{vfs: name})
	sample.Must(t, err)
	sample.Must(t, other.Close())
	_, err = o.Begin(t.Context(), outbox.Plan{Messages: []messaging.Message{sample.SMS("once")}})
	sample.Must(t, err)
	n.since()
	sample.Must(t, o.Close())
	if got, want := n.since(), []string{"file -wal", "file -wal", "file "}; !slices.Equal(got, want) {
		t.Errorf("closing it waited for %q, want %q", got, want)
	}
}

// TestWaitsAfterACut: a log that was cut is synced as SQLite wants it.
func TestWaitsAfterACut(t *testing.T) {
	name, n := countingSystem(t)
	o := hooked(t, place(t), outbox.Options{}, hooks{vfs: name})
	begin := func(text string) {
		t.Helper()
		_, err := o.Begin(t.Context(), outbox.Plan{Messages: []messaging.Message{sample.SMS(text)}})
		sample.Must(t, err)
	}
	begin("one")
	sample.Must(t, drain(eng(o).writer.db.QueryContext(t.Context(), "PRAGMA wal_checkpoint(truncate)")))
	n.since()
	begin("two")
	if got, want := n.since(), []string{"file -wal", "file -wal"}; !slices.Equal(got, want) {
		t.Errorf("after a cut a change waited for %q, want %q: the head, and the change", got, want)
	}
}

// TestConnectionsOfASend: what telex asks on its way to one message needs no connection but
// the writer's, and what is asked beside it one that does not wait for who writes.
func TestConnectionsOfASend(t *testing.T) {
	o := opened(t, place(t), outbox.Options{})
	readers := func(when string, want int) {
		t.Helper()
		if n := eng(o).db.Stats().OpenConnections; n != want {
			t.Errorf("%s there are %d connections for reading, want %d", when, n, want)
		}
	}
	_, err := o.Untold(t.Context())
	sample.Must(t, err)
	_, err = o.MissedRuns(t.Context())
	sample.Must(t, err)
	m := sample.SMS("once")
	_, err = o.Trouble(t.Context(), m.To)
	sample.Must(t, err)
	ids, err := o.Begin(t.Context(), outbox.Plan{Messages: []messaging.Message{m}})
	sample.Must(t, err)
	sample.Must(t, o.Settle(t.Context(), ids[0], sample.Receipt("a", m), nil))
	readers("after a message", 0)
	_, err = o.Drafts(t.Context())
	sample.Must(t, err)
	readers("after a question", 1)
	sample.Must(t, eng(o).Write(t.Context(), func(ctx context.Context, _ outbox.Tx) error {
		_, err := o.Untold(ctx) // would wait for the end of this change for ever
		return err
	}))
}

// TestWritesOfALog: a frame is written at once, head and page, by itself and wherever it
// comes to stand.
func TestWritesOfALog(t *testing.T) {
	name, n := countingSystem(t)
	o := hooked(t, place(t), outbox.Options{}, hooks{vfs: name})
	n.writes = nil
	for i := range 20 {
		_, err := o.Begin(t.Context(), outbox.Plan{Messages: []messaging.Message{sample.SMS(fmt.Sprint("text ", i))}})
		sample.Must(t, err)
	}
	frames := 0
	for _, size := range n.writes {
		if size == frameHead {
			t.Errorf("the head of a frame was written alone, among %v", n.writes)
			break
		}
		if size > frameHead+1<<9 {
			frames++
		}
	}
	if frames < 20 {
		t.Errorf("%d frames were written, want one of each message at least: %v", frames, n.writes)
	}
}

// A sheet is a file in memory.
type sheet struct {
	vfs.File
	bytes []byte
}

func (s *sheet) WriteAt(b []byte, at int64) (int, error) {
	s.bytes = append(s.bytes, make([]byte, max(0, int(at)+len(b)-len(s.bytes)))...)
	return copy(s.bytes[at:], b), nil
}

func (s *sheet) Sync(vfs.SyncFlag) error { return nil }
func (s *sheet) Size() (int64, error)    { return int64(len(s.bytes)), nil }

// TestAnyWritesOfALog: whatever is written, in whatever order, is in the log once it is synced.
func TestAnyWritesOfALog(t *testing.T) {
	dice := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		plain, frugal := &sheet{}, &sheet{}
		l := &frugalLog{File: frugal}
		end := int64(0)
		for i := range 40 {
			b := make([]byte, []int{frameHead, frameHead, logHead, 100}[dice.IntN(4)])
			for j := range b {
				b[j] = byte(i + 1)
			}
			at := end
			if dice.IntN(3) == 0 {
				at = dice.Int64N(end + 1)
			}
			_, _ = plain.WriteAt(b, at)
			if n, err := l.WriteAt(b, at); n != len(b) || err != nil {
				t.Fatalf("WriteAt = %d, %v, want %d", n, err, len(b))
			}
			end = max(end, at+int64(len(b)))
		}
		sample.Must(t, l.Sync(0))
		if !bytes.Equal(plain.bytes, frugal.bytes) {
			t.Fatalf("the log is %v, want %v", frugal.bytes, plain.bytes)
		}
	}
}
