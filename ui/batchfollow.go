package ui

import (
	"context"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/account"
	"telex/ui/page"
	"telex/ui/words"
)

// Messages of the commands that follow what was sent.
type (
	// lookDue says that it is time to look whether something changed in the outbox.
	lookDue struct{ try int }
	// followed is what the outbox has of messages by now, whoever asked.
	followed struct {
		try     int
		entries []outbox.Entry
		details []outbox.Detail // of some of them
		asked   bool            // they were asked about by key
		err     error
	}
	// listed is the end of a question to the API about one message.
	listed struct {
		try, index int
		finding    *outbox.Finding // of a look for one whose outcome was unknown
		row        *outbox.Detail  // what the outbox makes of the answer
		err        error
		all        bool // it is one of many that are asked about in turn
	}
)

// detailsAtOnce is how many of the messages that got further are read whole: the list shows
// no more of the others.
const detailsAtOnce = 50

// lookLater waits for the next look, if there is something to be looked for.
func (a *app) lookLater() tea.Cmd {
	b := a.batch
	if a.following.asker == nil || b == nil || b.looking || len(b.open()) == 0 {
		return nil
	}
	b.looking = true
	try := b.try
	pause := outbox.LookAgain(a.now().Sub(b.clock))
	return tea.Tick(pause, func(time.Time) tea.Msg { return lookDue{try} })
}

// onLookDue has the asker look; what changed it tells.
func (a *app) onLookDue() tea.Cmd {
	a.batch.looking = false
	if f := a.following.asker; f != nil {
		f.Look()
	}
	return a.lookLater()
}

// open are the rows of the messages that Bandwidth has, whose delivery is not settled.
func (b *batch) open() []int64 { return b.rows((*result).follows) }

// rows are those of the results that are meant.
func (b *batch) rows(meant func(*result) bool) []int64 {
	var ids []int64
	for i := range b.results {
		if r := &b.results[i]; meant(r) {
			ids = append(ids, r.id)
		}
	}
	return ids
}

// follows reports whether there is a delivery to follow: Bandwidth has the message, by its
// answer or for it was found since, and more is to come.
func (r *result) follows() bool { return r.mayHear() && r.stateNow() != outbox.Unknown }

// mayHear reports whether more may become known of a message that was sent.
func (r *result) mayHear() bool { return r.canAsk() && !r.settled() }

// follows is what there is to follow of a batch.
type follows struct {
	open    int          // messages that are not settled
	soonest outbox.Entry // the one of them that is asked about next
	trouble error        // why one of them could not be asked about
}

// follows counts what there is to follow.
func (b *batch) follows() (f follows) {
	for i := range b.results {
		r := &b.results[i]
		if r.row == nil || !r.follows() {
			continue
		}
		f.open++
		next, best := r.row.Asking.Next, f.soonest.Asking.Next
		if f.open == 1 || best.IsZero() || !next.IsZero() && next.Before(best) {
			f.soonest = r.row.Entry
		}
		if r.askErr != nil {
			f.trouble = r.askErr
		}
	}
	return f
}

// words say how many are followed, and when: "3 on their way: asked 16:43, again at 16:53".
func (f follows) words(zone *time.Location) string {
	said := itoa(f.open) + " on their way"
	if f.open == 1 {
		said = "1 on its way"
	}
	if asked := words.Asked(f.soonest, zone); asked != "" {
		said += ": " + asked
	}
	if f.trouble != nil {
		said += "; then: " + words.Describe(f.trouble).What
	}
	return said
}

// settled reports whether nothing more is to be expected.
func (r *result) settled() bool { return r.row != nil && r.row.State.Final() }

// readOpen reads what the outbox has by now of the messages of the batch that are not
// settled.
func (a *app) readOpen() tea.Cmd {
	b := a.batch
	if b == nil || b.running() || a.store == nil {
		return nil
	}
	ids := b.rows((*result).mayHear) // whoever found one that was unknown
	if len(ids) == 0 {
		return nil
	}
	known := map[int64]outbox.State{}
	for i := range b.results {
		known[b.results[i].id] = b.results[i].stateNow()
	}
	store, ctx, try := a.store, a.ctx, b.try
	return func() tea.Msg {
		m := followed{try: try}
		m.read(ctx, store, ids, known)
		return m
	}
}

