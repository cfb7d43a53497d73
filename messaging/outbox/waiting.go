package outbox

import (
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	// windowQuery goes through the times in which somebody waits, of which there are few,
	// in their order: those that end first, first.
	windowQuery = `SELECT not_after, not_before FROM run_people WHERE run = ? AND message = 0 AND skip = '' AND (not_after, not_before) > (?, ?)
		ORDER BY not_after, not_before LIMIT 1`
	// waitingQuery asks for some who wait in one of them. They come in the order of their
	// index, by which alone nobody else is looked at: without a bound for n, which is from 1,
	// or with an ORDER BY, SQLite goes through all people. Nothing but the order hangs on it.
	waitingQuery = "SELECT " + personColumns + ` FROM run_people p WHERE p.run = ? AND p.message = 0 AND p.skip = '' AND p.not_after = ? AND p.not_before = ?
		AND p.n > 0 LIMIT ?`
)

// waiting are people who may be written to now, at most so many. Of those whose time is over
// it finds out when the next one is; when the first of the others may be written to is t.next.
func (t *turn) waiting(ctx context.Context, tx Tx, now time.Time, most int) ([]Person, error) {
	at := stamp(now)
	for until, from := int64(-1), int64(-1); ; {
		err := tx.QueryRowContext(ctx, windowQuery, t.id, until, from).Scan(&until, &from)
		if noRows(err) {
			return nil, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read who waits: %w", err)
		}
		if from > at {
			if opens := timeOf(from); t.next.IsZero() || opens.Before(t.next) {
				t.next = opens
			}
			continue
		}
		over := until != 0 && until <= at
		if over {
			most = mostLooked - t.looked
		}
		people, err := scanPeople(tx.QueryContext(ctx, waitingQuery, t.id, until, from, most))
		if err != nil || !over {
			return people, err
		}
		if t.looked += len(people); t.looked >= mostLooked {
			t.next = now
			return nil, nil
		}
		for _, p := range people {
			if err := t.reopen(ctx, tx, p, now); err != nil {
				return nil, err
			}
		}
		until, from = -1, -1
	}
}

// errWindow is a time that has no moment after now.
var errWindow = errors.New("the next time in which somebody may be written to is over")

// reopen finds out when somebody may be written to next, whose time is over or was another
// one.
func (t *turn) reopen(ctx context.Context, tx Tx, p Person, now time.Time) error {
	if t.how.Window == nil {
		return t.skip(ctx, tx, p, SkipTimeIsOver, "")
	}
	from, until := t.how.Window(p, now)
	if !until.IsZero() && (!until.After(now) || !until.After(from)) {
		return &callerError{fmt.Errorf("person %d: %w", p.N, errWindow)}
	}
	if _, err := tx.ExecContext(ctx, "UPDATE run_people SET not_before = ?, not_after = ? WHERE run = ? AND n = ?", stamp(from), stamp(until), t.id, p.N); err != nil {
		return fmt.Errorf("note when the person may be written to: %w", err)
	}
	return nil
}
