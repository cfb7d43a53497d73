package outbox

import (
	"context"
	"fmt"
)

// What is noted of messages whose process is gone. It says no more than the rows do: a
// disk that lost the last of what was written to it shows a message that left as queued.
const (
	diedSending = "telex ended while it was being sent"
	diedQueued  = "telex ended before it recorded sending this one"
)

// recover settles the rows of processes that are gone.
func (o *Outbox) recover(ctx context.Context) error {
	owners, err := o.deadOwners(ctx)
	if err != nil {
		return err
	}
	if len(owners) > 0 {
		if err := o.settleOwners(ctx, owners); err != nil {
			return err
		}
	}
	// Runs that an older version made of messages, which wait, end with the migration.
	cancelled, err := idsOf(ctx, o.engine.Reader(), `SELECT id FROM runs WHERE state = 'cancelled'
		AND EXISTS (SELECT 1 FROM messages m WHERE m.run = runs.id AND m.run <> 0 AND m.state = 'queued')`)
	if err != nil {
		return err
	}
	for _, id := range cancelled {
		if err := o.endCancelled(ctx, id); err != nil {
			return err
		}
	}
	if _, err := o.missAll(ctx, o.now()); err != nil {
		return err
	}
	return o.forgetRuns(ctx)
}

// settleOwners is settleOwner for several, in one transaction.
func (o *Outbox) settleOwners(ctx context.Context, owners []string) error {
	return o.engine.Write(ctx, func(ctx context.Context, tx Tx) error {
		for _, name := range owners {
			if err := o.settleOwner(ctx, tx, name, true); err != nil {
				return err
			}
		}
		return nil
	})
}

// deadQuery asks who else has rows open.
const deadQuery = "SELECT DISTINCT owner FROM messages WHERE state IN ('queued', 'sending') AND owner > '' AND owner <> ?"

// openQuery asks for the rows in one state that a process has open.
const openQuery = "SELECT id FROM messages WHERE state IN ('queued', 'sending') AND owner = ? AND state = ? ORDER BY id"

// deadOwners names the processes that have rows open and are gone.
func (o *Outbox) deadOwners(ctx context.Context) ([]string, error) {
	names, err := namesOf(ctx, o.engine.Reader(), deadQuery, o.engine.Owner())
	if err != nil {
		return nil, fmt.Errorf("look for messages of ended processes: %w", err)
	}
	var dead []string
	for _, name := range names {
		alive, err := o.engine.Alive(ctx, o.engine.Reader(), name)
		if err != nil {
			return nil, fmt.Errorf("look for messages of ended processes: %w", err)
		}
		if !alive {
			dead = append(dead, name)
		}
	}
	return dead, nil
}

func namesOf(ctx context.Context, q Querier, query string, args ...any) ([]string, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err //nolint:wrapcheck // callers do
		}
		names = append(names, name)
	}
	return names, rows.Err() //nolint:wrapcheck // callers do
}

// settleOwner ends the open rows of one process: what was being sent may have
// been created, what was queued was not. Untold makes them be told at the next
// start: a process that closes with rows open shows no more.
func (o *Outbox) settleOwner(ctx context.Context, tx Tx, name string, untold bool) error {
	for _, s := range []struct {
		from, to State
		why      string
	}{{Sending, Unknown, diedSending}, {Queued, Unsent, diedQueued}} {
		ids, err := idsOf(ctx, tx, openQuery, name, string(s.from))
		if err != nil {
			return err
		}
		for _, id := range ids {
			now, err := standingOf(ctx, tx, id)
			if err != nil {
				return err
			}
			if err := o.moveFrom(ctx, tx, now, s.to, s.why, "untold = ?, error = ?", bit(untold), s.why); err != nil {
				return err
			}
		}
	}
	return nil
}

func idsOf(ctx context.Context, q Querier, query string, args ...any) ([]int64, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("read messages: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var ids []int64
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("read messages: %w", err)
		}
		ids = append(ids, id)
	}
	return ids, rows.Err() //nolint:wrapcheck // callers do
}

// Untold are the messages of ended processes whose end nobody was told yet, oldest
// first. Call Told when they were shown.
func (o *Outbox) Untold(ctx context.Context) ([]Entry, error) {
	entries, err := scanEntries(o.engine.Brief().QueryContext(ctx, "SELECT "+entryColumns+" FROM messages m WHERE m.untold = 1 ORDER BY m.id"))
	return entries, o.reading("look for messages of ended processes", err)
}

// Told notes that the user was shown these entries of [Outbox.Untold].
func (o *Outbox) Told(ctx context.Context, entries []Entry) error {
	if len(entries) == 0 {
		return nil
	}
	return o.write(ctx, "note what was told", func(ctx context.Context, tx Tx) error {
		for _, e := range entries {
			if err := set(ctx, tx, e.ID, "untold = 0"); err != nil {
				return err
			}
		}
		return nil
	})
}
