package outbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
)

const (
	// open is true of the messages that the tallies do not count: there are few at any time.
	open = "state IN ('queued', 'sending')"
	// countAll asks how many messages there are.
	countAll = "(SELECT coalesce(sum(n), 0) FROM tallies) + (SELECT count(*) FROM messages WHERE " + open + ")"
)

// Counts says how many messages there are in each state; a state without any is not in
// it.
func (o *Outbox) Counts(ctx context.Context) (all map[State]int, err error) {
	err = o.engine.Read(ctx, func(ctx context.Context, q Querier) error {
		if all, err = counts(ctx, q, "SELECT state, sum(n) FROM tallies GROUP BY state HAVING sum(n) > 0"); err != nil {
			return err
		}
		few, err := counts(ctx, q, "SELECT state, count(*) FROM messages WHERE "+open+" GROUP BY state")
		maps.Copy(all, few)
		return err
	})
	return all, o.reading("count the messages", err)
}

// HandedOver counts the messages that are [Delivered] and of which no more is known than
// that they were handed over; see [messaging.GradeHandedOver].
func (o *Outbox) HandedOver(ctx context.Context) (n int, err error) {
	err = o.engine.Reader().QueryRowContext(ctx, "SELECT coalesce(sum(n), 0) FROM tallies WHERE state = 'delivered' AND handed = 1").Scan(&n)
	return n, o.reading("count the messages", err)
}

// handedOverOf is how many of rows m, whose states were counted, are [Delivered] and were only
// handed over. The messages of a run, 0 for none, are MMS only if it has media: of the others
// no row is looked at.
func handedOverOf(ctx context.Context, q Querier, run int64, of conditions, states map[State]int) (n int, err error) {
	if states[Delivered] == 0 {
		return 0, nil
	}
	if run != 0 {
		var media string
		if err := q.QueryRowContext(ctx, "SELECT media FROM runs WHERE id = ?", run).Scan(&media); err != nil && !errors.Is(err, sql.ErrNoRows) {
			return 0, fmt.Errorf("read run %d: %w", run, err)
		} else if media == "" {
			return 0, nil
		}
	}
	of = of.and("m.state = 'delivered' AND " + handedMMS("m.grade"))
	if err := q.QueryRowContext(ctx, "SELECT count(*) FROM messages m"+of.clause(), of.args...).Scan(&n); err != nil {
		return 0, fmt.Errorf("count messages: %w", err)
	}
	return n, nil
}

func counts(ctx context.Context, q Querier, query string, args ...any) (map[State]int, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("count messages: %w", err)
	}
	defer func() { _ = rows.Close() }()
	counts := map[State]int{}
	for rows.Next() {
		var s State
		var n int
		if err := rows.Scan(&s, &n); err != nil {
			return nil, fmt.Errorf("count messages: %w", err)
		}
		counts[s] = n
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("count messages: %w", err)
	}
	return counts, nil
}
