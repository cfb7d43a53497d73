package ui

import (
	"context"
	"time"

	"telex/messaging/outbox"
	"telex/ui/text"
)

// endWait is how long the end of telex waits for a cancelled send to be recorded.
const endWait = 2 * time.Second

// openWait is how long the end waits for the outbox to be open if something was written: a
// disk that is slow loses no draft.
const openWait = 15 * time.Second

// A farewell settles what is open when the program is over.
type farewell struct {
	store    *outbox.Outbox // nil if it was never open
	batch    *batch         // the last one; nil for none
	inFlight *inFlight
	save     func(ctx context.Context) (kept bool, err error) // what is being written
	by       Sender                                           // of the last one
	gone     bool                                             // nobody sees the terminal any more
	goesOn   bool                                             // with another account, so that what is kept is not news
	now      func() time.Time
}

// lines settles it, within endWait, closes the outbox, and is what there is to be said.
func (f farewell) lines(ctx context.Context) []string {
	if f.store == nil {
		return f.batch.unfinished()
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), endWait)
	defer cancel()
	f.inFlight.wait(ctx)
	lines := f.batch.settled(ctx, f.store, f.by)
	if f.gone {
		if err := f.store.Remind(ctx, f.batch.lately()); err != nil {
			lines = append(lines, text.Clean(err.Error()))
		}
	}
	kept, err := f.save(ctx)
	switch {
	case err != nil:
		lines = append(lines, "what you were writing could not be kept: "+text.Clean(err.Error()))
	case kept && !f.goesOn:
		lines = append(lines, "what you were writing is kept; the next telex offers it")
	}
	if waiting := leftWaiting(ctx, f.store, f.by.shell(), f.now()); waiting != "" && !f.goesOn {
		lines = append(lines, waiting)
	}
	if err := f.store.Close(); err != nil {
		lines = append(lines, text.Clean(err.Error()))
	}
	return lines
}

// end settles what is open when the program is over and returns what is to be said
// on the terminal, if that is still there. It is called once, after the last Update.
func (a *app) end(ctx context.Context, gone bool) []string {
	a.cancelBatch()
	a.stopDue()
	a.stopNews()
	defer a.conn.close()
	a.following.end(ctx)
	defer func() {
		if a.unwatch != nil {
			a.unwatch()
		}
	}()
	if !a.form.IsEmpty() { // what was typed before the outbox was open is kept all the same
		if a.store == nil {
			a.awaitStore(time.After(openWait))
			a.use(a.store)
		}
	}
	return farewell{
		store: a.store, batch: a.batch, inFlight: &a.inFlight, save: a.saveLast,
		by: a.deps.Sender, gone: gone, goesOn: a.next != nil, now: a.now,
	}.lines(ctx)
}
