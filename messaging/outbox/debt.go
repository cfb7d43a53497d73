package outbox

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"
)

// A debt is a message that is to be answered by itself, and how that went so far.
type debt struct {
	message int64
	end     time.Time // from then on it is not answered
	tries   int       // so far; none of them was created
	last    int64     // the row of the last of them; 0 if there was none
	due     time.Time // when it may be tried again; zero: now
}

// debts are the messages that are to be answered, in the order in which they are: who was not
// tried yet, or was tried longest ago, comes first.
func (o *Outbox) debts(ctx context.Context, by By) ([]debt, error) {
	debts, err := debtsOf(ctx, o.engine.Reader(), by)
	if err == nil && len(debts) > 0 {
		err = addTries(ctx, o.engine.Reader(), debts, o.now())
	}
	slices.SortStableFunc(debts, func(a, b debt) int { return cmp.Compare(a.last, b.last) })
	return debts, o.reading("look what is to be answered", err)
}

func debtsOf(ctx context.Context, q Querier, by By) (debts []debt, err error) {
	rows, err := q.QueryContext(ctx, "SELECT id, said_at, created_at FROM messages WHERE owes <> '' AND account_id = ? AND base_url IN ('', ?) ORDER BY id",
		by.AccountID, by.BaseURL)
	if err != nil {
		return nil, fmt.Errorf("read what is to be answered: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var d debt
		var said, created int64
		if err := rows.Scan(&d.message, &said, &created); err != nil {
			return nil, fmt.Errorf("read what is to be answered: %w", err)
		}
		d.end = saidAt(timeOf(said), timeOf(created)).Add(answerWithin)
		debts = append(debts, d)
	}
	return debts, rows.Err() //nolint:wrapcheck // callers do
}

// addTries reads the tries that were made, by whichever process.
func addTries(ctx context.Context, q Querier, debts []debt, now time.Time) error {
	at := make(map[int64]*debt, len(debts))
	for i := range debts {
		at[debts[i].message] = &debts[i]
	}
	rows, err := q.QueryContext(ctx, `SELECT m.answers, m.id, m.updated_at, e.failure FROM messages m LEFT JOIN exchanges e ON e.id = m.id
		WHERE m.answers <> 0 AND m.created_at > ?`, stamp(now.Add(-answeredOnce)))
	if err != nil {
		return fmt.Errorf("read the tries: %w", err)
	}
	defer func() { _ = rows.Close() }()
	ended, waits := map[int64]int64{}, map[int64][]byte{}
	for rows.Next() {
		var to, id, updated int64
		var failed []byte
		if err := rows.Scan(&to, &id, &updated, &failed); err != nil {
			return fmt.Errorf("read the tries: %w", err)
		}
		if d := at[to]; d != nil {
			if d.tries++; id > d.last {
				d.last, ended[to], waits[to] = id, updated, failed
			}
		}
	}
	for to, updated := range ended {
		var failure storedFailure
		if err := decode(waits[to], &failure); err != nil {
			return err
		}
		at[to].due = timeOf(updated).Add(pauseAfter(at[to].tries, failure.Wait))
	}
	return rows.Err() //nolint:wrapcheck // callers do
}

// pauseAfter is how long after a try, of so many, there is none: it doubles, and is as long as
// the API says at least.
func pauseAfter(tries int, wait time.Duration) time.Duration {
	return max(min(firstHold<<min(tries-1, 10), lastHold), wait)
}

// ready is when the debt is seen to, if no answer leaves before held: that it is too late for
// one is found out at the end.
func (d debt) ready(held time.Time) time.Time {
	at := latest(d.due, held)
	if at.After(d.end) {
		at = d.end
	}
	return at
}

// again is when another try follows one that ended so now; zero: none does. If one would, but
// only when it is too late, it is given up.
func (d debt) again(r Result, now time.Time) (at time.Time, givenUp bool) {
	if !r.owedAgain() {
		return time.Time{}, false
	}
	at = now.Add(pauseAfter(d.tries+1, lessonOf(r, "").wait))
	if !at.Before(d.end) {
		return time.Time{}, true
	}
	return at, false
}
