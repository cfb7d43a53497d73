package outbox

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"
)

// pruneAtOnce bounds how long a deletion keeps others from writing.
const pruneAtOnce = 500

// old are the rows made before a time. What waited in a run, or for its time, is as old as
// its last change.
const old = "created_at < ? AND (run = 0 AND due_at = 0 OR updated_at < ?) AND "

// settled are the rows that no process works on, that wait for none and for nobody, and whose outcome is known: of one that is
// unknown the outbox is all that can keep it from being sent twice.
const settled = "state NOT IN ('sending', 'queued', 'unknown', 'scheduled', 'missed')"

// undecided are the rows whose outcome is unknown.
const undecided = "state = 'unknown'"

// Undecided counts the messages made before a time that Prune leaves, for their
// outcome is unknown.
func (o *Outbox) Undecided(ctx context.Context, before time.Time) (int, error) {
	return o.countOld(ctx, undecided, before)
}

// Prunable counts the messages that Prune would delete.
func (o *Outbox) Prunable(ctx context.Context, before time.Time) (int, error) {
	return o.countOld(ctx, settled, before)
}

// countOld counts the old rows that a condition is true of. Of the days before the last
// one the tallies know it; the rows of that, and those of runs that changed later, are
// looked at.
func (o *Outbox) countOld(ctx context.Context, which string, before time.Time) (n int, err error) {
	cut := stamp(before)
	day := cut / tallyDay
	err = o.engine.Read(ctx, func(ctx context.Context, q Querier) error {
		for _, part := range []struct {
			sign  int
			query string
			args  []any
		}{
			{+1, "SELECT coalesce(sum(n), 0) FROM tallies WHERE day < ? AND " + which, []any{day}},
			{+1, "SELECT count(*) FROM messages WHERE created_at >= ? AND created_at < ? AND " + unsought(which), []any{day * tallyDay, cut}},
			{-1, "SELECT count(*) FROM messages WHERE run <> 0 AND updated_at - created_at >= 86400000000 AND updated_at >= ? AND +created_at < ? AND " + unsought(which), []any{cut, cut}},
			{-1, `SELECT count(*) FROM messages WHERE created_at >= ? AND created_at < ?
				AND +run <> 0 AND updated_at - created_at < 86400000000 AND +updated_at >= ? AND ` + unsought(which), []any{cut - tallyDay, cut, cut}},
			{-1, "SELECT count(*) FROM messages WHERE due_at <> 0 AND +run = 0 AND updated_at >= ? AND +created_at < ? AND " + unsought(which), []any{cut, cut}},
		} {
			var rows int
			if err := q.QueryRowContext(ctx, part.query, part.args...).Scan(&rows); err != nil {
				return err //nolint:wrapcheck // reading does
			}
			n += part.sign * rows
		}
		return nil
	})
	return n, o.reading("count old messages", err)
}

// unsought is a condition on the state by which no rows are looked for, for those that it is
// true of are most. SQLite takes an index whose column stands alone.
func unsought(which string) string { return strings.Replace(which, "state", "(state || '')", 1) }

// tallyDay is a day of the tallies in microseconds.
const tallyDay = int64(24 * time.Hour / time.Microsecond)

// Prune deletes the messages made before a time (and, if of a run, not changed since), with all
// that is stored of them, and returns how many those were. What was deleted is overwritten in
// the files before it returns nil; only the write-ahead log may keep some of it for as long as
// another process is reading. Messages that are queued or being sent, those whose outcome is
// unknown, and drafts stay.
func (o *Outbox) Prune(ctx context.Context, before time.Time) (deleted int, err error) {
	return o.prune(ctx, settled, before)
}

// PruneUndecided is Prune for the messages whose outcome is unknown. Nothing warns of
// sending them again then.
func (o *Outbox) PruneUndecided(ctx context.Context, before time.Time) (deleted int, err error) {
	return o.prune(ctx, undecided, before)
}

func (o *Outbox) prune(ctx context.Context, which string, before time.Time) (deleted int, err error) {
	const op = "delete old messages"
	if err := o.refuse(op); err != nil {
		return 0, err
	}
	if deleted, err = o.deleteBefore(ctx, which, before, everyID, math.MaxInt); err != nil {
		return deleted, o.failure(op, err)
	}
	if err := o.engine.Tend(ctx, true); err != nil {
		return deleted, o.failure(op, err)
	}
	return deleted, nil
}

