package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"telex/messaging/outbox"
	"telex/messaging/outbox/internal/group"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// A writer makes all changes of this process. Those of all processes exclude one another:
// each transaction begins by taking the advisory lock of the outbox and keeps it to its end.
// Every statement behind that sees what was committed before (READ COMMITTED), so what is
// read in a change stays so until its commit.
//
// The same first statement writes the number of the transaction to the row of this process
// in marks. When a connection is lost amid a commit nobody knows how it ended; whoever takes
// the lock next knows that it is over, and reads in that row whether it was.
type writer struct {
	*group.Queue
	e  *engine
	db *sql.DB

	mu    sync.Mutex // of what is below: who asks about a doubt does not wait in the queue
	n     int64      // of the last transaction that was tried
	kept  int64      // of the last one that was committed
	doubt *doubt     // of the last one that was tried; nil: it is known how it ended

	failed atomic.Pointer[error] // of the last try of what is tried again right now; nil: nothing is
}

func newWriter(e *engine) *writer {
	w := &writer{e: e, db: e.own}
	w.Queue = group.New(w.transact, func(err error) bool { _, ok := errors.AsType[blameless](err); return ok })
	return w
}

const (
	// reachTime is for how long a change waits for a server that is away, as one is that is
	// started anew.
	reachTime = 15 * time.Second
	// decideTime is for how long it is tried to find out how a commit ended.
	decideTime = time.Minute
	// firstRest and longestRest are the pauses between two tries; they double.
	firstRest, longestRest = 20 * time.Millisecond, time.Second
)

// A blameless error is one of a transaction that no change is at fault for.
type blameless struct{ error }

func (b blameless) Unwrap() error { return b.error }

// An undecided error is that of a commit of which nobody knows yet how it ended.
type undecided struct{ error }

func (u undecided) Unwrap() error { return u.error }

// transact is the transaction, made again for as long as it is worth it: see
// [group.Transact].
func (w *writer) transact(ctx context.Context, changes []outbox.Change) (results []error, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	defer w.failed.Store(nil)
	patience, doubtful := reachTime, decideTime
	if w.e.hooks.patience > 0 {
		patience, doubtful = w.e.hooks.patience, w.e.hooks.patience
	}
	if !w.e.opened.Load() {
		patience = 0 // who opens hears at once that nothing is there
	}
	if err := w.resolve(ctx, patience); err != nil {
		return nil, blameless{err}
	}
	began, rest := time.Now(), firstRest
	for {
		results, err = w.attempt(ctx, changes)
		if _, ok := errors.AsType[undecided](err); ok {
			w.fails(err)
			committed, looked := w.decide(ctx, doubtful)
			if looked != nil {
				w.doubt = &doubt{w: w, err: err}
				return nil, blameless{cause{outbox.ErrUndecided, w.doubt}}
			}
			if w.e.hooks.decided != nil {
				w.e.hooks.decided(committed)
			}
			if committed {
				return results, nil
			}
			err = again{err}
		}
		_, worthIt := errors.AsType[again](err)
		if !worthIt || w.e.haste.over(began, patience) && rest > firstRest {
			return results, err
		}
		w.fails(err)
		if err := w.e.rest(ctx, rest); err != nil {
			return nil, blameless{err}
		}
		rest = min(2*rest, longestRest)
	}
}

// fails notes why something is tried again.
func (w *writer) fails(err error) { w.failed.Store(&err) }

// An again error is one of a transaction that certainly was not committed and may go better
// the next time.
type again struct{ error }

func (a again) Unwrap() error { return a.error }

