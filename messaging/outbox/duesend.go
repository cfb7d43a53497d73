package outbox

import (
	"context"
	"errors"
	"sync"
	"time"

	"telex/messaging"
)

const (
	// dueLimit is how long one scheduled message may take with all its tries, where nobody
	// says otherwise.
	dueLimit = time.Minute
	// dueAgain is the pause before what could not leave is tried again.
	dueAgain = time.Minute
)

// DueOptions are how [Outbox.SendDue] sends.
type DueOptions struct {
	API API
	By  By // the account, and the address of API; the profile is that of the message
	// Limit is how long each message may take, with all its tries; 0 is a minute.
	Limit time.Duration
	// Grace is how long what is on its way is waited for when ctx ends; 0 is five seconds.
	Grace time.Duration
	// Parallel is how many may be on their way at once, [MostParallel] at most; less than 2: one.
	Parallel int
	// Patience is that of [RunOptions].
	Patience time.Duration
	// May says why a message may not leave now, such as that the hours in which people are
	// texted are over: then it is [Missed] for that. "" if it may. Zones are those of contacts,
	// by their numbers. It is called within a transaction: it may use neither the outbox nor
	// the network. Nil: every message may.
	May func(e Entry, zones map[string]string, now time.Time) (why string)
	// Tell hears what became of each message; nil is nobody. It is never called twice at once,
	// and what follows waits for it.
	Tell func(DueNews)
	// After is how time goes by; nil is time.After.
	After func(time.Duration) <-chan time.Time
}

// DueNews is what became of one message that was due.
type DueNews struct {
	Entry  Entry  // as it was when it was taken
	State  State  // that it is in now; [Scheduled] if it is tried again
	Why    string // it did not leave, or is tried again
	Result Result // of the call, if there was one

	owner string // whose the row is
}

// A DueEnd is what SendDue came to.
type DueEnd struct {
	Sent   int // that the API took
	Missed int // that became missed, of whatever account
	Others int // that ended otherwise
	// Stopped is why some that are due were left for later, though their time is not over;
	// "" if nothing is left: see [Hopeless].
	Stopped string
	// Next is when it is to be called again, if nothing is scheduled until then; zero if
	// nothing is.
	Next time.Time
}

// SendDue sends the scheduled messages of an account that are due, until none is left, the
// first one alone as [Batch.Run] does, and makes those missed that are late by more than
// [Grace], of every account. Any number of
// processes may do so at once: each message is taken in one transaction, in which it becomes
// [Sending] and that process's, so it leaves once at most, whatever becomes of the process.
//
// Whether it may leave is judged in that transaction: somebody may have opted out, be held, or
// have got the same meanwhile, and then it is [Unsent]. What certainly was not created for
// want of a connection, say, is scheduled again, and missed when its time is over; the others
// are left then: see Stopped. What ends otherwise than accepted is among [Outbox.Untold].
//
// When ctx ends nothing more is taken, and what is on its way has its grace. An error is
// that of the outbox.
func (o *Outbox) SendDue(ctx context.Context, how DueOptions) (DueEnd, error) {
	if how.After == nil {
		how.After = time.After
	}
	if how.Limit <= 0 {
		how.Limit = dueLimit
	}
	if how.Grace <= 0 {
		how.Grace = answerGrace
	}
	missed, err := o.MissLate(ctx)
	if err != nil {
		return DueEnd{}, err
	}
	how.Parallel = min(max(how.Parallel, 1), MostParallel)
	d := &dueRun{outbox: o, how: how, lead: newLead(how.Patience, how.After), end: DueEnd{Missed: missed}}
	d.ends = make(chan struct{}, how.Parallel)
	err = d.all(ctx)
	d.sending.Wait()
	if err != nil && ctx.Err() == nil {
		return d.end, err
	}
	next, err := o.NextDue(context.WithoutCancel(ctx), how.By)
	if again := o.now().Add(dueAgain); d.end.Stopped != "" && next.Before(again) && !next.IsZero() {
		next = again
	}
	d.end.Next = next
	return d.end, err
}

// A dueRun is one SendDue. All but sending, mu and what that holds is its goroutine's.
type dueRun struct {
	outbox  *Outbox
	how     DueOptions
	lead    lead
	open    int           // how many are on their way
	ends    chan struct{} // one for each of those that ended
	sending sync.WaitGroup

	mu  sync.Mutex // of what follows, and of telling
	end DueEnd
}

