package outbox

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

const (
	// firstOutage and lastOutage are the pauses before something is tried again that the
	// outbox could not do; they double.
	firstOutage, lastOutage = time.Second, 5 * time.Second
)

// isOutage reports whether an error is one of the outbox that is worth being waited out: what
// it is about comes back by itself, or somebody mends it meanwhile.
func (o *Outbox) isOutage(err error) bool {
	waits := []error{ErrUnreachable, ErrUndecided, ErrLocked, ErrFull, ErrReadOnly, ErrDenied}
	return o.Passes(err) && slices.ContainsFunc(waits, func(kind error) bool { return errors.Is(err, kind) })
}

// hurryTime is for how long it is tried to record what there is by who is to end, while the
// database is away.
const hurryTime = 5 * time.Second

// An impatient engine can wait less for a database that is away.
type impatient interface {
	// Hurry has all that is asked and changed from now on, or is under way, wait for no longer
	// than so long altogether; behind that each is tried briefly. One that answers is waited for
	// as ever.
	Hurry(most time.Duration)
	// Calm ends that.
	Calm()
}

// Hurry is called by who is to end: changes and questions wait for a database that is away for
// no longer than five seconds altogether, also those that wait already, until calm is called.
// One that answers is waited for as ever, and what cannot be recorded is told as such.
func (o *Outbox) Hurry() (calm func()) {
	e, can := o.engine.(impatient)
	if !can {
		return func() {}
	}
	o.hurries.Add(1)
	e.Hurry(hurryTime)
	return sync.OnceFunc(func() {
		if o.hurries.Add(-1) == 0 {
			e.Calm()
		}
	})
}

// hurryAfter is Hurry once ctx is over, until calm is called.
func (o *Outbox) hurryAfter(ctx context.Context) (calm func()) {
	over := make(chan func(), 1)
	stop := context.AfterFunc(ctx, func() { over <- o.Hurry() })
	return func() {
		if !stop() {
			(<-over)()
		}
	}
}

// A candid engine can say what it waits for before it gives up.
type candid interface {
	// Waiting is why a change, or the question how one ended, is tried again right now, as
	// [Engine.Explain] puts it; nil: none is.
	Waiting() error
	// Soon is how long somebody who waits for a change wants to hear nothing at most.
	Soon() time.Duration
}

// telling does something, and has Outage hear why it takes, if that is an outage: to find out
// how a commit ended may take a minute.
func (d *drain) telling(do func() error) error {
	e, can := d.outbox.engine.(candid)
	if !can || d.Outage == nil {
		return do()
	}
	done := make(chan error, 1)
	go func() { done <- do() }()
	look := time.NewTicker(e.Soon()) // what the database takes goes by no other clock
	defer look.Stop()
	for {
		select {
		case err := <-done:
			return err
		case <-look.C:
			if why := d.outbox.failure(sendRun, e.Waiting()); !d.out && why != nil && d.outbox.isOutage(why) {
				d.out = true
				d.Outage(why)
			}
		}
	}
}

// outlast does something again and again until it goes well, fails in another way than an
// outage does, or ctx is over. Whoever wants to hear of no outage has it end with that.
func (d *drain) outlast(ctx context.Context, do func() error) error {
	for pause := firstOutage; ; pause = min(2*pause, lastOutage) {
		err := d.telling(do)
		switch {
		case err == nil:
			if d.out {
				d.out = false
				d.Outage(nil)
			}
			return nil
		case d.Outage == nil || ctx.Err() != nil || !d.outbox.isOutage(err):
			return err
		}
		d.out = true
		d.Outage(err)
		select {
		case <-d.After(pause):
		case <-ctx.Done(): // for the last time, and as long as there is for that
		}
	}
}

// recorder makes the transaction of a turn. It may be called again after an error: if nobody
// knew how the last one ended, that is found out first, and where it cannot be the error says
// why.
func (d *drain) recorder(ctx context.Context, t *turn) func() error {
	whole := context.WithoutCancel(ctx) // what ended must get to the disk
	return func() error {
		for {
			if t.doubt != nil {
				made, err := d.decide(whole, t)
				if err != nil || made {
					return err
				}
			}
			t.want = d.want(ctx) // less than before, perhaps
			began := time.Now()  // what the disk takes goes by no other clock
			err := d.outbox.write(whole, sendRun, t.do)
			d.rhythm.took = time.Since(began)
			if t.doubt, _ = errors.AsType[Doubt](err); t.doubt == nil || d.Outage == nil {
				return err
			}
		}
	}
}

// decide finds out whether a turn was recorded of which that is not known.
func (d *drain) decide(ctx context.Context, t *turn) (made bool, err error) {
	if made, err = t.doubt.Decide(ctx); err != nil {
		return false, d.outbox.ended(ctx, sendRun, err)
	}
	t.doubt = nil
	return made, nil
}

// held are claims of which none leaves, for the drain is to end: their people wait again.
func held(claims []claim) (all []*end) {
	for _, c := range claims {
		all = append(all, &end{claim: c, result: Result{ID: c.id, Err: unsent(context.Canceled)}, lesson: lesson{again: true}})
	}
	return all
}

// rest ends a drain that can take nothing more, for what it records with that fails: it
// records by itself how those ended that did, and those that are on their way, and tells of
// them. A turn may be left of which it is not known whether it was recorded: nothing of that
// left.
func (d *drain) rest(ended []*end, left *turn) {
	last, waited := d.lastOnes()
	ended = append(ended, last...)
	if waited && d.out { // they have their own time to be recorded
		defer d.outbox.Hurry()()
	}
	whole := context.WithoutCancel(d.sending)
	if left != nil && left.doubt != nil {
		switch made, err := d.decide(whole, left); {
		case err != nil: // nobody knows whether the rows are there: they are not touched
			d.tellOf(unrecorded(held(left.claims), err))
		case made:
			ended = append(ended, held(left.claims)...)
		}
	}
	var all sync.WaitGroup // so that an outage is waited for once
	for _, e := range ended {
		all.Go(func() {
			err := d.outbox.Settle(whole, e.id, e.result.Receipt, e.result.Err)
			if moved, ok := errors.AsType[*MoveError](err); ok && moved.From == moved.To {
				err = nil // it was recorded by what failed
			}
			e.result.Unrecorded, e.waits = err, false
		})
	}
	all.Wait()
	d.tellOf(ended)
}

// unrecorded are ends that are not in the outbox.
func unrecorded(ended []*end, why error) []*end {
	for _, e := range ended {
		e.result.Unrecorded = why
	}
	return ended
}

// lastOnes are those that are on their way, as they end within their grace, and whether they
// were waited for.
func (d *drain) lastOnes() (ended []*end, waited bool) {
	var give <-chan time.Time
	for d.open > 0 {
		select {
		case e := <-d.ends:
			d.open--
			ended = append(ended, e)
			continue
		default:
		}
		if !waited {
			waited, give = true, d.After(d.Grace)
		}
		select {
		case e := <-d.ends:
			d.open--
			ended = append(ended, e)
		case <-give:
			d.cut(context.Canceled)
			give = nil
		}
	}
	return ended, waited
}
