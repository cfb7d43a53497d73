package ui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/account"
	"telex/ui/page"
)

// Messages of the commands that follow what was sent.
type (
	pollDue struct{ try int }
	listed  struct {
		try, index int
		page       *messaging.Page
		row        *outbox.Detail // what the outbox makes of it
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

// pollLater waits for the next look at the deliveries, if one makes sense.
func (a *app) pollLater() tea.Cmd {
	b := a.batch
	if a.conn.link.Lister == nil || len(b.open()) == 0 {
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
	if r.row != nil {
		return r.row.State.Final()
	}
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

// list asks what became of one message: of an accepted one its delivery, of an
// unknown one whether it was created. What the API says is recorded first.
func (a *app) list(index int) tea.Cmd {
	b := a.batch
	if b == nil || a.conn.link.Lister == nil || b.results[index].state != answered {
		return nil
	}
	r := b.results[index]
	try, row, lister, store, ctx, now := b.try, r.id, a.conn.link.Lister, a.store, a.ctx, a.now
	if r.receipt == nil {
		if row == 0 || r.outcome() != messaging.Unknown {
			return nil
		}
		return func() tea.Msg {
			ctx, cancel := context.WithTimeout(ctx, account.AskWithin)
			defer cancel()
			finding, err := store.Check(ctx, lister, row)
			return checked{try, index, finding, err}
		}
	}
	id := r.receipt.ID
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, account.AskWithin)
		defer cancel()
		page, err := lister.List(ctx, messaging.Query{MessageID: id})
		if err != nil || row == 0 {
			return listed{try, index, page, nil, err, now()}
		}
		if _, err = store.Deliver(ctx, row, page.Records); err != nil {
			return listed{try, index, page, nil, err, now()}
		}
		d, err := store.Detail(ctx, row)
		return listed{try, index, page, &d, err, now()}
	}
}

// onAnswer takes the words about a question off the status line.
func (a *app) onAnswer() {
	if a.status.Text == askingWords {
		a.say(page.Status{Text: "asked at " + a.now().Format(time.TimeOnly), Kind: page.StatusDone})
	}
}

func (a *app) onChecked(msg checked) {
	a.onAnswer()
	r := &a.batch.results[msg.index]
	if r.askErr = msg.err; msg.err != nil {
		return
	}
	r.asked = a.now()
	r.row = &outbox.Detail{Entry: msg.finding.Entry, Deliveries: msg.finding.Deliveries}
	if r.finding == nil || msg.finding.Verdict != outbox.NotChecked {
		r.finding = &msg.finding // later looks at one that was found follow its delivery
	}
}

func (a *app) onListed(msg listed) {
	a.onAnswer()
	r := &a.batch.results[msg.index]
	if r.askErr = msg.err; msg.err == nil {
		r.records, r.asked = msg.page.Records, msg.at
		if msg.row != nil {
			r.row = msg.row
		}
	}
}
