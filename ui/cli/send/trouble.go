package send

import (
	"context"
	"os"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/cli/say"
	"telex/ui/cli/who"
	"telex/ui/words"
)

// warnOfTrouble says which recipients the last message did not get to for good. It is a
// warning, so nothing hangs on it: what cannot be read is not told here.
func warnOfTrouble(ctx context.Context, with Options, o *outbox.Outbox, to []string) {
	trouble, err := o.Trouble(ctx, to)
	if err != nil {
		return
	}
	for _, words := range words.Trouble(trouble, with.Now()) {
		with.Output.Say("warning: %s", words)
	}
}

// judgeDry is the same for a dry run, and refuses as the sending would, but makes no outbox
// where there is none. Outbox is the one that is open already; nil if none is.
func judgeDry(ctx context.Context, with Options, o *outbox.Outbox, id who.Identity, draft messaging.Draft) error {
	if o == nil {
		path, err := with.OutboxPath(id.Sandbox)
		if err != nil {
			return nil // there is nothing to look into
		}
		if _, err := os.Stat(path); err != nil {
			return nil
		}
		if o, err = with.OpenOutbox(ctx, id.Sandbox); err != nil {
			with.Output.Say("warning: %s", say.Plain(err))
			return nil
		}
		defer with.CloseOutbox(o)
	}
	refused, err := o.OptedOut(ctx, outbox.By{AccountID: id.AccountID}, draft.Messages())
	if err != nil {
		return err
	}
	if len(refused) > 0 {
		return optedOut(refused, id.Sandbox, with.Now())
	}
	warnOfTrouble(ctx, with, o, draft.To)
	return nil
}
