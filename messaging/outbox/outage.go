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

// outlast does something again and again until it goes well, fails in another way than an
// outage does, or ctx is over. Whoever wants to hear of no outage has it end with that.
func (d *drain) outlast(ctx context.Context, do func() error) error {
	for pause := firstOutage; ; pause = min(2*pause, lastOutage) {
		err := do()
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
		case <-ctx.Done():
			return err
		}
	}
}

// recorder makes the transaction of a turn. It may be called again after an error: if nobody
// knew how the last one ended, that is found out first, and where it cannot be the error says
// why.
func (d *drain) recorder(ctx context.Context, t *turn) func() error {
	whole := context.WithoutCancel(ctx) // what ended must get to the disk
	const op = "send the run"
	var doubt Doubt
	return func() error {
		for {
			if doubt != nil {
				made, err := doubt.Decide(whole)
				if err != nil {
					return d.outbox.ended(ctx, op, err)
				}
				if doubt = nil; made {
					return nil
				}
			}
			began := time.Now() // what the disk takes goes by no other clock
			err := d.outbox.write(whole, op, t.do)
			d.rhythm.took = time.Since(began)
			if doubt, _ = errors.AsType[Doubt](err); doubt == nil || d.Outage == nil {
				return err
			}
		}
	}
}

// rest ends a drain that can take nothing more, for what it records with that fails: it
// records by itself how those ended that did, and those that are on their way, and tells of
// them.
func (d *drain) rest(ended []*end) {
	ended = append(ended, d.lastOnes()...)
	var all sync.WaitGroup // so that an outage is waited for once
	for _, e := range ended {
		all.Go(func() {
			err := d.outbox.Settle(context.WithoutCancel(d.sending), e.id, e.result.Receipt, e.result.Err)
			if moved, ok := errors.AsType[*MoveError](err); ok && moved.From == moved.To {
				err = nil // it was recorded by what failed
			}
			e.result.Unrecorded, e.waits = err, false
		})
	}
	all.Wait()
	d.tellOf(ended)
}

// lastOnes are those that are on their way, as they end within their grace.
func (d *drain) lastOnes() (ended []*end) {
	give := d.After(d.Grace)
	for d.open > 0 {
		select {
		case e := <-d.ends:
			d.open--
			ended = append(ended, e)
		case <-give:
			d.cut(context.Canceled)
			give = nil
		}
	}
	return ended
}
