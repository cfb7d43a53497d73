package ui

import (
	"context"
	"time"

	"telex/ui/text"
)

// awaitStore is for the end of a program that came before the outbox was open, so that
// what was typed meanwhile is kept all the same.
func (a *app) awaitStore() {
	if a.store != nil || a.opened == nil || a.form.IsEmpty() {
		return
	}
	if m, ok := within(time.After(endWait), a.opened); ok {
		a.store = m.store
	}
}

// within is what comes before the time is over. What is there wins, even if time is
// over as well, as when the machine slept: a select alone would leave it to chance.
func within[T any](over <-chan time.Time, coming <-chan T) (came T, ok bool) {
	select {
	case came = <-coming:
		return came, true
	case <-over:
	}
	select {
	case came = <-coming:
		return came, true
	default:
		return came, false
	}
}

// endWait is how long the end of telex waits for a cancelled send to be recorded.
const endWait = 2 * time.Second

// end settles what is open when the program is over and returns what is to be said
// on the terminal, if that is still there. It is called once, after the last Update.
func (a *app) end(ctx context.Context, gone bool) []string {
	a.cancelBatch()
	defer a.conn.close()
	a.awaitStore()
	if a.store == nil {
		return a.batch.unfinished()
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), endWait)
	defer cancel()
	a.inFlight.wait(ctx)
	lines := a.batch.settled(ctx, a.store, a.deps.Sandbox)
	if gone {
		if err := a.store.Remind(ctx, a.batch.lately()); err != nil {
			lines = append(lines, text.Clean(err.Error()))
		}
	}
	kept, err := a.saveLast(ctx)
	switch {
	case err != nil:
		lines = append(lines, "what you were writing could not be kept: "+text.Clean(err.Error()))
	case kept && a.next == nil:
		lines = append(lines, "what you were writing is kept; the next telex offers it")
	}
	if err := a.store.Close(); err != nil {
		lines = append(lines, text.Clean(err.Error()))
	}
	return lines
}
