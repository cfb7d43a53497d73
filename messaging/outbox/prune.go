package outbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/ncruces/go-sqlite3"
)

// pruneAtOnce bounds how long a deletion keeps others from writing.
const pruneAtOnce = 500

// prunable are the rows that no process works on.
const prunable = "created_at < ? AND state NOT IN ('sending', 'queued')"

// Prunable counts the messages that Prune would delete.
func (o *Outbox) Prunable(ctx context.Context, before time.Time) (int, error) {
	var n int
	err := o.db.QueryRowContext(ctx, "SELECT count(*) FROM messages WHERE "+prunable, stamp(before)).Scan(&n)
	return n, o.reading("count old messages", err)
}

// Prune deletes the messages made before a time, with all that is stored of them,
// and drafts as old, and returns how many messages that were. What was deleted is
// overwritten in the files before it returns nil; only the write-ahead log may keep
// some of it for as long as another process is reading. Messages that are being sent
// and drafts of living consoles stay.
func (o *Outbox) Prune(ctx context.Context, before time.Time) (deleted int, err error) {
	const op = "delete old messages"
	if deleted, err = o.deleteBefore(ctx, before, math.MaxInt); err != nil {
		return deleted, failure(op, o.path, err)
	}
	if err := o.scrub(ctx, math.MaxInt); err != nil {
		return deleted, failure(op, o.path, err)
	}
	return deleted, nil
}

// deleteBefore deletes what is older, at most so many messages or a few more.
func (o *Outbox) deleteBefore(ctx context.Context, before time.Time, most int) (deleted int, err error) {
	const op = "delete old messages"
	for n := pruneAtOnce; n == pruneAtOnce && deleted < most; {
		err := o.write(ctx, op, func(ctx context.Context, tx *sql.Tx) error {
			var err error
			n, err = prune(ctx, tx, before)
			return err
		})
		if err != nil {
			return deleted, err
		}
		deleted += n
	}
	return deleted, o.write(ctx, op, func(ctx context.Context, tx *sql.Tx) error {
		return o.pruneDrafts(ctx, tx, before)
	})
}

func prune(ctx context.Context, tx *sql.Tx, before time.Time) (int, error) {
	ids, err := idsOf(ctx, tx, "SELECT id FROM messages WHERE "+prunable+" LIMIT ?", stamp(before), pruneAtOnce)
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	for _, id := range ids {
		for _, query := range []string{
			"DELETE FROM messages WHERE id = ?", "DELETE FROM exchanges WHERE id = ?", "DELETE FROM moves WHERE message = ?",
			"DELETE FROM deliveries WHERE message = ?", "DELETE FROM search WHERE rowid = ?",
		} {
			if _, err := tx.ExecContext(ctx, query, id); err != nil {
				return 0, fmt.Errorf("delete a message: %w", err)
			}
		}
	}
	if err := remember(ctx, tx, "scrub", scrubBegin); err != nil {
		return 0, err
	}
	return len(ids), touch(ctx, tx)
}

func (o *Outbox) pruneDrafts(ctx context.Context, tx *sql.Tx, before time.Time) error {
	ids, err := idsOf(ctx, tx, "SELECT id FROM drafts WHERE updated_at < ? AND owner <> ?", stamp(before), o.owner.name)
	if err != nil {
		return err
	}
	for _, id := range ids {
		others, err := o.isOthers(ctx, tx, id)
		if err != nil {
			return err
		}
		if others {
			continue // somebody has it open, however long ago the last key was
		}
		if _, err := tx.ExecContext(ctx, "DELETE FROM drafts WHERE id = ?", id); err != nil {
			return fmt.Errorf("delete a draft: %w", err)
		}
	}
	return nil
}

// pruneAtOpen bounds how many messages one opening deletes, so that none takes long.
// The next ones go on.
const pruneAtOpen = 1000

// tidy deletes what Options.Keep says, if that was not done today, and overwrites
// what earlier deletions left in the search index, bit by bit. Where another process
// is writing it leaves that to another time.
func (o *Outbox) tidy(ctx context.Context) error {
	var last sql.NullString
	var scrub bool
	err := o.writer.db.QueryRowContext(ctx, `SELECT (SELECT value FROM meta WHERE name = 'pruned_at'),
		EXISTS (SELECT 1 FROM meta WHERE name = 'scrub')`).Scan(&last, &scrub)
	if err != nil {
		return fmt.Errorf("read the database: %w", err)
	}
	now := o.now()
	at, err := strconv.ParseInt(last.String, 10, 64)
	if o.options.Keep > 0 && (err != nil || now.Sub(timeOf(at)).Abs() >= 24*time.Hour) {
		err = o.pruneDaily(ctx, now)
	} else if err = nil; scrub {
		err = o.scrub(ctx, scrubAtOpen)
	}
	if errors.Is(err, sqlite3.BUSY) {
		return nil
	}
	return err
}

// pruneDaily notes that it is done for today once nothing is left to be deleted.
func (o *Outbox) pruneDaily(ctx context.Context, now time.Time) error {
	deleted, err := o.deleteBefore(ctx, now.AddDate(0, 0, -o.options.Keep), pruneAtOpen)
	if err != nil || deleted >= pruneAtOpen {
		return err
	}
	return o.writer.write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		return remember(ctx, tx, "pruned_at", strconv.FormatInt(stamp(now), 10))
	})
}
