package outbox

import (
	"cmp"
	"context"
	"errors"
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
	// ErrFileSystem: it has no locks, or no memory that programs can share by a file. Some
	// network drives and FUSE file systems are such.
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
	// ErrUnreachable: no connection to the database comes about.
	ErrUnreachable = errors.New("the database cannot be reached")
	// ErrDenied: the database does not take the role, or its password.
	ErrDenied = errors.New("the database does not let this role in")
	// ErrUndecided: the connection to the database was lost while it recorded something, and
	// did not come back: what was to be recorded may be.
	ErrUndecided = errors.New("it is not known whether it was recorded")
	// ErrTakenForDead: this process was not heard of for so long that others may have
	// settled the messages that it had begun. No more of those leave; others it can begin.
	ErrTakenForDead = errors.New("this telex was not heard of for too long, and what it had begun counts as ended")
	// ErrFilledElsewhere: another process adds people to the run. Nothing was added.
	ErrFilledElsewhere = errors.New("another process adds people to it")
	// ErrMoved: all that it holds was copied into another outbox, where it goes on.
	ErrMoved = errors.New("its messages were moved")
	// ErrCopying: it is being copied into another outbox, or from one.
	ErrCopying = errors.New("a copy is being made")
	// ErrFilled: it is not the outbox that was opened, for another one was copied into it.
	ErrFilled = errors.New("another outbox was copied into it")
	// ErrOccupied: it is to be filled, and holds something.
	ErrOccupied = errors.New("it holds an outbox already")
	// ErrNoOutbox: there is none, and none is to be made.
	ErrNoOutbox = errors.New("there is no outbox")
	// ErrClosed: the outbox was closed.
	ErrClosed = errors.New("the outbox is closed")
)

// Error is an outbox that could not do what it was asked.
type Error struct {
	Op   string // what was tried: "open the outbox", "record the message"
	Path string // of the database, or what else names its place
	Hint string // what to do; may be empty
	Err  error  // one of the sentinels where it is known, else the cause
}

// Error says what was tried, on which file, why it failed and what to do. While a database is
// away it does not say what was tried, which is no matter then.
func (e *Error) Error() string {
	text := e.Path + ": " + e.Err.Error()
	if !errors.Is(e.Err, ErrUnreachable) && !errors.Is(e.Err, ErrDenied) {
		text = e.Op + ": " + text
	}
	if e.Hint != "" {
		text += "; " + e.Hint
	}
	return text
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// failure makes an Error of what the engine or the file system said. Errors of our own
// pass as they are.
func (o *Outbox) failure(op string, err error) error {
	if err == nil || isOurs(err) {
		return err
	}
	e, explained := errors.AsType[*Error](err)
	if !explained && errors.Is(err, ErrClosed) {
		return &Error{Op: op, Path: o.Path(), Hint: "start telex again", Err: err}
	}
	if !explained && errors.Is(err, ErrTakenForDead) {
		return &Error{Op: op, Path: o.Path(), Hint: "look in History what became of it, then send again what was not sent", Err: err}
	}
	if !explained {
		err = o.engine.Explain(err)
		e, explained = errors.AsType[*Error](err)
	}
	if explained {
		e.Op, e.Path = cmp.Or(e.Op, op), cmp.Or(e.Path, o.Path())
	}
	return err
}

// A callerError is one of a function that the caller of the outbox handed in: it is no fault
// of the database.
type callerError struct{ err error }

func (e *callerError) Error() string { return e.err.Error() }

// Unwrap returns the cause.
func (e *callerError) Unwrap() error { return e.err }

// isOurs reports whether err is one by which the outbox refuses, or that of a context.
func isOurs(err error) bool {
	_, moved := errors.AsType[*MoveError](err)
	_, repeats := errors.AsType[*RepeatError](err)
	_, run := errors.AsType[*RunError](err)
	_, optedOut := errors.AsType[*OptOutError](err)
	_, caller := errors.AsType[*callerError](err)
	return moved || repeats || run || optedOut || caller || errors.Is(err, errNoSender) || errors.Is(err, ErrNotFound) ||
		errors.Is(err, ErrFilledElsewhere) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
