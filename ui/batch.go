package ui

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"telex/messaging"
	"telex/messaging/outbox"
)

// A batch is one press of enter on Review: the messages it makes, sent one after
// the other, and what became of each. Only the app's Update changes it.
type batch struct {
	try       int           // tells the results of this batch from those of earlier ones
	plan      *outbox.Batch // its rows in the outbox; nil until they are there
	form      form
	results   []result
	at        int // the one being sent; len(results) when all are done
	started   time.Time
	elapsed   time.Duration // of the one being sent
	cancel    context.CancelFunc
	cancelled bool
	consent   consent // what the user said yes to
	polls     int     // how often the deliveries were asked for
}

// A result is one message of a batch.
type result struct {
	message messaging.Message
	state   resultState
	id      int64 // of its row in the outbox; 0 if it has none
	receipt *messaging.Receipt
	err     error
	// unrecorded is why the outbox does not have the outcome, though it is known.
	unrecorded error
	finding    *outbox.Finding    // what the API said of an unknown outcome; nil before it was asked
	records    []messaging.Record // what the API says of its delivery, one a recipient
	asked      time.Time          // when it said so
	askErr     error
}

type resultState int

const (
	waiting resultState = iota
	sending
	answered
	neverStarted // the batch ended before its turn
)

// Messages of the batch's commands.
type (
	planned struct {
		try  int
		plan *outbox.Batch
		err  error
	}
	sendDone struct {
		try, index int
		result     outbox.Result
	}
	sendTick struct{ try int }
	pollDue  struct{ try int }
	listed   struct {
		try, index int
		page       *messaging.Page
		err        error
		at         time.Time
	}
	checked struct {
		try, index int
		finding    outbox.Finding
		err        error
	}
)

// maxPolled is how many messages are followed by themselves; more are asked for by key.
const maxPolled = 10

// pollAfter is the pause before the n-th look at the deliveries. After the last
// one the user asks.
func pollAfter(n int) (time.Duration, bool) {
	pauses := []int{1, 2, 2, 3, 5, 8, 13, 21, 34, 55, 60, 60}
	if n >= len(pauses) {
		return 0, false
	}
	return time.Duration(pauses[n]) * time.Second, true
}

// running reports whether a request is, or may be, on its way.
func (b *batch) running() bool { return b != nil && b.at < len(b.results) }

// startBatch makes the messages of the form as it is now, and records them in the
// outbox once no save of it is under way; then the first is sent.
func (a *app) startBatch(c consent) tea.Cmd {
	a.tries++
	b := &batch{try: a.tries, form: a.form.clone(), started: a.now(), consent: c}
	for _, m := range b.form.Messages() {
		b.results = append(b.results, result{message: m})
	}
	a.earlier, a.batch = a.batch, b
	ctx := a.sendContext(b)
	store, sender, try := a.store, a.deps.Sender, b.try
	plan := outbox.Plan{By: a.by(), Messages: b.form.Messages(), ResendOf: b.form.resendOf, Yes: c.repeat}
	return tea.Batch(tick(b.try), a.afterSave(func() tea.Cmd {
		plan.Draft = a.keeper.id
		return func() tea.Msg {
			made, err := store.Plan(ctx, sender, plan)
			return planned{try, made, err}
		}
	}))
}

// sendContext is for the message at b.at, which it marks as being sent.
func (a *app) sendContext(b *batch) context.Context {
	limit := a.deps.TimeLimit
	if limit <= 0 {
		limit = messaging.DefaultTimeLimit
	}
	ctx, cancel := context.WithTimeout(a.ctx, limit)
	b.cancel = cancel
	b.results[b.at].state = sending
	b.started, b.elapsed = a.now(), 0
	return ctx
}

// onPlanned sends the first message, if they are all recorded; otherwise none.
func (a *app) onPlanned(msg planned) tea.Cmd {
	b := a.batch
	b.cancel()
	if repeat, ok := errors.AsType[*outbox.RepeatError](msg.err); ok {
		a.batch = a.earlier // nothing was sent and nothing recorded
		cmd := a.goTo(reviewPage, atDefault)
		d := againDialog(repeat.Repeats, b.consent)
		a.dialog = &d
		return cmd
	}
	if msg.err != nil {
		err := &messaging.Error{Op: "send message", Outcome: messaging.Unsent, Err: msg.err}
		return a.onSent(sendDone{b.try, 0, outbox.Result{Err: err}})
	}
	a.keeper.sentAs(&b.form)
	b.plan = msg.plan
	for i, id := range b.plan.IDs() {
		b.results[i].id = id
	}
	cmd := a.sendNext()
	if b.cancelled {
		b.cancel() // the row says that it is being sent: a send that ends before it begins records the truth
	}
	return cmd
}

