package outbox

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// An Asked is an account of which messages are to be asked about, see [Asker].
type Asked struct {
	By  By        // the profile is that of one of the messages
	Due time.Time // when the first of them is
}

// Asked are the accounts of which messages are to be asked about.
func (o *Outbox) Asked(ctx context.Context) (all []Asked, err error) {
	const op = "look for what is to be asked"
	var by By
	for {
		var due int64
		err := o.engine.Reader().QueryRowContext(ctx, `SELECT account_id, base_url, ask_at, profile FROM messages
			WHERE ask_at <> 0 AND (account_id, base_url) > (?, ?) ORDER BY account_id, base_url, ask_at LIMIT 1`,
			by.AccountID, by.BaseURL).Scan(&by.AccountID, &by.BaseURL, &due, &by.Profile)
		if errors.Is(err, sql.ErrNoRows) {
			return all, nil
		}
		if err != nil {
			return nil, o.reading(op, err)
		}
		all = append(all, Asked{by, timeOf(due)})
	}
}
