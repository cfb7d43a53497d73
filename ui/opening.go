package ui

import (
	"context"
	"errors"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"telex/messaging/outbox"
	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/words"
)

// draftsOffered is how many drafts are read at the start: the latest is offered, or the
// next if that is in the form already.
const draftsOffered = 2

// recentKept is how many numbers Recipients suggests from.
const recentKept = 200

// storeOpened is the end of opening the outbox, with what it says of earlier runs.
type storeOpened struct {
	store  *outbox.Outbox
	err    error // nothing can be sent then
	untold []outbox.Entry
	missed []outbox.Run   // broadcasts that did not begin at their time
	drafts []outbox.Draft // the latest
	kept   int            // how many drafts there are
	recent []string
	edits  []string // words for texts of an editor that could not be taken up
	odd    error    // something could not be read; sending goes on
}

// openEvery is how often it is tried to open an outbox, or to save in it, whose database is
// away.
const openEvery = 5 * time.Second

// openDue says that it is to be tried again to open the outbox, and openedLater is the end of
// that.
type (
	openDue     struct{}
	openedLater struct{ storeOpened }
)

// An opening is the outbox on its way, and then the outbox.
type opening struct {
	trying   bool             // it is tried again now, behind storeErr
	warned   string           // the notice of storeErr
	store    *outbox.Outbox   // nil until it is open
	storeErr error            // why it could not be opened
	opened   chan storeOpened // gets the end of it, for who cannot wait for the message; nil before it began
	unwatch  func()           // ends the news of changes; nil if there is none
}

// openStore opens the outbox, once. It runs after the first frame: a slow disk must not
// keep anybody from typing.
func (o *opening) openStore(ctx context.Context, d Deps) tea.Cmd {
	if d.OpenOutbox == nil || o.opened != nil {
		return nil
	}
	opened := make(chan storeOpened, 1)
	o.opened = opened
	return func() tea.Msg {
		m := readStore(context.WithoutCancel(ctx), d)
		opened <- m
		return m
	}
}

// comesBack reports whether the outbox could not be opened for what passes by itself.
func (o *opening) comesBack() bool { return errors.Is(o.storeErr, outbox.ErrUnreachable) }

// why is why it is not open.
func (o *opening) why() string {
	why := "nothing can be sent: " + text.Clean(o.storeErr.Error())
	if o.comesBack() {
		why += "; telex goes on trying by itself, and what you type stays here meanwhile"
	}
	return why
}

// openLater has it tried again, if that can help.
func (o *opening) openLater() tea.Cmd {
	if !o.comesBack() {
		return nil
	}
	return tea.Tick(openEvery, func(time.Time) tea.Msg { return openDue{} })
}

// openAgain tries it again.
func (o *opening) openAgain(ctx context.Context, d Deps) tea.Cmd {
	if o.store != nil || o.trying || !o.comesBack() {
		return nil
	}
	o.opened, o.trying = nil, true
	open := o.openStore(ctx, d)
	return func() tea.Msg {
		m, _ := open().(storeOpened)
		return openedLater{m}
	}
}

// isOpening reports whether the end of it is not here yet.
func (o *opening) isOpening() bool {
	return o.opened != nil && o.store == nil && (o.storeErr == nil || o.trying)
}

// awaitStore waits for the end until the time is over, if the program ends before the
// message came.
func (o *opening) awaitStore(over <-chan time.Time) {
	if o.store != nil || o.opened == nil {
		return
	}
	if m, ok := within(over, o.opened); ok {
		o.store, o.storeErr = m.store, m.err
	}
}

// within is what comes before the time is over. What is there wins, even if time is
// over as well, as when the machine slept: a select alone would leave it to chance.
func within[T any](over <-chan time.Time, coming <-chan T) (came T, ok bool) {
	select {
	case came = <-coming:
		return came, true
	case <-over:
	}
	select {
	case came = <-coming:
		return came, true
	default:
		return came, false
	}
}

// readStore opens an outbox and reads what it says of earlier runs.
func readStore(ctx context.Context, d Deps) storeOpened {
	store, err := d.OpenOutbox(ctx)
	if err != nil {
		return storeOpened{err: err}
	}
	m := storeOpened{store: store}
	var errs [5]error
	m.edits, errs[3] = takeLeftEdits(ctx, store, d.Sender) // which makes drafts
	m.untold, errs[0] = store.Untold(ctx)
	m.missed, errs[4] = store.MissedRuns(ctx)
	m.drafts, m.kept, errs[1] = store.LatestDrafts(ctx, draftsOffered)
	m.recent, errs[2] = store.RecentRecipients(ctx, recentKept)
	m.odd = errors.Join(errs[:]...)
	return m
}

