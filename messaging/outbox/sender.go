package outbox

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"

	"telex/messaging"
)

// API creates messages; a [messaging.Client] does. It is called by several goroutines at
// once where a batch is run so. One that has a method Pause() time.Duration says with it
// for how long it wants no more.
type API interface {
	Send(ctx context.Context, m messaging.Message) (*messaging.Receipt, error)
}

// A Batch is the messages of one [Plan], recorded and about to be sent: see [Batch.Run]. It
// is for one goroutine at a time, but for Send of different messages.
type Batch struct {
	outbox   *Outbox
	api      API
	owner    string // whose the rows are
	messages []messaging.Message
	ids      []int64
	foldings []Folding   // of all messages of the plan; nil if it had no key
	called   atomic.Bool // the first one may have left
}

// A Result is what became of one message of a batch.
type Result struct {
	ID      int64              // of its row
	Receipt *messaging.Receipt // if it was accepted
	Err     error              // if not
	// Skipped is why the message was not tried, because of one before it; "" if it was.
	// Err says the same then.
	Skipped string
	// Unrecorded is why the outcome is not in the outbox, though it is known; nil if
	// it is. The row turns unknown when this process ends, unless the outbox was taken away
	// and it was recorded in the one that is there now: the error says which.
	Unrecorded error
}

// Plan records what is about to be sent; see [Outbox.Begin]. A batch has no messages if all
// are folded.
func (o *Outbox) Plan(ctx context.Context, api API, p Plan) (*Batch, error) {
	p.Messages = slices.Clone(p.Messages)
	b, err := o.begin(ctx, p)
	if err != nil {
		return nil, err
	}
	return &Batch{outbox: o, api: api, owner: b.owner, messages: b.messages, ids: b.ids, foldings: b.foldings}, nil
}

// IDs are the rows of the messages, in their order.
func (b *Batch) IDs() []int64 { return b.ids }

// Messages are those of the batch, in their order. Nobody changes them.
func (b *Batch) Messages() []messaging.Message { return b.messages }

// Foldings are what the [Alert] of the plan made of each of its messages, in their order;
// nil if it had no key. The batch has those that are not held.
func (b *Batch) Foldings() []Folding { return b.foldings }

// Send sends message i and records how that ended before it returns. The first
// one of a plan was recorded as being sent by Plan; each other one is now, and if that
// fails it does not leave. What ends ctx does not keep the outcome off the disk.
func (b *Batch) Send(ctx context.Context, i int) Result {
	r, started := b.start(ctx, i)
	if started {
		b.call(ctx, i, &r)
		b.settle(ctx, &r)
	}
	return r
}

// start makes sure that message i is recorded as being sent. If it cannot leave r says why.
func (b *Batch) start(ctx context.Context, i int) (r Result, started bool) {
	r.ID = b.ids[i]
	if i == 0 {
		if b.called.Swap(true) {
			r.Err = unsent(&MoveError{ID: r.ID, From: Sending, To: Sending}) // once is enough
			return r, false
		}
		if err := ctx.Err(); err != nil { // the row says that it is being sent: now it says the truth
			r.Err = unsent(err)
			b.settle(ctx, &r)
			return r, false
		}
	} else if err := b.outbox.Start(ctx, r.ID); err != nil {
		r.Err = unsent(err)
		if !ownFault(err) { // else the row has its end already, or is gone
			why := "it could not be recorded before sending"
			if errors.Is(err, context.Canceled) {
				why = "cancelled before anything was sent"
			}
			r.Unrecorded = b.leave(ctx, []int64{r.ID}, 0, why)
		}
		return r, false
	}
	return r, true
}

// call sends message i, which is recorded as being sent.
func (b *Batch) call(ctx context.Context, i int, r *Result) {
	r.Receipt, r.Err = b.outbox.send(ctx, b.api, b.owner, b.ids[i], b.messages[i])
}

// settle records how a message ended.
func (b *Batch) settle(ctx context.Context, r *Result) {
	r.Unrecorded = b.outbox.Settle(context.WithoutCancel(ctx), r.ID, r.Receipt, r.Err)
}

// Abandon records that message i and those behind it are not sent. None of them may have
// been given to Send.
func (b *Batch) Abandon(ctx context.Context, i int, why string) error {
	first := int64(0)
	if !b.called.Load() {
		first = b.ids[0] // recorded as being sent from the beginning, and was not
	}
	return b.leave(ctx, b.ids[min(i, len(b.ids)):], first, why)
}

// leave records that rows are not sent; see [Outbox.abandon].
func (b *Batch) leave(ctx context.Context, ids []int64, first int64, why string) error {
	return b.outbox.abandon(context.WithoutCancel(ctx), ids, first, why)
}

// unsent makes a failure to record into that of a call, of which nothing left.
func unsent(err error) error {
	return &messaging.Error{Op: "send message", Outcome: messaging.Unsent, Err: err}
}

// NotRecorded reports whether err means that a message was not sent because it
// could not be recorded.
func NotRecorded(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e != nil
}
