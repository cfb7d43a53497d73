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
	// listed is the end of a question to the API about one message.
	listed struct {
		try, index int
		finding    *outbox.Finding // of a look for one whose outcome was unknown
		row        *outbox.Detail  // what the outbox makes of the answer
		err        error
		at         time.Time
		all        bool // it is one of many that are asked about in turn
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
func (r result) settled() bool { return r.row != nil && r.row.State.Final() }

func (a *app) poll() tea.Cmd {
	var cmds []tea.Cmd
	for _, i := range a.batch.open() {
		cmds = append(cmds, a.list(i))
	}
	return tea.Batch(append(cmds, a.pollLater())...)
}

// list asks what became of one message: of an accepted one its delivery, of an
// unknown one whether it was created. What the API says is recorded first, and then
// read with all else that is known of the message.
func (a *app) list(index int) tea.Cmd {
	b := a.batch
	if b == nil || a.conn.link.Lister == nil || !b.results[index].canAsk() {
		return nil
	}
	r := b.results[index]
	store, lister, ctx, now := a.store, a.conn.link.Lister, a.ctx, a.now
	m := listed{try: b.try, index: index}
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, account.AskWithin)
		defer cancel()
		if r.receipt != nil {
			m.err = deliver(ctx, store, lister, r.id, r.receipt.ID)
		} else if f, err := store.Check(ctx, lister, r.id); err != nil {
			m.err = err
		} else {
			m.finding = &f
		}
		m.at = now()
		if m.err != nil {
			return m
		}
		d, err := store.Detail(ctx, r.id)
		m.row, m.err = &d, err
		return m
	}
}

// canAsk reports whether the API may know more of a message than its row says.
func (r *result) canAsk() bool {
	return r.state == answered && r.id != 0 && (r.receipt != nil || r.outcome() == messaging.Unknown)
}

// deliver asks the API about the delivery of a message that it calls id, and records what
// it says in that row.
func deliver(ctx context.Context, store *outbox.Outbox, lister account.Lister, row int64, id string) error {
	page, err := lister.List(ctx, messaging.Query{MessageID: id})
	if err != nil {
		return err
	}
	_, err = store.Deliver(ctx, row, page.Records)
	return err
}

// checkAll asks the API about all messages of the batch that are not settled, one after the
// other.
func (a *app) checkAll() tea.Cmd {
	b := a.batch
	b.toAsk = nil
	for i := range b.results {
		if r := &b.results[i]; r.canAsk() && !r.settled() {
			b.toAsk = append(b.toAsk, i)
		}
	}
	return a.askNext()
}

// askNext asks about the next of those that are to be asked about.
func (a *app) askNext() tea.Cmd {
	b := a.batch
	if len(b.toAsk) == 0 {
		return nil
	}
	ask := a.list(b.toAsk[0])
	b.toAsk = b.toAsk[1:]
	if ask == nil {
		b.toAsk = nil
		return nil
	}
	return func() tea.Msg {
		m, ok := ask().(listed)
		m.all = ok
		return m
	}
}

// onAnswer takes the words about a question off the status line.
func (a *app) onAnswer() {
	if a.status.Text == askingWords {
		a.say(page.Status{Text: "checked " + a.now().Format(time.TimeOnly), Kind: page.StatusDone})
	}
}

func (a *app) onListed(msg listed) (more tea.Cmd) {
	r := &a.batch.results[msg.index]
	if r.askErr = msg.err; msg.err != nil {
		a.batch.toAsk = nil // nobody answers, so the others need not be asked
		a.onAnswer()
		return nil
	}
	if msg.all {
		more = a.askNext()
	}
	if more == nil {
		a.onAnswer()
	}
	r.asked, r.row = msg.at, msg.row
	if f := msg.finding; f != nil && (r.finding == nil || f.Verdict != outbox.NotChecked) {
		r.finding = f // later looks at one that was found follow its delivery
	}
	return more
}
