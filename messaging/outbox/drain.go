package outbox

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"telex/messaging"
)

// A Fill makes the message to a person of a run: from whom, with which text and files. If
// the person gets nothing it says why, and what else there is to say of that. It is called
// in a transaction, which may be made twice: it must be quick, and say the same each time.
// Its error ends the drain.
//
// Expiration may be set; it is the end of the time in which the person may be written to,
// where that comes first.
type Fill func(p Person) (m messaging.Message, skip Skip, note string, err error)

// DrainOptions say how a run is sent.
type DrainOptions struct {
	// Parallel is how many messages may be on their way at once, [MostParallel] at most;
	// less than 2: one.
	Parallel int
	// Patience is that of [RunOptions], in this process.
	Patience time.Duration
	// Limit is how long each message may take, with all its tries; 0 or less:
	// [messaging.DefaultTimeLimit].
	Limit time.Duration
	// Grace is for how long those that are on their way are waited for when ctx ends; what
	// has no answer then is [Unknown]. 0 or less: 10 seconds.
	Grace time.Duration
	// Prepare reads the text of the run. It is called at first, and when that was corrected.
	Prepare func(r Run) (Fill, error)
	// Files are those of the sender's machine that are among the media of the run, as they were
	// uploaded: each message that has them tells of them.
	Files []SentFile
	// Window says when a person may be written to: from the first time, which is not after
	// now if it is now, up to the moment before the second; zero is no bound. Nil: the times
	// of [Person] hold. It is called as a [Fill] is.
	Window func(p Person, now time.Time) (from, until time.Time)
	Pace   Pace
	// DailyCap is how many messages a person may get in 24 hours, of whatever kind; 0: any
	// number.
	DailyCap int
	// Probe finds out whether there is a connection, and sends nothing; nil: the next message
	// does.
	Probe func(ctx context.Context) error
	// Told hears of each person who was sent to, when that is recorded, or when the drain ends
	// because it cannot be, of which [Result.Unrecorded] tells. Of those who get
	// nothing Skip says why, and the result is empty; of those who wait again, because the
	// message certainly was not created, Message is 0 and Attempt its row. Nil: nobody hears.
	// It is called by the goroutine of Drain, which waits for it.
	Told func(p Person, m messaging.Message, r Result)
	// Changed hears of the run when it is begun with, and when its state, its hold or its
	// pace changed, by whichever process. It is called as Told is. Nil: nobody does.
	Changed func(r Run)
	// Outage hears why nothing can be recorded for now, each time that was tried, and once while
	// that takes long: the database is away, locked or full, say. Nothing more leaves then, and it is tried again until that
	// is over, of which Outage hears by nil, or ctx ends. It is called as Told is. Nil: what
	// fails so ends the drain.
	Outage func(err error)
	// Rest is asked when nothing is on its way and nothing can leave before a time; zero is
	// that only others know. Yes ends the drain as the end of ctx does. Nil: no.
	Rest func(until time.Time) bool
	// Look tells that another process may have changed something; nil: it is looked every
	// two seconds.
	Look <-chan struct{}
	// After is how time goes by; nil is time.After.
	After func(time.Duration) <-chan time.Time
}

// sendRun is what a drain does, in the words of errors.
const sendRun = "send the run"

const (
	// lookEvery is how often a drain that waits looks at what others did.
	lookEvery = 2 * time.Second
	// defaultGrace is for how long what is on its way is waited for at the end.
	defaultGrace = 10 * time.Second
)

// Drain sends a running run until it is done, paused or cancelled, by whichever process, and
// returns it as it is then. If ctx ends nothing more is begun, and the run is running still:
// any process can go on. Several may drain one run at once.
//
// A message is recorded as being sent together with what it takes of the pace, and leaves
// then. What a dead process had on its way is [Unknown], and never sent again by itself.
// What certainly did not leave, or was refused because the API wants no more for now, is
// tried again later: the run holds meanwhile ([Run.Hold]), in all processes. Where this one
// is taken for dead, as one that was stopped for long, it ends what is on its way and goes on
// under its new name.
//
// Delivery error codes are heeded when they become known: see [Asker], which should run
// meanwhile.
//
// The error is that of the outbox or of [DrainOptions.Prepare]; what was on its way ended
// before. It was told of, and as far as that could be done recorded: see [Result.Unrecorded].
func (o *Outbox) Drain(ctx context.Context, api API, id int64, how DrainOptions) (Run, error) {
	defer o.hurryAfter(ctx)()
	d := &drain{DrainOptions: how.withDefaults(), outbox: o, api: api, id: id, ends: make(chan *end, MostParallel)}
	d.lead = newLead(d.Patience, d.After)
	if err := d.outlast(ctx, func() error { return d.attend(ctx) }); err != nil {
		return Run{}, err
	}
	defer func() { _ = d.leave() }() // whoever looks sees that it is over anyway
	o.drains.Add(1)
	defer o.drains.Add(-1)
	// What is on its way does not end with ctx, but with its own limit.
	sending, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	defer cancel(nil)
	d.sending, d.cut = sending, cancel
	return d.run(ctx)
}