// everyID is above the id of every message.
const everyID = math.MaxInt64

// deleteBefore deletes which messages, settled or undecided, are older and of a lower
// id, at most so many.
func (o *Outbox) deleteBefore(ctx context.Context, which string, before time.Time, below int64, most int) (deleted int, err error) {
	const op = "delete old messages"
	for n, now := 1, 1; n == now && deleted < most; {
		err := o.write(ctx, op, func(ctx context.Context, tx Tx) error {
			var err error
			now = min(pruneAtOnce, most-deleted)
			n, err = o.deleteSome(ctx, tx, which, before, below, now)
			return err
		})
		if err != nil {
			return deleted, err
		}
		deleted += n
	}
	if err := o.pruneRuns(ctx, before); err != nil {
		return deleted, err
	}
	return deleted, o.write(ctx, op, func(ctx context.Context, tx Tx) error {
		if _, err := tx.ExecContext(ctx, "DELETE FROM strays WHERE recorded_at < ?", stamp(before)); err != nil {
			return fmt.Errorf("delete old events: %w", err)
		}
		if _, err := tx.ExecContext(ctx, "DELETE FROM tallies WHERE n = 0 AND day < ?", stamp(before)/tallyDay); err != nil {
			return fmt.Errorf("delete empty tallies: %w", err)
		}
		if _, err := tx.ExecContext(ctx, "DELETE FROM folds WHERE at < ?", stamp(before)); err != nil {
			return fmt.Errorf("delete old keys: %w", err)
		}
		return nil
	})
}

func (o *Outbox) deleteSome(ctx context.Context, tx Tx, which string, before time.Time, below int64, most int) (int, error) {
	ids, err := idsOf(ctx, tx, "SELECT id FROM messages WHERE "+old+which+" AND id < ? LIMIT ?", stamp(before), stamp(before), below, most)
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	for _, id := range ids {
		if err := leaveThread(ctx, tx, id); err != nil {
			return 0, err
		}
		for _, query := range []string{
			"DELETE FROM messages WHERE id = ?", "DELETE FROM exchanges WHERE id = ?", "DELETE FROM moves WHERE message = ?",
			"DELETE FROM deliveries WHERE message = ?", "DELETE FROM events WHERE message = ?",
		} {
			if _, err := tx.ExecContext(ctx, query, id); err != nil {
				return 0, fmt.Errorf("delete a message: %w", err)
			}
		}
	}
	if err := o.engine.Unindex(ctx, tx, ids); err != nil {
		return 0, fmt.Errorf("delete messages: %w", err)
	}
	return len(ids), touch(ctx, tx)
}

// PrunableDrafts counts the drafts that PruneDrafts would delete.
func (o *Outbox) PrunableDrafts(ctx context.Context, before time.Time) (n int, err error) {
	of, err := o.ofTheGone(ctx)
	if err == nil {
		of = of.and("updated_at < ?", stamp(before))
		err = o.engine.Reader().QueryRowContext(ctx, "SELECT count(*) FROM drafts"+of.clause(), of.args...).Scan(&n)
	}
	return n, o.reading("count old drafts", err)
}

// PruneDrafts deletes the drafts that nobody wrote on since a time, and returns how many those
// were. What somebody has open stays, however long ago the last key was. It overwrites as
// Prune does.
func (o *Outbox) PruneDrafts(ctx context.Context, before time.Time) (deleted int, err error) {
	const op = "delete old drafts"
	if err := o.refuse(op); err != nil {
		return 0, err
	}
	of, err := o.ofTheGone(ctx)
	if err != nil {
		return 0, o.failure(op, err)
	}
	of = of.and("updated_at < ?", stamp(before))
	err = o.write(ctx, op, func(ctx context.Context, tx Tx) error {
		deleted = 0
		ids, err := idsOf(ctx, tx, "SELECT id FROM drafts"+of.clause(), of.args...)
		if err != nil {
			return err
		}
		for _, id := range ids {
			if err := o.deleteDraft(ctx, tx, id); err != nil {
				return err
			}
			deleted++
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	if err := o.engine.Tend(ctx, true); err != nil {
		return deleted, o.failure(op, err)
	}
	return deleted, nil
}

// remember notes a fact about the outbox.
func remember(ctx context.Context, tx Tx, name, value string) error {
	if _, err := tx.ExecContext(ctx, "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", name, []byte(value)); err != nil {
		return fmt.Errorf("note %s: %w", name, err)
	}
	return nil
}
