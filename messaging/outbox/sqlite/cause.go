package sqlite

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"telex/messaging/outbox"

	"github.com/ncruces/go-sqlite3"
)

// SQLite's codes say at which step it failed rather than why: on a full disk "disk I/O
// error", without locks "database is locked". So where the system's own number did not
// come with the code, what SQLite does in the folder is tried there, and what the system
// says to that is the cause.

// vague are the codes of SQLite that leave the cause open.
func vague(err error) bool {
	for _, code := range []error{sqlite3.IOERR, sqlite3.CANTOPEN, sqlite3.BUSY, sqlite3.PROTOCOL, sqlite3.PERM, sqlite3.NOMEM} {
		if errors.Is(err, code) {
			return true
		}
	}
	return false
}

// causeOf is err, and what try finds wrong with the folder of the file at path if err
// does not say that by itself. A lock that is held is no fault of the folder unless no
// lock can be had at all.
func causeOf(path string, err error, try func(folder string) error) error {
	_, known := errors.AsType[syscall.Errno](err)
	if !vague(err) || known && !errors.Is(err, sqlite3.BUSY) {
		return err
	}
	if target, failed := filepath.EvalSymlinks(path); failed == nil {
		path = target
	}
	found := try(filepath.Dir(path))
	if found == nil || errors.Is(err, sqlite3.BUSY) && !isLockless(found) {
		return err
	}
	return fmt.Errorf("%w: %w", err, found)
}

// unnamed is err without the name of a file that nobody needs to know.
func unnamed(what string, err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		err = e.Err
	}
	return fmt.Errorf("%s: %w", what, err)
}

// isStarved reports whether this process, or all together, may open no more files.
func isStarved(err error) bool { return isAny(err, syscall.EMFILE, syscall.ENFILE) }

// isFull reports whether the disk, or this user's share of it, has no room.
func isFull(err error) bool {
	return isAny(err, sqlite3.FULL, syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG)
}

// isReadOnly reports whether it may not be written.
func isReadOnly(err error) bool {
	return isAny(err, sqlite3.READONLY, fs.ErrPermission, syscall.EROFS)
}

// What a file system may lack that several programs need to use one database.
var (
	errNoLocks   = errors.New("no locks")
	errNoSharing = errors.New("no shared memory")
)

// isLockless reports whether the file system lacks that. The numbers come of nothing
// else that is done here.
func isLockless(err error) bool {
	return isAny(err, errNoLocks, errNoSharing, syscall.ENOLCK, syscall.ENOSYS, syscall.EOPNOTSUPP, syscall.ENOTSUP)
}

func isAny(err error, targets ...error) bool {
	for _, target := range targets {
		if errors.Is(err, target) {
			return true
		}
	}
	return false
}

// lacks is ErrFileSystem with what it lacks, and its name if that is known.
func lacks(path string, err error) error {
	what, name := "lock files", FileSystem(filepath.Dir(path))
	if errors.Is(err, errNoSharing) {
		what = "share memory between programs"
	}
	if name == "" {
		name = "a network drive?"
	}
	return fmt.Errorf("%w %s (%s)", outbox.ErrFileSystem, what, name)
}

// fileInTheWay is the first on the way to path that should be a folder and is none; ""
// if there is none.
func fileInTheWay(path string) string {
	found := ""
	for above := filepath.Dir(path); above != filepath.Dir(above); above = filepath.Dir(above) {
		if info, err := os.Stat(above); err == nil && !info.IsDir() {
			found = above
		}
	}
	return found
}

// explain puts err into the words of e, and says what follows from its cause. The more telling
// cause goes first: one code of SQLite may stand for several.
func explain(e *outbox.Error, err error) {
	const (
		elsewhere = "set XDG_STATE_HOME to another folder"
		doctor    = "telex doctor looks at the folder and its disk"
	)
	blocked := fileInTheWay(e.Path)
	switch {
	case errors.Is(err, outbox.ErrGone):
		e.Hint = "put it back if it was moved, then start telex again"
	case isFull(err):
		e.Err, e.Hint = cause{outbox.ErrFull, err}, "free some space and try again"
	case isLockless(err):
		e.Err, e.Hint = cause{lacks(e.Path, err), err}, "set XDG_STATE_HOME to a folder on a local disk"
	case blocked != "":
		e.Err, e.Hint = cause{fmt.Errorf("%q is a file, and a folder is needed there", blocked), nil}, "check what HOME and XDG_STATE_HOME are set to, or move that file away"
	case isReadOnly(err):
		e.Err, e.Hint = cause{outbox.ErrReadOnly, err}, "make it and its folder writable for this user, or "+elsewhere
	case isAny(err, sqlite3.BUSY, sqlite3.LOCKED):
		e.Err, e.Hint = cause{outbox.ErrLocked, err}, "find out which program holds it, end that and try again"
	case isDamaged(err):
		e.Err, e.Hint = cause{outbox.ErrDamaged, err}, "quit telex and start it again: it then checks the file, and replaces it if it is damaged"
	case isAny(err, syscall.ELOOP):
		e.Hint = "a link on the way leads back to itself: fix it, or " + elsewhere
	case isStarved(err):
		e.Hint = "too many files are open: end programs, or raise the limit (ulimit -n)"
	case isAny(err, sqlite3.NOMEM, syscall.ENOMEM):
		e.Hint = "the memory is used up: end programs and try again"
	case isAny(err, syscall.EIO, syscall.ENXIO, syscall.ESTALE):
		e.Hint = "the disk or its file system failed; look at the system's log"
	case errors.Is(err, sqlite3.CANTOPEN):
		e.Hint = "check that the folder exists and that this user may write to it, or " + elsewhere
	case isAny(err, sqlite3.IOERR_WRITE, sqlite3.IOERR_FSYNC):
		e.Hint = "the disk took no more: its share for this user may be used up, or it failed; free some space, or look at the system's log"
	default:
		e.Hint = doctor
	}
}
