package outbox

import (
	"context"
	"fmt"
	"time"
)

// forgetQuery takes out of people of a run what only its texts were made of.
const forgetQuery = "UPDATE run_people SET name = '', fields = '', note = '' WHERE run = ? AND n IN (SELECT n FROM run_people WHERE run = ? AND n > ? AND n <= ?)"

// forgetRuns takes the names and fields of people, and the texts, out of runs that are over,
// if the outbox was told to keep no texts: they are needed as long as messages are made of
// them.
func (o *Outbox) forgetRuns(ctx context.Context) error {
	if !o.options.OmitText {
		return nil
	}
	ids, err := idsOf(ctx, o.engine.Reader(), "SELECT id FROM runs WHERE state IN ('done', 'cancelled') AND kept = 1 ORDER BY id")
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := o.forgetRun(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// forgetRun is forgetRuns for one. If the process dies meanwhile the next one goes on.
func (o *Outbox) forgetRun(ctx context.Context, id int64) error {
	for n, more := 0, true; more; n += runAtOnce {
		err := o.engine.Write(ctx, func(ctx context.Context, tx Tx) error {
			r, err := run(ctx, tx, id)
			if err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, forgetQuery, id, id, n, n+runAtOnce); err != nil {
				return fmt.Errorf("forget the people: %w", err)
			}
			if more = n+runAtOnce < r.People; more {
				return nil
			}
			for _, query := range []string{"UPDATE runs SET kept = 0, text = '' WHERE id = ?", "UPDATE run_moves SET text = '' WHERE run = ?"} {
				if _, err := tx.ExecContext(ctx, query, id); err != nil {
					return fmt.Errorf("forget the text: %w", err)
				}
			}
			return touch(ctx, tx)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// pruneRuns deletes runs that were over before a time, and their people, if none of their
// messages is there any more.
func (o *Outbox) pruneRuns(ctx context.Context, before time.Time) error {
	const op = "delete old runs"
	ids, err := idsOf(ctx, o.engine.Reader(), `SELECT id FROM runs WHERE state IN ('done', 'cancelled') AND updated_at < ?
		AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.run = runs.id AND m.run <> 0) ORDER BY id`, stamp(before))
	if err != nil {
		return o.reading(op, err)
	}
	for _, id := range ids {
		for more := true; more; {
			err := o.write(ctx, op, func(ctx context.Context, tx Tx) error {
				result, err := tx.ExecContext(ctx, "DELETE FROM run_people WHERE run = ? AND n IN (SELECT n FROM run_people WHERE run = ? LIMIT ?)", id, id, pruneAtOnce)
				if more, err = changed(result, err, "delete people"); err != nil || more {
					return err
				}
				for _, query := range []string{"DELETE FROM run_moves WHERE run = ?", "DELETE FROM runs WHERE id = ?"} {
					if _, err := tx.ExecContext(ctx, query, id); err != nil {
						return fmt.Errorf("delete a run: %w", err)
					}
				}
				return touch(ctx, tx)
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}