// all takes and sends until nothing is left, or nothing would get through.
func (d *dueRun) all(ctx context.Context) error {
	for d.place(ctx) {
		news, err := d.outbox.takeDue(ctx, d.how)
		if err != nil || news == nil {
			return err
		}
		if news.State != Sending {
			d.tell(*news)
			continue
		}
		d.open++
		d.sending.Go(func() {
			d.tell(d.outbox.sendDue(ctx, d.how, *news))
			d.ends <- struct{}{}
		})
	}
	return nil
}

// place waits until one more may be on its way; it returns false if nothing more is taken.
func (d *dueRun) place(ctx context.Context) bool {
	for !d.over(ctx) {
		var patience, over <-chan time.Time
		if d.open >= d.lead.allowed(d.how.Parallel) {
			patience = d.lead.wait(d.open, d.how.Parallel)
		} else if pause := d.pause(); pause > 0 {
			over = d.how.After(pause)
		} else {
			return true
		}
		select {
		case <-d.ends:
			d.open--
			d.lead.answered = true
		case <-patience:
			d.lead.passed()
		case <-over:
		case <-ctx.Done():
		}
	}
	return false
}

// pause is for how long the API wants no more; see [API]. The first message asks.
func (d *dueRun) pause() time.Duration {
	api, ok := d.how.API.(interface{ Pause() time.Duration })
	if !ok || d.open == 0 && !d.lead.answered {
		return 0
	}
	return api.Pause()
}

// over reports whether nothing more is taken.
func (d *dueRun) over(ctx context.Context) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.end.Stopped != "" || ctx.Err() != nil
}

// tell counts what became of a message and has it heard.
func (d *dueRun) tell(n DueNews) {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case n.State == Missed:
		d.end.Missed++
	case n.State == Scheduled:
	case n.State.Outcome() == messaging.Accepted:
		d.end.Sent++
	default:
		d.end.Others++
	}
	if n.Result.ID != 0 {
		if why := Hopeless(n.Result); why != "" && d.end.Stopped == "" {
			d.end.Stopped = why
		}
	}
	if d.how.Tell != nil {
		d.how.Tell(n)
	}
}

// dueQuery asks for the next message that is due and not late.
const dueQuery = "SELECT id FROM messages WHERE " + ofAccount + " AND due_at <= ? AND due_at >= ? ORDER BY due_at, id LIMIT 1"

// takeDue takes the next message that is due, for this process alone: it is [Sending] then, or
// in the state in which it is not sent. Nil if there is none.
func (o *Outbox) takeDue(ctx context.Context, how DueOptions) (*DueNews, error) {
	const op = "record the message before sending it"
	asked := func(now time.Time) []any {
		return []any{how.By.AccountID, how.By.BaseURL, stamp(now), stamp(now.Add(-Grace))}
	}
	ids, err := idsOf(ctx, o.engine.Reader(), dueQuery, asked(o.now())...)
	if err != nil || len(ids) == 0 { // mostly nothing is, and that takes no transaction
		return nil, o.reading(op, err)
	}
	if err := o.claim(ctx, op); err != nil {
		return nil, err
	}
	var taken *DueNews
	var now time.Time
	err = o.write(ctx, op, func(ctx context.Context, tx Tx) error {
		taken, now = nil, o.now()
		ids, err := idsOf(ctx, tx, dueQuery, asked(now)...)
		if err != nil || len(ids) == 0 {
			return err
		}
		e, err := o.entry(ctx, tx, ids[0])
		if err != nil {
			return err
		}
		n := DueNews{Entry: e, owner: o.engine.Owner()}
		if n.State, n.Why, err = o.judgeDue(ctx, tx, e, how, now); err != nil {
			return err
		}
		s, err := standingOf(ctx, tx, e.ID)
		if err != nil {
			return err
		}
		taken = &n
		if n.State != Sending {
			return o.endDue(ctx, tx, s, n.State, n.Why, true)
		}
		return o.leave(ctx, tx, s, &n.Entry)
	})
	if err != nil {
		return nil, err
	}
	if taken != nil && taken.State == Sending {
		o.memory.leavesDue(taken.Entry, now)
	}
	return taken, nil
}

