package outbox

import (
	"context"
	"fmt"
	"time"
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
// the books alone, and neither the network nor the outbox.
type Judge func(ctx context.Context, b Books) error

// asked asks a judge before a change. What it returns is to be asked within it.
func (o *Outbox) asked(ctx context.Context, op string, may Judge) (Judge, error) {
	if may == nil {
		return func(context.Context, Books) error { return nil }, nil
	}
	ask := func(ctx context.Context, b Books) error {
		if err := may(ctx, b); err != nil {
			return &callerError{err}
		}
		return nil
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

// EachBilled is [Outbox.EachBilled].
func (b Books) EachBilled(ctx context.Context, account string, since, until time.Time, do func(Billed) error) error {
	for _, query := range []string{billedNowQuery, billedDueQuery} {
		if err := b.o.eachBilled(ctx, b.q, query, []any{stamp(since), stamp(until), account}, do); err != nil {
			return err
		}
	}
	return nil
}

// Runs is [Outbox.Runs].
func (b Books) Runs(ctx context.Context) ([]Run, error) { return b.o.runs(ctx, b.q, "") }

// Waiting is how many people of a run wait for their turn.
func (b Books) Waiting(ctx context.Context, run int64) (n int, err error) {
	err = b.q.QueryRowContext(ctx, "SELECT count(*) FROM run_people WHERE run = ? AND message = 0 AND skip = ''", run).Scan(&n)
	if err != nil {
		err = fmt.Errorf("count the people of the run: %w", err)
	}
	return n, b.o.reading("count the people of the run", err)
}
