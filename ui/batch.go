package ui

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"telex/messaging"
)

// A batch is one press of enter on Review: the messages it makes, sent one after
// the other, and what became of each. Only the app's Update changes it.
type batch struct {
	try       int // tells the results of this batch from those of earlier ones
	form      form
	results   []result
	at        int // the one being sent; len(results) when all are done
	started   time.Time
	elapsed   time.Duration // of the one being sent
	cancel    context.CancelFunc
	cancelled bool
	polls     int // how often the deliveries were asked for
}

// A result is one message of a batch.
type result struct {
	message messaging.Message
	state   resultState
	receipt *messaging.Receipt
	err     error
	records []messaging.Record // what the API says of its delivery, one a recipient
	asked   time.Time          // when it said so
	askErr  error
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
	sendDone struct {
		try, index int
		receipt    *messaging.Receipt
		err        error
	}
	sendTick struct{ try int }
	pollDue  struct{ try int }
	listed   struct {
		try, index int
		page       *messaging.Page
		err        error
		at         time.Time
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

// startBatch sends the first message of the form.
func (a *app) startBatch() tea.Cmd {
	a.tries++
	b := &batch{try: a.tries, form: a.form, started: a.now()}
	b.form.Draft = a.form.Clone()
	for _, m := range b.form.Messages() {
		b.results = append(b.results, result{message: m})
	}
	a.batch = b
	return tea.Batch(a.sendNext(), tick(b.try))
}

// sendNext sends the message at b.at. The closure holds copies only.
func (a *app) sendNext() tea.Cmd {
	b := a.batch
	limit := a.deps.TimeLimit
	if limit <= 0 {
		limit = messaging.DefaultTimeLimit
	}
	ctx, cancel := context.WithTimeout(a.ctx, limit)
	b.cancel = cancel
	b.results[b.at].state = sending
	b.started, b.elapsed = a.now(), 0
	try, index, m, sender := b.try, b.at, b.results[b.at].message, a.deps.Sender
	return func() tea.Msg {
		defer cancel()
		receipt, err := sender.Send(ctx, m)
		return sendDone{try, index, receipt, err}
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
	r.state, r.receipt, r.err = answered, msg.receipt, msg.err
	b.at++
	if b.cancelled || hopeless(msg.err) {
		for ; b.at < len(b.results); b.at++ {
			b.results[b.at].state = neverStarted
		}
	}
	if b.at < len(b.results) {
		return a.sendNext()
	}
	a.status, a.asked = status{}, false // whatever they said of the send is over
	a.onBatchEnd()
	return a.pollLater()
}

// hopeless reports whether the messages that follow would fail as this one did:
// refused credentials, no connection, a full queue.
func hopeless(err error) bool {
	return err != nil && (errors.Is(err, messaging.ErrUnauthorized) || errors.Is(err, messaging.ErrRateLimited) ||
		messaging.OutcomeOf(err) == messaging.Unsent && !errors.Is(err, messaging.ErrInvalid))
}

// onBatchEnd notes what must not be sent again by a mere enter.
func (a *app) onBatchEnd() {
	for _, r := range a.batch.results {
		switch r.outcome() {
		case messaging.Accepted, messaging.Unknown:
			a.review.sent = append(a.review.sent, sentMessage{r.message, a.now(), r.outcome() == messaging.Unknown})
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

// list asks what became of one message.
func (a *app) list(index int) tea.Cmd {
	b := a.batch
	if b == nil || a.deps.Lister == nil || b.results[index].receipt == nil {
		return nil
	}
	try, id, lister, ctx, now := b.try, b.results[index].receipt.ID, a.deps.Lister, a.ctx, a.now
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
		defer cancel()
		page, err := lister.List(ctx, messaging.Query{MessageID: id})
		return listed{try, index, page, err, now()}
	}
}

func (a *app) onListed(msg listed) {
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

// unfinished says what is not known of a batch that the program ended in.
func (b *batch) unfinished() []string {
	var lines []string
	if b == nil {
		return nil
	}
	for _, r := range b.results {
		to := recipientWords(&form{Draft: messaging.Draft{To: r.message.To}})
		switch {
		case r.state == sending:
			lines = append(lines, "message to "+to+": "+meaning(messaging.Unknown)+"; telex ended while it was being sent")
		case r.state == waiting && b.running():
			lines = append(lines, "message to "+to+": not sent")
		case r.state == answered && r.outcome() == messaging.Unknown:
			lines = append(lines, "message to "+to+": "+meaning(messaging.Unknown))
		}
	}
	return lines
}
