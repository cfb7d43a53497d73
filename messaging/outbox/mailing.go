package outbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// A Mailing is messages that were made together: the individual messages of one text to
// several recipients, or all of a run. Its rows follow each other.
type Mailing struct {
	Last   int64         // the id of its newest row, by which it is named
	Size   int           // how many messages it has
	States map[State]int // how many are in each state; a state without any is not in it
}

// together is the condition that rows a and b are of one mailing. A plan gives all of its
// rows one moment, and what it sends is the same in all of them.
func together(a, b string) string {
	return strings.NewReplacer("A.", a+".", "B.", b+".").Replace(
		"(A.run <> 0 AND B.run = A.run OR A.run = 0 AND B.run = 0 AND A.direction = 'out' AND B.direction = 'out' AND B.created_at = A.created_at AND B.content = A.content AND B.sender = A.sender)")
}

// folded is the condition that row m is the newest of its mailing.
func folded() string {
	return "NOT EXISTS (SELECT 1 FROM messages n WHERE n.id = m.id + 1 AND " + together("m", "n") + ")"
}

// mailing is the condition for the rows of the mailing that row last is of.
func (o *Outbox) mailing(ctx context.Context, last int64) (where string, args []any, err error) {
	var run, created int64
	var content []byte
	var sender string
	err = o.engine.Reader().QueryRowContext(ctx, "SELECT run, created_at, content, sender FROM messages WHERE id = ?", last).Scan(&run, &created, &content, &sender)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil, fmt.Errorf("message %d: %w", last, ErrNotFound)
	}
	if err != nil {
		return "", nil, fmt.Errorf("read message %d: %w", last, err)
	}
	if run != 0 {
		return "m.run = ?", []any{run}, nil
	}
	return "m.run = 0 AND m.created_at = ? AND m.content = ? AND m.sender = ?", []any{created, content, sender}, nil
}

// Mailings tells which of the rows stand for a mailing of several messages, by their ids.
// Rows that stand for themselves are not in it, nor are ids that there is no row of.
func (o *Outbox) Mailings(ctx context.Context, ids []int64) (map[int64]Mailing, error) {
	found := map[int64]Mailing{}
	for _, id := range ids {
		m, err := o.mailingOf(ctx, id)
		if err != nil {
			return nil, o.reading("read the history", err)
		}
		if m.Size > 1 {
			found[id] = m
		}
	}
	return found, nil
}

func (o *Outbox) mailingOf(ctx context.Context, last int64) (Mailing, error) {
	m := Mailing{Last: last, States: map[State]int{}}
	var before bool
	err := o.engine.Reader().QueryRowContext(ctx,
		"SELECT EXISTS (SELECT 1 FROM messages m JOIN messages b ON b.id = m.id - 1 AND "+together("m", "b")+" WHERE m.id = ?)", last).Scan(&before)
	if err != nil || !before {
		return m, err //nolint:wrapcheck // Mailings does
	}
	where, args, err := o.mailing(ctx, last)
	if err != nil {
		return m, err
	}
	rows, err := o.engine.Reader().QueryContext(ctx, "SELECT m.state, count(*) FROM messages m WHERE "+where+" GROUP BY m.state", args...)
	if err != nil {
		return m, fmt.Errorf("count messages: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var s State
		var n int
		if err := rows.Scan(&s, &n); err != nil {
			return m, fmt.Errorf("count messages: %w", err)
		}
		m.States[s] = n
		m.Size += n
	}
	return m, rows.Err() //nolint:wrapcheck // as above
}
