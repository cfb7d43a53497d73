package sqlite

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/driver"
)

// TestStatementsAreCompiledOnce: what many messages take is compiled for the first few of
// them, and a process that sends one compiles nothing twice within a transaction.
func TestStatementsAreCompiledOnce(t *testing.T) {
	var mu sync.Mutex
	compiled := map[string]int{}
	o := hooked(t, place(t), outbox.Options{}, hooks{compiling: func(query string) {
		mu.Lock()
		defer mu.Unlock()
		compiled[query]++
	}})
	sent := func(i int) {
		m := sample.SMS(fmt.Sprint("text ", i))
		ids, err := o.Begin(t.Context(), outbox.Plan{Messages: []messaging.Message{m, m}, Yes: true})
		sample.Must(t, err)
		id := fmt.Sprint("api-", i)
		sample.Must(t, o.Settle(t.Context(), ids[0], sample.Receipt(id, m), nil))
		records := sample.RecordsOf(id, m, time.Time{}, func(r *messaging.Record) { r.Status = messaging.StatusDelivered })
		if s, err := o.Deliver(t.Context(), ids[0], records); err != nil || s != outbox.Delivered {
			t.Errorf("it is %s, %v, want it delivered", s, err)
		}
		sample.Must(t, o.Start(t.Context(), ids[1]))
		sample.Must(t, o.Settle(t.Context(), ids[1], nil, sample.Lost()))
	}
	for i := range 3 {
		sent(i)
	}
	for query, n := range compiled {
		if n > seenBefore+1 {
			t.Errorf("compiled %d times in 3 rounds: %s", n, query)
		}
	}
	clear(compiled)
	for i := range 20 {
		sent(3 + i)
	}
	for query, n := range compiled {
		t.Errorf("compiled %d times in 20 more: %s", n, query)
	}
}

// TestStatementsOfReading: who looks at many people at once has each question compiled once.
func TestStatementsOfReading(t *testing.T) {
	compiled := map[string]int{}
	o := hooked(t, place(t), outbox.Options{}, hooks{compiling: func(query string) { compiled[query]++ }})
	var messages []messaging.Message
	for i := range 50 {
		messages = append(messages, sample.SMS("Hi", fmt.Sprintf("+1919555%04d", i)))
	}
	sample.Begun(t, o, messages[:25]...) // who are not new
	clear(compiled)
	_, err := o.Foresee(t.Context(), outbox.Broadcast{}, messages, 5)
	sample.Must(t, err)
	for query, n := range compiled {
		if n > 1 {
			t.Errorf("compiled %d times for %d people: %s", n, len(messages), query)
		}
	}
	if len(compiled) == 0 {
		t.Error("nothing was asked")
	}
}

// TestStatementsAreBounded: what comes once is not kept, and what cannot be compiled fails
// as it would.
func TestStatementsAreBounded(t *testing.T) {
	o := opened(t, place(t), outbox.Options{})
	kept := eng(o).writer.kept
	for range 3 {
		for i := range 3 * mostKept {
			sample.Must(t, eng(o).Write(t.Context(), func(ctx context.Context, tx outbox.Tx) error {
				var got int
				if err := tx.QueryRowContext(ctx, fmt.Sprintf("SELECT %d + ?", i), 1).Scan(&got); err != nil || got != i+1 {
					t.Errorf("got %d, %v, want %d", got, err, i+1)
				}
				if _, err := tx.ExecContext(ctx, "UPDATE nowhere SET nothing = ?", 1); err == nil {
					t.Error("a statement about no table went well")
				}
				return nil
			}))
		}
	}
	if len(kept.compiled) > mostKept || len(kept.seen) > mostKept+1 {
		t.Errorf("%d statements are kept and %d noted, want %d at most", len(kept.compiled), len(kept.seen), mostKept)
	}
}

// TestStatementsArePlannedOnce: other arguments are no reason to plan a statement anew, as
// those of a bound for how many, or of a part of an index, are by themselves.
func TestStatementsArePlannedOnce(t *testing.T) {
	o := opened(t, place(t), outbox.Options{})
	conn, err := eng(o).db.Conn(t.Context())
	sample.Must(t, err)
	defer func() { sample.Must(t, conn.Close()) }()
	sample.Must(t, conn.Raw(func(c any) error {
		db := c.(driver.Conn).Raw()
		for _, query := range []string{
			"SELECT n FROM run_people WHERE run = ? AND message = 0 AND skip = '' AND not_after = ? AND not_before = ? AND n > 0 LIMIT ?",
			"SELECT id FROM messages WHERE state = ? AND due_at > ?",
		} {
			stmt, _, err := db.Prepare(query)
			sample.Must(t, err)
			for i := range 5 {
				for n := range stmt.BindCount() {
					sample.Must(t, stmt.BindInt(n+1, i))
				}
				sample.Must(t, stmt.Exec())
			}
			if n := stmt.Status(sqlite3.STMTSTATUS_REPREPARE, false); n != 0 {
				t.Errorf("planned %d times more: %s", n, query)
			}
			sample.Must(t, stmt.Close())
		}
		return nil
	}))
}

// TestStatementsFail: a change whose statement fails in its middle leaves nothing of it, alone
// and among others.
func TestStatementsFail(t *testing.T) {
	o := opened(t, place(t), outbox.Options{})
	twice := func(first string) outbox.Change {
		return func(ctx context.Context, tx outbox.Tx) error {
			if _, err := tx.ExecContext(ctx, "INSERT INTO meta (name, value) VALUES (?, '')", first); err != nil {
				return err
			}
			_, err := tx.ExecContext(ctx, "INSERT INTO meta (name, value) VALUES (?, ''), (?, ''), (?, '')", first+" a", first+" b", first+" a")
			return err
		}
	}
	if err := eng(o).Write(t.Context(), twice("alone")); err == nil {
		t.Error("the same name twice: no error")
	}
	results, err := eng(o).writer.transact(t.Context(), []outbox.Change{twice("first"), func(ctx context.Context, tx outbox.Tx) error {
		_, err := tx.ExecContext(ctx, "INSERT INTO meta (name, value) VALUES ('whole', '')")
		return err
	}, twice("last")})
	sample.Must(t, err)
	if results[0] == nil || results[1] != nil || results[2] == nil {
		t.Errorf("the changes ended with %v, want an error, none, an error", results)
	}
	if got := sample.Lines(t, eng(o), "SELECT name FROM meta WHERE name LIKE 'alone%' OR name LIKE 'first%' OR name LIKE 'last%' OR name = 'whole'"); len(got) != 1 {
		t.Errorf("there are %v, want whole alone", got)
	}
}

// TestFailing: which statements leave what they had changed when they fail.
func TestFailing(t *testing.T) {
	for query, want := range map[string]string{
		"INSERT INTO t VALUES (?)":            "INSERT OR FAIL INTO t VALUES (?)",
		"UPDATE t SET a = ?":                  "UPDATE OR FAIL t SET a = ?",
		"INSERT OR REPLACE INTO t VALUES (?)": "INSERT OR REPLACE INTO t VALUES (?)",
		"DELETE FROM t":                       "DELETE FROM t",
		"SELECT 1":                            "SELECT 1",
		"SAVEPOINT change":                    "SAVEPOINT change",
	} {
		if got := failing(query); got != want {
			t.Errorf("failing(%q) = %q, want %q", query, got, want)
		}
	}
}
