package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"telex/messaging/outbox"
	"telex/messaging/outbox/internal/group"
)

// A writer makes all changes, on one connection.
type writer struct {
	*group.Queue
	db   *sql.DB
	kept *statements
	// check says whether what is written now is kept: see identity.
	check func() error
	// enter says whether a transaction may change anything: see [outbox.Gate].
	enter func(ctx context.Context, tx outbox.Tx) error
	// committed is told of each commit, and how many changes were in it.
	committed func(changes int)
}

// newWriter starts a writer. It closes db when it is closed. check is called before
// and after each commit, and enter at the beginning of each transaction, by one goroutine
// at a time.
func newWriter(db *sql.DB, check func() error, enter func(context.Context, outbox.Tx) error, h hooks) *writer {
	if h.committed == nil {
		h.committed = func(int) {}
	}
	w := &writer{db: db, kept: newStatements(db, h.compiling), check: check, enter: enter, committed: h.committed}
	w.Queue = group.New(w.transact, func(err error) bool { return errors.Is(err, errNotBegun) || errors.Is(err, errUnkept) })
	return w
}

// close completes the changes that have begun, makes the last one, which may be
// nil, and returns how that went. Only the first call does anything.
func (w *writer) close(last outbox.Change) error {
	return w.Close(last, func() {
		if w.check() != nil {
			leaveFilesOf(context.Background(), w.db) //nolint:forbidigo // Close has no context: it must happen
		}
		w.kept.close()
		_ = w.db.Close() // every change was committed; what remains is a checkpoint
	})
}

// errNotBegun marks a transaction that could not begin: no change is at fault.
var errNotBegun = errors.New("begin")

// errUnkept marks a transaction that was not kept, or need not have been, though no
// change is at fault.
var errUnkept = errors.New("it may not be kept")

// unkept is errUnkept in the words of its cause.
type unkept struct{ err error }

func (u unkept) Error() string   { return u.err.Error() }
func (u unkept) Unwrap() []error { return []error{errUnkept, u.err} }

// transact is the transaction: see [group.Transact].
func (w *writer) transact(ctx context.Context, changes []outbox.Change) (results []error, err error) {
	w.kept.keep(ctx)
	plain, err := w.db.BeginTx(ctx, nil)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNotBegun, err)
	}
	defer func() { _ = plain.Rollback() }() // does nothing after the commit
	// Now nobody else can write, so nothing changes between looking and writing but by
	// those who do not ask.
	if err := w.check(); err != nil {
		return nil, unkept{err}
	}
	tx := w.kept.in(plain)
	if err := w.enter(ctx, tx); err != nil {
		return nil, unkept{err}
	}
	if results, err = group.Make(ctx, tx, changes); err != nil {
		return nil, err
	}
	if err := plain.Commit(); err != nil {
		return nil, fmt.Errorf("commit: %w", err)
	}
	if err := w.check(); errors.Is(err, outbox.ErrGone) {
		return nil, unkept{err} // it went to a file that nobody will find
	}
	w.committed(len(changes))
	return results, nil
}
