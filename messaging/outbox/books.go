package outbox

import (
	"context"
	"errors"
)

// Books are what an outbox knows of what was sent and is to be sent. Within a change they are
// those of its transaction.
type Books struct {
	o *Outbox
	q Querier
}

// Books are those of now; each question is of its own moment.
func (o *Outbox) Books() Books { return Books{o, o.engine.Reader()} }

// A Judge says why something may not be recorded: its error is that of the call. It is asked
// before, and if the outbox changed since then once more in the transaction that records: so
// of two at the same moment, by whichever processes, the later one sees the first. It asks
// the books alone, and neither the network nor the outbox. Nobody else records anything while
// it is asked in the transaction: what took long it keeps from the first time, as
// [Books.EachEarlier].
type Judge func(ctx context.Context, b Books) error

// asked asks a judge before a change. What it returns is to be asked within it.
func (o *Outbox) asked(ctx context.Context, op string, may Judge) (Judge, error) {
	if may == nil {
		return func(context.Context, Books) error { return nil }, nil
	}
	ask := func(ctx context.Context, b Books) error {
		err := may(ctx, b)
		if _, ours := errors.AsType[*Error](err); err == nil || ours {
			return o.failure(op, err)
		}
		return &callerError{err}
	}
	before, err := version(ctx, o.engine.Reader())
	if err != nil {
		return nil, o.reading(op, err)
	}
	if err := ask(ctx, o.Books()); err != nil {
		return nil, err
	}
	return func(ctx context.Context, b Books) error {
		if now, err := version(ctx, b.q); err != nil || now == before {
			return err
		}
		return ask(ctx, b)
	}, nil
}

// Runs is [Outbox.Runs].
func (b Books) Runs(ctx context.Context) ([]Run, error) { return b.o.runs(ctx, b.q, "") }

// Waiting is how many people of a run wait for their turn.
func (b Books) Waiting(ctx context.Context, run int64) (n int, err error) {
	err = b.q.QueryRowContext(ctx, "SELECT count(*) FROM run_people WHERE run = ? AND message = 0 AND skip = ''", run).Scan(&n)
	return n, b.o.reading("count the people of the run", err)
}
