package sqlite

import (
	"context"
	"database/sql"
	"strings"

	"telex/messaging/outbox"
)

// statements are those of the writer that are compiled already. Compiling one takes longer
// than most of them take to run, and what sends many messages asks the same few again and
// again.
type statements struct {
	db       *sql.DB // whose only connection they are compiled on; nil: none is kept
	seen     map[string]int
	compiled map[string]*sql.Stmt
	// compiling is told of each statement that is compiled; nil is nothing.
	compiling func(query string)
}

const (
	// seenBefore is in how many transactions a statement was wanted before it is kept: a
	// process that sends one message has nothing of it.
	seenBefore = 2
	// mostKept bounds them: some are made for what a user asked for, and never come again.
	mostKept = 128
)

func newStatements(db *sql.DB, compiling func(string)) *statements {
	if compiling == nil {
		compiling = func(string) {}
	}
	return &statements{db: db, seen: map[string]int{}, compiled: map[string]*sql.Stmt{}, compiling: compiling}
}

// keep compiles what was wanted before; between two transactions, for there is only one
// connection. What fails is compiled where it is wanted, and fails there.
func (s *statements) keep(ctx context.Context) {
	for query, n := range s.seen {
		if n < seenBefore || len(s.compiled) >= mostKept {
			continue
		}
		delete(s.seen, query)
		s.compiling(query)
		if stmt, err := s.db.PrepareContext(ctx, failing(query)); err == nil { //nolint:sqlclosecheck // close does
			s.compiled[query] = stmt
		}
	}
	if len(s.seen) > mostKept {
		clear(s.seen)
	}
}

// failing is a statement that leaves what it had changed when it failed. By itself SQLite
// keeps a copy of each page, and has the index of words write what it has gathered, before
// each statement that may fail in its middle, so that it can be undone alone. Here a change
// is undone as a whole: see [group.Make].
func failing(query string) string {
	for _, verb := range []string{"INSERT", "UPDATE"} {
		rest, ok := strings.CutPrefix(query, verb+" ")
		if ok && !strings.HasPrefix(rest, "OR ") {
			return verb + " OR FAIL " + rest
		}
	}
	return query
}

// close gives them up, before their connection is closed.
func (s *statements) close() {
	for _, stmt := range s.compiled {
		_ = stmt.Close()
	}
}

// in makes the transaction use them.
func (s *statements) in(tx *sql.Tx) *compiledTx {
	return &compiledTx{tx: tx, all: s, used: map[string]*sql.Stmt{}, read: map[string]*sql.Rows{}}
}

// A compiledTx is a transaction that compiles each statement at most once, but for one whose
// rows are being read.
type compiledTx struct {
	tx   *sql.Tx
	all  *statements
	used map[string]*sql.Stmt
	read map[string]*sql.Rows // the last ones that a statement gave
}

var _ outbox.Tx = (*compiledTx)(nil)

// of is a statement, compiled; nil if its rows are being read, or if it cannot be compiled,
// for then its use says why.
func (c *compiledTx) of(ctx context.Context, query string) *sql.Stmt {
	if rows := c.read[query]; rows != nil {
		if _, err := rows.Columns(); err == nil { // they are not closed
			c.all.compiling(query)
			return nil
		}
	}
	if stmt := c.used[query]; stmt != nil {
		return stmt
	}
	var stmt *sql.Stmt
	if kept := c.all.compiled[query]; kept != nil {
		stmt = c.tx.StmtContext(ctx, kept)
	} else {
		c.all.seen[query]++
		c.all.compiling(query)
		var err error
		if stmt, err = c.tx.PrepareContext(ctx, failing(query)); err != nil {
			return nil
		}
	}
	c.used[query] = stmt
	return stmt
}

func (c *compiledTx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if stmt := c.of(ctx, query); stmt != nil { //nolint:sqlclosecheck // the end of the transaction does
		return stmt.ExecContext(ctx, args...) //nolint:wrapcheck // as a transaction says it
	}
	return c.tx.ExecContext(ctx, query, args...) //nolint:wrapcheck // as above
}

func (c *compiledTx) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if stmt := c.of(ctx, query); stmt != nil { //nolint:sqlclosecheck // as above
		return stmt.QueryRowContext(ctx, args...)
	}
	return c.tx.QueryRowContext(ctx, query, args...)
}

func (c *compiledTx) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	stmt := c.of(ctx, query) //nolint:sqlclosecheck // as above
	if stmt == nil {
		return c.tx.QueryContext(ctx, query, args...) //nolint:wrapcheck // as above
	}
	rows, err := stmt.QueryContext(ctx, args...)
	if err == nil {
		c.read[query] = rows
	}
	return rows, err //nolint:wrapcheck // as above
}