// read reads messages, and whole those that are in another state than is known.
func (m *followed) read(ctx context.Context, store *outbox.Outbox, ids []int64, known map[int64]outbox.State) {
	if m.entries, m.err = store.Entries(ctx, ids); m.err != nil {
		return
	}
	for _, e := range m.entries {
		if len(ids) > 1 && known[e.ID] == e.State || len(m.details) == detailsAtOnce {
			continue
		}
		d, err := store.Detail(ctx, e.ID)
		if err != nil {
			m.err = err
			return
		}
		m.details = append(m.details, d)
	}
}

// onFollowed takes what the outbox has by now.
func (a *app) onFollowed(msg followed) {
	if msg.asked {
		a.onAnswer(msg.err)
	}
	if msg.err != nil {
		a.blame(msg.err)
	}
	now := map[int64]*outbox.Entry{}
	for i := range msg.entries {
		now[msg.entries[i].ID] = &msg.entries[i]
	}
	for i := range a.batch.results {
		r := &a.batch.results[i]
		e := now[r.id]
		if e == nil {
			continue
		}
		if !e.Checked.IsZero() && msg.err == nil {
			r.askErr = nil
		}
		if at := slices.IndexFunc(msg.details, func(d outbox.Detail) bool { return d.ID == r.id }); at >= 0 {
			r.row, r.stale = &msg.details[at], false
			continue
		}
		row := r.newest()
		r.stale = r.stale || row.State != e.State || !row.Checked.Equal(e.Checked)
		row.Entry = *e
		r.row = &row
	}
}

// reread reads a message whole that is shown, if only its row is known.
func (a *app) reread(index int) tea.Cmd {
	b := a.batch
	if b == nil || a.store == nil || !b.results[index].stale {
		return nil
	}
	store, ctx, m := a.store, a.ctx, followed{try: b.try}
	id := b.results[index].id
	return func() tea.Msg {
		m.read(ctx, store, []int64{id}, nil)
		return m
	}
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
	store, lister, ctx := a.store, a.conn.link.Lister, a.ctx
	m := listed{try: b.try, index: index}
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, account.AskWithin)
		defer cancel()
		f, err := store.Check(ctx, lister, r.id)
		if err != nil {
			m.err = err
			return m
		}
		if r.stateNow() == outbox.Unknown {
			m.finding = &f
		}
		d, err := store.Detail(ctx, r.id)
		m.row, m.err = &d, err
		return m
	}
}

// canAsk reports whether the API may know more of a message than its row says.
func (r *result) canAsk() bool {
	if r.state != answered || r.id == 0 {
		return false
	}
	o := r.stateNow().Outcome()
	return o == messaging.Accepted || o == messaging.Unknown
}

// checkAll asks the API about all messages of the batch that are not settled: about those
// that it took together, about the others one after the other.
func (a *app) checkAll() tea.Cmd {
	b := a.batch
	b.toAsk = nil
	for i := range b.results {
		if r := &b.results[i]; r.mayHear() && !r.follows() {
			b.toAsk = append(b.toAsk, i)
		}
	}
	return tea.Batch(a.askTogether(), a.askNext())
}

// askTogether asks about all that Bandwidth has.
func (a *app) askTogether() tea.Cmd {
	b := a.batch
	ids := b.open()
	if len(ids) == 0 || a.conn.link.Lister == nil || a.store == nil {
		return nil
	}
	store, lister, ctx, by, m := a.store, a.conn.link.Lister, a.ctx, a.by(), followed{try: b.try, asked: true}
	return func() tea.Msg {
		asked := store.AskAbout(ctx, lister, by, ids)
		if m.read(ctx, store, ids, nil); asked != nil {
			m.err = asked
		}
		return m
	}
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
func (a *app) onAnswer(err error) {
	if a.status.Text != askingWords {
		return
	}
	if a.hush(); err == nil {
		a.say(page.Status{Text: "checked " + a.now().Format(time.TimeOnly), Kind: page.StatusDone})
	}
}

func (a *app) onListed(msg listed) (more tea.Cmd) {
	r := &a.batch.results[msg.index]
	if r.askErr = msg.err; msg.err != nil {
		a.batch.toAsk = nil // nobody answers, so the others need not be asked
		a.onAnswer(msg.err)
		return nil
	}
	if msg.all {
		more = a.askNext()
	}
	if more == nil {
		a.onAnswer(nil)
	}
	r.row, r.stale = msg.row, false
	if msg.finding != nil {
		r.finding = msg.finding
	}
	return more
}
