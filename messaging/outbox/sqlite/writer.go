package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"telex/messaging/outbox"
)

// A writer makes all changes, on one connection. Changes that come while a commit
// is under way are committed together, so that a burst of them costs few waits for
// the disk; each caller hears of its change when it is on the disk, not before.
type writer struct {
	db   *sql.DB
	kept *statements
	jobs chan *job
	quit chan struct{} // closed: no more jobs
	done chan struct{} // closed: the last one is through
	once sync.Once
	// check says whether what is written now is kept: see identity.
	check func() error
	// committed is told of each commit, and how many changes were in it.
	committed func(changes int)
}

// A job is a change that somebody waits for. It may be made twice: once with others, and
// again alone if that failed.
type job struct {
	ctx    context.Context
	do     outbox.Change
	begun  atomic.Bool // set by whoever comes first: the writer, or the caller who gives up
	result chan error  // of capacity 1
}

// mostGrouped bounds how many changes share a commit, and so how long the first
// of them waits.
const mostGrouped = 128

// newWriter starts a writer. It closes db when it is closed. check is called before
// and after each commit, by one goroutine at a time.
func newWriter(db *sql.DB, check func() error, h hooks) *writer {
	if h.committed == nil {
		h.committed = func(int) {}
	}
	w := &writer{
		db: db, kept: newStatements(db, h.compiling), check: check, committed: h.committed,
		jobs: make(chan *job, mostGrouped), quit: make(chan struct{}), done: make(chan struct{}),
	}
	go w.run()
	return w
}

// write makes one change and returns when it is committed. If ctx ends before it
// has begun it is not made. One that has begun is not given up: a caller must know
// how it ended.
func (w *writer) write(ctx context.Context, do outbox.Change) error {
	j := &job{ctx: ctx, do: do, result: make(chan error, 1)}
	select {
	case <-w.quit:
		return outbox.ErrClosed
	default:
	}
	select {
	case w.jobs <- j:
	case <-ctx.Done():
		return ctx.Err()
	case <-w.quit:
		return outbox.ErrClosed
	}
	select {
	case err := <-j.result:
		return err
	case <-ctx.Done():
		if j.begun.CompareAndSwap(false, true) {
			return ctx.Err()
		}
	case <-w.done:
	}
	select {
	case err := <-j.result:
		return err
	case <-w.done:
		select {
		case err := <-j.result:
			return err
		default:
			return outbox.ErrClosed // it came too late and was not begun
		}
	}
}

// close completes the changes that have begun, makes the last one, which may be
// nil, and returns how that went. Only the first call does anything.
func (w *writer) close(last outbox.Change) (err error) {
	w.once.Do(func() {
		close(w.quit)
		<-w.done
		if last != nil {
			_, err = w.transact([]*job{{ctx: context.Background(), do: last}}) //nolint:forbidigo // Close has no context: it must happen
		}
		if w.check() != nil {
			leaveFilesOf(context.Background(), w.db) //nolint:forbidigo // as above
		}
		w.kept.close()
		_ = w.db.Close() // every change was committed; what remains is a checkpoint
	})
	return err
}

func (w *writer) run() {
	defer close(w.done)
	for {
		select {
		case j := <-w.jobs:
			w.commit(w.gather(j))
		case <-w.quit:
			for {
				select {
				case j := <-w.jobs:
					w.commit(w.gather(j))
				default:
					return
				}
			}
		}
	}
}

// gather takes what else is waiting.
func (w *writer) gather(first *job) []*job {
	jobs := []*job{first}
	for len(jobs) < mostGrouped {
		select {
		case j := <-w.jobs:
			jobs = append(jobs, j)
		default:
			return jobs
		}
	}
	return jobs
}

// commit makes the changes in one transaction and tells each caller.
func (w *writer) commit(jobs []*job) {
	live := jobs[:0]
	for _, j := range jobs {
		if !j.begun.CompareAndSwap(false, true) {
			continue // its caller has gone
		}
		if err := j.ctx.Err(); err != nil {
			j.result <- err
			continue
		}
		live = append(live, j)
	}
	if len(live) == 0 {
		return
	}
	results, err := w.transact(live)
	if err != nil && len(live) > 1 && !errors.Is(err, errNotBegun) && !errors.Is(err, errUnkept) {
		// One of them may be what the disk had no room for. Nothing was written, so
		// each is made alone and fails, or not, by itself.
		for _, j := range live {
			_, err := w.transact([]*job{j})
			j.result <- err
		}
		return
	}
	for i, j := range live {
		if err != nil {
			j.result <- err
			continue
		}
		j.result <- results[i]
	}
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

// transact is the transaction. The error is that of all changes; results are
// those of each.
func (w *writer) transact(jobs []*job) (results []error, err error) {
	ctx := context.WithoutCancel(jobs[0].ctx)
	w.kept.keep(ctx)
	plain, err := w.db.BeginTx(ctx, nil)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNotBegun, err)
	}
	tx := w.kept.in(plain)
	defer func() { _ = plain.Rollback() }() // does nothing after the commit
	// Now nobody else can write, so nothing changes between looking and writing but by
	// those who do not ask.
	if err := w.check(); err != nil {
		return nil, unkept{err}
	}
	results = make([]error, len(jobs))
	if len(jobs) == 1 {
		if err := jobs[0].do(ctx, tx); err != nil {
			return nil, err
		}
	} else {
		for i, j := range jobs {
			if results[i], err = within(ctx, tx, j.do); err != nil {
				return nil, err
			}
		}
	}
	if err := plain.Commit(); err != nil {
		return nil, fmt.Errorf("commit: %w", err)
	}
	if err := w.check(); errors.Is(err, outbox.ErrGone) {
		return nil, unkept{err} // it went to a file that nobody will find
	}
	w.committed(len(jobs))
	return results, nil
}

// within makes a change that can fail on its own. The second error is one that
// ends the transaction.
func within(ctx context.Context, tx outbox.Tx, do outbox.Change) (failed, fatal error) {
	if _, err := tx.ExecContext(ctx, "SAVEPOINT change"); err != nil {
		return nil, fmt.Errorf("begin: %w", err)
	}
	if failed = do(ctx, tx); failed != nil {
		if _, err := tx.ExecContext(ctx, "ROLLBACK TO change"); err != nil {
			return nil, failed // SQLite has rolled back everything: a full disk, above all
		}
	}
	if _, err := tx.ExecContext(ctx, "RELEASE change"); err != nil {
		return nil, fmt.Errorf("end: %w", err)
	}
	return failed, nil
}
