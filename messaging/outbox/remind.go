package outbox

import (
	"context"
)

// Remind makes messages be among [Outbox.Untold] at the next start: their end is
// recorded, but whoever sent them was gone by then and saw nothing of it.
func (o *Outbox) Remind(ctx context.Context, ids []int64) error {
	if len(ids) == 0 {
		return nil
	}
	return o.write(ctx, "note what is to be told", func(ctx context.Context, tx Tx) error {
		for _, id := range ids {
			if err := set(ctx, tx, id, "untold = 1"); err != nil {
				return err
			}
		}
		return nil
	})
}

// LeaveDraft makes a draft one that belongs to nobody, so that it is among
// [Outbox.Drafts] while this process goes on.
func (o *Outbox) LeaveDraft(ctx context.Context, id int64) error {
	return o.write(ctx, "keep the draft", func(ctx context.Context, tx Tx) error {
		_, err := tx.ExecContext(ctx, "UPDATE drafts SET owner = '' WHERE id = ? AND owner = ?", id, o.engine.Owner())
		return err
	})
}
