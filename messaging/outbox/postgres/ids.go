package postgres

import (
	"context"
	"fmt"

	"telex/messaging/outbox"
)

// identities are the tables that give ids, each with its sequence.
const identities = `(SELECT table_name AS name, pg_get_serial_sequence(quote_ident(table_schema) || '.' || quote_ident(table_name), column_name) AS ids
	FROM information_schema.columns WHERE table_schema = current_schema() AND is_identity = 'YES') t`

// LastIDs reads the sequences.
func (e *engine) LastIDs(ctx context.Context, q outbox.Querier) (map[string]int64, error) {
	rows, err := q.QueryContext(ctx, "SELECT name, coalesce(pg_sequence_last_value(ids::regclass), 0) FROM "+identities)
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

// GiveAfter raises them, also where the transaction is taken back.
func (e *engine) GiveAfter(ctx context.Context, tx outbox.Tx, last map[string]int64) error {
	for table, n := range last {
		if _, err := tx.ExecContext(ctx, `SELECT setval(ids::regclass, ?) FROM `+identities+`
			WHERE name = ? AND coalesce(pg_sequence_last_value(ids::regclass), 0) < ?`, n, table, n); err != nil {
			return fmt.Errorf("note which ids were given: %w", err)
		}
	}
	return nil
}

// mostIndexed is how many bytes the columns of an index may have: a third of a page of 8192
// bytes, less what else is in a row of it. PostgreSQL might compress more into that.
// https://www.postgresql.org/docs/current/btree-implementation.html
const mostIndexed = 2600

// Limits are those of the indexes that have texts or bytes.
func (e *engine) Limits(ctx context.Context, q outbox.Querier) (limits []outbox.Limit, err error) {
	rows, err := q.QueryContext(ctx, `SELECT i.indexrelid::bigint, t.relname::text, a.attname::text FROM pg_index i
		JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_am m ON m.oid = x.relam JOIN pg_class t ON t.oid = i.indrelid
		JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = ANY (i.indkey)
		WHERE t.relnamespace = current_schema()::regnamespace AND m.amname = 'btree' AND a.atttypid IN ('text'::regtype, 'bytea'::regtype)
		ORDER BY 2, 1, 3`)
	if err != nil {
		return nil, fmt.Errorf("read the indexes: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for last := int64(0); rows.Next(); {
		var index int64
		var table, column string
		if err := rows.Scan(&index, &table, &column); err != nil {
			return nil, fmt.Errorf("read the indexes: %w", err)
		}
		if index != last {
			limits = append(limits, outbox.Limit{Table: table, Bytes: mostIndexed})
		}
		l := &limits[len(limits)-1]
		l.Columns, last = append(l.Columns, column), index
	}
	return limits, rows.Err() //nolint:wrapcheck // as above
}