// judgeDue says what becomes of a message that is due: [Sending], or why not.
func (o *Outbox) judgeDue(ctx context.Context, tx Tx, e Entry, how DueOptions, now time.Time) (to State, why string, err error) {
	err = refuseOptedOut(ctx, tx, e.By.AccountID, e.Message)
	if refused, ok := errors.AsType[*OptOutError](err); ok {
		return Unsent, "not sent: " + refused.Error(), nil
	}
	if err != nil {
		return "", "", err
	}
	var yes bool
	if err := tx.QueryRowContext(ctx, "SELECT due_yes FROM messages WHERE id = ?", e.ID).Scan(&yes); err != nil {
		return "", "", err //nolint:wrapcheck // write does
	}
	if !yes {
		// What else is scheduled for now is judged when this one has left.
		err := o.refuseRepeatsAt(ctx, tx, Plan{By: e.By, Messages: []messaging.Message{e.Message}, ResendOf: e.ResendOf}, now, false)
		if refused, ok := errors.AsType[*RepeatError](err); ok {
			return Unsent, "not sent: " + refused.Error(), nil
		}
		if err != nil {
			return "", "", err
		}
	}
	if how.May != nil {
		known, err := contacts(ctx, tx, ContactFilter{}, e.Message.To)
		if err != nil {
			return "", "", err
		}
		zones := map[string]string{}
		for _, c := range known {
			zones[c.Number] = c.Zone
		}
		if why := how.May(e, zones, now); why != "" {
			return Missed, why, nil
		}
	}
	return Sending, "", nil
}

// leave records that a scheduled message is about to leave, with its request as it does. In e
// it is what leaves.
func (o *Outbox) leave(ctx context.Context, tx Tx, now standing, e *Entry) error {
	// What waits at Bandwidth must not arrive when it is too late.
	if own := e.Message.Expiration; own.IsZero() || e.Due.expires().Before(own) {
		e.Message.Expiration = e.Due.expires()
	}
	if err := o.moveFrom(ctx, tx, now, Sending, "", "owner = ?, expiration = ?, error = '', untold = 0", o.engine.Owner(), stamp(e.Message.Expiration)); err != nil {
		return err
	}
	if err := putRequest(ctx, tx, e.ID, e.Message); err != nil {
		return err
	}
	return o.dropText(ctx, tx, e.ID, e.Message)
}

// sendDue sends a message that was taken, and says what became of it.
func (o *Outbox) sendDue(ctx context.Context, how DueOptions, n DueNews) DueNews {
	limited, cancel := inPeace(ctx, how.Limit, how.Grace, how.After)
	defer cancel()
	n.Result.ID = n.Entry.ID
	n.Result.Receipt, n.Result.Err = o.send(limited, how.API, n.owner, n.Entry.ID, n.Entry.Message)
	ctx = context.WithoutCancel(ctx)
	x := exchangeOf(n.Result.Receipt, n.Result.Err)
	n.State = x.state()
	if why := Hopeless(n.Result); why != "" && x.state().certainlyNot() {
		if n.Result.Unrecorded = o.putBack(ctx, n.Entry, why); n.Result.Unrecorded == nil {
			n.State, n.Why = Scheduled, why
			return n
		}
	}
	n.Result.Unrecorded = o.settleDue(ctx, n.Result)
	return n
}

// certainlyNot reports whether a message in this state was not created.
func (s State) certainlyNot() bool { return s == Rejected || s == Unsent }

// putBack makes a message that certainly was not created wait again.
func (o *Outbox) putBack(ctx context.Context, e Entry, why string) error {
	o.memory.never(e.ID)
	err := o.write(ctx, "record that the message is tried again", func(ctx context.Context, tx Tx) error {
		now, err := standingOf(ctx, tx, e.ID)
		if err != nil {
			return err
		}
		if now.state != Sending { // another telex took this one for dead
			return &MoveError{ID: e.ID, From: now.state, To: Scheduled}
		}
		if err := o.moveFrom(ctx, tx, now, Scheduled, why, "owner = '', error = ?", short(why)); err != nil {
			return err
		}
		return o.holdText(ctx, tx, e.ID, e.Message)
	})
	if err == nil {
		o.memory.stays([]int64{e.ID})
	}
	return err
}

// settleDue is [Outbox.Settle], and what was not accepted is told at the next start: nobody
// may have seen it.
func (o *Outbox) settleDue(ctx context.Context, r Result) error {
	o.memory.ended(r.ID, r.Receipt, r.Err, o.now())
	err := o.record(ctx, func(ctx context.Context, tx Tx) error {
		if err := o.settle(ctx, tx, r.ID, r.Receipt, r.Err); err != nil || r.Err == nil {
			return err
		}
		return set(ctx, tx, r.ID, "untold = 1")
	})
	if err == nil {
		o.memory.settled(r.ID)
		o.wakeAskers()
	}
	return err
}

// leavesDue notes that a scheduled message is about to leave.
func (m *memory) leavesDue(e Entry, at time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.forget(at)
	m.rows[e.ID] = &recall{plan: &Plan{By: e.By, ResendOf: e.ResendOf}, message: &e.Message, created: e.Created, changed: at, left: true}
}
