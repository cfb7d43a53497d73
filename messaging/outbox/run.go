package outbox

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"sync/atomic"
	"time"

	"telex/messaging"
)

// MostParallel is how many messages of a batch may be on their way at once, and so how
// many a process leaves unknown at most when it dies.
const MostParallel = 16

// RunOptions say how a batch is run.
type RunOptions struct {
	// Limit is how long each message may take, with all its tries; 0 or less: as long
	// as the run.
	Limit time.Duration
	// Parallel is how many messages may be on their way at once, [MostParallel] at most;
	// less than 2: one.
	Parallel int
	// Patience is for how long a first message without an answer keeps the next one waiting,
	// and that one another, until one is answered; 0 or less: [Patience].
	Patience time.Duration
	// Before is told that message i is about to leave. Nil: nobody is.
	Before func(i int)
	// After is told what became of message i, when that is recorded: once for every
	// message of the batch, as they end, which is in their order where one is on its way
	// at a time. Nil: nobody is.
	After func(i int, r Result)
}

// Cancelled is why a message was not tried after its run was told to end.
const Cancelled = "cancelled before its turn"

// Run sends the messages of the batch and records how each ended: the first one alone, for
// what stops it would stop all of them, and, when one was answered, as many at once as the
// options say. As long as none is, one more leaves each time the patience is over. After
// one that says that others would fare no better (see [Hopeless]), or when ctx ends, none
// is begun; it records that the rest was not tried, with the reason. What is on its way then ends
// as it can.
//
// While the API wants no more for now (429) none is begun either, and fewer are on their way
// afterwards; see [API].
//
// What ends ctx, or the limit of a message, does not keep an outcome off the disk.
// Before and After are called by the goroutine of Run, never two at once, and hold
// the next message up until they return. A batch is run once.
func (b *Batch) Run(ctx context.Context, o RunOptions) {
	r := &batchRun{batch: b, options: o, most: min(max(o.Parallel, 1), MostParallel), atOnce: 1, lead: newLead(o.Patience, time.After)}
	r.news = make(chan news, r.most)
	for r.next < len(b.ids) || r.open > 0 {
		pause := r.fill(ctx)
		e, came := r.await(ctx, pause)
		if e.another != nil {
			r.pace(e)
			e.another <- r.another(ctx)
			continue
		}
		from := r.next
		left := r.leave(ctx) // before anybody hears why: nothing may be left queued
		if came {
			r.ended(e)
		}
		for i, not := range left {
			r.tell(from+i, not)
		}
	}
}

// A batchRun is a batch that is being run. All but stop is its goroutine's.
type batchRun struct {
	batch   *Batch
	options RunOptions
	most    int                    // may be on their way at once, ever
	atOnce  int                    // may be now, when one was answered
	lead    lead                   // until then
	next    int                    // the first that was not begun
	open    int                    // how many were begun and have not ended
	onWay   int                    // how many of those are, or are about to be
	news    chan news              // of those
	stop    atomic.Pointer[string] // why none is begun any more; set by whoever finds out
}

// A news is what there is to say of a message that is on its way: that it has an answer,
// or, when that is recorded, that it ended.
type news struct {
	i       int
	result  Result
	another chan<- int // not nil: it has an answer; gets the next message for its place, or none
	passed  bool       // its place was given to another
	behind  *news      // the end of that one, if it was not begun
	broken  string     // what broke in place of an end; "" if nothing did
}

// none is no message.
const none = -1

// why says why no other message is begun; "" if it is.
func (r *batchRun) why(ctx context.Context) string {
	if ctx.Err() != nil {
		return Cancelled
	}
	if why := r.stop.Load(); why != nil {
		return *why
	}
	return ""
}

// fill begins what may be begun. It returns for how long that is nothing because the API
// wants no more. The first message is begun always: its row says that it is being sent, so
// it has to end as a send does.
func (r *batchRun) fill(ctx context.Context) (pause time.Duration) {
	for r.next < len(r.batch.ids) && r.onWay < r.allowed() && (r.next == 0 || r.why(ctx) == "") {
		if pause = r.pause(); pause > 0 {
			return pause
		}
		r.onWay++
		go r.work(ctx, r.take())
	}
	return 0
}

// allowed is how many may be on their way now.
func (r *batchRun) allowed() int {
	if r.lead.answered {
		return r.atOnce
	}
	return r.lead.most
}

// pause is for how long the API wants no more. The first message asks.
func (r *batchRun) pause() time.Duration {
	paused, ok := r.batch.api.(interface{ Pause() time.Duration })
	if !ok || r.next == 0 {
		return 0
	}
	return paused.Pause()
}

// take is the next message, which is about to leave.
func (r *batchRun) take() int {
	i := r.next
	r.next++
	r.open++
	if r.options.Before != nil {
		r.options.Before(i)
	}
	return i
}

// another is the message that takes the place of one that has its answer; none if there is
// none. One after the other they are begun by fill, when all is said of the one before.
func (r *batchRun) another(ctx context.Context) int {
	if r.most == 1 || r.next == len(r.batch.ids) || r.onWay > r.allowed() || r.why(ctx) != "" || r.pause() > 0 {
		return none
	}
	return r.take()
}

