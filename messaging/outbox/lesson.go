package outbox

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"telex/messaging"
)

const (
	// firstHold and lastHold are for how long a run holds where nobody says so; it doubles.
	firstHold, lastHold = 5 * time.Second, time.Minute
	// mostOffline is after how many messages in a row that did not leave a run holds.
	mostOffline = 3
	// mostLost is after how many messages in a row without a usable answer a run is paused:
	// each may have been created, and is never sent again by itself.
	mostLost = 3
)

// A lesson is what the end of one message says of the others of its run.
type lesson struct {
	// again says that the message was not created, and that this is no fault of its own:
	// its person waits again.
	again   bool
	stop    Reason // not zero: none of the others would fare better
	limited bool   // the API wants no more for now
	wait    time.Duration
	offline bool // nothing left this machine
	lost    bool // it may have been created
}

// lessonOf draws it. It stands beside [Hopeless], by which a batch ends: a run goes on.
func lessonOf(r Result, from string) lesson {
	refused := messaging.OutcomeOf(r.Err) == messaging.Rejected || messaging.OutcomeOf(r.Err) == messaging.Unsent
	l := lesson{limited: limited(r)}
	if e, ok := errors.AsType[*messaging.Error](r.Err); ok {
		l.wait = e.Wait
	}
	switch {
	case r.Err == nil, ownFault(r.Err):
	case NotRecorded(r.Err): // what follows from that the drain finds out itself
		l.again = refused
	case errors.Is(r.Err, messaging.ErrProxy):
		l.again, l.stop = refused, Reason{Kind: ReasonProxy}
	case refusedOnTheWay(r.Err):
		l.stop = Reason{Kind: ReasonBetween}
	case errors.Is(r.Err, messaging.ErrUnauthorized):
		l.again, l.stop = refused, Reason{Kind: ReasonCredentials}
	case errors.Is(r.Err, messaging.ErrRateLimited) && !tokenFailed(r.Err):
		l.again, l.limited = refused, true
	case messaging.OutcomeOf(r.Err) == messaging.Unsent:
		l.again, l.offline = true, true
	case messaging.OutcomeOf(r.Err) == messaging.Unknown:
		l.lost = true
	default:
		if note, wrong := wrongSender(r.Err); wrong {
			l.again, l.stop = true, Reason{Kind: ReasonSender, Sender: from, Note: note}
		}
	}
	return l
}

// wrongSender reports whether the API refused a message for what is the same in all of a
// run: the number that sends, or the application.
func wrongSender(err error) (note string, wrong bool) {
	e, ok := errors.AsType[*messaging.Error](err)
	if !ok {
		return "", false
	}
	at := slices.IndexFunc(e.Fields, func(f messaging.FieldError) bool { return f.Name == "from" || f.Name == "applicationId" })
	if at < 0 {
		return "", false
	}
	return e.Fields[at].Name + ": " + e.Fields[at].Description, true
}

// learned is what the ends so far say of a run, in the order in which they came.
type learned struct {
	offline, lost int // in a row
	stop          Reason
	limited       bool
	wait          time.Duration
	taken         bool // one of the last was
	segments      int
}

// learn adds the end of a message.
func (l *learned) learn(e *end) {
	if e.lesson.stop != (Reason{}) && l.stop == (Reason{}) {
		l.stop = e.lesson.stop
	}
	l.limited = l.limited || e.lesson.limited
	l.wait = max(l.wait, e.lesson.wait)
	if e.result.Err == nil {
		l.taken = true
		if e.result.Receipt != nil {
			l.segments += e.result.Receipt.SegmentCount
		}
	}
	switch {
	case e.lesson.offline:
		l.offline++
	case e.lesson.lost:
		l.lost++
	default:
		l.offline, l.lost = 0, 0
	}
	if l.lost >= mostLost && l.stop == (Reason{}) {
		l.stop = Reason{Kind: ReasonLost}
	}
}

// heeded forgets what a run has heeded.
func (l *learned) heeded() {
	if l.offline >= mostOffline {
		l.offline = mostOffline - 1 // who tries again next, tries for all
	}
	if l.lost >= mostLost {
		l.lost = 0
	}
	l.stop, l.limited, l.wait, l.taken, l.segments = Reason{}, false, 0, false, 0
}

// heed has the run do what was learned.
func (t *turn) heed(ctx context.Context, tx Tx) error {
	l := t.learned
	if l.segments > 0 {
		if _, err := tx.ExecContext(ctx, "UPDATE runs SET segments = segments + ? WHERE id = ?", l.segments, t.id); err != nil {
			return fmt.Errorf("count the segments: %w", err)
		}
		t.run.Segments += l.segments
	}
	for _, e := range t.ended {
		if e.result.Unrecorded == nil && !e.waits && messaging.OutcomeOf(e.result.Err) == messaging.Rejected {
			if err := t.outbox.heedFailures(ctx, tx, &t.run); err != nil {
				return err
			}
			break
		}
	}
	if t.run.State != RunRunning {
		return nil
	}
	switch {
	case l.stop != (Reason{}):
		if err := t.outbox.pauseRun(ctx, tx, t.id, l.stop); err != nil {
			return err
		}
	case l.limited:
		return t.outbox.hold(ctx, tx, &t.run, HoldLimited, l.wait)
	case l.offline >= mostOffline:
		return t.outbox.hold(ctx, tx, &t.run, HoldOffline, 0)
	case l.taken && t.run.backoff > 0:
		if _, err := tx.ExecContext(ctx, "UPDATE runs SET backoff = 0 WHERE id = ?", t.id); err != nil {
			return fmt.Errorf("change the run: %w", err)
		}
		t.run.backoff = 0
		return nil
	default:
		return nil
	}
	var err error
	t.run, err = run(ctx, tx, t.id)
	return err
}

// hold keeps a run from sending, for as long as the API says, or for twice as long as the
// last time. One that holds already does so no longer, unless the API says it.
func (o *Outbox) hold(ctx context.Context, tx Tx, r *Run, kind ReasonKind, wait time.Duration) error {
	now := o.now()
	if r.Hold.Until.After(now) && wait == 0 {
		return nil
	}
	if wait == 0 {
		wait = min(max(2*r.backoff, firstHold), lastHold)
	}
	r.backoff = wait
	return o.holdUntil(ctx, tx, r, now.Add(wait), Reason{Kind: kind})
}

// holdUntil keeps a run from sending until a time, unless it holds longer already.
func (o *Outbox) holdUntil(ctx context.Context, tx Tx, r *Run, until time.Time, why Reason) error {
	if !until.After(r.Hold.Until) {
		return nil
	}
	r.Hold = Hold{until, why}
	_, err := tx.ExecContext(ctx, "UPDATE runs SET hold_until = ?, hold_reason = ?, backoff = ? WHERE id = ?",
		stamp(until), why.encode(), r.backoff.Microseconds(), r.ID)
	if err != nil {
		return fmt.Errorf("hold the run: %w", err)
	}
	return o.noteRun(ctx, tx, runMove{run: r.ID, state: r.State, reason: why, until: until})
}
