package outbox

import (
	"context"
	"fmt"
	"math"
	"time"
)

// pruneAtOnce bounds how long a deletion keeps others from writing.
const pruneAtOnce = 500

// old are the rows made before a time. What waited in a run is as old as its last change.
const old = "created_at < ? AND (run = 0 OR updated_at < ?) AND "

// prunable are the old rows that no process works on and whose outcome is known: of one
// that is unknown the outbox is all that can keep it from being sent twice.
const prunable = old + "state NOT IN ('sending', 'queued', 'unknown')"

// unsettled are the old rows whose outcome is unknown.
const unsettled = old + "state = 'unknown'"

// Undecided counts the messages made before a time that Prune leaves, for their
// outcome is unknown.
func (o *Outbox) Undecided(ctx context.Context, before time.Time) (int, error) {
	var n int
	err := o.engine.Reader().QueryRowContext(ctx, "SELECT count(*) FROM messages WHERE "+unsettled, stamp(before), stamp(before)).Scan(&n)
	return n, o.reading("count old messages", err)
}

// Prunable counts the messages that Prune would delete.
func (o *Outbox) Prunable(ctx context.Context, before time.Time) (int, error) {
	var n int
	err := o.engine.Reader().QueryRowContext(ctx, "SELECT count(*) FROM messages WHERE "+prunable, stamp(before), stamp(before)).Scan(&n)
	return n, o.reading("count old messages", err)
}

// Prune deletes the messages made before a time (and, if of a run, not changed since), with all that is stored of them,
// and drafts as old, and returns how many messages that were. What was deleted is
// overwritten in the files before it returns nil; only the write-ahead log may keep
// some of it for as long as another process is reading. Messages that are queued or being sent,
// those whose outcome is unknown, and drafts of living consoles stay.
func (o *Outbox) Prune(ctx context.Context, before time.Time) (deleted int, err error) {
	return o.prune(ctx, prunable, before)
}

// PruneUndecided is Prune for the messages whose outcome is unknown. Nothing warns of
// sending them again then.
func (o *Outbox) PruneUndecided(ctx context.Context, before time.Time) (deleted int, err error) {
	return o.prune(ctx, unsettled, before)
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

// deleteBefore deletes which messages, prunable or unsettled, are older and of a lower
// id, at most so many, and the drafts that are older.
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
	return deleted, o.write(ctx, op, func(ctx context.Context, tx Tx) error {
		if _, err := tx.ExecContext(ctx, "DELETE FROM strays WHERE recorded_at < ?", stamp(before)); err != nil {
			return fmt.Errorf("delete old events: %w", err)
		}
		return o.pruneDrafts(ctx, tx, before)
	})
}

func (o *Outbox) deleteSome(ctx context.Context, tx Tx, which string, before time.Time, below int64, most int) (int, error) {
	ids, err := idsOf(ctx, tx, "SELECT id FROM messages WHERE "+which+" AND id < ? LIMIT ?", stamp(before), stamp(before), below, most)
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

func (o *Outbox) pruneDrafts(ctx context.Context, tx Tx, before time.Time) error {
	ids, err := idsOf(ctx, tx, "SELECT id FROM drafts WHERE updated_at < ? AND owner <> ?", stamp(before), o.engine.Owner())
	if err != nil {
		return err
	}
	for _, id := range ids { // but what somebody has open, however long ago the last key was
		if err := o.deleteDraft(ctx, tx, id); err != nil {
			return err
		}
	}
	return nil
}

// remember notes a fact about the outbox.
func remember(ctx context.Context, tx Tx, name, value string) error {
	if _, err := tx.ExecContext(ctx, "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", name, []byte(value)); err != nil {
		return fmt.Errorf("note %s: %w", name, err)
	}
	return nil
}
