package ui

import (
	"cmp"
	"context"
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/draft"
	"telex/ui/page"
	"telex/ui/text"
)

// A batch is run by one command, which tells through a channel; each look into the
// channel is a command of its own, so that Update hears of every message in order and
// nobody waits for anybody. See [outbox.Batch.Run].

// A runEvent is news of a run: message index is about to leave, or has ended.
type runEvent struct {
	index  int
	result *outbox.Result // nil: it is about to leave
	row    *outbox.Detail // as the outbox has the end; nil if that was not read, or not recorded
}

// read reads the row of a message that ended, if its end was recorded.
func (e *runEvent) read(ctx context.Context, store *outbox.Outbox) {
	if e.result == nil || e.result.Unrecorded != nil || store == nil {
		return
	}
	if d, err := store.Detail(ctx, e.result.ID); err == nil { // else the run's word is as good
		e.row = &d
	}
}

// Messages of the commands that send a batch.
type (
	planned struct {
		try  int
		plan *outbox.Batch
		err  error
	}
	// ran is news of the run of batch try, in order; none: there will be no more.
	ran struct {
		try  int
		news []runEvent
	}
	sendTick struct{ try int }
)

// newBatch is the messages of a form, none of them sent.
func newBatch(f draft.Form) *batch {
	b := &batch{form: f.Clone()}
	for _, m := range b.form.Messages() {
		b.results = append(b.results, result{message: m})
	}
	return b
}

// planOf is what is recorded of a batch before any of it is sent.
func (b *batch) planOf(by outbox.By, draft int64, yes bool) outbox.Plan {
	plan := outbox.Plan{By: by, Files: b.form.SentFiles(), ResendOf: b.form.ResendOf, Draft: draft, Yes: yes}
	for _, r := range b.results {
		plan.Messages = append(plan.Messages, r.message)
	}
	return plan
}

// run runs a plan and tells of it on events, which it closes at the end.
func run(ctx context.Context, plan *outbox.Batch, o outbox.RunOptions, events chan<- runEvent) {
	defer close(events)
	o.Before = func(i int) { events <- runEvent{index: i} }
	o.After = func(i int, r outbox.Result) { events <- runEvent{index: i, result: &r} }
	plan.Run(ctx, o)
}

// take notes what a run tells.
func (b *batch) take(e runEvent, now time.Time) {
	r := &b.results[e.index]
	if e.result == nil {
		r.state, r.begun, b.clock = sending, now, now
		return
	}
	r.state = answered
	if e.result.Skipped != "" {
		r.state, r.skipped = neverStarted, e.result.Skipped
	}
	r.id, r.receipt, r.err, r.unrecorded = e.result.ID, e.result.Receipt, e.result.Err, e.result.Unrecorded
	r.row = r.ownRow(e.row)
	b.ended++
}

// A dearError is that messages may cost too much. Nothing was recorded.
type dearError struct{ why error }

func (e *dearError) Error() string { return e.why.Error() }

// within is [Deps.Within], of whatever console; its error is a [*dearError].
func (d Deps) within(messages []messaging.Message, at time.Time) outbox.Judge {
	if d.Within == nil {
		return nil
	}
	may := d.Within(messages, at)
	return func(ctx context.Context, b outbox.Books) error {
		if err := may(ctx, b); err != nil {
			return &dearError{err}
		}
		return nil
	}
}

// startBatch makes the messages of the form as it is now, and records them in the
// outbox once no save of it is under way; then they are sent.
func (a *app) startBatch(c page.Consent) tea.Cmd {
	b := newBatch(a.form)
	a.sends.begin(b)
	b.consent, b.clock, b.names = c, a.now(), a.review.deps.names
	b.results[0].state, b.results[0].begun = sending, b.clock
	ctx, cancel := context.WithCancel(a.ctx)
	b.ctx, b.cancel = ctx, cancel
	store, sender, try, by, within, now := a.store, a.conn.link.Sender, b.try, a.by(), a.deps.within, b.clock
	return tea.Batch(tick(b.try), a.afterSave(func() tea.Cmd {
		plan := b.planOf(by, a.keeper.ID(), c.Repeat)
		return func() tea.Msg {
			plan.May = within(plan.Messages, now)
			made, err := store.Plan(ctx, sender, plan)
			return planned{try, made, err}
		}
	}))
}

