package sqlitetest

import (
	"context"
	"database/sql"

	"telex/messaging/outbox"
	"telex/messaging/outbox/sqlite"
)

// At is [sqlite.At] for tests in a bubble of testing/synctest: no question that was begun
// is given up. SQLite sleeps where it meets another connection amid a commit, and who
// cancels a question then waits for a mutex until it wakes; in a bubble no time passes as
// long as anybody waits for a mutex, so it never would.
func At(path string) outbox.Place { return place{sqlite.At(path)} }

type place struct{ outbox.Place }

func (p place) Open(ctx context.Context, o outbox.Opening) (outbox.Engine, error) {
	settle := o.Settle
	o.Settle = func(ctx context.Context, e outbox.Engine) error { return settle(ctx, engine{e}) }
	e, err := p.Place.Open(ctx, o)
	if err != nil {
		return nil, err
	}
	return engine{e}, nil
}

type engine struct{ outbox.Engine }

func (e engine) Reader() outbox.Querier { return querier{e.Engine.Reader()} }

func (e engine) Brief() outbox.Querier { return querier{e.Engine.Brief()} }

func (e engine) Read(ctx context.Context, ask func(context.Context, outbox.Querier) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return e.Engine.Read(context.WithoutCancel(ctx), ask)
}

func (e engine) Candidates(ctx context.Context, terms []outbox.Term, lo, hi int64) ([]int64, error) {
	return e.Engine.Candidates(context.WithoutCancel(ctx), terms, lo, hi)
}

type querier struct{ outbox.Querier }

func (q querier) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return q.Querier.QueryContext(context.WithoutCancel(ctx), query, args...)
}

func (q querier) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if ctx.Err() != nil {
		return q.Querier.QueryRowContext(ctx, query, args...)
	}
	return q.Querier.QueryRowContext(context.WithoutCancel(ctx), query, args...)
}
