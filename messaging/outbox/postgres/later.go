package postgres

import (
	"context"
	"database/sql/driver"
	"strings"

	"github.com/jackc/pgx/v5"
)

// A change makes several rows that nothing is asked of. Each would be waited for, while all
// other processes wait for the lock. So a statement of a transaction that only changes
// something is kept, and goes together with those behind it: before the next question, before
// a savepoint, and before the commit. An error of one is that of whatever it went with, and ends
// the transaction.

// mostKept bounds how many are kept, and so what they take of memory.
const mostKept = 200

// A later is what comes of a statement that was kept.
type later struct {
	link  *link
	query string
	args  []any
	rows  int64
	err   error
	sent  bool
}

// LastInsertId is not PostgreSQL's.
func (l *later) LastInsertId() (int64, error) {
	return driver.RowsAffected(0).LastInsertId() //nolint:wrapcheck // it says so
}

// RowsAffected has it sent.
func (l *later) RowsAffected() (int64, error) {
	if !l.sent {
		_ = l.link.flush(l.link.within) // whose error is that of the first that failed
	}
	return l.rows, l.err
}

// changesRows reports whether a statement is one that can be kept.
func changesRows(query string) bool {
	verb, _, _ := strings.Cut(query, " ")
	return verb == "INSERT" || verb == "UPDATE" || verb == "DELETE"
}

// keep keeps a statement for later.
func (l *link) keep(query string, args []driver.NamedValue) driver.Result {
	kept := &later{link: l, query: query}
	for _, a := range args {
		kept.args = append(kept.args, a.Value)
	}
	l.kept = append(l.kept, kept)
	return kept
}

// flush sends what was kept. What follows a statement that fails is not done.
func (l *link) flush(ctx context.Context) (err error) {
	kept := l.kept
	if len(kept) == 0 {
		return nil
	}
	l.kept = nil
	var batch pgx.Batch
	for _, k := range kept {
		batch.Queue(numbered(k.query), k.args...)
	}
	results := l.Conn.Conn().SendBatch(ctx, &batch)
	for _, k := range kept {
		tag, failed := results.Exec()
		k.rows, k.err, k.sent = tag.RowsAffected(), failed, true
		if err == nil {
			err = failed
		}
	}
	if closed := results.Close(); err == nil {
		err = closed
	}
	return err
}

// A transaction is one in which statements are kept for later.
type transaction struct {
	driver.Tx
	link *link
}

// BeginTx begins one.
func (l *link) BeginTx(ctx context.Context, options driver.TxOptions) (driver.Tx, error) {
	tx, err := l.Conn.BeginTx(ctx, options)
	if err != nil {
		return nil, err //nolint:wrapcheck // failure does
	}
	l.kept, l.within = nil, ctx
	return transaction{tx, l}, nil
}

// Commit sends what was kept before.
func (t transaction) Commit() error {
	l := t.link
	err := l.flush(l.within)
	l.within = nil
	if err != nil {
		_ = t.Tx.Rollback() // whoever commits does not do that as well
		return err
	}
	return t.Tx.Commit() //nolint:wrapcheck // as above
}

// Rollback forgets what was kept.
func (t transaction) Rollback() error {
	t.link.kept, t.link.within = nil, nil
	return t.Tx.Rollback() //nolint:wrapcheck // as above
}
