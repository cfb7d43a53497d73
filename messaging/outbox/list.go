package outbox

import (
	"context"
	"fmt"
	"slices"
)

// Version is a number that grows with each new row, each change of one and each
// deletion, whichever process made it. Asking costs little: poll it while somebody looks.
func (o *Outbox) Version(ctx context.Context) (int64, error) {
	v, err := version(ctx, o.engine.Reader())
	return v, o.reading("read the history", err)
}

func version(ctx context.Context, q Querier) (v int64, err error) {
	if err = q.QueryRowContext(ctx, "SELECT value FROM counters WHERE name = 'version'").Scan(&v); err != nil {
		err = fmt.Errorf("read the history: %w", err)
	}
	return v, err
}

// RecentRecipients are the last numbers that something was sent to, the latest
// first, each once, at most n. It looks at the newest 500 rows that were sent, and for those
// no further back than 10,000.
func (o *Outbox) RecentRecipients(ctx context.Context, n int) ([]string, error) {
	const op = "read recent recipients"
	rows, err := o.engine.Reader().QueryContext(ctx, `SELECT recipients FROM messages WHERE direction = 'out' AND state NOT IN ('rejected', 'unsent', 'queued', 'scheduled', 'missed')
		AND id > (SELECT coalesce(max(id), 0) FROM messages) - 10000 ORDER BY id DESC LIMIT 500`)
	if err != nil {
		return nil, o.reading(op, err)
	}
	defer func() { _ = rows.Close() }()
	var recent []string
	for rows.Next() && len(recent) < n {
		var list string
		if err := rows.Scan(&list); err != nil {
			return nil, o.reading(op, err)
		}
		for _, to := range listOf(list) {
			if !slices.Contains(recent, to) {
				recent = append(recent, to)
			}
		}
	}
	return recent[:min(len(recent), n)], o.reading(op, rows.Err())
}
