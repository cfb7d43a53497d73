package outbox

import (
	"context"
	"errors"
	"time"

	"telex/messaging"
)

// RunOptions say how a batch is run.
type RunOptions struct {
	// Limit is how long each message may take, with all its tries; 0 or less: as long
	// as the run.
	Limit time.Duration
	// Before is told that message i is about to leave. Nil: nobody is.
	Before func(i int)
	// After is told what became of message i, when that is recorded: once for every
	// message of the batch, in their order. Nil: nobody is.
	After func(i int, r Result)
}

// Cancelled is why a message was not tried after its run was told to end.
const Cancelled = "cancelled before its turn"

// Run sends the messages of the batch, one after the other, and records how each
// ended. It stops after the first one that says that those behind it would fare no
// better (see [Hopeless]), or when ctx ends; then it records that the rest was not
// tried, with the reason, or gives it back if it was claimed of a run. The results are those of all messages, in their order.
//
// What ends ctx, or the limit of a message, does not keep an outcome off the disk.
// Before and After are called by the goroutine of Run, never two at once, and hold
// the next message up until they return. A batch is run once.
func (b *Batch) Run(ctx context.Context, o RunOptions) []Result {
	results := make([]Result, 0, len(b.ids))
	tell := func(r Result) {
		results = append(results, r)
		if o.After != nil {
			o.After(len(results)-1, r)
		}
	}
	for i := range b.ids {
		if o.Before != nil {
			o.Before(i)
		}
		r := b.sendWithin(ctx, o.Limit, i)
		why := Hopeless(r)
		if ctx.Err() != nil {
			why = Cancelled
		}
		if why == "" || i+1 == len(b.ids) {
			tell(r)
			continue
		}
		left := b.skip(ctx, i+1, why) // before anybody hears of it: nothing may be left queued
		tell(r)
		for _, r := range left {
			tell(r)
		}
		break
	}
	return results
}

// sendWithin is Send with a time limit of its own.
func (b *Batch) sendWithin(ctx context.Context, limit time.Duration, i int) Result {
	if limit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, limit)
		defer cancel()
	}
	return b.Send(ctx, i)
}

// skip records that message i and those behind it are not tried. A row that another
// telex settled meanwhile keeps the rest from being recorded together; then each is
// recorded by itself, so that one does not leave the others queued.
func (b *Batch) skip(ctx context.Context, i int, why string) []Result {
	note := "not tried: " + why
	err := b.Abandon(ctx, i, note)
	_, moved := errors.AsType[*MoveError](err)
	each := moved || errors.Is(err, ErrNotFound)
	results := make([]Result, 0, len(b.ids)-i)
	for _, id := range b.ids[i:] {
		r := Result{ID: id, Skipped: why, Err: unsent(errors.New(note)), Unrecorded: err}
		if each {
			r.Unrecorded = b.outbox.Abandon(context.WithoutCancel(ctx), []int64{id}, note)
			if settledUnsent(r.Unrecorded) {
				r.Unrecorded = nil
			}
		}
		results = append(results, r)
	}
	return results
}

// settledUnsent reports whether err says that a row is unsent already.
func settledUnsent(err error) bool {
	e, ok := errors.AsType[*MoveError](err)
	return ok && e.From == Unsent
}

// Hopeless says why the messages behind one that ended with r would fare no better:
// the credentials were refused, the API takes no more (the client waited as it was
// told before it gave up), nothing leaves this machine, or nothing can be recorded. It
// returns "" if they should be tried: r is no failure, or one of that message alone.
// It is the one rule for every way of sending several messages. The words are clean
// and without a full stop.
func Hopeless(r Result) string {
	_, unrecorded := errors.AsType[*Error](r.Unrecorded)
	token := tokenFailed(r.Err)
	switch {
	case unrecorded, NotRecorded(r.Err):
		return "the outbox cannot be written"
	case errors.Is(r.Err, messaging.ErrProxy):
		return "the proxy is not set up correctly"
	case refusedOnTheWay(r.Err):
		return "something in between refuses requests"
	case errors.Is(r.Err, messaging.ErrUnauthorized):
		return "the credentials were refused"
	case errors.Is(r.Err, messaging.ErrRateLimited) && !token:
		return "Bandwidth accepts no more messages for now (HTTP 429)"
	case messaging.OutcomeOf(r.Err) != messaging.Unsent, ownFault(r.Err):
		return ""
	case token:
		return "there is no access token"
	}
	return "there is no connection"
}

// refusedOnTheWay reports whether somebody between us and the API refused: a status
// that says so, and not in the API's own words, which have a type.
func refusedOnTheWay(err error) bool {
	e, ok := errors.AsType[*messaging.Error](err)
	return ok && e.Outcome == messaging.Unknown && e.Type == "" && (errors.Is(e, messaging.ErrUnauthorized) || errors.Is(e, messaging.ErrRateLimited))
}

// tokenFailed reports whether a message did not leave because the call for an access
// token failed, which is an error of the same kind within.
func tokenFailed(err error) bool {
	e, ok := errors.AsType[*messaging.Error](err)
	if !ok {
		return false
	}
	_, inner := errors.AsType[*messaging.Error](e.Err)
	return inner
}

// ownFault reports whether a message did not leave for a reason that is no other's:
// it breaks a rule, or its row was settled, deleted or taken back by another telex.
func ownFault(err error) bool {
	_, moved := errors.AsType[*MoveError](err)
	return moved || errors.Is(err, messaging.ErrInvalid) || errors.Is(err, ErrNotFound) || errors.Is(err, ErrGivenBack)
}