// use makes store the outbox; nil is none.
func (a *app) use(store *outbox.Outbox) {
	if a.store = store; store != nil {
		a.keeper.Open(store, a.deps.Profile)
	}
	if store != nil && a.deps.Changes != nil {
		ctx, cancel := context.WithCancel(a.ctx)
		a.unwatch = cancel
		history, news := twice(a.deps.Changes(ctx))
		a.history.Watch(history)
		a.news.changes = news
	}
}

// onStoreOpened takes the outbox over and tells what it says of earlier runs.
func (a *app) onStoreOpened(m storeOpened) tea.Cmd {
	a.storeErr = m.err
	a.use(m.store)
	a.tellASCII()
	if m.err != nil {
		a.warned = text.Clean(a.why())
		a.notify(a.warned)
		return a.openLater()
	}
	if aside := m.store.Report().SetAside; aside != "" {
		a.notify("the outbox was damaged: it is set aside as " + text.Clean(aside) +
			", and a new one was started; telex does not know what became of the messages in it; " + words.LostOptOuts(a.deps.shell()))
	}
	for _, edit := range m.edits {
		a.notify(edit)
	}
	if m.odd != nil {
		a.notify(text.Clean(m.odd.Error()))
	}
	historyWords := "History (" + a.keys.History.Help().Key + ")"
	a.add(untoldNotices(m.untold, a.now().Location(), historyWords, a.deps.askedBy(historyWords))...)
	a.add(missedRunNotices(m.missed, a.now().Location(), "Broadcasts ("+a.keys.Broadcasts.Help().Key+")")...)
	drafts, h := m.drafts, a.inherited()
	if h != nil {
		drafts = slices.DeleteFunc(drafts, func(d outbox.Draft) bool { return h.Is(d, m.store.Path()) }) // it is in the form
		m.kept -= len(m.drafts) - len(drafts)
	}
	if len(m.untold)+len(m.missed)+len(drafts) > 0 {
		a.clearDone() // which would hide them until the next key
	}
	if len(drafts) > 0 {
		a.add(draftNotice(drafts[0], m.kept, a.now(), a.keys.Drafts.Help().Key))
		a.hold(a.page)
	}
	for i := len(m.recent) - 1; i >= 0; i-- {
		a.recipients.remember([]string{m.recent[i]})
	}
	cmds := []tea.Cmd{a.follow(), a.sendDue(a.now()), func() tea.Msg { return bookOpened{} }}
	if h != nil {
		cmds = append(cmds, a.inherit(*h))
	}
	if a.page == page.History {
		cmds = append(cmds, a.history.Begin())
	}
	cmds = append(cmds, a.awaitNews(), a.conversations.News(), a.broadcasts.News(), a.people.News(), a.figures.News())
	return tea.Batch(cmds...)
}

// onOpening has the outbox opened that could not be before, and tells when it is.
func (a *app) onOpening(msg tea.Msg) tea.Cmd {
	m, over := msg.(openedLater)
	if !over {
		if a.moving {
			return nil
		}
		return a.openAgain(a.ctx, a.deps)
	}
	a.trying = false
	if a.storeErr = m.err; a.comesBack() {
		return a.openLater() // which was told
	}
	a.withdraw(func(n notice) bool { return n.text == a.warned })
	if m.err == nil {
		a.say(page.Status{Text: "the outbox is open now, and what you write is kept", Kind: page.StatusDone})
	}
	cmd := a.onStoreOpened(m.storeOpened)
	a.refresh()
	return cmd
}

// recorded is the end of a note in the outbox that nobody waits for.
type recorded struct{ err error }

// by is who the rows of the outbox say is sending.
func (a *app) by() outbox.By {
	return outbox.By{Profile: a.deps.Profile, AccountID: a.deps.AccountID, BaseURL: a.conn.link.BaseURL}
}

// notReady says why nothing can be recorded, and so nothing sent; "" if it can.
func (a *app) notReady() string {
	switch {
	case a.moving:
		return "another account is being opened; try again in a moment"
	case a.storeErr != nil:
		return a.why()
	case a.store == nil:
		return "the outbox is still being opened; nothing is sent before that"
	}
	return ""
}
