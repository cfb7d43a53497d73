package cli

import (
	"context"
	"os"

	"telex/messaging/outbox"
	"telex/ui/cli/say"
	"telex/ui/words"
)

// warnOfTrouble says which recipients the last message did not get to for good. It is a
// warning, so nothing hangs on it: what cannot be read is not told here.
func (a *app) warnOfTrouble(ctx context.Context, o *outbox.Outbox, to []string) {
	trouble, err := o.Trouble(ctx, to)
	if err != nil {
		return
	}
	for _, words := range words.Trouble(trouble, a.now()) {
		a.Output.Say("warning: %s", words)
	}
}

// warnOfTroubleDry is the same for a dry run, which makes no outbox where there is none.
// Outbox is the one that is open already; nil if none is.
func (a *app) warnOfTroubleDry(ctx context.Context, o *outbox.Outbox, sandbox bool, to []string) {
	if o == nil {
		path, err := a.OutboxPath(sandbox)
		if err != nil {
			return
		}
		if _, err := os.Stat(path); err != nil {
			return
		}
		if o, err = a.OpenOutbox(ctx, sandbox); err != nil {
			a.Output.Say("warning: %s", say.Plain(err))
			return
		}
		defer a.CloseOutbox(o)
	}
	a.warnOfTrouble(ctx, o, to)
}
