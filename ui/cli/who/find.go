package who

import (
	"context"
	"errors"
	"strings"

	"telex/config"
	"telex/messaging/outbox"
	"telex/ui/cli/say"
)

// Find is the id of the message that somebody named by our id or the API's.
func Find(ctx context.Context, o *outbox.Outbox, name string) (int64, error) {
	id, err := o.Find(ctx, strings.TrimPrefix(name, "#"))
	if errors.Is(err, outbox.ErrNotFound) {
		return 0, &say.UsageError{
			What: "there is no message " + say.Quoted(name) + " in " + o.Path(),
			Hint: "telex history lists them; for those sent in the sandbox add --sandbox",
		}
	}
	return id, err
}

// OtherAccount is how to use the account that a message was sent by.
func OtherAccount(by outbox.By) string {
	if by.Profile != "" {
		return "add --profile " + by.Profile
	}
	return "set " + config.EnvAccountID + " and the credentials that go with it"
}

// RowsAtOnce is how many rows [Pages] reads at once.
const RowsAtOnce = 200

// Pages gives the rows that a filter selects to do, page by page, limit at most;
// 0 is all.
func Pages(ctx context.Context, o *outbox.Outbox, f outbox.Filter, limit int, do func([]outbox.Entry) error) error {
	for left := limit; limit == 0 || left > 0; {
		f.Limit = RowsAtOnce
		if limit > 0 {
			f.Limit = min(left, RowsAtOnce)
		}
		entries, err := o.List(ctx, f)
		if err != nil {
			return err
		}
		if err := do(entries); err != nil {
			return err
		}
		if len(entries) < f.Limit {
			return nil
		}
		left -= len(entries)
		f.Before = entries[len(entries)-1].ID
	}
	return nil
}