// sendNext sends the message at b.at. The closure holds copies only.
func (a *app) sendNext() tea.Cmd {
	b := a.batch
	ctx := a.sendContext(b)
	try, index, plan, cancel, flight := b.try, b.at, b.plan, b.cancel, &a.inFlight
	return func() tea.Msg {
		flight.begin()
		defer flight.end()
		defer cancel()
		return sendDone{try, index, plan.Send(ctx, index)}
	}
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

// onBatch takes the results of the batch's commands; ok is false for other messages.
func (a *app) onBatch(msg tea.Msg) (cmd tea.Cmd, ok bool) {
	switch msg := msg.(type) {
	case planned:
		if a.batch != nil && msg.try == a.batch.try {
			cmd = a.onPlanned(msg)
		}
	case checked:
		if a.batch != nil && msg.try == a.batch.try {
			a.onChecked(msg)
		}
	case sendDone:
		if a.batch != nil && msg.try == a.batch.try {
			cmd = a.onSent(msg)
		}
	case sendTick:
		if a.batch.running() && msg.try == a.batch.try {
			a.batch.elapsed = a.now().Sub(a.batch.started)
			cmd = tick(msg.try)
		}
	case pollDue:
		if a.batch != nil && msg.try == a.batch.try {
			cmd = a.poll()
		}
	case listed:
		if a.batch != nil && msg.try == a.batch.try {
			a.onListed(msg)
		}
	default:
		return nil, false
	}
	return cmd, true
}

func (a *app) onSent(msg sendDone) tea.Cmd {
	b := a.batch
	r := &b.results[msg.index]
	r.state, r.receipt, r.err, r.unrecorded = answered, msg.result.Receipt, msg.result.Err, msg.result.Unrecorded
	b.at++
	var left tea.Cmd
	if b.at < len(b.results) && (b.cancelled || hopeless(r.err)) {
		why := "a message before it failed in a way that this one would too"
		if b.cancelled {
			why = "cancelled before its turn"
		}
		left = a.leaveRest(why)
	}
	if b.at < len(b.results) {
		return a.sendNext()
	}
	a.status, a.asked = status{}, false // whatever they said of the send is over
	a.onBatchEnd()
	return tea.Batch(left, a.pollLater())
}

// leaveRest ends the batch before the message at b.at.
func (a *app) leaveRest(why string) tea.Cmd {
	b := a.batch
	plan, at, ctx := b.plan, b.at, a.ctx
	for ; b.at < len(b.results); b.at++ {
		b.results[b.at].state = neverStarted
	}
	if plan == nil {
		return nil // they were not recorded either
	}
	return func() tea.Msg { return recorded{plan.Abandon(ctx, at, why)} }
}

// hopeless reports whether the messages that follow would fail as this one did:
// refused credentials, no connection, a full queue.
func hopeless(err error) bool {
	return err != nil && (errors.Is(err, messaging.ErrUnauthorized) || errors.Is(err, messaging.ErrRateLimited) ||
		messaging.OutcomeOf(err) == messaging.Unsent && !errors.Is(err, messaging.ErrInvalid))
}

// onBatchEnd remembers who was written to.
func (a *app) onBatchEnd() {
	for _, r := range a.batch.results {
		switch r.outcome() {
		case messaging.Accepted, messaging.Unknown:
			a.recipients.remember(r.message.To)
		case messaging.Rejected, messaging.Unsent:
		}
	}
}

// outcome is what is known of a message that is answered or was never started.
func (r result) outcome() messaging.Outcome {
	if r.state == neverStarted {
		return messaging.Unsent
	}
	return messaging.OutcomeOf(r.err)
}

// pollLater waits for the next look at the deliveries, if one makes sense.
func (a *app) pollLater() tea.Cmd {
	b := a.batch
	if a.deps.Lister == nil || len(b.open()) == 0 {
		return nil
	}
	pause, more := pollAfter(b.polls)
	if !more {
		return nil
	}
	b.polls++
	try := b.try
	return tea.Tick(pause, func(time.Time) tea.Msg { return pollDue{try} })
}

// open are the accepted messages whose delivery is not settled, the first few.
func (b *batch) open() []int {
	var open []int
	for i, r := range b.results {
		if r.receipt != nil && !r.settled() && len(open) < maxPolled {
			open = append(open, i)
		}
	}
	return open
}

// settled reports whether nothing more is to be expected.
func (r result) settled() bool {
	for _, rec := range r.records {
		if !rec.Status.Final() {
			return false
		}
	}
	return len(r.records) >= len(r.message.To)
}

func (a *app) poll() tea.Cmd {
	var cmds []tea.Cmd
	for _, i := range a.batch.open() {
		cmds = append(cmds, a.list(i))
	}
	return tea.Batch(append(cmds, a.pollLater())...)
}

// askWithin is the time limit of a question to the API.
const askWithin = 20 * time.Second

// list asks what became of one message: of an accepted one its delivery, of an
// unknown one whether it was created. What the API says is recorded first.
func (a *app) list(index int) tea.Cmd {
	b := a.batch
	if b == nil || a.deps.Lister == nil || b.results[index].state != answered {
		return nil
	}
	r := b.results[index]
	try, row, lister, store, ctx, now := b.try, r.id, a.deps.Lister, a.store, a.ctx, a.now
	if r.receipt == nil {
		if row == 0 || r.outcome() != messaging.Unknown {
			return nil
		}
		return func() tea.Msg {
			ctx, cancel := context.WithTimeout(ctx, askWithin)
			defer cancel()
			finding, err := store.Check(ctx, lister, row)
			return checked{try, index, finding, err}
		}
	}
	id := r.receipt.ID
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, askWithin)
		defer cancel()
		page, err := lister.List(ctx, messaging.Query{MessageID: id})
		if err == nil && row != 0 {
			_, err = store.Deliver(ctx, row, page.Records)
		}
		return listed{try, index, page, err, now()}
	}
}

