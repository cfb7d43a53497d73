package work

import (
	"context"
	"slices"
	"time"

	"telex/messaging/outbox"
	"telex/ui/words"
)

// onceWithin is for how long a worker that works once waits for answers.
const onceWithin = 30 * time.Second

// passAsked begins to ask what became of the messages of each account, and says when that is
// tried again which failed. An asker that was begun goes on by itself.
func (w *worker) passAsked(ctx context.Context, s sight) (next time.Time) {
	for _, asked := range s.asked {
		name := asking + nameOf(asked.By)
		if w.under[name] || w.once && asked.Due.After(w.Now()) || w.sandbox && !w.accounts.serves(asked.By) {
			continue
		}
		if until := w.holds(name); !until.IsZero() {
			next = soonest(next, until)
			continue
		}
		w.begin(ctx, name, func(ctx context.Context) func() { return w.ask(ctx, name, asked.By) })
	}
	return next
}

// ask asks about the messages of an account until ctx ends, or nothing is to be asked now if
// it is for once.
func (w *worker) ask(ctx context.Context, name string, by outbox.By) func() {
	const not = "Bandwidth is not asked what became of messages"
	a, err := w.accounts.of(ctx, by)
	if err != nil {
		return func() { w.holdUnless(ctx, name, not, err) }
	}
	within, enough := context.WithCancel(ctx)
	if w.once {
		within, enough = context.WithTimeout(ctx, onceWithin)
	}
	defer enough()
	var failed error
	how := outbox.AskOptions{API: a.link, By: by, After: w.After, Unheard: w.sandbox, Tell: func(n outbox.AskNews) {
		if n.Err == nil {
			return
		}
		w.say("%s", words.AskTrouble(n.Err, n.Again.In(w.Now().Location())))
		if failed = n.Err; w.once || refused(n.Err) {
			enough()
		}
	}}
	if w.once { // what comes to be due meanwhile is the next one's
		began := w.Now()
		how.Also = func(ctx context.Context) (time.Time, error) {
			all, err := w.o.Asked(ctx)
			if err == nil && !slices.ContainsFunc(all, func(a outbox.Asked) bool { return nameOf(a.By) == nameOf(by) && !a.Due.After(began) }) {
				enough()
			}
			return time.Time{}, err
		}
	}
	asker := w.o.Asker(how)
	added := make(chan struct{})
	w.ended <- func() { w.askers[name] = asker; close(added) }
	<-added
	err = asker.Run(within)
	return func() {
		delete(w.askers, name)
		switch {
		case err != nil:
			w.holdUnless(ctx, name, not, err)
		case refused(failed):
			w.accounts.forget(a)
			w.hold(name, not, failed)
		case w.once: // what has no answer now, the next one asks
			w.off[name] = held{until: w.Now().Add(longest)}
		case failed == nil:
			delete(w.off, name)
		}
	}
}
