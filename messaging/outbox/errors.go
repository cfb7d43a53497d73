package outbox

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"syscall"

	"github.com/ncruces/go-sqlite3"
)

// Sentinels for decisions, matched with errors.Is.
var (
	// ErrNotFound: there is no such row.
	ErrNotFound = errors.New("not in the outbox")
	// ErrFull: the disk is full, or the user's share of it.
	ErrFull = errors.New("the disk is full")
	// ErrReadOnly: the file or its folder cannot be written.
	ErrReadOnly = errors.New("it cannot be written")
	// ErrLocked: another program holds the database for longer than telex waits.
	ErrLocked = errors.New("another program has it locked")
	// ErrFileSystem: it lacks what a database needs.
	ErrFileSystem = errors.New("this file system cannot")
	// ErrUnsafe: other users can decide where the files are, or they are somebody else's.
	ErrUnsafe = errors.New("the folder is not yours alone")
	// ErrNewer: a later telex made it.
	ErrNewer = errors.New("a later version of telex made it")
	// ErrDamaged: the file is no database, or a broken one.
	ErrDamaged = errors.New("the file is damaged")
	// ErrGone: the files that were opened are not those that the names lead to now:
	// they were removed, moved, replaced, cut or written over.
	ErrGone = errors.New("the outbox was taken away while telex was using it")
	// ErrClosed: the outbox was closed.
	ErrClosed = errors.New("the outbox is closed")
)

// Error is an outbox that could not do what it was asked.
type Error struct {
	Op   string // what was tried: "open the outbox", "record the message"
	Path string // of the database
	Hint string // what to do; may be empty
	Err  error  // one of the sentinels where it is known, else the cause
}

// Error says what was tried, on which file, why it failed and what to do.
func (e *Error) Error() string {
	text := e.Op + ": " + e.Path + ": " + e.Err.Error()
	if e.Hint != "" {
		text += "; " + e.Hint
	}
	return text
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// failure makes an Error of what the database or the file system said. Errors of
// our own pass as they are.
func failure(op, path string, err error) error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*Error](err); ok {
		if e.Path == "" {
			e.Path = path
		}
		return err
	}
	if _, ok := errors.AsType[*MoveError](err); ok {
		return err
	}
	if _, ok := errors.AsType[*RepeatError](err); ok {
		return err
	}
	if errors.Is(err, ErrNotFound) || errors.Is(err, context.Canceled) {
		return err
	}
	if errors.Is(err, sqlite3.INTERRUPT) {
		return cause{context.Canceled, err}
	}
	err = diagnose(path, err)
	e := &Error{Op: op, Path: path, Err: err}
	switch {
	case errors.Is(err, ErrFull):
		e.Hint = "make room and try again"
	case errors.Is(err, ErrFileSystem):
		e.Hint = "set XDG_STATE_HOME to a folder on a local disk"
	case errors.Is(err, syscall.ENOTDIR), errors.Is(err, syscall.EEXIST):
		e.Hint = "a part of that name is a file, not a folder: move it away, or set HOME or XDG_STATE_HOME to a folder"
	case errors.Is(err, sqlite3.FULL), errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT), errors.Is(err, syscall.EFBIG):
		e.Err, e.Hint = cause{ErrFull, err}, "make room and try again"
	case errors.Is(err, sqlite3.READONLY), errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		e.Err, e.Hint = cause{ErrReadOnly, err}, "give this user the right to write it and its folder, or set XDG_STATE_HOME to another folder"
	case errors.Is(err, sqlite3.BUSY), errors.Is(err, sqlite3.LOCKED):
		e.Err, e.Hint = cause{ErrLocked, err}, "find out which program holds it, end that and try again"
	case errors.Is(err, ErrGone):
		e.Hint = "put it back if it was moved, then start telex again"
	case isDamaged(err):
		e.Err, e.Hint = cause{ErrDamaged, err}, "quit telex and start it again: it looks closer then, and sets a broken file aside"
	case errors.Is(err, ErrClosed):
		e.Hint = "start telex again"
	case errors.Is(err, sqlite3.CANTOPEN):
		e.Hint = "see that the folder exists and that this user may write it, or set XDG_STATE_HOME to another folder"
	case errors.Is(err, sqlite3.IOERR_WRITE), errors.Is(err, sqlite3.IOERR_FSYNC):
		e.Hint = "the disk took no more: its share for this user may be used up, or it failed; make room, or look at the system's log"
	case errors.Is(err, sqlite3.IOERR):
		e.Hint = "the disk or its file system failed; look at the system's log"
	default:
		e.Hint = "if it comes again, end every telex and start one"
	}
	return e
}

// A cause is an error in our words, with the one that the words are about.
type cause struct{ words, err error }

func (c cause) Error() string {
	if c.err == nil || errors.Is(c.err, c.words) {
		return cmp.Or(c.err, c.words).Error()
	}
	return c.words.Error() + " (" + c.err.Error() + ")"
}

func (c cause) Unwrap() []error {
	if c.err == nil {
		return []error{c.words}
	}
	return []error{c.words, c.err}
}
