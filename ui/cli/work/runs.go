package work

import (
	"context"
	"fmt"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/cli/broadcast"
	"telex/ui/cli/say"
	"telex/ui/words"
)

const (
	// rests is for how long nothing of a broadcast may leave until a worker gives it up for a
	// while, and restsOnce the same for one that works once.
	rests, restsOnce = time.Minute, 10 * time.Second
	// othersEvery is how often it is looked whether others still send a broadcast: nobody
	// tells of a telex that dies.
	othersEvery = 10 * time.Second
)

// A resting broadcast has nothing to do before a time, as long as it stays as it was.
type resting struct {
	until time.Time
	was   aspect
}

// An aspect is what of a broadcast decides when it goes on.
type aspect struct {
	state   outbox.RunState
	hold    time.Time
	updated time.Time
	edition int
	slowed  int
}

func aspectOf(r outbox.Run) aspect {
	return aspect{r.State, r.Hold.Until, r.Updated, r.Edition, r.Slowed}
}

// passRuns begins to send the broadcasts that nobody sends, and says when the next one is to
// be looked at.
func (w *worker) passRuns(ctx context.Context, s sight) (next time.Time) {
	for _, r := range s.runs {
		if !broadcast.MayGoOn(r) && !broadcast.MayBegin(r, w.Now()) {
			if due := r.Due(); due.At.After(w.Now()) {
				next = soonest(next, due.At)
			} else if !due.IsZero() {
				next = soonest(next, due.Late().Add(time.Microsecond)) // it is missed then
			}
			if broadcast.WantsApproval(r) {
				w.changed(ctx, r)
			}
			continue
		}
		name := fmt.Sprintf("broadcast %d", r.ID)
		if w.under[name] {
			continue
		}
		if rest := w.runs[r.ID]; rest.was == aspectOf(r) && rest.until.After(w.Now()) {
			next = soonest(next, rest.until)
			continue
		}
		if until := w.holds(name); !until.IsZero() {
			next = soonest(next, until)
			continue
		}
		others, err := w.o.Attended(ctx, r.ID)
		if err != nil {
			next = soonest(next, w.hold(name, name+" waits", err))
			continue
		}
		if others {
			next = soonest(next, w.Now().Add(othersEvery))
			continue
		}
		w.begin(ctx, name, func(ctx context.Context) func() { return w.send(ctx, name, r) })
	}
	return next
}

// send sends a broadcast for as long as something of it may leave.
func (w *worker) send(ctx context.Context, name string, r outbox.Run) func() {
	a, err := w.accounts.serve(ctx, r.Broadcast.By)
	if err != nil {
		return func() {
			w.worse(say.CodeOf(err))
			w.holdUnless(ctx, name, name+" waits", err)
		}
	}
	most := rests
	if w.once {
		most = restsOnce
	}
	var until time.Time
	worst := say.ExitOK
	u := broadcast.Unattended{
		World: w.World, Outbox: w.o, After: w.After, Grace: messaging.DefaultTimeLimit,
		Told: func(p outbox.Person, m messaging.Message, result outbox.Result) {
			w.sent(line{Broadcast: r.ID, To: []string{p.Number}, Skip: string(p.Skip), Note: p.Note}, p.Number, result)
			worst = say.Worst(worst, say.CodeOf(result.Err))
		},
		Changed: func(now outbox.Run) { w.changed(context.WithoutCancel(ctx), now) },
		Rest: func(at time.Time) bool {
			if until = at; at.IsZero() {
				until = w.Now().Add(othersEvery)
				return true
			}
			return at.Sub(w.Now()) > most
		},
	}
	if !w.once { // cron comes again
		u.Outage = w.outage(name)
	}
	now, err := u.Send(ctx, r, a.id, a.link)
	return func() {
		w.worse(worst)
		switch {
		case err != nil:
			w.worse(say.CodeOf(err))
			w.holdUnless(ctx, name, name+" waits", err)
			return
		case now.State == outbox.RunPaused:
			w.worse(say.ExitUnsent)
		}
		if now.Reason.Kind == outbox.ReasonCredentials {
			w.accounts.forget(a)
		}
		delete(w.off, name)
		if delete(w.runs, r.ID); now.State == outbox.RunRunning {
			w.runs[r.ID] = resting{until, aspectOf(now)}
		}
	}
}

// outage tells once that a broadcast waits, for nothing can be recorded, and once that this is
// over.
func (w *worker) outage(name string) func(error) {
	told := false
	return func(err error) {
		if err == nil {
			w.say("%s %s", name, broadcast.RecordsAgain)
		} else if !told {
			w.notes.Warn(name+" "+broadcast.WaitsToRecord, err)
		}
		told = err != nil
	}
}

// changed tells that a broadcast came into another state, or holds, once.
func (w *worker) changed(ctx context.Context, r outbox.Run) {
	zone := w.Now().Location()
	said := fmt.Sprintf("broadcast %d, %s, is %s", r.ID, r.Name, words.RunState(r, zone))
	if before, _ := w.told.Swap(r.ID, said); before == said {
		return
	}
	l := line{Type: "broadcast", Broadcast: r.ID, Name: r.Name, State: string(r.State), Reason: r.Reason.String()}
	if r.State == outbox.RunRunning && r.Hold.Until.After(w.Now()) {
		l.Reason, l.Until = r.Hold.Reason.String(), stamp(r.Hold.Until)
	}
	if broadcast.WantsApproval(r) {
		l.Reason = words.WantsApproval
	}
	if c, err := w.o.RunCounts(ctx, r.ID); err == nil && r.State != outbox.RunRunning {
		said += "; " + words.RunCounts(r.State, c)
	}
	w.print(l, said)
	if next := words.NextForRun(r, w.Shell(w.sandbox)); next != "" {
		w.say("broadcast %d is %s; %s", r.ID, words.RunState(r, zone), next)
	}
}
