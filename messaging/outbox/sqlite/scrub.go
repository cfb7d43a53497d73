package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"

	"telex/messaging/outbox"
)

// The index of the search only notes that a row was deleted; its words stay until
// the index is merged, which rewrites all of it. That is done in small steps, so
// that nobody waits long for the lock, and meta says how far it has come.
const (
	scrubBegin = "begin"
	scrubGoOn  = "go on"
	// scrubPages is how much of the index one step merges: some ten milliseconds.
	scrubPages = 500
	// scrubAtOpen is how many steps an opening takes.
	scrubAtOpen = 2
)

// Tend overwrites what was deleted, all of it or as much as an opening has time for.
func (e *engine) Tend(ctx context.Context, all bool) error {
	if all {
		return e.scrub(ctx, math.MaxInt)
	}
	var begun bool
	if err := e.Reader().QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM meta WHERE name = 'scrub')").Scan(&begun); err != nil {
		return fmt.Errorf("read the database: %w", err)
	}
	if !begun {
		return nil
	}
	return e.scrub(ctx, scrubAtOpen)
}

// scrub overwrites what was deleted, in at most so many steps, and gives the room
// back when it is through.
func (e *engine) scrub(ctx context.Context, steps int) error {
	for ; steps > 0; steps-- {
		more := false
		err := e.writer.Write(ctx, func(ctx context.Context, tx outbox.Tx) (err error) {
			more, err = scrubStep(ctx, tx)
			return err
		})
		if err != nil {
			return err
		}
		if !more {
			return e.shrink(ctx)
		}
	}
	return nil
}

// scrubStep reports whether there is more to be done.
func scrubStep(ctx context.Context, tx outbox.Tx) (more bool, err error) {
	var phase string
	err = tx.QueryRowContext(ctx, "SELECT value FROM meta WHERE name = 'scrub'").Scan(&phase)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read what is to be overwritten: %w", err)
	}
	if phase == scrubBegin {
		// An index in one piece is left as it is; a row that comes and goes is another
		// piece. A negative number begins to merge all pieces into one.
		for _, query := range []string{
			"INSERT INTO search (rowid, words) VALUES (-1, 'telex')", "DELETE FROM search WHERE rowid = -1",
			fmt.Sprintf("INSERT INTO search (search, rank) VALUES ('merge', -%d)", scrubPages),
		} {
			if _, err := tx.ExecContext(ctx, query); err != nil {
				return false, fmt.Errorf("overwrite what was deleted: %w", err)
			}
		}
		return true, noteScrub(ctx, tx, scrubGoOn)
	}
	var before, after int64
	if err := tx.QueryRowContext(ctx, "SELECT total_changes()").Scan(&before); err != nil {
		return false, fmt.Errorf("overwrite what was deleted: %w", err)
	}
	if _, err := tx.ExecContext(ctx, fmt.Sprintf("INSERT INTO search (search, rank) VALUES ('merge', %d)", scrubPages)); err != nil {
		return false, fmt.Errorf("overwrite what was deleted: %w", err)
	}
	if err := tx.QueryRowContext(ctx, "SELECT total_changes()").Scan(&after); err != nil {
		return false, fmt.Errorf("overwrite what was deleted: %w", err)
	}
	if after-before >= 2 { // less means that there was nothing to merge: https://sqlite.org/fts5.html#the_merge_command
		return true, nil
	}
	_, err = tx.ExecContext(ctx, "DELETE FROM meta WHERE name = 'scrub'")
	return false, err
}

// shrink gives free pages back and takes the deleted out of the write-ahead log.
// Others who are reading can keep it from that; then the next time does it.
func (e *engine) shrink(ctx context.Context) error {
	for _, query := range []string{"PRAGMA incremental_vacuum", "PRAGMA wal_checkpoint(truncate)"} {
		if err := drain(e.writer.db.QueryContext(ctx, query)); err != nil {
			return fmt.Errorf("give the room back: %w", err)
		}
	}
	return nil
}

// drain goes through all rows, each of which is a part of the work.
func drain(rows *sql.Rows, err error) error {
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
	}
	return rows.Err() //nolint:wrapcheck // shrink does
}

// noteScrub notes how far it has come.
func noteScrub(ctx context.Context, tx outbox.Tx, phase string) error {
	if _, err := tx.ExecContext(ctx, "INSERT OR REPLACE INTO meta (name, value) VALUES ('scrub', ?)", phase); err != nil {
		return fmt.Errorf("note what is to be overwritten: %w", err)
	}
	return nil
}
