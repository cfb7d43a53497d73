package work

import (
	"context"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/cli/say"
	"telex/ui/text"
)

// dueAtOnce is how many scheduled messages of an account may be on their way at once.
const dueAtOnce = 16

// passDue begins to send the scheduled messages that are due, and says when there are more.
func (w *worker) passDue(ctx context.Context, s sight) (next time.Time) {
	for _, due := range s.dues {
		name := "due " + nameOf(due.By)
		switch until := w.holds(name); {
		case w.under[name]:
		case due.Next.After(w.Now()):
			next = soonest(next, due.Next)
		case !until.IsZero():
			next = soonest(next, until)
		default:
			w.begin(ctx, name, func(ctx context.Context) func() { return w.sendDue(ctx, name, due) })
		}
	}
	return next
}

// sendDue sends the scheduled messages of an account that are due.
func (w *worker) sendDue(ctx context.Context, name string, due outbox.Due) func() {
	wait := text.Count(due.N, "message") + " to be sent later: waiting"
	a, err := w.accounts.serve(ctx, due.By)
	if err != nil {
		return func() {
			w.worse(say.CodeOf(err))
			w.holdUnless(ctx, name, wait, err)
		}
	}
	worst, again := say.ExitOK, false
	end, err := w.o.SendDue(ctx, outbox.DueOptions{
		API: a.link, By: outbox.By{AccountID: due.By.AccountID, BaseURL: a.base(due.By)},
		Limit: messaging.DefaultTimeLimit, Grace: messaging.DefaultTimeLimit, Parallel: dueAtOnce,
		May: w.MayText(),
		Tell: func(n outbox.DueNews) {
			w.leaves(n)
			worst, again = say.Worst(worst, codeOf(n)), again || refused(n.Result.Err)
		},
		After: w.After,
	})
	return func() {
		w.worse(worst)
		if again {
			w.accounts.forget(a)
		}
		switch {
		case err != nil:
			w.worse(say.CodeOf(err))
			w.holdUnless(ctx, name, wait, err)
		case end.Stopped != "":
			w.off[name] = held{until: end.Next}
		case end.Sent+end.Missed+end.Others == 0: // others were first, or it is not to be understood
			w.off[name] = held{until: w.Now().Add(often)}
		default:
			delete(w.off, name)
		}
	}
}

// codeOf is how telex work --once ends for a message.
func codeOf(n outbox.DueNews) say.Code {
	if n.State == outbox.Scheduled || n.State == outbox.Missed || n.State == outbox.Unsent && n.Result.Err == nil {
		return say.ExitUnsent
	}
	return say.CodeOf(n.Result.Err)
}

// tellMissed says which messages and broadcasts were missed since this worker began, and has one that works
// once end so that whoever started it sees that there are some, until a person decides.
func (w *worker) tellMissed(ctx context.Context) error {
	if err := w.tellMissedRuns(ctx); err != nil {
		return err
	}
	missed, err := w.o.MissedDue(ctx)
	if err != nil || len(missed) == 0 {
		return err
	}
	w.worse(say.ExitUnsent)
	for _, e := range missed {
		if !e.Updated.Before(w.began) && !w.missed[e.ID] {
			w.leaves(outbox.DueNews{Entry: e, State: outbox.Missed, Why: e.Error})
		}
		w.missed[e.ID] = true
	}
	return nil
}

// tellMissedRuns is tellMissed of broadcasts.
func (w *worker) tellMissedRuns(ctx context.Context) error {
	missed, err := w.o.MissedRuns(ctx)
	for _, r := range missed {
		if w.worse(say.ExitUnsent); !r.Updated.Before(w.began) {
			w.changed(ctx, r)
		}
	}
	return err
}
