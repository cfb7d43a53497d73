package outbox

import "context"

// Holdings are how much an outbox holds.
type Holdings struct {
	Messages      int // those that came in too
	Drafts        int
	Contacts      int
	OptOuts       int // in effect, and those that wait for a decision
	Broadcasts    int
	Conversations int
	Others        int // processes that have it open and may name themselves in rows, beside this one
}

// Holdings counts what there is.
func (o *Outbox) Holdings(ctx context.Context) (h Holdings, err error) {
	err = o.engine.Read(ctx, func(ctx context.Context, q Querier) error {
		err := q.QueryRowContext(ctx, `SELECT `+countAll+`, (SELECT count(*) FROM drafts), (SELECT count(*) FROM contacts),
			(SELECT count(*) FROM optouts WHERE ended_at = 0), (SELECT count(*) FROM runs), (SELECT count(*) FROM threads)`).
			Scan(&h.Messages, &h.Drafts, &h.Contacts, &h.OptOuts, &h.Broadcasts, &h.Conversations)
		if err != nil {
			return err //nolint:wrapcheck // reading does
		}
		living, err := o.engine.Living(ctx, q)
		h.Others = len(living)
		return err
	})
	return h, o.reading("count what it holds", err)
}