// work sends messages, one after the other, and says how they ended whatever happens: who
// waits for that would wait for ever.
func (r *batchRun) work(ctx context.Context, i int) {
	e := news{i: i, broken: "the call that sends a message did not return"}
	defer func() {
		if v := recover(); v != nil {
			e.broken = fmt.Sprintf("%v\n\n%s", v, debug.Stack())
		}
		if e.broken != "" {
			r.news <- e
		}
	}()
	for started := false; i != none; {
		i, started = r.send(ctx, i, started)
	}
	e.broken = ""
}

// send sends a message and says how it ended. It returns the one for its place, and whether
// that is recorded as being sent already.
func (r *batchRun) send(ctx context.Context, i int, started bool) (next int, begun bool) {
	b, result := r.batch, Result{ID: r.batch.ids[i]}
	whole := ctx
	if limit := r.options.Limit; limit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, limit)
		defer cancel()
	}
	if !started {
		if result, started = b.start(ctx, i); !started {
			r.judge(result)
			r.news <- news{i: i, result: result}
			return none, false
		}
	}
	b.call(ctx, i, &result)
	r.judge(result)
	next = r.ask(i, result)
	if next != none && b.outbox.advance(context.WithoutCancel(ctx), result.ID, result.Receipt, result.Err, b.ids[next]) == nil {
		r.news <- news{i: i, result: result, passed: true}
		return next, true
	}
	b.settle(ctx, &result)
	r.judge(result)
	e := news{i: i, result: result, passed: next != none}
	if why := r.why(whole); next != none && why != "" {
		e.behind = &news{i: next, result: b.skip(ctx, next, next+1, why)[0]}
		next = none
	}
	r.news <- e
	return next, false
}

// judge keeps others from being begun if they would fare no better.
func (r *batchRun) judge(result Result) {
	if why := Hopeless(result); why != "" {
		r.stop.CompareAndSwap(nil, &why)
	}
}

// ask asks which message is to take the place of one that has its answer.
func (r *batchRun) ask(i int, result Result) int {
	another := make(chan int, 1)
	r.news <- news{i: i, result: result, another: another}
	return <-another
}

// await waits for news, or until another message may be begun or must not be any more.
func (r *batchRun) await(ctx context.Context, pause time.Duration) (e news, came bool) {
	if r.open == 0 && pause == 0 {
		return e, false // none is begun any more
	}
	var over, patience <-chan time.Time
	var cancelled <-chan struct{}
	if r.next < len(r.batch.ids) && r.why(ctx) == "" {
		patience = r.lead.wait(r.onWay, r.most)
	}
	if pause > 0 {
		t := time.NewTimer(pause)
		defer t.Stop()
		over, cancelled = t.C, ctx.Done()
	}
	select {
	case e = <-r.news:
	case <-over:
		return e, false
	case <-patience:
		r.lead.passed()
		return e, false
	case <-cancelled:
		return e, false
	}
	if e.broken != "" {
		panic(e.broken) // as if it had been sent here, where somebody may be prepared
	}
	return e, true
}

// leave records that what was not begun is not tried, if it is not to be any more.
func (r *batchRun) leave(ctx context.Context) []Result {
	why := r.why(ctx)
	if why == "" || r.next == 0 || r.next == len(r.batch.ids) {
		return nil
	}
	i := r.next
	r.next = len(r.batch.ids)
	return r.batch.skip(ctx, i, r.next, why)
}

// ended takes the end of a message.
func (r *batchRun) ended(e news) {
	if r.open--; !e.passed {
		r.onWay--
	}
	if !r.lead.answered && !limited(e.result) {
		r.atOnce = r.most
	}
	r.lead.answered = true
	r.tell(e.i, e.result)
	if e.behind != nil {
		r.ended(*e.behind)
	}
}

// pace says how many may be on their way when a message has its answer. After a refusal for
// there were too many they are half as many, and one more with each that is taken; how the
// first one that is answered ends is waited for.
func (r *batchRun) pace(e news) {
	switch {
	case limited(e.result):
		r.atOnce = max(r.atOnce/2, 1)
	case r.lead.answered:
		r.atOnce = min(r.atOnce+1, r.most)
	}
}

// limited reports whether any try of a message was refused for there were too many.
func limited(r Result) bool {
	var tries []messaging.Attempt
	if e, ok := errors.AsType[*messaging.Error](r.Err); ok {
		tries = e.Attempts
	} else if r.Receipt != nil {
		tries = r.Receipt.Attempts
	}
	for _, t := range tries {
		if t.Status == http.StatusTooManyRequests {
			return true
		}
	}
	return false
}

func (r *batchRun) tell(i int, result Result) {
	if r.options.After != nil {
		r.options.After(i, result)
	}
}

// skip records that messages from i up to the one before end are not tried. A row that another
// telex settled meanwhile keeps the rest from being recorded together; then each is
// recorded by itself, so that one does not leave the others queued.
func (b *Batch) skip(ctx context.Context, i, end int, why string) []Result {
	note := "not tried: " + why
	err := b.leave(ctx, b.ids[i:end], 0, note)
	_, moved := errors.AsType[*MoveError](err)
	each := moved || errors.Is(err, ErrNotFound)
	results := make([]Result, 0, end-i)
	for _, id := range b.ids[i:end] {
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
