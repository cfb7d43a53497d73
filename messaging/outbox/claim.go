package outbox

import (
	"context"
	"fmt"
	"slices"
)

// Claim takes the next messages of a run for this process, at most n, and returns them as
// a batch to be run. No other process gets them. It returns nil if there are none: the run
// does not run, or is through, or all that is left is with other processes.
//
// A claimed message stays [Queued] until it is begun. If this process ends before, or the
// batch does, it is there for the next claim; so claim few at once. What a dead process
// had is looked for where there is nothing else.
func (o *Outbox) Claim(ctx context.Context, api API, run int64, n int) (*Batch, error) {
	const op = "take messages of the run"
	if n <= 0 {
		return nil, nil //nolint:nilnil // none is no failure
	}
	if err := o.claim(ctx, op); err != nil {
		return nil, err
	}
	entries, err := o.claimOf(ctx, op, run, n)
	if err == nil && len(entries) == 0 {
		if err = o.ended(ctx, op, o.recover(ctx)); err == nil {
			entries, err = o.claimOf(ctx, op, run, n)
		}
	}
	if err != nil || len(entries) == 0 {
		return nil, err
	}
	b := &Batch{outbox: o, api: api, claimed: true}
	for _, e := range entries {
		b.ids, b.messages = append(b.ids, e.ID), append(b.messages, e.Message)
	}
	o.memory.claimed(entries, o.now())
	return b, nil
}

const (
	// claimQuery takes the next rows of a running run.
	claimQuery = `UPDATE messages SET owner = ? WHERE id IN (
			SELECT id FROM messages WHERE run = ? AND run <> 0 AND state = 'queued' AND owner = '' ORDER BY id LIMIT ?)
		AND EXISTS (SELECT 1 FROM runs WHERE id = ? AND state = 'running') RETURNING id`
	// giveBackQuery leaves all rows of runs that a process has not begun.
	giveBackQuery = "UPDATE messages SET owner = '' WHERE state IN ('queued', 'sending') AND state = 'queued' AND owner = ? AND run <> 0"
)

// claimOf makes this process the owner of the next n messages of a run.
func (o *Outbox) claimOf(ctx context.Context, op string, run int64, n int) (entries []Entry, err error) {
	err = o.write(ctx, op, func(ctx context.Context, tx Tx) error {
		entries = entries[:0]
		ids, err := idsOf(ctx, tx, claimQuery, o.engine.Owner(), run, n, run)
		if err != nil {
			return err
		}
		slices.Sort(ids) // they come in any order
		for _, id := range ids {
			e, err := o.entry(ctx, tx, id)
			if err != nil {
				return err
			}
			entries = append(entries, e)
		}
		return nil
	})
	return entries, err
}

// GiveBack leaves claimed messages that were not begun to the next claim. Others among
// ids are left as they are.
func (o *Outbox) GiveBack(ctx context.Context, ids []int64) error {
	err := o.write(ctx, "give messages back to the run", func(ctx context.Context, tx Tx) error {
		for _, id := range ids {
			_, err := tx.ExecContext(ctx, "UPDATE messages SET owner = '' WHERE id = ? AND owner = ? AND run <> 0 AND state = 'queued'", id, o.engine.Owner())
			if err != nil {
				return fmt.Errorf("give the message back: %w", err)
			}
		}
		return nil
	})
	if err == nil {
		o.memory.stays(ids)
	}
	return err
}

// giveAllBack is GiveBack for all that a process has.
func giveAllBack(ctx context.Context, tx Tx, owner string) error {
	if _, err := tx.ExecContext(ctx, giveBackQuery, owner); err != nil {
		return fmt.Errorf("give the messages back: %w", err)
	}
	return nil
}

// claimable is [ErrGivenBack] if a message of a run is not for this process to send.
func (o *Outbox) claimable(ctx context.Context, tx Tx, now standing) error {
	if now.run == 0 {
		return nil
	}
	var ours bool
	err := tx.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM messages m JOIN runs r ON r.id = m.run WHERE m.id = ? AND m.owner = ? AND r.state = 'running')",
		now.id, o.engine.Owner()).Scan(&ours)
	if err != nil {
		return fmt.Errorf("read the run: %w", err)
	}
	if !ours {
		return fmt.Errorf("message %d: %w", now.id, ErrGivenBack)
	}
	return nil
}
