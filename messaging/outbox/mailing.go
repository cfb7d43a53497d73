package outbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// A Mailing is messages that were made together: the individual messages of one text to
// several recipients, whose rows follow each other, or all of a run.
type Mailing struct {
	Last   int64         // the id of its newest row, by which it is named
	Size   int           // how many messages it has
	States map[State]int // how many are in each state; a state without any is not in it
	// HandedOver is how many of those that are [Delivered] were handed over, of which no
	// more is known: see [messaging.GradeHandedOver].
	HandedOver int
}

// together is the condition that rows a and b, which belong to no run, are of one
// mailing. A plan gives all of its rows one moment, and what it sends is the same in all
// of them.
func together(a, b string) string {
	return strings.NewReplacer("A.", a+".", "B.", b+".").Replace(
		"B.run = 0 AND B.created_at = A.created_at AND B.content = A.content AND B.sender = A.sender AND A.direction = 'out' AND B.direction = 'out'")
}

// folded is the condition that row m is the newest of its mailing. Those of a run need not
// follow each other.
func folded() string {
	return "CASE m.run WHEN 0 THEN NOT EXISTS (SELECT 1 FROM messages n WHERE n.id = m.id + 1 AND " + together("m", "n") + `)
		ELSE NOT EXISTS (SELECT 1 FROM messages n WHERE n.run = m.run AND n.run <> 0 AND n.id > m.id) END`
}

// ofSeveral is the condition that row m, which is the newest of its mailing, is not alone
// in it.
func ofSeveral() string {
	return "CASE m.run WHEN 0 THEN EXISTS (SELECT 1 FROM messages b WHERE b.id = m.id - 1 AND " + together("m", "b") + `)
		ELSE EXISTS (SELECT 1 FROM messages b WHERE b.run = m.run AND b.run <> 0 AND b.id < m.id) END`
}

// mailing is the conditions for the rows of the mailing that row last is of, and the run
// that they belong to, 0 if to none.
func (o *Outbox) mailing(ctx context.Context, last int64) (run int64, of conditions, err error) {
	var created int64
	var content []byte
	var sender, direction string
	err = o.engine.Reader().QueryRowContext(ctx, "SELECT run, created_at, content, sender, direction FROM messages WHERE id = ?", last).
		Scan(&run, &created, &content, &sender, &direction)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return 0, of, fmt.Errorf("message %d: %w", last, ErrNotFound)
	case err != nil:
		return 0, of, fmt.Errorf("read message %d: %w", last, err)
	case run != 0:
		return run, of.and("m.run = ? AND m.run <> 0", run), nil
	case direction != Out:
		return 0, of.and("m.id = ?", last), nil
	}
	return 0, of.and("m.run = 0 AND m.created_at = ? AND m.content = ? AND m.sender = ? AND m.direction = 'out'", created, content, sender), nil
}

// Mailings tells which of the rows stand for a mailing of several messages, by their ids.
// Rows that stand for themselves are not in it, nor are ids that there is no row of.
func (o *Outbox) Mailings(ctx context.Context, ids []int64) (map[int64]Mailing, error) {
	found := map[int64]Mailing{}
	for some := range slices.Chunk(ids, idsAtOnce) {
		several, err := idsOf(ctx, o.engine.Reader(), "SELECT m.id FROM messages m WHERE m.id IN ("+places(len(some))+") AND "+ofSeveral(), anys(some)...)
		if err != nil {
			return nil, o.reading("read the history", err)
		}
		for _, id := range several {
			m, err := o.mailingOf(ctx, id)
			if err != nil {
				return nil, o.reading("read the history", err)
			}
			if m.Size > 1 { // the others may be gone by now
				found[id] = m
			}
		}
	}
	return found, nil
}

func (o *Outbox) mailingOf(ctx context.Context, last int64) (Mailing, error) {
	m := Mailing{Last: last}
	run, of, err := o.mailing(ctx, last)
	if errors.Is(err, ErrNotFound) {
		return m, nil
	}
	if err != nil {
		return m, err
	}
	q := o.engine.Reader()
	if m.States, err = counts(ctx, q, "SELECT m.state, count(*) FROM messages m"+of.clause()+" GROUP BY m.state", of.args...); err != nil {
		return m, err
	}
	m.Size = sumCounts(m.States)
	m.HandedOver, err = handedOverOf(ctx, q, run, of, m.States)
	return m, err
}
