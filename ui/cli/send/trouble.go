package send

import (
	"context"

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
	for _, words := range words.Trouble(trouble, nil, with.Now()) {
		with.Output.Say("warning: %s", words)
	}
}

// judgeDry is the same for a dry run, and refuses as the sending would, but makes no outbox
// where there is none. Outbox is the one that is open already; nil if none is. It returns
// what the key of the messages would make of them; nil if they have none.
func judgeDry(ctx context.Context, with Options, o *outbox.Outbox, f flags, id who.Identity, draft composed) ([]outbox.Folding, error) {
	if o == nil {
		if !with.HasOutbox(id.Sandbox) {
			return nil, nil // there is nothing to look into
		}
		var err error
		if o, err = with.OpenOutbox(ctx, id.Sandbox); err != nil {
			with.Output.Say("warning: %s", say.Plain(err))
			return nil, nil
		}
		defer with.CloseOutbox(o)
	}
	by := outbox.By{AccountID: id.AccountID}
	refused, err := o.OptedOut(ctx, by, draft.Messages())
	if err != nil {
		return nil, err
	}
	if len(refused) > 0 {
		return nil, optedOut(refused, with.Shell(id.Sandbox), with.Now())
	}
	warnOfTrouble(ctx, with, o, draft.To)
	if f.alert.key == "" {
		return nil, nil
	}
	return o.Foldings(ctx, outbox.Plan{By: by, Messages: draft.Messages(), Alert: f.alert.plan(draft.full)})
}
