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
			Hint: "telex history lists those there are; the sandbox has messages of its own: --sandbox",
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
