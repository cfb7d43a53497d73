package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// A full place is a file on a disk that is full.
type full struct {
	file
	last **engine
}

func (f full) Open(ctx context.Context, o outbox.Opening) (outbox.Engine, error) {
	o.ToRead = true
	e := &engine{path: f.path, opening: o}
	*f.last = e
	return e, e.readAnyway(ctx, &outbox.Error{Path: e.path, Err: outbox.ErrFull})
}

// snapshotOf is the outbox at path read from a snapshot.
func snapshotOf(t *testing.T, path string) *outbox.Outbox {
	t.Helper()
	var e *engine
	o, err := outbox.Open(t.Context(), full{file{path: path}, &e}, outbox.Options{})
	sample.Must(t, err)
	engines.Store(o, e)
	t.Cleanup(func() { sample.Must(t, o.Close()) })
	return o
}

// TestSnapshot: a snapshot holds what was committed, whatever part of the log is
// written, and says so when it is none any more.
func TestSnapshot(t *testing.T) {
	path := place(t)
	o := opened(t, path, outbox.Options{})
	checkpoint := func(mode string) {
		t.Helper()
		_, err := eng(o).writer.db.ExecContext(t.Context(), "PRAGMA wal_checkpoint("+mode+")")
		sample.Must(t, err)
	}
	for i := range 20 {
		sample.Begun(t, o, sample.SMS(fmt.Sprint("before ", i)))
	}
	checkpoint("truncate")
	const more = 5
	var sizes []int64 // of the log after each message
	for i := range more {
		sample.Begun(t, o, sample.SMS(fmt.Sprint("after ", i)))
		info, err := os.Stat(eng(o).file + "-wal")
		sample.Must(t, err)
		sizes = append(sizes, info.Size())
	}
	s := snapshotOf(t, path)
	count := func(o *outbox.Outbox) int {
		t.Helper()
		return sample.Value[int](t, eng(o), "SELECT count(*) FROM messages")
	}
	if got := count(s); got != 20+more {
		t.Errorf("%d messages, want %d", got, 20+more)
	}
	for n, size := range sizes {
		for _, cut := range []int64{0, 1, 24} { // the log ends in the middle of a frame
			copied := filepath.Join(t.TempDir(), "outbox.db")
			copyFile(t, path, copied)
			copyFile(t, path+"-wal", copied+"-wal")
			sample.Must(t, os.Truncate(copied+"-wal", size-cut))
			want := 20 + n + 1
			if cut > 0 {
				want--
			}
			if got := count(snapshotOf(t, copied)); got != want {
				t.Errorf("%d bytes of the log: %d messages, want %d", size-cut, got, want)
			}
		}
	}
	// A later commit does no harm; but once the log is copied to the file, it does.
	sample.Begun(t, o, sample.SMS("later"))
	if entries, err := s.List(t.Context(), outbox.Filter{}); err != nil || len(entries) != 20+more {
		t.Errorf("List = %d, %v, want the %d of the snapshot", len(entries), err, 20+more)
	}
	checkpoint("truncate")
	if _, err := s.List(t.Context(), outbox.Filter{}); !errors.Is(err, errMoved) {
		t.Errorf("List = %v, want that another wrote to it", err)
	}
	if marked(eng(o).file) {
		t.Error("the file counts as damaged")
	}
}

// TestSnapshotDamagedLog: what follows a frame that is not as it was written is not read.
func TestSnapshotDamagedLog(t *testing.T) {
	path := place(t)
	o := opened(t, path, outbox.Options{})
	sample.Begun(t, o, sample.SMS("sound"))
	log := eng(o).file + "-wal"
	info, err := os.Stat(log)
	sample.Must(t, err)
	sample.Begun(t, o, sample.SMS("torn"))
	copied := filepath.Join(t.TempDir(), "outbox.db")
	copyFile(t, path, copied)
	copyFile(t, log, copied+"-wal")
	f, err := os.OpenFile(copied+"-wal", os.O_RDWR, 0)
	sample.Must(t, err)
	_, err = f.WriteAt([]byte{0xff, 0, 0xff}, info.Size()+frameHead+100)
	sample.Must(t, errors.Join(err, f.Close()))
	if got := sample.Value[int](t, eng(snapshotOf(t, copied)), "SELECT count(*) FROM messages"); got != 1 {
		t.Errorf("%d messages, want the one before", got)
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	sample.Must(t, err)
	sample.Must(t, os.WriteFile(to, data, 0o600))
}
