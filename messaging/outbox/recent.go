package outbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// RecentWithin is for how long the same words to the same person are refused in a run. One
// of which it is not known whether it arrived counts for ever, as in [RepeatedWithin].
const RecentWithin = 24 * time.Hour

// recentQuery looks for what a person got, or may have got, or is about to.
const recentQuery = `SELECT id, state FROM messages m WHERE m.content IN (?, ?) AND m.recipients = ? AND m.direction = 'out'
	AND (m.created_at > ? AND m.state IN ('accepted', 'sent', 'delivered') OR m.state IN ('queued', 'sending', 'unknown', 'unconfirmed') OR m.doubt = 1) LIMIT 1`

// refused says why a person gets nothing who may be written to and did not opt out; "" if
// nothing speaks against it.
func (t *turn) refused(ctx context.Context, tx Tx, c claim, now time.Time) (why Skip, note string, err error) {
	m := c.message
	var id int64
	var state State
	err = tx.QueryRowContext(ctx, recentQuery, t.outbox.digestOf(m.Text, m.Media), t.outbox.digestAsIs(m.Text, m.Media), encodeList(m.To),
		stamp(now.Add(-RecentWithin))).Scan(&id, &state)
	if err == nil {
		return SkipRecent, fmt.Sprintf("message %d, which is %s, says the same", id, state), nil
	}
	if !noRows(err) {
		return "", "", fmt.Errorf("look for the same message: %w", err)
	}
	var code int
	err = tx.QueryRowContext(ctx, "SELECT no_texts FROM contacts WHERE number = ? AND no_texts <> 0", c.person.Number).Scan(&code)
	if err == nil {
		return SkipNoTexts, fmt.Sprintf("delivery error %d said so", code), nil
	}
	if !noRows(err) {
		return "", "", fmt.Errorf("read the contact: %w", err)
	}
	if t.how.DailyCap > 0 {
		return t.overCap(ctx, tx, c, now)
	}
	return "", "", nil
}

// capQuery counts the messages to a number since a time, from whatever number of ours. The
// conversations with one other are named by it.
const capQuery = `SELECT count(*) FROM threads t JOIN talks k ON k.thread = t.id JOIN messages m ON m.id = k.message
	WHERE t.name >= ? AND t.name < ? AND m.direction = 'out' AND m.created_at > ? AND m.state NOT IN ('rejected', 'unsent')`

// overCap is [SkipOverCap] if a person got as many messages in the last day as one may.
func (t *turn) overCap(ctx context.Context, tx Tx, c claim, now time.Time) (why Skip, note string, err error) {
	name, n := pairName(c.person.Number), 0
	above := name[:len(name)-1] + string(name[len(name)-1]+1)
	if err := tx.QueryRowContext(ctx, capQuery, name, above, stamp(now.Add(-24*time.Hour))).Scan(&n); err != nil {
		return "", "", fmt.Errorf("count what the person got: %w", err)
	}
	if n < t.how.DailyCap {
		return "", "", nil
	}
	return SkipOverCap, fmt.Sprintf("%d in the last day", n), nil
}

// noRows reports whether a question had no answer.
func noRows(err error) bool { return errors.Is(err, sql.ErrNoRows) }
