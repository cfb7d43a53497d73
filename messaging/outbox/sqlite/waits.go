package sqlite

import (
	"sync"

	"github.com/ncruces/go-sqlite3/vfs"
)

// SQLite waits for the disk more often than is needed by a process that makes the
// write-ahead log, sends one message and takes the log away again:
//
//   - The head of a log is synced before its first frames, so that none of an earlier round
//     is taken for one of this. In a log that was empty there are none.
//   - A checkpoint syncs the log before it copies frames to the database. Each commit has
//     synced it already (synchronous=FULL), by whichever process made it. Frames of one that
//     died before are taken in by a recovery only, and there is none of a log that was empty
//     when this process opened it.
//
// So these two are left out, for a log that was empty when it was opened and was not cut
// since. The commits wait as ever.
//
// And it writes the head of each frame of the log, and right after that its page: here both
// are written at once.

// frugalName is the file system of SQLite that does so.
const frugalName = "telex"

// registerFrugal makes SQLite know it.
var registerFrugal = sync.OnceFunc(func() {
	if system, ok := vfs.Find("os").(vfs.VFSFilename); ok {
		vfs.Register(frugalName, frugal{system})
	}
})

// frugal is a file system that writes, and waits for the disk, as often as is needed.
type frugal struct{ vfs.VFSFilename }

// OpenFilename opens a file. All but write-ahead logs are those of the file system.
func (f frugal) OpenFilename(name *vfs.Filename, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	file, flags, err := f.VFSFilename.OpenFilename(name, flags)
	if err != nil || flags&vfs.OPEN_WAL == 0 {
		return file, flags, err //nolint:wrapcheck // SQLite wants it as it is
	}
	size, err := file.Size()
	return &frugalLog{File: file, fresh: err == nil && size == 0}, flags, nil
}

// A frugalLog is an open write-ahead log. SQLite uses each from one connection.
type frugalLog struct {
	vfs.File
	fresh   bool   // it was empty when it was opened, and was not cut since
	written bool   // something was written to it here since it was synced
	end     int64  // where ends what was written last
	head    []byte // the last of that, the head of a frame, which is not in the file yet; empty: all is
}

// WriteAt writes to the log, but for the head of a frame that follows on what was written
// before: that goes with its page.
func (l *frugalLog) WriteAt(b []byte, at int64) (int, error) {
	l.written = true
	follows := at == l.end
	if !follows {
		if err := l.flush(); err != nil {
			return 0, err
		}
	}
	l.end = at + int64(len(b))
	switch {
	case follows && len(l.head) > 0:
		l.head = append(l.head, b...)
		return len(b), l.flush()
	case follows && len(b) == frameHead:
		l.head = append(l.head, b...)
		return len(b), nil
	}
	return l.File.WriteAt(b, at)
}

// flush writes what is not in the file. After an error it is forgotten: SQLite undoes the
// transaction.
func (l *frugalLog) flush() error {
	if len(l.head) == 0 {
		return nil
	}
	_, err := l.File.WriteAt(l.head, l.end-int64(len(l.head)))
	l.head = l.head[:0]
	return err
}

// Truncate cuts the log.
func (l *frugalLog) Truncate(size int64) error {
	l.written, l.fresh = true, false
	return l.File.Truncate(size) //nolint:wrapcheck // as above
}

// Sync waits for the disk, unless that changes nothing.
func (l *frugalLog) Sync(flags vfs.SyncFlag) error {
	if l.fresh && !l.written {
		return nil
	}
	if err := l.flush(); err != nil {
		return err
	}
	if size, err := l.File.Size(); l.fresh && err == nil && size <= logHead {
		return nil // the sync of the first frames is that of the head
	}
	err := l.File.Sync(flags)
	l.written = l.written && err != nil
	return err //nolint:wrapcheck // as above
}
