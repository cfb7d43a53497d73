// Package sqlite keeps an outbox in a file: a SQLite database with a write-ahead log,
// which several processes use at once.
//
// The files are the user's alone: 0600 in a folder of 0700, and refused where others
// decide what their names lead to. A commit is on the disk before anybody is told of it,
// and changes that come together share one. Before and after each the engine looks
// whether the names still lead to the files it has open. A file that is damaged is set
// aside, never written over, when nobody else has it open; one that cannot be written can
// be read. A process lives for as long as it holds the lock of a file of its own, which
// the system releases however it ends.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"telex/messaging/outbox"

	"github.com/gofrs/flock"
)

// A file is the place of an outbox.
type file struct {
	path  string
	hooks hooks
}

// At is the place of a database in a file: path, an absolute name. The file and its
// folder are made if they are not there.
func At(path string) outbox.Place { return file{path: path} }

func (p file) String() string { return p.path }

// hooks are how tests reach in; the zero value is how telex runs.
type hooks struct {
	busy      time.Duration     // how long a statement waits for a lock; 0 is busyTime
	pragmas   []string          // of the writer's connection, beside ours
	vfs       string            // by which SQLite gets at the files; "" is its own
	committed func(changes int) // after each commit; nil is nothing
	compiling func(string)      // before each statement of a transaction that is compiled; nil is nothing
}

// An engine is one open database.
type engine struct {
	path     string // as it was asked for
	file     string // where that is, links followed
	opening  outbox.Opening
	hooks    hooks
	report   outbox.Report
	db       *sql.DB // readers
	writer   *writer
	opened   bool      // the opening is over: readers have connections of their own
	identity *identity // of the files that are open
	owner    *owner
	use      *flock.Flock // shared by all who have the database open; see putAside
	snapshot *snapshot
	forget   func() // the snapshot
}

// Open opens the file. One that is no database, or a broken one, is set aside.
func (p file) Open(ctx context.Context, opening outbox.Opening) (outbox.Engine, error) {
	e := &engine{path: p.path, opening: opening, hooks: p.hooks}
	if err := e.open(ctx); err != nil {
		if err = e.readAnyway(ctx, failure("open the outbox", p.path, err)); err != nil {
			return nil, err
		}
	}
	e.opened = true
	return e, nil
}

func (e *engine) open(ctx context.Context) (err error) {
	if _, err := os.Stat(e.path); e.opening.Existing && errors.Is(err, fs.ErrNotExist) {
		return errNoOutbox()
	}
	if e.file, err = makePrivate(e.path); err != nil {
		return err
	}
	e.owner = newOwner(e.file + "-owners")
	if e.use, err = use(e.owner.folder); err != nil {
		return err
	}
	if err = e.start(ctx); isDamaged(err) && !e.opening.Sound {
		err = e.replace(ctx)
	}
	if err != nil {
		e.disconnect()
		e.writer, e.db = nil, nil
		_ = e.use.Close()
	}
	return err
}

// start connects and has everything settled.
func (e *engine) start(ctx context.Context) error {
	if beheaded(e.file) {
		return cause{outbox.ErrDamaged, errors.New("it is empty, and what was to be written to it lies beside it")}
	}
	e.report.Written = lastWritten(e.file)
	if err := e.connect(ctx); err != nil {
		return err
	}
	if err := e.inspect(ctx); err != nil {
		return err
	}
	sweep(e.owner.folder, e.owner.name)
	return e.opening.Settle(ctx, e)
}

// lastWritten is when the database or its log was last written to, before this process
// opens it.
func lastWritten(file string) (at time.Time) {
	for _, suffix := range []string{"", "-wal"} {
		if info, err := os.Stat(file + suffix); err == nil && info.Size() > 0 && info.ModTime().After(at) {
			at = info.ModTime()
		}
	}
	return at
}

// Report is what was found at the opening.
func (e *engine) Report() outbox.Report { return e.report }

// Reader is the connections for reading. While the database is being opened it is the
// writer's: most commands only write, and need no other.
func (e *engine) Reader() outbox.Querier {
	if !e.opened {
		return e.writer.db
	}
	return e.db
}

