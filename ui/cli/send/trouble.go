package send

import (
	"context"
	"os"

	"telex/messaging/outbox"
	"telex/ui/cli/say"
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

// warnOfTroubleDry is the same for a dry run, which makes no outbox where there is none.
// Outbox is the one that is open already; nil if none is.
func warnOfTroubleDry(ctx context.Context, with Options, o *outbox.Outbox, sandbox bool, to []string) {
	if o == nil {
		path, err := with.OutboxPath(sandbox)
		if err != nil {
			return
		}
		if _, err := os.Stat(path); err != nil {
			return
		}
		if o, err = with.OpenOutbox(ctx, sandbox); err != nil {
			with.Output.Say("warning: %s", say.Plain(err))
			return
		}
		defer with.CloseOutbox(o)
	}
	warnOfTrouble(ctx, with, o, to)
}