// onPlanned runs the batch, if all of it is recorded; otherwise none of it is sent.
func (a *app) onPlanned(msg planned) tea.Cmd {
	b := a.batch
	if repeat, ok := errors.AsType[*outbox.RepeatError](msg.err); ok {
		b.cancel()
		a.takeBack()
		cmd := a.goTo(page.Review, page.AtDefault)
		a.showLate(a.question(againDialog(repeat.Repeats, b.names, b.consent)))
		return cmd
	}
	if refused, ok := errors.AsType[*outbox.OptOutError](msg.err); ok { // since Review asked
		b.cancel()
		a.takeBack()
		cmd := a.goTo(page.Review, page.AtDefault)
		return tea.Batch(cmd, a.act(page.Failed("nothing was sent: "+text.Clean(refused.Error()))))
	}
	if dear, ok := errors.AsType[*dearError](msg.err); ok {
		b.cancel()
		a.takeBack()
		cmd := a.goTo(page.Review, page.AtDefault)
		return tea.Batch(cmd, a.act(page.Failed("nothing was sent: "+text.Clean(dear.Error()))))
	}
	if msg.err != nil {
		return a.onUnplanned(msg.err)
	}
	a.keeper.Sent(&b.form)
	b.plan = msg.plan
	for i, id := range b.plan.IDs() {
		b.results[i].id = id
	}
	// All that can be told finds room: the run does not wait for a program that is over.
	events := make(chan runEvent, 2*len(b.results))
	b.events = events
	ctx, cancel, plan, options, flight := b.ctx, b.cancel, b.plan, a.deps.runOptions(), &a.inFlight
	return tea.Batch(b.await(a.ctx, a.store), func() tea.Msg {
		flight.begin()
		defer flight.end()
		defer cancel()
		run(ctx, plan, options, events)
		return nil
	})
}

// onUnplanned ends a batch of which nothing was recorded.
func (a *app) onUnplanned(err error) tea.Cmd {
	b := a.batch
	b.cancel()
	first := outbox.Result{Err: &messaging.Error{Op: "send message", Outcome: messaging.Unsent, Err: err}}
	why := outbox.Hopeless(first)
	if b.cancelled {
		why = outbox.Cancelled
	}
	b.take(runEvent{result: &first}, a.now())
	for i := 1; i < len(b.results); i++ {
		b.take(runEvent{index: i, result: &outbox.Result{Skipped: why, Err: first.Err}}, a.now())
	}
	return a.onBatchEnd()
}

// await waits for the next news of the run, takes all that there is, and reads the rows
// of what has ended.
func (b *batch) await(ctx context.Context, store *outbox.Outbox) tea.Cmd {
	try, events := b.try, b.events
	return func() tea.Msg {
		m := ran{try: try}
		for e := range events {
			e.read(ctx, store)
			if m.news = append(m.news, e); len(events) == 0 {
				break
			}
		}
		return m
	}
}

// onRan takes news of the run, and waits for more.
func (a *app) onRan(msg ran) tea.Cmd {
	b := a.batch
	for _, e := range msg.news {
		b.take(e, a.now())
	}
	switch {
	case len(msg.news) == 0:
		return nil
	case b.running():
		return b.await(a.ctx, a.store)
	}
	return a.onBatchEnd()
}

// tick wakes the screen once a second while something is being sent.
func tick(try int) tea.Cmd {
	return tea.Tick(time.Second, func(time.Time) tea.Msg { return sendTick{try} })
}

// cancelBatch stops the request under way and those that would have followed.
func (a *app) cancelBatch() {
	if a.batch.running() && !a.batch.cancelled {
		a.batch.cancelled = true
		a.batch.cancel()
	}
}

// onBatch takes the results of the batch's commands. Of those of an earlier batch nobody
// waits any more.
func (a *app) onBatch(msg batchMessage) (cmd tea.Cmd) {
	b := a.batch // which a repetition takes back
	if b == nil || msg.ofBatch() != b.try {
		return nil
	}
	often := false // it comes often, and the next tick or the last of them is early enough
	switch msg := msg.(type) {
	case planned:
		cmd = a.onPlanned(msg)
	case ran:
		cmd = a.onRan(msg)
		often = len(b.results) > 1 && b.running()
	case sendTick:
		if b.running() {
			b.clock = a.now()
			cmd = tick(msg.try)
		}
	case lookDue:
		return a.onLookDue()
	case followed:
		a.onFollowed(msg)
		cmd = a.lookLater()
	case listed:
		cmd = tea.Batch(a.onListed(msg), a.lookLater())
		often = len(b.toAsk) > 0
	}
	if often && a.now().Sub(b.counted) < time.Second {
		return cmd
	}
	b.counted = a.now()
	_, more := a.screens[page.Response].Update(batchChanged{}, &a.form)
	return tea.Batch(cmd, more)
}

// A batchMessage is news of one try to send; the app has the batch.
type batchMessage interface{ ofBatch() int }

func (m planned) ofBatch() int  { return m.try }
func (m ran) ofBatch() int      { return m.try }
func (m sendTick) ofBatch() int { return m.try }
func (m lookDue) ofBatch() int  { return m.try }
func (m followed) ofBatch() int { return m.try }
func (m listed) ofBatch() int   { return m.try }

// onBatchEnd remembers who was written to, and begins to follow the deliveries.
func (a *app) onBatchEnd() tea.Cmd {
	a.hush() // whatever it said of the send is over
	for _, r := range a.batch.results {
		switch r.outcome() {
		case messaging.Accepted, messaging.Unknown:
			a.recipients.remember(r.message.To)
		case messaging.Rejected, messaging.Unsent:
		}
	}
	return tea.Batch(a.lookLater(), a.readOpen(), a.answered())
}

// runOptions say how a batch is run.
func (d Deps) runOptions() outbox.RunOptions {
	return outbox.RunOptions{
		Limit:    cmp.Or(max(d.TimeLimit, 0), messaging.DefaultTimeLimit),
		Parallel: cmp.Or(d.Parallel, outbox.MostParallel),
	}
}