// Brief is the writer's connection until readers have one: to make one costs as much as a
// commit, and most commands ask nothing more.
func (e *engine) Brief() outbox.Querier {
	if e.writer != nil && e.db.Stats().OpenConnections == 0 {
		return e.writer.db
	}
	return e.Reader()
}

// Read asks in a transaction. What is asked of many is compiled once.
func (e *engine) Read(ctx context.Context, ask func(ctx context.Context, q outbox.Querier) error) error {
	tx, err := e.db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return fmt.Errorf("begin to read: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // nothing was written
	return ask(ctx, newStatements(nil, e.hooks.compiling).in(tx))
}

// Write makes a change together with those that come meanwhile; see writer.
func (e *engine) Write(ctx context.Context, do outbox.Change) error { return e.writer.Write(ctx, do) }

// Present says whether the names still lead to the files.
func (e *engine) Present() error { return e.identity.named() }

// Explain puts what SQLite or the system said into words, and notes damage, so that the
// next opening looks for it.
func (e *engine) Explain(err error) error {
	if e.snapshot != nil {
		if err == nil || isDamaged(err) {
			if moved := e.snapshot.check(); moved != nil {
				return &outbox.Error{Err: moved, Hint: "try again"}
			}
		}
	} else if isDamaged(err) {
		mark(e.file)
	}
	return failure("", e.path, err)
}

// Owner is the random name of this process.
func (e *engine) Owner() string { return e.owner.name }

// Ahead is nothing: all processes are on this machine.
func (e *engine) Ahead() time.Duration { return 0 }

// Claim holds the lock by which others see that this process lives.
func (e *engine) Claim(ctx context.Context) error { return e.owner.claim(ctx) }

// Sure is always nil: the lock lasts for as long as this process, whatever stops it meanwhile.
func (e *engine) Sure(context.Context, string) error { return nil }

// Alive looks whether somebody holds the lock of a name.
func (e *engine) Alive(_ context.Context, _ outbox.Querier, owner string) (bool, error) {
	return alive(e.owner.folder, owner), nil
}

// Living looks which names are locked.
func (e *engine) Living(context.Context, outbox.Querier) ([]string, error) {
	return living(e.owner.folder, e.owner.name)
}

// Beside is the name of the database.
func (e *engine) Beside() string { return e.file }

// Retire ends the use of the name.
func (e *engine) Retire() bool { return e.owner.retire() }

// Close gives the files up.
func (e *engine) Close(last outbox.Change) error {
	if e.snapshot != nil {
		e.endSnapshot()
		return nil
	}
	err := e.end(last)
	_ = e.use.Close()
	return err
}

// Release gives the lock of this process up.
func (e *engine) Release() { e.owner.release() }

// disconnect gives the files up; there is nothing left to be written.
func (e *engine) disconnect() { _ = e.end(nil) }

// end makes the last change and gives the files up. The writer goes last: it takes
// the write-ahead log away.
func (e *engine) end(last outbox.Change) (err error) {
	if e.db != nil {
		_ = e.db.Close() // read only: there is nothing to lose
	}
	if e.writer != nil {
		err = e.writer.close(last)
	}
	return err
}

// errNoOutbox is what an opening says that is to make none.
func errNoOutbox() error {
	return &outbox.Error{Op: "open the outbox", Err: outbox.ErrNoOutbox, Hint: "correct the name of the file; nothing was changed"}
}

// enter says whether a transaction may change anything.
func (e *engine) enter(ctx context.Context, tx outbox.Tx) error {
	if e.opening.Gate == nil {
		return nil
	}
	var mark []byte
	if err := tx.QueryRowContext(ctx, outbox.MarkQuery).Scan(&mark); err != nil {
		return fmt.Errorf("read whether it is copied: %w", err)
	}
	return e.opening.Gate.Enter(ctx, tx, e, mark)
}

// check says whether what is written now is kept; only the writer calls it.
func (e *engine) check() error {
	if err := e.identity.check(); err != nil {
		return err
	}
	if current(e.use) {
		return nil
	}
	// Somebody cleaned up. Without the lock another telex would take itself for the only
	// user of the database.
	again, err := use(e.owner.folder)
	if err != nil {
		return err
	}
	_ = e.use.Close()
	e.use = again
	return e.identity.named()
}
