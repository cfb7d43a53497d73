package outbox

import (
	"context"
	"fmt"

	"telex/messaging/callback"
)

// mostStrays is how many events are kept that belong to no message; the oldest leave. Only
// those of other senders of the account, and made-up ones, stay that long.
const mostStrays = 20_000

// stray keeps an event for an id of the API that no message has, and reports whether it is
// news.
func (h heard) stray(ctx context.Context, tx Tx, apiID string) (news bool, err error) {
	result, err := tx.ExecContext(ctx, `INSERT INTO strays (api_id, type, recipient, at, recorded_at, error_code, carrier, channel, description, trust, body)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (api_id, type, recipient, at, error_code, carrier) DO UPDATE SET trust = excluded.trust WHERE excluded.trust > strays.trust`,
		apiID, h.kind, h.recipient, stamp(h.at), stamp(h.recorded), h.code, h.carrier, h.channel, h.description, int(h.trust), h.body)
	if news, err = changed(result, err, "keep the event"); err != nil || !news {
		return false, err
	}
	if _, err := tx.ExecContext(ctx, "DELETE FROM strays WHERE id <= (SELECT max(id) FROM strays) - ?", mostStrays); err != nil {
		return false, fmt.Errorf("keep the event: %w", err)
	}
	return true, nil
}

// adopt gives a message what was heard of its id before it was known to be its own.
func (o *Outbox) adopt(ctx context.Context, tx Tx, id int64, apiID string) error {
	var some bool
	if many, ok := tx.(*manyTx); ok {
		if none, err := many.hasNoStrays(ctx); none || err != nil {
			return err
		}
	}
	if err := tx.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM strays WHERE api_id = ?)", apiID).Scan(&some); err != nil {
		return fmt.Errorf("look for events: %w", err)
	}
	if !some {
		return nil // as of nearly all that are sent
	}
	events, err := straysOf(ctx, tx, apiID)
	if err != nil || len(events) == 0 {
		return err
	}
	for _, h := range events {
		if _, _, err := o.hear(ctx, tx, id, h); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, "DELETE FROM strays WHERE api_id = ?", apiID); err != nil {
		return fmt.Errorf("attach the events: %w", err)
	}
	return nil
}

// hasNoStrays reports whether there are no such events at all, which is asked about many
// messages once.
func (tx *manyTx) hasNoStrays(ctx context.Context) (bool, error) {
	if tx.noStrays {
		return true, nil
	}
	if err := tx.QueryRowContext(ctx, "SELECT NOT EXISTS (SELECT 1 FROM strays)").Scan(&tx.noStrays); err != nil {
		return false, fmt.Errorf("look for events: %w", err)
	}
	return tx.noStrays, nil
}

func straysOf(ctx context.Context, q Querier, apiID string) ([]heard, error) {
	if apiID == "" {
		return nil, nil
	}
	rows, err := q.QueryContext(ctx, `SELECT type, recipient, at, recorded_at, error_code, carrier, channel, description, trust, body
		FROM strays WHERE api_id = ? ORDER BY id`, apiID)
	if err != nil {
		return nil, fmt.Errorf("read the events: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var events []heard
	for rows.Next() {
		h := heard{source: ByCallback}
		var at, recorded int64
		var trust int
		if err := rows.Scan(&h.kind, &h.recipient, &at, &recorded, &h.code, &h.carrier, &h.channel, &h.description, &trust, &h.body); err != nil {
			return nil, fmt.Errorf("read the events: %w", err)
		}
		h.at, h.recorded, h.trust = timeOf(at), timeOf(recorded), callback.Trust(trust)
		events = append(events, h)
	}
	return events, rows.Err() //nolint:wrapcheck // reading does
}
