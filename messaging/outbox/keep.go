package outbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"time"
)

const (
	// pruneAtOpen bounds how many messages one opening deletes, so that none takes long.
	// The next ones go on.
	pruneAtOpen = 1000
	// clockTrusted is how far the newest message, and the last write to the file, may lie
	// back for the clock to be believed. A clock that jumped is off by more, mostly; who
	// sent nothing for a week loses nothing by keeping more until the next message.
	clockTrusted = 7 * 24 * time.Hour
	// clockBehind is by how much they may lie ahead: a clock set right is off by less.
	clockBehind = time.Hour
)

// allowance is how many of so many messages one day may delete unasked: twice what a day
// adds to a history of keep days, and at least a quarter. So steady use is kept up with,
// and a clock that is wrong after all cannot take most of a history at once.
func allowance(rows, keep int) int {
	return max((rows+3)/4, (2*rows+keep+1)/(keep+2))
}

// believed reports whether the clock agrees with a time that it, or another clock of
// this machine, wrote down the last time.
func believed(now, last time.Time) bool {
	return !last.After(now.Add(clockBehind)) && now.Sub(last) <= clockTrusted
}

// tidy deletes what is older than messages are kept, if that was not done today, and overwrites
// what earlier deletions left in the search index, bit by bit. Where another process
// is writing it leaves that to another time.
func (o *Outbox) tidy(ctx context.Context) error {
	days, err := o.keepAtOpen()
	if err != nil {
		return err
	}
	due, err := o.dueForPrune(ctx, days)
	if err != nil {
		return err
	}
	if due {
		err = o.pruneDaily(ctx, o.now(), days)
	} else {
		err = o.engine.Tend(ctx, false)
	}
	if err != nil && errors.Is(o.engine.Explain(err), ErrLocked) {
		return nil
	}
	return err
}

// dueForPrune reports whether messages are kept for so many days only, that was not seen to
// today, and the clock is that of the last write.
func (o *Outbox) dueForPrune(ctx context.Context, days int) (bool, error) {
	now := o.now()
	if days <= 0 || !believed(now, o.engine.Report().Written) {
		return false, nil
	}
	var last string
	err := o.engine.Reader().QueryRowContext(ctx, "SELECT value FROM meta WHERE name = 'pruned_at'").Scan(&last)
	if errors.Is(err, sql.ErrNoRows) {
		return true, nil
	}
	if err != nil {
		return false, fmt.Errorf("read the database: %w", err)
	}
	at, err := strconv.ParseInt(last, 10, 64)
	if err != nil {
		return true, nil //nolint:nilerr // nobody can read it: it is written anew
	}
	return now.Sub(timeOf(at)).Abs() >= 24*time.Hour, nil
}

// pruneDaily deletes what is too old, within the day's allowance, and notes that it is
// done for today once nothing is left to be deleted or allowed. Nothing is deleted if
// the newest message says that the clock is wrong.
func (o *Outbox) pruneDaily(ctx context.Context, now time.Time, days int) error {
	before := now.AddDate(0, 0, -days)
	var rows int
	var newest, below sql.NullInt64
	var noted sql.NullString
	// A message that was made under a clock that lay behind seems old: it goes after
	// those that were made before it. One from the future vouches for nothing.
	latest := stamp(now.Add(clockBehind))
	err := o.engine.Reader().QueryRowContext(ctx, `SELECT `+countAll+`,
			(SELECT max(created_at) FROM messages WHERE created_at <= ?),
			(SELECT min(id) FROM messages WHERE created_at BETWEEN ? AND ?),
			(SELECT value FROM meta WHERE name = 'prune_left')`,
		latest, stamp(before), latest).Scan(&rows, &newest, &below, &noted)
	if err != nil {
		return fmt.Errorf("read the database: %w", err)
	}
	if !newest.Valid || !believed(now, timeOf(newest.Int64)) {
		return nil
	}
	if !below.Valid {
		below.Int64 = everyID
	}
	left, err := strconv.Atoi(noted.String)
	if err != nil { // nothing is noted: the day's deletion begins
		left = allowance(rows, days)
	}
	most := min(pruneAtOpen, left)
	deleted, err := o.deleteBefore(ctx, settled, before, below.Int64, most)
	if err != nil {
		return err
	}
	rest := left - deleted
	return o.engine.Write(ctx, func(ctx context.Context, tx Tx) error {
		if deleted == most && rest > 0 {
			return remember(ctx, tx, "prune_left", strconv.Itoa(rest))
		}
		if _, err := tx.ExecContext(ctx, "DELETE FROM meta WHERE name = 'prune_left'"); err != nil {
			return fmt.Errorf("note the deletion: %w", err)
		}
		return remember(ctx, tx, "pruned_at", strconv.FormatInt(stamp(now), 10))
	})
}
