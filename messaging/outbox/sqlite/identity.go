package sqlite

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"time"

	"telex/messaging/outbox"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/driver"
)

// An identity is the files that a connection has open. A handle outlives the name of
// its file: what is written to one that was removed, moved or replaced is lost, and
// SQLite tells nobody. So each change looks whether the names still lead to these.
// Looking costs a few stats and short reads, some twenty microseconds.
type identity struct {
	files []named
	quiet *quiet // how the database was when no checkpoint was under way; nil: not known
}

// A named is a file and what its name led to. The inode cannot be given to another
// file for as long as SQLite has this one open.
type named struct {
	name string
	info fs.FileInfo
}

// A quiet is a database between two checkpoints, when nobody writes to the file.
type quiet struct {
	size       int64
	changed    time.Time
	salt       [8]byte
	backfilled uint32
}

// identify notes what the names lead to: path to the database, and file with the
// endings to its companions. before is what path led to before it was opened.
func identify(path, file string, before fs.FileInfo) (*identity, error) {
	id := &identity{}
	for _, name := range []string{path, file + "-wal", file + "-shm"} {
		info, err := os.Stat(name)
		if errors.Is(err, fs.ErrNotExist) && name == file+"-shm" {
			continue // systems on which SQLite keeps the index elsewhere
		}
		if err != nil {
			return nil, gone(name, err)
		}
		id.files = append(id.files, named{name, info})
	}
	if !os.SameFile(before, id.files[0].info) {
		return nil, gone(path, nil)
	}
	return id, nil
}

// named reports whether the names still lead to the files. It may be called by many.
func (id *identity) named() error {
	for _, f := range id.files {
		now, err := os.Stat(f.name)
		if err != nil || !os.SameFile(now, f.info) {
			return gone(f.name, err)
		}
	}
	return nil
}

// gone says what is wrong with a name.
func gone(name string, err error) error {
	switch {
	case err == nil:
		return cause{outbox.ErrGone, errors.New(name + " is another file now")}
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return cause{outbox.ErrGone, errors.New(name + " is not there any more")}
	}
	return fmt.Errorf("look at the file: %w", err)
}

// check is named, and whether the content of the files is still what SQLite takes it
// for. It is for one goroutine at a time.
func (id *identity) check() error {
	if err := id.named(); err != nil || len(id.files) < 3 {
		return err
	}
	// Opened anew each time, for nobody could take the files away on Windows else. The
	// locks of SQLite are not those of the process, so closing these releases none.
	index, err := os.Open(id.files[2].name)
	if err != nil {
		return id.unread(2, err)
	}
	defer func() { _ = index.Close() }()
	log, err := os.Open(id.files[1].name)
	if err != nil {
		return id.unread(1, err)
	}
	defer func() { _ = log.Close() }()
	return id.compareLog(log, index)
}

// unread is why file i could not be opened once more to be looked into. That no more files
// may be open says nothing about this one, which SQLite has open; its name led to it a moment
// ago, and an outcome that nobody else knows is to be recorded.
func (id *identity) unread(i int, err error) error {
	if isStarved(err) {
		id.quiet = nil
		return nil
	}
	return gone(id.files[i].name, err)
}

// compareLog is check for what the files hold.
func (id *identity) compareLog(log, index *os.File) error {
	const tries = 3 // another process may be between two of our looks
	for range tries {
		before, ok := readIndex(index)
		if !ok {
			break
		}
		logInfo, err := log.Stat()
		if err != nil {
			return fmt.Errorf("look at the write-ahead log: %w", err)
		}
		var salt [8]byte
		_, short := log.ReadAt(salt[:], logSalt)
		info, err := os.Stat(id.files[0].name)
		if err != nil {
			return gone(id.files[0].name, err)
		}
		if after, ok := readIndex(index); !ok || after != before {
			continue
		}
		if before.frames > 0 && (short != nil || salt != before.salt || logInfo.Size() < before.logSize()) {
			return cause{outbox.ErrGone, errors.New(id.files[1].name + " was cut or written over")}
		}
		return id.compare(before, info)
	}
	id.quiet = nil
	return nil
}

// compare finds a write to the database by somebody who is not SQLite, such as a
// backup that was copied over it. SQLite writes to it in checkpoints only, each of
// which changes the index before and after.
func (id *identity) compare(x logIndex, info fs.FileInfo) error {
	if x.backfilled != x.attempted { // one is under way, or was given up
		id.quiet = nil
		return nil
	}
	now := &quiet{info.Size(), info.ModTime(), x.salt, x.backfilled}
	last := id.quiet
	if last != nil && last.salt == now.salt && last.backfilled == now.backfilled &&
		(last.size != now.size || !last.changed.Equal(now.changed)) {
		return cause{outbox.ErrGone, errors.New(id.files[0].name + " was written over by another program")}
	}
	id.quiet = now
	return nil
}

// Where things are in the files: see https://sqlite.org/walformat.html
const (
	logSalt      = 16
	logHead      = 32
	frameHead    = 24
	indexVersion = 3007000
	indexCopy    = 48 // length of the header, which is there twice
	indexLength  = 136
)

// A logIndex is what the index says of the write-ahead log.
type logIndex struct {
	frames, page          uint32 // that are valid; the size of a page in bytes
	backfilled, attempted uint32 // frames that were, or are being, copied to the database
	salt                  [8]byte
}

// logSize is how long the log must be.
func (x logIndex) logSize() int64 {
	return logHead + int64(x.frames)*(frameHead+int64(x.page))
}

// readIndex reads the head of the index; ok is false while another process writes it,
// and where it cannot be read.
func readIndex(f *os.File) (x logIndex, ok bool) {
	var b [indexLength]byte
	if _, err := f.ReadAt(b[:], 0); err != nil {
		return x, false
	}
	order := binary.NativeEndian
	if !bytes.Equal(b[:indexCopy], b[indexCopy:2*indexCopy]) || order.Uint32(b[0:]) != indexVersion || b[12] == 0 {
		return x, false
	}
	page := order.Uint16(b[14:])
	x.page = uint32(page&0xfe00) + uint32(page&1)<<16
	x.frames = order.Uint32(b[16:])
	copy(x.salt[:], b[32:])
	x.backfilled, x.attempted = order.Uint32(b[96:]), order.Uint32(b[128:])
	return x, true
}

// leaveFiles keeps the closing of a connection from touching files by their names:
// they may be somebody else's by now.
func leaveFiles(c *sqlite3.Conn) error {
	_, err := c.Config(sqlite3.DBCONFIG_NO_CKPT_ON_CLOSE, true)
	return err //nolint:wrapcheck // connect does
}

// leaveFilesOf is leaveFiles for the one connection of db.
func leaveFilesOf(ctx context.Context, db *sql.DB) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return // there is none to be closed
	}
	defer func() { _ = conn.Close() }()
	_ = conn.Raw(func(c any) error {
		if c, ok := c.(driver.Conn); ok {
			return leaveFiles(c.Raw())
		}
		return nil
	})
}