func (how DrainOptions) withDefaults() DrainOptions {
	how.Parallel = min(max(how.Parallel, 1), MostParallel)
	if how.Limit <= 0 {
		how.Limit = messaging.DefaultTimeLimit
	}
	if how.Grace <= 0 {
		how.Grace = defaultGrace
	}
	if how.After == nil {
		how.After = time.After
	}
	if how.Told == nil {
		how.Told = func(Person, messaging.Message, Result) {}
	}
	if how.Changed == nil {
		how.Changed = func(Run) {}
	}
	return how
}

// A drain is a run that is being sent. All but ends is its goroutine's.
type drain struct {
	DrainOptions
	outbox  *Outbox
	api     API
	id      int64
	ends    chan *end
	sending context.Context //nolint:containedctx // of all that is on its way
	cut     context.CancelCauseFunc
	grace   <-chan time.Time // when those on their way are given up; nil: not yet
	open    int              // on their way
	lead    lead             // how many may be on their way before one had an answer
	dead    bool             // for the others: what is on its way ends, and nothing is begun
	out     bool             // Outage heard of an error, and not of its end
	leave   func() error     // ends the notice that this process sends the run
	rhythm  rhythm
	learned learned
	known   Run // as it was told of last
	filler  Fill
	edition int // that filler is for; 0: there is none
}

// fill is the Fill for a run as it is.
func (d *drain) fill(r Run) (Fill, error) {
	if d.edition == r.Edition {
		return d.filler, nil
	}
	f, err := d.Prepare(r)
	if err != nil {
		return nil, &callerError{fmt.Errorf("read the text of the run: %w", err)}
	}
	d.filler, d.edition = f, r.Edition
	return f, nil
}

// attend makes sure that this process lives, and notes that it sends the run.
func (d *drain) attend(ctx context.Context) (err error) {
	if err := d.outbox.claim(ctx, sendRun); err != nil {
		return err
	}
	d.leave, err = d.outbox.attend(ctx, d.id)
	return err
}

// run is Drain.
func (d *drain) run(ctx context.Context) (Run, error) {
	var ended []*end
	for {
		t, err := d.turn(ctx, ended)
		if errors.Is(err, ErrTakenForDead) && !d.dead {
			d.dead = true
			continue
		}
		if err != nil {
			d.rest(ended, t)
			return d.known, err
		}
		if len(t.claims) > 0 && ctx.Err() != nil { // it took until now to record them
			d.tell(t)
			ended = held(t.claims)
			continue
		}
		// They leave before anybody is told of others, which may take: they are recorded.
		for _, c := range t.claims {
			d.open++
			go d.send(c)
		}
		d.tell(t)
		if d.dead && d.open == 0 && !over(ctx, t) {
			if err := d.outlast(ctx, func() error { return d.attend(ctx) }); err != nil {
				return d.known, err
			}
			ended, d.dead, d.lead = nil, false, newLead(d.Patience, d.After)
			continue
		}
		if d.open == 0 && (over(ctx, t) || d.rests(t)) {
			return t.run, d.outlast(ctx, func() error {
				return d.outbox.ended(ctx, sendRun, d.outbox.forgetRuns(context.WithoutCancel(ctx)))
			})
		}
		if ended, err = d.await(ctx, t); err != nil {
			d.rest(nil, nil)
			return d.known, err
		}
	}
}

// rests reports whether the drain is to end for now, for there is nothing to do.
func (d *drain) rests(t *turn) bool {
	if d.Rest == nil || d.open > 0 {
		return false
	}
	until, now := t.next, d.outbox.now()
	if pause := d.pause(); pause > 0 {
		until = latest(until, now.Add(pause))
	}
	return (until.IsZero() || until.After(now)) && d.Rest(until)
}

// turn records what ended and takes what may leave. After an error it may be one of which it
// is not known whether it was recorded.
func (d *drain) turn(ctx context.Context, ended []*end) (*turn, error) {
	before := d.learned
	for _, e := range ended {
		d.outbox.memory.ended(e.id, e.result.Receipt, e.result.Err, d.outbox.now())
		d.learned.learn(e)
	}
	t := &turn{outbox: d.outbox, how: d, id: d.id, ended: ended, learned: d.learned}
	if err := d.outlast(ctx, d.recorder(ctx, t)); err != nil {
		d.learned = before
		return t, err
	}
	d.learned.heeded()
	for _, e := range ended {
		d.outbox.memory.settled(e.id)
	}
	if len(ended) > 0 {
		d.outbox.wakeAskers()
	}
	d.outbox.memory.leaving(t.claims, d.Files, d.outbox.now())
	return t, nil
}