func (e *engine) rest(ctx context.Context, d time.Duration) error {
	if e.hooks.resting != nil {
		return e.hooks.resting(d)
	}
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// attempt is one try. The results are those of the changes also where it is undecided
// whether they were committed.
func (w *writer) attempt(ctx context.Context, changes []outbox.Change) (results []error, err error) {
	w.e.lease.naming.RLock() // its rows have one name
	defer w.e.lease.naming.RUnlock()
	conn, err := w.db.Conn(ctx)
	if err != nil {
		return nil, blameless{maybeAgain(err, isUnreachable(err))}
	}
	defer func() { _ = conn.Close() }()
	tx, err := conn.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
	if err != nil {
		return nil, blameless{maybeAgain(err, isLost(conn))}
	}
	defer func() { _ = tx.Rollback() }() // does nothing after the commit
	w.n++
	before, err := w.enter(ctx, tx)
	if err != nil {
		return nil, blameless{maybeAgain(err, isLost(conn) || isRetryable(err))}
	}
	if results, err = group.Make(ctx, tx, changes); err != nil {
		return nil, maybeAgain(err, isLost(conn) || isRetryable(err))
	}
	if err := w.leave(ctx, tx, before); err != nil {
		return nil, maybeAgain(err, isLost(conn) || isRetryable(err))
	}
	if err := flushed(ctx, conn); err != nil {
		return nil, maybeAgain(err, isLost(conn) || isRetryable(err))
	}
	if err := tx.Commit(); err != nil {
		if isRefused(err) {
			return nil, maybeAgain(fmt.Errorf("commit: %w", err), isRetryable(err))
		}
		return results, undecided{fmt.Errorf("commit: %w", err)}
	}
	w.kept = w.n
	return results, nil
}

// begun is what there was when a transaction began whose process has lost its lease.
type begun struct {
	known   bool
	newest  int64   // the last row
	sending []int64 // its rows that were being sent
}

// enter takes the lock, marks the transaction, and sees to it that the tables are those that
// were opened. A process whose lease is over may still end what it has begun, but begin
// nothing: before is not zero then.
func (w *writer) enter(ctx context.Context, tx *sql.Tx) (before begun, err error) {
	l, gate := w.e.lease, w.e.opening.Gate
	if gate.Exclusive() {
		// The statement below reads what was committed before it began to wait for the lock. It
		// begins when it has this table, so whoever comes later reads what is changed now.
		if _, err := tx.ExecContext(ctx, "LOCK TABLE marks IN SHARE ROW EXCLUSIVE MODE"); err != nil {
			return before, fmt.Errorf("begin: %w", err)
		}
	}
	var table sql.NullInt64
	var alive sql.NullBool
	var mark []byte
	var clock time.Time // behind the lock
	sent := w.e.hooks.now()
	err = tx.QueryRowContext(ctx, `WITH mark AS (INSERT INTO marks (owner, n, at) VALUES (?, ?, clock_timestamp())
			ON CONFLICT (owner) DO UPDATE SET n = excluded.n, at = excluded.at)
		SELECT pg_advisory_xact_lock(?)::text, pg_notify(?, '')::text, to_regclass('messages')::oid::bigint,
			(SELECT until > clock_timestamp() FROM owners WHERE name = ?), clock_timestamp(), (`+outbox.MarkQuery+`)`,
		l.mark, w.n, w.e.schema.lock, channelOf(w.e.schema.table), l.owner()).Scan(new(string), new(string), &table, &alive, &clock, &mark)
	if pgCode(err) == undefinedTable {
		return before, cause{outbox.ErrGone, err}
	}
	if err != nil {
		return before, fmt.Errorf("begin: %w", err)
	}
	w.e.skew.learn(clock, sent, w.e.hooks.now())
	if err := w.e.schema.same(table.Int64); err != nil {
		return before, err
	}
	if err := gate.Enter(ctx, tx, w.e, mark); err != nil {
		return before, err
	}
	if !l.isClaimed() {
		return before, nil
	}
	if !alive.Bool { // that is of the time before the lock
		if alive.Bool, err = w.e.Alive(ctx, tx, l.owner()); err != nil {
			return before, fmt.Errorf("begin: %w", err)
		}
	}
	if alive.Bool {
		return before, nil
	}
	l.lose()
	return w.before(ctx, tx)
}

// before is what there is at the beginning.
func (w *writer) before(ctx context.Context, tx *sql.Tx) (b begun, err error) {
	b.known, b.sending = true, []int64{}
	if err := tx.QueryRowContext(ctx, "SELECT coalesce(max(id), 0) FROM messages").Scan(&b.newest); err != nil {
		return b, fmt.Errorf("read the last message: %w", err)
	}
	rows, err := tx.QueryContext(ctx, "SELECT id FROM messages WHERE state = 'sending' AND owner = ?", w.e.Owner())
	if err != nil {
		return b, fmt.Errorf("read what this process sends: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return b, fmt.Errorf("read what this process sends: %w", err)
		}
		b.sending = append(b.sending, id)
	}
	return b, rows.Err() //nolint:wrapcheck // it is tried again
}

// leave refuses what a process whose lease is over has begun.
func (w *writer) leave(ctx context.Context, tx *sql.Tx, before begun) error {
	if !before.known {
		return nil
	}
	var more bool
	err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM messages WHERE state IN ('queued', 'sending') AND owner = ?
		AND (id > ? OR state = 'sending' AND NOT id = ANY(?)))`, w.e.Owner(), before.newest, before.sending).Scan(&more)
	if err != nil {
		return fmt.Errorf("read what this process sends: %w", err)
	}
	if more {
		return outbox.ErrTakenForDead
	}
	return nil
}

// decide finds out whether the last transaction that was tried was committed.
func (w *writer) decide(ctx context.Context, patience time.Duration) (committed bool, err error) {
	for began, rest := time.Now(), firstRest; ; rest = min(2*rest, longestRest) {
		if committed, err = w.marked(ctx); err == nil || w.e.haste.over(began, patience) {
			return committed, err
		}
		w.fails(err)
		if err := w.e.rest(ctx, rest); err != nil {
			return false, err
		}
	}
}

// marked waits for the lock, which the transaction had, and reads its mark.
func (w *writer) marked(ctx context.Context) (committed bool, err error) {
	tx, err := w.db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
	if err != nil {
		return false, err //nolint:wrapcheck // it is tried again
	}
	defer func() { _ = tx.Rollback() }() // nothing was written
	if _, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock(?)", w.e.schema.lock); err != nil {
		return false, err //nolint:wrapcheck // as above
	}
	var n int64
	err = tx.QueryRowContext(ctx, "SELECT coalesce((SELECT n FROM marks WHERE owner = ?), 0)", w.e.lease.mark).Scan(&n)
	if err != nil {
		return false, err //nolint:wrapcheck // as above
	}
	if n < w.kept {
		return false, errLost
	}
	if n == w.n {
		w.kept = n
	}
	return n == w.n, nil
}

// flushed sends what was kept for later, so that its errors are told from those of the commit.
func flushed(ctx context.Context, conn *sql.Conn) error {
	return conn.Raw(func(c any) error { //nolint:wrapcheck // it is that of the statement
		if l, ok := c.(*link); ok {
			return l.flush(ctx)
		}
		return nil
	})
}

// isLost reports whether a connection is over.
func isLost(conn *sql.Conn) bool {
	lost := true
	err := conn.Raw(func(c any) error {
		if l, ok := c.(*link); ok {
			lost = l.Conn.Conn().IsClosed()
		}
		return nil
	})
	return err != nil || lost
}

// isRefused reports whether the server itself said that it did not commit.
func isRefused(err error) bool {
	if errors.Is(err, pgx.ErrTxCommitRollback) {
		return true
	}
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && e.SeverityUnlocalized == "ERROR"
}

func maybeAgain(err error, worthIt bool) error {
	if worthIt {
		return again{err}
	}
	return err
}
