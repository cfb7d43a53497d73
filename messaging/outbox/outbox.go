// Package outbox is the durable record of every message: a SQLite database that
// is written before the network is touched.
//
// Its rules:
//
//   - A message is a row, committed as [Sending] with the exact request, before
//     the first byte of the request leaves. If that commit fails nothing is sent.
//   - The outcome is committed, with the exact answer, before anybody is told it.
//   - States change by the table of [State.Next] only, each change in one
//     transaction. Any other change is a [*MoveError], and nothing is written.
//   - A row that is being sent belongs to a process. When that process is gone,
//     the next one that opens the outbox turns the row [Unknown], and tells of it
//     once: see [Outbox.Untold].
//   - A queued message belongs to a process too, and is [Unsent] when that is gone,
//     unless it is one of a [Run]: then any process can take it. See [Outbox.Claim].
//   - What becomes known of a delivery is an [Event], which stays; a message's state
//     follows from its events and never goes back.
//   - Several processes may use one outbox at once.
//
// The files are the user's alone: 0600 in a folder of 0700. They hold texts and
// numbers of messages, unless [Options.OmitText] is set, but never credentials.
//
// An Outbox is safe for concurrent use. What it returns belongs to the caller.
package outbox

import (
	"context"
	"database/sql"
	"errors"
	"sync/atomic"
	"time"

	"github.com/gofrs/flock"
)

// Options are what may be chosen of an outbox.
type Options struct {
	// Now is the clock; nil is time.Now.
	Now func() time.Time
	// OmitText keeps texts of messages and drafts out of the files. They can be
	// neither searched, shown nor sent again then. The digest by which a repeated
	// text is found stays; its key is in the same database.
	OmitText bool
	// Keep is how many days messages are kept; 0 is for ever. Older ones are
	// deleted when the outbox is opened, once a day, a thousand at each opening. Those
	// whose outcome is unknown stay. Nothing is deleted while the clock is far from the
	// newest message and the last write, and never most of the messages in a day, unless
	// Keep is one or two.
	Keep int
	// MMSReceipts reports whether Bandwidth gives receipts of MMS to the account of a
	// profile; nil: to none. See [messaging.GradeOf]. It must be safe for concurrent use.
	MMSReceipts func(profile string) bool
	// ToRead opens for reading alone what cannot be written, for the disk is full or
	// rights are missing: see [Outbox.Unwritable]. Nothing is made or changed then, nor
	// are the messages of dead processes settled.
	ToRead bool
}

// An Outbox is one open database.
type Outbox struct {
	path     string // as it was asked for
	file     string // where that is, links followed
	options  Options
	hooks    hooks
	now      func() time.Time
	db       *sql.DB // readers
	writer   *writer
	identity *identity // of the files that are open
	owner    *owner
	use      *flock.Flock // shared by all who have the database open; see putAside
	digest   []byte       // key of the contents' digests
	setAside string       // see SetAside
	closed   atomic.Bool
	gone     atomic.Bool // it was taken away: nothing is read or written any more
	memory   memory

	unwritable *Error // see Unwritable
	snapshot   *snapshot
	forget     func() // the snapshot
}

// hooks are how tests reach in; the zero value is how telex runs.
type hooks struct {
	busy      time.Duration     // how long a statement waits for a lock; 0 is busyTime
	pragmas   []string          // of the writer's connection, beside ours
	committed func(changes int) // after each commit; nil is nothing
}

// Open opens the outbox at path, an absolute name, and makes it and its folder if
// they are not there. A file that is no database is set aside: see
// [Outbox.SetAside]. It settles what dead processes left behind. Errors are
// [*Error]s; after one no message was changed.
func Open(ctx context.Context, path string, options Options) (*Outbox, error) {
	return openWith(ctx, path, options, hooks{})
}

func openWith(ctx context.Context, path string, options Options, h hooks) (*Outbox, error) {
	o := &Outbox{path: path, options: options, now: options.Now, hooks: h}
	if o.now == nil {
		o.now = time.Now
	}
	if err := o.open(ctx); err != nil {
		if err = o.readAnyway(ctx, failure("open the outbox", path, err)); err != nil {
			return nil, err
		}
	}
	return o, nil
}

