package sample

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"telex/messaging/outbox"
)

// Tables are those that have something of a message, with the column that names it.
func Tables() []string {
	return []string{"messages WHERE id", "exchanges WHERE id", "moves WHERE message", "deliveries WHERE message", "events WHERE message", "talks WHERE message"}
}

// Value is one value from the database.
func Value[T any](t testing.TB, e outbox.Engine, query string, args ...any) (v T) {
	t.Helper()
	if err := e.Reader().QueryRowContext(t.Context(), query, args...).Scan(&v); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return v
}

// Lines are the rows of a query, each as a text.
func Lines(t testing.TB, e outbox.Engine, query string, args ...any) (all []string) {
	t.Helper()
	rows, err := e.Reader().QueryContext(t.Context(), query, args...)
	Must(t, err)
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	Must(t, err)
	values := make([]sql.NullString, len(columns))
	into := make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		Must(t, rows.Scan(into...))
		all = append(all, fmt.Sprint(values))
	}
	Must(t, rows.Err())
	return all
}

// Change does to the database what no rule allows.
func Change(t testing.TB, e outbox.Engine, query string, args ...any) {
	t.Helper()
	err := e.Write(t.Context(), func(ctx context.Context, tx outbox.Tx) error {
		_, err := tx.ExecContext(ctx, query, args...)
		return err
	})
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

// Put makes a row of a state, past all rules.
func Put(t testing.TB, e outbox.Engine, id int64, s outbox.State) {
	t.Helper()
	Change(t, e, "UPDATE messages SET state = ? WHERE id = ?", string(s), id)
}

// Bare makes many rows that have no more than a state and a time.
func Bare(t testing.TB, e outbox.Engine, n int, s outbox.State, at time.Time) {
	t.Helper()
	Change(t, e, `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
		INSERT INTO messages (state, created_at, updated_at, owner, sender, recipients, content) SELECT ?, ?, ?, '', '', '', '' FROM n`,
		n, string(s), Micros(at), Micros(at))
}

// WantWhole checks that nothing hangs in the air.
func WantWhole(t testing.TB, e outbox.Engine) {
	t.Helper()
	for _, table := range Tables()[1:] {
		if n := Value[int](t, e, "SELECT count(*) FROM "+table+" NOT IN (SELECT id FROM messages)"); n != 0 {
			t.Errorf("%d rows of %s belong to no message, want 0", n, table)
		}
	}
	if n := Value[int](t, e, "SELECT count(*) FROM messages WHERE id NOT IN (SELECT id FROM exchanges)"); n != 0 {
		t.Errorf("%d messages have no request, want 0", n)
	}
	if n := Value[int](t, e, "SELECT count(*) FROM messages WHERE ask_at <> 0 AND state NOT IN ('accepted', 'sent', 'unconfirmed')"); n != 0 {
		t.Errorf("%d messages that are settled, or were not taken, are to be asked about, want 0", n)
	}
	if n := Value[int](t, e, "SELECT count(*) FROM messages WHERE ask_from = 0 AND message_id <> '' AND state IN ('accepted', 'sent', 'unconfirmed')"); n != 0 {
		t.Errorf("%d open messages will never be asked about, want 0", n)
	}
	for _, wrong := range Lines(t, e, `SELECT t.id, t.name, t.last, t.heard, t.unread FROM threads t WHERE
		t.last <> coalesce((SELECT max(k.message) FROM talks k WHERE k.thread = t.id), 0)
		OR t.heard <> coalesce((SELECT max(k.message) FROM talks k JOIN messages m ON m.id = k.message WHERE k.thread = t.id AND m.direction = 'in'), 0)
		OR t.unread <> (SELECT count(*) FROM talks k JOIN messages m ON m.id = k.message
			WHERE k.thread = t.id AND m.direction = 'in' AND m.copy_of = 0 AND k.message > t.read_to)`) {
		t.Errorf("conversation %s is not what its messages are", wrong)
	}
	for _, wrong := range Lines(t, e, `SELECT p.run, p.n, p.message FROM run_people p WHERE p.message <> 0 AND (p.skip <> ''
		OR EXISTS (SELECT 1 FROM messages m WHERE m.id = p.message AND (m.run <> p.run OR m.n <> p.n)))`) {
		t.Errorf("person %s has a message that is another's", wrong)
	}
	if n := Value[int](t, e, "SELECT count(*) FROM messages m WHERE m.n <> 0 AND NOT EXISTS (SELECT 1 FROM run_people p WHERE p.run = m.run AND p.n = m.n AND p.message = m.id)"); n != 0 {
		t.Errorf("%d messages are somebody's of a run who has another one, or none, want 0", n)
	}
	if n := Value[int](t, e, "SELECT count(*) FROM talks WHERE thread NOT IN (SELECT id FROM threads)"); n != 0 {
		t.Errorf("%d messages are in no conversation that is there, want 0", n)
	}
	tallied := Lines(t, e, "SELECT day, state, sum(n) FROM tallies WHERE n <> 0 GROUP BY 1, 2 ORDER BY 1, 2")
	if want := Lines(t, e, "SELECT created_at / 86400000000, state, count(*) FROM messages WHERE state NOT IN ('queued', 'sending') GROUP BY 1, 2 ORDER BY 1, 2"); !slices.Equal(tallied, want) {
		t.Errorf("the tallies are %v, want %v", tallied, want)
	}
}

// Micros is a time as the database has it.
func Micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// Digest is the keyed digest of a text as it is.
func Digest(t testing.TB, key []byte, text string) []byte {
	t.Helper()
	content, err := json.Marshal([]string{text})
	Must(t, err)
	h := hmac.New(sha256.New, key)
	h.Write(content)
	return h.Sum(nil)[:16]
}
