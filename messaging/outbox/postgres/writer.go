package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
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
	e    *engine
	db   *sql.DB
	n    int64 // of the last transaction that was tried
	kept int64 // of the last one that was committed
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
	patience := reachTime
	if w.e.hooks.patience > 0 {
		patience = w.e.hooks.patience
	}
	if !w.e.opened.Load() {
		patience = 0 // who opens hears at once that nothing is there
	}
	began, rest := time.Now(), firstRest
	for {
		results, err = w.attempt(ctx, changes)
		if _, ok := errors.AsType[undecided](err); ok {
			committed, looked := w.decide(ctx)
			if looked != nil {
				return nil, blameless{cause{outbox.ErrUndecided, err}}
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
		if !worthIt || time.Since(began) > patience && rest > firstRest {
			return results, err
		}
		if err := w.e.rest(ctx, rest); err != nil {
			return nil, blameless{err}
		}
		rest = min(2*rest, longestRest)
	}
}

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
	ours, err := w.enter(ctx, tx)
	if err != nil {
		return nil, blameless{maybeAgain(err, isLost(conn) || isRetryable(err))}
	}
	if results, err = group.Make(ctx, tx, changes); err != nil {
		return nil, maybeAgain(err, isLost(conn) || isRetryable(err))
	}
	if err := w.leave(ctx, tx, ours); err != nil {
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

// open is how many rows of this process are open, in what state.
type open struct {
	known           bool
	queued, sending int
}

// enter takes the lock, marks the transaction, and sees to it that the tables are those that
// were opened. A process whose lease is over may still end what it has begun, but begin
// nothing: ours is what it has then.
func (w *writer) enter(ctx context.Context, tx *sql.Tx) (ours open, err error) {
	l, gate := w.e.lease, w.e.opening.Gate
	if gate.Exclusive() {
		// The statement below reads what was committed before it began to wait for the lock. It
		// begins when it has this table, so whoever comes later reads what is changed now.
		if _, err := tx.ExecContext(ctx, "LOCK TABLE marks IN SHARE ROW EXCLUSIVE MODE"); err != nil {
			return ours, fmt.Errorf("begin: %w", err)
		}
	}
	var table sql.NullInt64
	var alive sql.NullBool
	var mark []byte
	err = tx.QueryRowContext(ctx, `WITH mark AS (INSERT INTO marks (owner, n, at) VALUES (?, ?, clock_timestamp())
			ON CONFLICT (owner) DO UPDATE SET n = excluded.n, at = excluded.at)
		SELECT pg_advisory_xact_lock(?)::text, pg_notify(?, '')::text, to_regclass('messages')::oid::bigint,
			(SELECT until > clock_timestamp() FROM owners WHERE name = ?), (`+outbox.MarkQuery+`)`,
		l.name, w.n, w.e.schema.lock, channelOf(w.e.schema.table), l.name).Scan(new(string), new(string), &table, &alive, &mark)
	if pgCode(err) == undefinedTable {
		return ours, cause{outbox.ErrGone, err}
	}
	if err != nil {
		return ours, fmt.Errorf("begin: %w", err)
	}
	if err := w.e.schema.same(table.Int64); err != nil {
		return ours, err
	}
	if err := gate.Enter(ctx, tx, w.e, mark); err != nil {
		return ours, err
	}
	if !l.isClaimed() {
		return ours, nil
	}
	if !alive.Bool { // that is of the time before the lock
		if alive.Bool, err = w.e.Alive(ctx, tx, l.name); err != nil {
			return ours, fmt.Errorf("begin: %w", err)
		}
	}
	if alive.Bool {
		return ours, nil
	}
	l.lose()
	return w.ownOpen(ctx, tx)
}

// leave refuses what a process whose lease is over has begun.
func (w *writer) leave(ctx context.Context, tx *sql.Tx, before open) error {
	if !before.known {
		return nil
	}
	now, err := w.ownOpen(ctx, tx)
	if err != nil {
		return err
	}
	if now.queued > before.queued || now.sending > before.sending {
		return errLost()
	}
	return nil
}

func (w *writer) ownOpen(ctx context.Context, tx *sql.Tx) (open, error) {
	ours := open{known: true}
	err := tx.QueryRowContext(ctx, `SELECT count(CASE WHEN state = 'queued' THEN 1 END), count(CASE WHEN state = 'sending' THEN 1 END)
		FROM messages WHERE state IN ('queued', 'sending') AND owner = ?`, w.e.lease.name).Scan(&ours.queued, &ours.sending)
	if err != nil {
		return ours, fmt.Errorf("read what this process sends: %w", err)
	}
	return ours, nil
}

// decide finds out whether the last transaction that was tried was committed.
func (w *writer) decide(ctx context.Context) (committed bool, err error) {
	for began, rest := time.Now(), firstRest; ; rest = min(2*rest, longestRest) {
		if committed, err = w.marked(ctx); err == nil || time.Since(began) > decideTime {
			return committed, err
		}
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
	err = tx.QueryRowContext(ctx, "SELECT coalesce((SELECT n FROM marks WHERE owner = ?), 0)", w.e.lease.name).Scan(&n)
	if err != nil {
		return false, err //nolint:wrapcheck // as above
	}
	if n < w.kept {
		return false, errors.New("the database has lost what was committed before")
	}
	if n == w.n {
		w.kept = n
	}
	return n == w.n, nil
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
