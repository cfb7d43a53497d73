package who

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"telex/config"
	"telex/messaging"
	"telex/messaging/broadcast/price"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
	"telex/messaging/outbox/sqlite"
)

// A counted place counts which rows are read in transactions for what messages came to.
type counted struct {
	outbox.Place
	rows int
}

func (p *counted) Open(ctx context.Context, o outbox.Opening) (outbox.Engine, error) {
	e, err := p.Place.Open(ctx, o)
	return counting{e, p}, err
}

type counting struct {
	outbox.Engine
	in *counted
}

func (c counting) Write(ctx context.Context, do outbox.Change) error {
	return c.Engine.Write(ctx, func(ctx context.Context, tx outbox.Tx) error { return do(ctx, countedTx{tx, c.in}) })
}

type countedTx struct {
	outbox.Tx
	in *counted
}

func (tx countedTx) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if strings.Contains(query, "m.segment_count") {
		var n int
		if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM ("+query+") asked", args...).Scan(&n); err != nil {
			return nil, err
		}
		tx.in.rows += n
	}
	return tx.Tx.QueryContext(ctx, query, args...)
}

// TestBudgetLooksAgain: in the transaction that records, which keeps all others waiting, only
// what came since the first look is read; what that makes too much is looked at as a whole.
// What is exactly all that is left goes, and nothing beyond.
func TestBudgetLooksAgain(t *testing.T) {
	t.Parallel()
	const before, each = 10, int64(10_000)
	at := &counted{Place: sqlite.At(filepath.Join(t.TempDir(), "telex", "outbox.db"))}
	clock := sample.NewClock()
	o, err := outbox.Open(t.Context(), at, outbox.Options{Now: clock.Now})
	sample.Must(t, err)
	t.Cleanup(func() { sample.Must(t, o.Close()) })
	by, texts := outbox.By{AccountID: "a", BaseURL: "b"}, 0
	send := func(may outbox.Judge) (int64, error) {
		texts++
		ids, err := o.Begin(t.Context(), outbox.Plan{By: by, Messages: []messaging.Message{sample.SMS(fmt.Sprint("text ", texts))}, May: may})
		if err != nil {
			return 0, err
		}
		return ids[0], nil
	}
	var ids []int64
	one := func() {
		t.Helper()
		id, err := send(nil)
		sample.Must(t, err)
		ids = append(ids, id)
	}
	refuse := func(i int) {
		t.Helper()
		sample.Must(t, o.Settle(t.Context(), ids[i], nil, sample.Refusal("no")))
	}
	for range before {
		one()
	}
	for _, c := range []struct {
		name      string
		left      int // messages that the budget has room for
		meanwhile func()
		rows      int  // that are read in the transaction
		whole     bool // with all there are
		over      bool
	}{
		{"nothing else happens", 1, func() {}, 0, false, false},
		{"another one goes", 2, one, 1, false, false},
		{"another one takes the last", 1, one, 1, true, true},
		{"an old one costs nothing after all", 1, func() { refuse(0) }, 0, false, false},
		{"one goes, and an old one costs nothing after all", 1, func() { one(); refuse(1) }, 1, true, false},
		{"it was all spent before", 0, one, 0, false, true},
	} {
		var spent int64
		for _, e := range sample.IDsIn(t, o, outbox.Filter{}) {
			if sample.RowOf(t, o, e).State != outbox.Rejected {
				spent += each
			}
		}
		month, sms := spent+int64(c.left)*each, each
		id := Identity{Settings: config.Settings{AccountID: by.AccountID}, Profile: config.Profile{
			Name: "main", Budget: config.Budget{Month: &month}, Price: config.Price{Standard: config.Rates{SMS: &sms}},
		}}
		judge, looks := Home{Now: clock.Now}.Budget(id, price.Range{Low: each, High: each, Currency: "USD"}, clock.Now()), 0
		_, err := send(func(ctx context.Context, b outbox.Books) error {
			err := judge(ctx, b)
			if looks++; looks == 1 {
				c.meanwhile()
				at.rows = 0
				if c.whole {
					c.rows += len(sample.IDsIn(t, o, outbox.Filter{}))
				}
			}
			return err
		})
		_, over := errors.AsType[*OverBudget](err)
		if over != c.over || err != nil && !over {
			t.Errorf("%s: %v, want it refused: %t", c.name, err, c.over)
		}
		if at.rows != c.rows {
			t.Errorf("%s: %d rows were read in the transaction, want %d", c.name, at.rows, c.rows)
		}
	}
}
