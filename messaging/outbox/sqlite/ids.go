package sqlite

import (
	"context"
	"fmt"

	"telex/messaging/outbox"
)

// LastIDs reads what SQLite keeps of tables with AUTOINCREMENT.
func (e *engine) LastIDs(ctx context.Context, q outbox.Querier) (map[string]int64, error) {
	rows, err := q.QueryContext(ctx, "SELECT name, seq FROM sqlite_sequence")
	if err != nil {
		return nil, fmt.Errorf("read which ids were given: %w", err)
	}
	defer func() { _ = rows.Close() }()
	last := map[string]int64{}
	for rows.Next() {
		var table string
		var n int64
		if err := rows.Scan(&table, &n); err != nil {
			return nil, fmt.Errorf("read which ids were given: %w", err)
		}
		last[table] = n
	}
	return last, rows.Err() //nolint:wrapcheck // who asks does
}

// GiveAfter raises them. A table that gave none yet has no row there.
func (e *engine) GiveAfter(ctx context.Context, tx outbox.Tx, last map[string]int64) error {
	for table, n := range last {
		_, err := tx.ExecContext(ctx, "INSERT INTO sqlite_sequence (name, seq) SELECT ?, 0 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = ?)", table, table)
		if err == nil {
			_, err = tx.ExecContext(ctx, "UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?", n, table)
		}
		if err != nil {
			return fmt.Errorf("note which ids were given: %w", err)
		}
	}
	return nil
}

// Limits are none: SQLite cuts no value.
func (e *engine) Limits(context.Context, outbox.Querier) ([]outbox.Limit, error) { return nil, nil }
