package outbox

import (
	"context"
	"fmt"
	"iter"
	"strings"
)

// A manyTx is a transaction of many changes. What each of them would do by itself is done
// together, at the end of all: see inMany.
type manyTx struct {
	Tx
	moves    [][]any        // rows of that table
	touched  bool           // something changed
	closed   map[int64]bool // runs of which a message is open no more
	noStrays bool           // it was looked, and there are none
}

// inMany makes many changes in a transaction.
func (o *Outbox) inMany(ctx context.Context, plain Tx, do func(tx *manyTx) error) (*manyTx, error) {
	tx := &manyTx{Tx: plain, closed: map[int64]bool{}}
	if err := do(tx); err != nil {
		return nil, err
	}
	if err := insertRows(ctx, plain, insertMove, tx.moves); err != nil {
		return nil, fmt.Errorf("note the changes: %w", err)
	}
	if tx.touched {
		if err := touch(ctx, plain); err != nil {
			return nil, err
		}
	}
	for run := range tx.closed {
		if err := o.finishRun(ctx, plain, run); err != nil {
			return nil, err
		}
	}
	return tx, nil
}

// mostInOne bounds how many rows one statement names that is asked again and again. The
// numbers of rows are powers of two up to it, so that there are few such statements: each
// is compiled once.
const mostInOne = 16

// A stretch is rows from one up to that before another.
type stretch struct{ from, to int }

// inSome divides n rows into the stretches of statements.
func inSome(n int) iter.Seq[stretch] {
	return func(yield func(stretch) bool) {
		for from, size := 0, mostInOne; from < n; from += size {
			for size > n-from {
				size /= 2
			}
			if !yield(stretch{from, from + size}) {
				return
			}
		}
	}
}

// insertRows adds rows, each of as many values as the statement names columns of its table.
func insertRows(ctx context.Context, tx Tx, into string, rows [][]any) error {
	for some := range inSome(len(rows)) {
		query, args := valuesOf(into, rows[some.from:some.to])
		if _, err := tx.ExecContext(ctx, query, args...); err != nil {
			return err
		}
	}
	return nil
}

// valuesOf is a statement that adds rows, and its arguments.
func valuesOf(into string, rows [][]any) (query string, args []any) {
	row := ", (" + places(len(rows[0])) + ")"
	args = make([]any, 0, len(rows)*len(rows[0]))
	for _, r := range rows {
		args = append(args, r...)
	}
	return into + " VALUES " + strings.Repeat(row, len(rows))[2:], args
}
