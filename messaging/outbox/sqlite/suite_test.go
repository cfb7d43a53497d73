package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"testing"

	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest"
	"telex/messaging/outbox/outboxtest/sample"
)

// A host is this machine.
type host struct{ file }

func newHost(t testing.TB) outboxtest.Host { return host{file{path: place(t)}} }

func (host) Kill(e outbox.Engine) { kill(e.(*engine)) }

func (host) Sound(ctx context.Context, e outbox.Engine) error {
	var verdict string
	if err := e.Reader().QueryRowContext(ctx, "PRAGMA integrity_check").Scan(&verdict); err != nil {
		return err
	}
	if verdict != "ok" {
		return errors.New("integrity_check: " + verdict)
	}
	return nil
}

// TestRules: the rules of the outbox hold in a file.
func TestRules(t *testing.T) {
	if testing.Short() {
		outboxtest.RunPart(t, newHost)
		return
	}
	outboxtest.Run(t, newHost)
}

// TestRulesElsewhere: they hold where a database numbers its arguments, and makes each
// change twice before it takes it, so that another engine has only to be handed in. All of
// them are tried with TELEX_INTEGRATION=1.
func TestRulesElsewhere(t *testing.T) {
	sample.Whole(t)
	if sample.Racing {
		t.Skip("-race: it looks for SQL of one engine, and TestRules has the same goroutines")
	}
	run := outboxtest.RunPart
	if sample.Thorough() {
		run = outboxtest.Run
	}
	run(t, func(t testing.TB) outboxtest.Host { return elsewhere{newHost(t)} })
}

func FuzzMoves(f *testing.F) { outboxtest.Fuzz(f, newHost) }

// elsewhere is a host whose engine is another one.
type elsewhere struct{ outboxtest.Host }

func (h elsewhere) Open(ctx context.Context, o outbox.Opening) (outbox.Engine, error) {
	settle := o.Settle
	o.Settle = func(ctx context.Context, e outbox.Engine) error { return settle(ctx, another{e}) }
	e, err := h.Host.Open(ctx, o)
	if err != nil {
		return nil, err
	}
	return another{e}, nil
}

func (h elsewhere) Kill(e outbox.Engine) { h.Host.Kill(e.(another).Engine) }

func (h elsewhere) Sound(ctx context.Context, e outbox.Engine) error {
	return h.Host.Sound(ctx, e.(another).Engine)
}

// another engine knows its arguments by $1, $2 and so on, and commits no change the first
// time, as a database does that found another one in its way.
type another struct{ outbox.Engine }

func (a another) Reader() outbox.Querier { return numbering{a.Engine.Reader()} }

func (a another) Brief() outbox.Querier { return numbering{a.Engine.Brief()} }

func (a another) Read(ctx context.Context, ask func(ctx context.Context, q outbox.Querier) error) error {
	return a.Engine.Read(ctx, func(ctx context.Context, q outbox.Querier) error { return ask(ctx, numbering{q}) })
}

func (a another) Write(ctx context.Context, do outbox.Change) error {
	again := errors.New("again")
	err := a.Engine.Write(ctx, func(ctx context.Context, tx outbox.Tx) error {
		if err := do(ctx, numberingTx{numbering{tx}, tx}); err != nil {
			return err
		}
		return again
	})
	if !errors.Is(err, again) {
		return err
	}
	return a.Engine.Write(ctx, func(ctx context.Context, tx outbox.Tx) error { return do(ctx, numberingTx{numbering{tx}, tx}) })
}

func (a another) Close(last outbox.Change) error {
	if last == nil {
		return a.Engine.Close(nil)
	}
	return a.Engine.Close(func(ctx context.Context, tx outbox.Tx) error { return last(ctx, numberingTx{numbering{tx}, tx}) })
}

func (a another) Index(ctx context.Context, tx outbox.Tx, id int64, words string) error {
	return a.Engine.Index(ctx, tx.(numberingTx).tx, id, words)
}

func (a another) Unindex(ctx context.Context, tx outbox.Tx, ids []int64) error {
	return a.Engine.Unindex(ctx, tx.(numberingTx).tx, ids)
}

type numbering struct{ q outbox.Querier }

func (n numbering) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return n.q.QueryContext(ctx, numbered(query), args...)
}

func (n numbering) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	return n.q.QueryRowContext(ctx, numbered(query), args...)
}

type numberingTx struct {
	numbering
	tx outbox.Tx
}

func (n numberingTx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return n.tx.ExecContext(ctx, numbered(query), args...)
}

// numbered puts $1, $2 and so on in the place of each "?".
func numbered(query string) string {
	parts := strings.Split(query, "?")
	out := parts[0]
	for i, part := range parts[1:] {
		out += fmt.Sprintf("$%d", i+1) + part
	}
	return out
}