// want is how many messages may be begun.
func (d *drain) want(ctx context.Context) int {
	if ctx.Err() != nil || d.dead || d.pause() > 0 {
		return 0
	}
	return max(d.lead.allowed(d.Parallel)-d.open, 0)
}

// pause is for how long the API wants no more, as it said to this process.
func (d *drain) pause() time.Duration {
	if paused, ok := d.api.(interface{ Pause() time.Duration }); ok {
		return paused.Pause()
	}
	return 0
}

// tell tells of what was recorded.
func (d *drain) tell(t *turn) {
	if before := d.known; before.ID == 0 || before.State != t.run.State || before.Hold != t.run.Hold || before.Slowed != t.run.Slowed || before.Edition != t.run.Edition {
		d.known = t.run
		d.Changed(t.run)
	}
	d.tellOf(t.ended)
	for _, p := range t.skipped {
		d.Told(p, messaging.Message{}, Result{})
	}
}

// tellOf tells how messages ended.
func (d *drain) tellOf(ended []*end) {
	for _, e := range ended {
		p := e.person
		if p.Message = e.id; e.waits {
			p.Message, p.Attempt = 0, e.id
		}
		d.Told(p, e.message, e.result)
	}
}

// send sends a message and says how it ended, whatever happens.
func (d *drain) send(c claim) {
	e := &end{claim: c, result: Result{ID: c.id}}
	defer func() {
		if v := recover(); v != nil {
			e.result.Err = fmt.Errorf("the call that sends a message broke: %v\n\n%s", v, debug.Stack()) // unknown
		}
		e.lesson = lessonOf(e.result, c.message.From)
		d.ends <- e
	}()
	ctx, cancel := context.WithTimeout(d.sending, d.Limit)
	defer cancel()
	e.result.Receipt, e.result.Err = d.outbox.send(ctx, d.api, c.owner, c.id, c.message)
}

// await waits until there is something to do, and returns what ended meanwhile.
func (d *drain) await(ctx context.Context, t *turn) ([]*end, error) {
	done := ctx.Done()
	if ctx.Err() != nil {
		done = nil
		if d.grace == nil {
			d.grace = d.After(d.Grace)
		}
	}
	var due <-chan time.Time
	if pause, waits := d.sleeps(ctx, t); waits {
		if pause <= 0 {
			return d.gather(t, nil), nil
		}
		due = d.After(pause)
	}
	select {
	case e := <-d.ends:
		return d.gather(t, e), nil
	case <-due:
		return nil, d.outlast(ctx, func() error { return d.look(ctx, t) })
	case <-d.patience(ctx, t):
		d.lead.passed()
	case <-d.Look:
	case <-done:
	case <-d.grace:
		d.cut(context.Canceled)
		d.grace = make(chan time.Time) // once is enough
	}
	return nil, nil
}

// patience tells when one more message may leave though none was answered; nil if none can.
func (d *drain) patience(ctx context.Context, t *turn) <-chan time.Time {
	if over(ctx, t) || d.dead {
		return nil
	}
	return d.lead.wait(d.open, d.Parallel)
}

// over reports whether nothing more is begun after a turn.
func over(ctx context.Context, t *turn) bool { return t.run.State != RunRunning || ctx.Err() != nil }

// sleeps is for how long there is nothing to do but to wait for what is on its way; waits is
// false if only that brings something to do.
func (d *drain) sleeps(ctx context.Context, t *turn) (pause time.Duration, waits bool) {
	if over(ctx, t) || d.dead || d.open >= d.lead.allowed(d.Parallel) {
		return 0, false
	}
	pause = lookEvery
	if !t.next.IsZero() {
		pause = min(pause, t.next.Sub(d.outbox.now()))
	}
	if p := d.pause(); p > 0 {
		pause = min(p, lookEvery)
	}
	return pause, true
}

// look does what is due when a drain wakes by itself: it looks whether those who had the
// rest are dead, and whether there is a connection again.
func (d *drain) look(ctx context.Context, t *turn) error {
	now := d.outbox.now()
	whole := context.WithoutCancel(ctx) // its end is no failure
	if d.open == 0 && t.next.IsZero() {
		return d.outbox.ended(whole, sendRun, d.outbox.recover(whole))
	}
	if hold := t.run.Hold; d.Probe == nil || hold.Reason.Kind != HoldOffline || hold.Until.After(now) || t.run.backoff == 0 {
		return nil
	}
	if d.Probe(ctx) == nil || ctx.Err() != nil {
		return nil //nolint:nilerr // as above
	}
	return d.outbox.write(whole, "hold the run", func(ctx context.Context, tx Tx) error {
		r, err := run(ctx, tx, d.id)
		if err != nil || r.State != RunRunning {
			return err
		}
		return d.outbox.hold(ctx, tx, &r, HoldOffline, 0)
	})
}
