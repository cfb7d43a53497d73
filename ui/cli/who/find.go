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

// RowsAtOnce is how many rows [Pages] and [Paged] read at once.
const RowsAtOnce = 200

// Pages gives the rows that a filter selects to do, page by page, limit at most;
// 0 is all.
func Pages(ctx context.Context, o *outbox.Outbox, f outbox.Filter, limit int, do func([]outbox.Entry) error) error {
	return Paged(limit, func(most int) ([]outbox.Entry, error) {
		f.Limit = most
		page, err := o.List(ctx, f)
		if len(page) > 0 {
			f.Before = page[len(page)-1].ID
		}
		return page, err
	}, do)
}

// Paged gives rows to do, page by page, limit at most; 0 is all. Next reads the next page, of
// most rows unless there are no more.
func Paged[T any](limit int, next func(most int) ([]T, error), do func([]T) error) error {
	for left := limit; limit == 0 || left > 0; {
		most := RowsAtOnce
		if limit > 0 {
			most = min(left, RowsAtOnce)
		}
		page, err := next(most)
		if err != nil {
			return err
		}
		if err := do(page); err != nil {
			return err
		}
		if len(page) < most {
			return nil
		}
		left -= len(page)
	}
	return nil
}