// onAnswer takes the words about a question off the status line.
func (a *app) onAnswer() {
	if a.status.text == askingWords {
		a.status = status{"asked at " + a.now().Format(time.TimeOnly), statusDone}
	}
}

func (a *app) onChecked(msg checked) {
	a.onAnswer()
	r := &a.batch.results[msg.index]
	if r.askErr = msg.err; msg.err == nil {
		r.finding = &msg.finding
	}
}

func (a *app) onListed(msg listed) {
	a.onAnswer()
	r := &a.batch.results[msg.index]
	if r.askErr = msg.err; msg.err == nil {
		r.records, r.asked = msg.page.Records, msg.at
	}
}

// less is f without the recipients of individual messages that were accepted or
// may have been, so that nobody gets a message twice, and words for what is left.
// A batch that ended alike for all leaves f as it is.
func (b *batch) less(f form) (left form, kept string) {
	got := map[string]bool{}
	for _, r := range b.results {
		if o := r.outcome(); o == messaging.Accepted || o == messaging.Unknown {
			for _, to := range r.message.To {
				got[to] = true
			}
		}
	}
	if !sameContent(b.results[0].message, &f) {
		return f, "" // another message by now
	}
	left, left.Draft = f, f.Clone()
	left.To = slices.DeleteFunc(left.To, func(to string) bool { return got[to] })
	if len(b.results) < 2 || len(left.To) == 0 || len(left.To) == len(f.To) {
		return f, ""
	}
	if len(left.To) < 2 {
		left.Addressing = messaging.Undecided
	}
	return left, fmt.Sprintf("kept the %s that it was certainly not sent to", count(len(left.To), "recipient"))
}

// only is the row of a batch of one message, which sending again points at; 0 for
// several: which of them is repeated is not known before it is decided.
func (b *batch) only() int64 {
	if len(b.results) != 1 {
		return 0
	}
	return b.results[0].id
}

// sameContent compares what a recipient would see.
func sameContent(m messaging.Message, f *form) bool {
	return m.From == f.From && m.Text == f.Text && slices.Equal(m.Media, f.Media)
}

// settledAs reports whether all of f went out as it stands, so that nothing would
// be lost with it.
func (b *batch) settledAs(f form) bool {
	if f.newTo != "" || f.newMedia != "" || f.expires != b.form.expires {
		return false
	}
	for _, r := range b.results {
		if r.outcome() != messaging.Accepted {
			return false
		}
	}
	return sameForm(b.form, f)
}