func (o *Outbox) open(ctx context.Context) (err error) {
	if o.file, err = makePrivate(o.path); err != nil {
		return err
	}
	o.owner = newOwner(o.file + "-owners")
	if o.use, err = use(o.owner.folder); err != nil {
		return err
	}
	if err = o.start(ctx); isDamaged(err) {
		err = o.replace(ctx)
	}
	if err != nil {
		o.disconnect()
		o.writer, o.db = nil, nil
		_ = o.use.Close()
	}
	return err
}

// start connects, settles the rows of dead processes and deletes what is too old.
func (o *Outbox) start(ctx context.Context) error {
	if beheaded(o.file) {
		return cause{ErrDamaged, errors.New("it is empty, and what was to be written to it lies beside it")}
	}
	written := lastWritten(o.file)
	if err := o.connect(ctx); err != nil {
		return err
	}
	if err := o.inspect(ctx); err != nil {
		return err
	}
	if err := o.recover(ctx); err != nil {
		return err
	}
	return o.tidy(ctx, written)
}

// Present says whether what was written is still where the next telex looks for it; the
// error is that of a write.
func (o *Outbox) Present(ctx context.Context) error {
	if err := o.refuse("look for what was recorded"); err != nil {
		return err
	}
	err := o.identity.named()
	if o.gone.Load() {
		err = ErrGone
	}
	return o.ended(ctx, "look for what was recorded", err)
}

// Path is where the database is.
func (o *Outbox) Path() string { return o.path }

// OmitsText reports whether texts are kept out of the outbox.
func (o *Outbox) OmitsText() bool { return o.options.OmitText }

// SetAside is the new name of a damaged database that stood in the way when this
// outbox was opened; "" if there was none. What it holds is not in this outbox.
func (o *Outbox) SetAside() string { return o.setAside }

// Close ends the use of the outbox. Changes that have begun are completed first.
// Messages of this process that are still queued become unsent, or go back to their run,
// and those whose request may be on its way unknown. Calls that come later fail with ErrClosed; a
// second Close does nothing.
func (o *Outbox) Close() error {
	if o.closed.Swap(true) {
		return nil
	}
	if o.snapshot != nil {
		o.endSnapshot()
		return nil
	}
	var last change
	if o.owner.retire() {
		last = func(ctx context.Context, tx *sql.Tx) error {
			return o.settleOwner(ctx, tx, o.owner.name, true)
		}
	}
	err := o.end(last)
	if errors.Is(err, ErrGone) {
		err = o.recordAnew(context.Background(), failure("close the outbox", o.path, err)) //nolint:forbidigo // it must happen
	}
	o.memory.mu.Lock() // who records anew is done then
	heir := o.memory.heir
	o.memory.mu.Unlock()
	o.owner.release()
	_ = o.use.Close()
	if heir != nil {
		err = errors.Join(err, heir.Close())
	}
	return failure("close the outbox", o.path, err)
}

// disconnect gives the files up; there is nothing left to be written.
func (o *Outbox) disconnect() { _ = o.end(nil) }

// end makes the last change and gives the files up. The writer goes last: it takes
// the write-ahead log away.
func (o *Outbox) end(last change) (err error) {
	if o.db != nil {
		_ = o.db.Close() // read only: there is nothing to lose
	}
	if o.writer != nil {
		err = o.writer.close(last)
	}
	return err
}

// check says whether what is written now is kept; only the writer calls it.
func (o *Outbox) check() error {
	if err := o.identity.check(); err != nil {
		return err
	}
	if current(o.use) {
		return nil
	}
	// Somebody cleaned up. Without the lock another telex would take itself for the only
	// user of the database.
	again, err := use(o.owner.folder)
	if err != nil {
		return err
	}
	_ = o.use.Close()
	o.use = again
	return o.identity.named()
}
