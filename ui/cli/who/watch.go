package who

import (
	"context"
	"slices"
	"time"

	"telex/messaging/outbox"
	"telex/ui/cli/say"
	"telex/ui/words"
)

// A Watch follows messages that the API took: it asks, or hears what another telex asked,
// until it has seen enough.
type Watch struct {
	Outbox  *outbox.Outbox
	API     outbox.Lister
	By      outbox.By // who asks; see [outbox.AskOptions]
	Output  *say.Printer
	Now     func() time.Time
	After   func(time.Duration) <-chan time.Time // nil is time.After
	Unheard bool                                 // no callbacks come for them; see [outbox.AskOptions]
	// See gets the messages at first and when something changed, and returns those that are
	// to be followed further.
	See func(ctx context.Context, entries []outbox.Entry) (open []int64, err error)
	// Also is done between the questions; see [outbox.AskOptions]. It ends nothing.
	Also func(ctx context.Context) (next time.Time, err error)
	// Until is when there is no more waiting; zero is never.
	Until time.Time
}

// Run watches messages until none is to be followed any more and Also has nothing more to
// do, the time is over, or ctx ends.
func (w Watch) Run(ctx context.Context, ids []int64) error {
	ctx, enough := context.WithCancel(ctx)
	defer enough()
	var failed error
	began := w.Now()
	look := func() {
		entries, err := w.Outbox.Entries(ctx, ids)
		if err == nil {
			slices.Reverse(entries) // it is told in the order in which they were sent
			ids, err = w.See(ctx, entries)
		}
		if err != nil && ctx.Err() == nil {
			failed = err
			enough()
		}
	}
	also := func(ctx context.Context) (next time.Time, err error) {
		if w.Also != nil {
			if next, err = w.Also(ctx); err != nil {
				return next, err
			}
		}
		switch now := w.Now(); {
		case len(ids) == 0 && next.IsZero(), !w.Until.IsZero() && !now.Before(w.Until):
			enough()
		case next.IsZero() || !w.Until.IsZero() && w.Until.Before(next):
			next = w.Until
		}
		// A listener may hear of them meanwhile.
		again := w.Now().Add(outbox.LookAgain(w.Now().Sub(began)))
		if next.IsZero() || again.Before(next) {
			next = again
		}
		return next, nil
	}
	err := w.Outbox.Asker(outbox.AskOptions{
		API: w.API, By: w.By, After: w.After, Also: also, Unheard: w.Unheard,
		Tell: func(n outbox.AskNews) {
			if n.Err != nil {
				w.Output.Say("%s", words.AskTrouble(n.Err, n.Again.In(w.Now().Location())))
				return
			}
			look()
		},
	}).Run(ctx)
	if failed != nil {
		return failed
	}
	return err
}
