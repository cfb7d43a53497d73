package work

import (
	"context"
	"fmt"
	"time"

	"telex/messaging/outbox"
	"telex/ui/cli/broadcast"
	"telex/ui/cli/say"
)

// passFiles begins to delete the files of broadcasts that are over, as soon as nothing needs
// them, and says when that is tried again which failed.
func (w *worker) passFiles(ctx context.Context) (next time.Time, err error) {
	over, err := broadcast.FilesToDelete(ctx, w.o, w.Now())
	if err != nil {
		return next, err
	}
	for _, r := range over {
		name := fmt.Sprintf("the files of broadcast %d", r.ID)
		if until := w.holds(name); !until.IsZero() {
			next = soonest(next, until)
			continue
		}
		if wanted, err := broadcast.FilesWanted(ctx, w.o, r); err != nil || wanted {
			if err != nil {
				return next, err
			}
			continue
		}
		w.begin(ctx, name, func(ctx context.Context) func() { return w.deleteFiles(ctx, name, r) })
	}
	return next, nil
}

// deleteFiles deletes those of a broadcast.
func (w *worker) deleteFiles(ctx context.Context, name string, r outbox.Run) func() {
	a, err := w.accounts.of(ctx, r.Broadcast.By)
	deleted := false
	if err == nil {
		deleted, err = broadcast.DeleteFiles(ctx, w.o, a.link, r)
	}
	return func() {
		if err != nil {
			w.worse(say.CodeOf(err))
			w.holdUnless(ctx, name, name+" are not deleted at Bandwidth", err)
			return
		}
		delete(w.off, name)
		if deleted {
			w.say("broadcast %d: its files are deleted at Bandwidth", r.ID)
		}
	}
}
