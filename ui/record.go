package ui

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"telex/messaging/outbox"
	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/words"
)

// recentKept is how many numbers Recipients suggests from.
const recentKept = 200

// storeOpened is the end of opening the outbox, with what it says of earlier runs.
type storeOpened struct {
	store  *outbox.Outbox
	err    error // nothing can be sent then
	untold []outbox.Entry
	drafts []outbox.Draft
	recent []string
	edits  []string // words for texts of an editor that could not be taken up
	odd    error    // something could not be read; sending goes on
}

// openStore opens the outbox. It runs after the first frame: a slow disk must not
// keep anybody from typing.
func (a *app) openStore() tea.Cmd {
	if a.deps.OpenOutbox == nil || a.opening {
		return nil
	}
	a.opening = true
	deps, ctx, opened := a.deps, a.ctx, make(chan storeOpened, 1)
	a.opened = opened
	return func() tea.Msg {
		m := readStore(context.WithoutCancel(ctx), deps)
		opened <- m
		return m
	}
}

// awaitStore is for the end of a program that came before the outbox was open, so that
// what was typed meanwhile is kept all the same.
func (a *app) awaitStore() {
	if a.store != nil || a.opened == nil || a.form.IsEmpty() {
		return
	}
	if m, ok := within(time.After(endWait), a.opened); ok {
		a.use(m.store)
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
	var errs [4]error
	m.edits, errs[3] = takeLeftEdits(ctx, store, d) // which makes drafts
	m.untold, errs[0] = store.Untold(ctx)
	m.drafts, errs[1] = store.Drafts(ctx)
	m.recent, errs[2] = store.RecentRecipients(ctx, recentKept)
	m.odd = errors.Join(errs[:]...)
	return m
}

// use makes store the outbox; nil is none.
func (a *app) use(store *outbox.Outbox) {
	if a.store = store; store != nil {
		a.keeper.Open(store, a.deps.Profile)
	}
}

// onStoreOpened takes the outbox over and tells what it says of earlier runs.
func (a *app) onStoreOpened(m storeOpened) tea.Cmd {
	a.storeErr = m.err
	if m.err != nil {
		a.notify("nothing can be sent: " + text.Clean(m.err.Error()))
		return nil
	}
	a.use(m.store)
	if aside := m.store.SetAside(); aside != "" {
		a.notify("the outbox was damaged: it is set aside as " + text.Clean(aside) +
			", and a new one begun; what became of the messages in it telex does not know")
	}
	for _, words := range m.edits {
		a.notify(words)
	}
	if m.odd != nil {
		a.notify(text.Clean(m.odd.Error()))
	}
	historyWords := "History (" + a.keys.History.Help().Key + ")"
	a.notices = append(a.notices, untoldNotices(m.untold, historyWords, a.deps.askedBy(historyWords))...)
	drafts := m.drafts
	if h := a.heritage; h != nil {
		drafts = slices.DeleteFunc(drafts, func(d outbox.Draft) bool { return h.Is(d.ID, m.store.Path()) }) // it is in the form
	}
	if len(drafts) > 0 {
		a.notices = append(a.notices, notice{text: draftNotice(drafts, a.now(), a.keys.Drafts.Help().Key), drafts: true})
	}
	for i := len(m.recent) - 1; i >= 0; i-- {
		a.recipients.remember([]string{m.recent[i]})
	}
	var cmds []tea.Cmd
	if a.heritage != nil {
		cmds = append(cmds, a.inherit(*a.heritage))
	}
	if a.page == page.History {
		cmds = append(cmds, a.history.begin())
	}
	return tea.Batch(cmds...)
}

// recorded is the end of a note in the outbox that nobody waits for.
type recorded struct{ err error }

// askedBy is by, which asks the API about messages of earlier runs; "" where nobody can
// answer, for the sandbox forgets with its telex.
func (d Deps) askedBy(by string) string {
	if d.Sandbox {
		return ""
	}
	return by
}

// untoldWords says what became of messages whose telex ended, three at most by name.
// Lists is where the user finds the others, asks where the API is asked about one.
func untoldWords(entries []outbox.Entry, lists, asks string) []string {
	var lines []string
	for _, n := range untoldNotices(entries, lists, asks) {
		lines = append(lines, n.text)
	}
	return lines
}

// untoldNotices are the same to be shown one at a time.
func untoldNotices(entries []outbox.Entry, lists, asks string) []notice {
	const most = 3
	var told []notice
	for i, e := range entries {
		if i == most {
			rest := entries[most:]
			told = append(told, notice{text: fmt.Sprintf("and %s: see %s", text.Count(len(rest), "more message"), lists), untold: rest})
			break
		}
		means := words.Meaning(e.State.Outcome())
		if e.State == outbox.Unsent {
			means = "nothing is recorded of its being sent" // by whoever found the row, who did not see it
		}
		words := fmt.Sprintf("message %d to %s: %s", e.ID, text.Clean(strings.Join(firstOf(e.Message.To, 2), ", ")), means)
		if e.Error != "" {
			words += " (" + text.Clean(e.Error) + ")"
		}
		if e.State == outbox.Unknown && asks != "" {
			words += "; " + asks + " asks the API for it"
		}
		told = append(told, notice{text: words, untold: []outbox.Entry{e}})
	}
	return told
}

// firstOf is the first n of a list, with a word for the rest.
func firstOf(list []string, n int) []string {
	if len(list) <= n {
		return list
	}
	return append(append([]string{}, list[:n]...), fmt.Sprintf("%d more", len(list)-n))
}

// by is who the rows of the outbox say is sending.
func (a *app) by() outbox.By {
	return outbox.By{Profile: a.deps.Profile, AccountID: a.deps.AccountID, BaseURL: a.deps.BaseURL}
}

// notReady says why nothing can be recorded, and so nothing sent; "" if it can.
func (a *app) notReady() string {
	switch {
	case a.moving:
		return "another account is being opened; try again in a moment"
	case a.storeErr != nil:
		return "nothing can be sent: " + text.Clean(a.storeErr.Error())
	case a.store == nil:
		return "the outbox is still being opened; nothing is sent before that"
	}
	return ""
}

// endWait is how long the end of telex waits for a cancelled send to be recorded.
const endWait = 2 * time.Second

// end settles what is open when the program is over and returns what is to be said
// on the terminal, if that is still there. It is called once, after the last Update.
func (a *app) end(ctx context.Context, gone bool) []string {
	a.cancelBatch()
	defer a.closeLink()
	a.awaitStore()
	if a.store == nil {
		return a.batch.unfinished()
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), endWait)
	defer cancel()
	a.inFlight.wait(ctx)
	lines := a.batch.settled(ctx, a.store, a.deps.Sandbox)
	if gone {
		if err := a.store.Remind(ctx, a.batch.lately()); err != nil {
			lines = append(lines, text.Clean(err.Error()))
		}
	}
	kept, err := a.saveLast(ctx)
	switch {
	case err != nil:
		lines = append(lines, "what you were writing could not be kept: "+text.Clean(err.Error()))
	case kept && a.next == nil:
		lines = append(lines, "what you were writing is kept; the next telex offers it")
	}
	if err := a.store.Close(); err != nil {
		lines = append(lines, text.Clean(err.Error()))
	}
	return lines
}
