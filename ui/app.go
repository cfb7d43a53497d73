package ui

import (
	"context"
	"sync/atomic"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"telex/messaging/outbox"
	"telex/ui/draft"
	"telex/ui/keys"
	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/widget"
)

// app is the root model. It owns the form, the size, which page is in front, the
// batch that is being sent, and the status line. All methods run on Bubble Tea's
// one goroutine.
type app struct {
	ctx    context.Context
	deps   Deps
	now    func() time.Time
	theme  widget.Theme
	keymap *keys.Map
	keys   keys.Global // of the keymap
	layout widget.Layout

	page       page.ID
	screens    [page.Count]page.Page
	before     page.ID  // where History or Setup was opened from
	compose    *compose // three of the screens, by their own types
	review     *review
	recipients *recipients
	history    *history
	setup      *setup

	linking  linking
	unlock   *unlock         // nil when it is not shown
	moving   bool            // going over to another account
	next     *Deps           // what the app after this one needs; nil: there is none
	heritage *draft.Heritage // what the app before left; nil once it is taken over

	store    *outbox.Outbox   // nil until it is open
	storeErr error            // why it could not be opened
	opening  bool             // it is, or was
	opened   chan storeOpened // gets the end of that, for who cannot wait for the message
	keeper   keeper
	inFlight inFlight

	form    draft.Form
	batch   *batch
	earlier *batch // the one before; it comes back if nothing of a batch is sent
	tries   int
	status  page.Status
	notices []notice // what there is to be told, until esc
	dialog  *page.Dialog
	chooser *chooser      // of drafts; nil when it is not shown
	help    *widget.Pager // nil when it is not shown

	editing     atomic.Bool // the user's editor has the terminal; also read by Run's own goroutine
	stopping    time.Time   // when esc was pressed last while sending
	interrupted time.Time   // when ctrl+c was pressed last
	asked       bool        // quitting was asked about, for a send is under way
}

func newApp(ctx context.Context, d Deps, now func() time.Time) *app {
	a := &app{ctx: ctx, deps: d, now: now, theme: widget.NewTheme(d.Theme, !speaksUTF8(d.Environ)), layout: widget.NewLayout(0, 0)}
	a.build()
	if d.First {
		a.page = page.Setup
	}
	return a
}

// build makes the screens of the account that is in use, with nothing written in them.
func (a *app) build() {
	ctx, d, now := a.ctx, a.deps, a.now
	a.keymap = d.keymap()
	a.keys = a.keymap.Global
	a.compose, a.review, a.recipients = newCompose(d, now), newReview(d, now), newRecipients(d)
	response := newResponse(func() *batch { return a.batch }, a.list, a.keymap.Response)
	a.history, a.setup = newHistory(ctx, a.historyStore, d, now), newSetup(ctx, d)
	media := newMedia(ctx, d)
	a.review.known, a.review.looked = a.recipients.known, func() map[string]*mediaLooked { return media.looked }
	a.screens = [...]page.Page{a.compose, a.recipients, media, a.review, response, a.history, a.setup}
	a.reset()
}

// reset begins a new message with the profile's own values.
func (a *app) reset() { a.form = draft.New(a.deps.Numbers, a.deps.ApplicationID) }

func (a *app) screen() page.Page { return a.screens[a.page] }

// Init shows the first screen. The outbox is opened when the size is known, which
// is when the first frame is drawn.
func (a *app) Init() tea.Cmd {
	a.keeper.Begin(&a.form)
	return a.screen().Show(&a.form, page.AtDefault)
}

// beginLink makes the way to the API, once, after the first frame.
func (a *app) beginLink() tea.Cmd {
	if a.linking.try > 0 {
		return nil
	}
	return a.connect(nil)
}

// historyStore is the outbox as History reads it; nil until it is open.
func (a *app) historyStore() historyStore {
	if a.store == nil {
		return nil
	}
	return a.store
}

// Update takes, in this order: facts about the terminal, results of commands, an
// open help page or dialog, global keys, the screen in front. Then it sees to the
// draft.
func (a *app) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	_, cmd := a.take(msg)
	if keep := a.keepDraft(); keep != nil {
		cmd = tea.Batch(cmd, keep)
	}
	return a, cmd
}

func (a *app) take(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		a.resize(msg.Width, msg.Height)
		return a, tea.Batch(a.openStore(), a.beginLink())
	case storeOpened:
		return a, a.onStoreOpened(msg)
	case linked:
		a.onLinked(msg)
		return a, nil
	case switched:
		return a, a.onSwitched(msg)
	case repeated:
		a.onRepeated(msg)
		return a, nil
	case endNow:
		a.next = nil
		a.cancelBatch()
		return a, tea.Quit
	case tea.PasteMsg:
		return a, a.paste(text.NormalizeNewlines(msg.Content))
	case edited:
		return a, a.onEdited(msg)
	case mediaLooked:
		_, cmd := a.screens[page.Media].Update(msg, &a.form)
		if a.page == page.Review {
			a.review.build(&a.form) // it shows what was found
		}
		return a, cmd
	case tea.KeyPressMsg:
		if msg.String() == "alt+esc" { // two that a slow line delivered together
			esc := tea.KeyPressMsg{Code: tea.KeyEscape}
			return a, tea.Sequence(a.press(esc), a.press(esc))
		}
		return a, a.press(msg)
	}
	if _, ok := msg.(interface{ forHistory() }); ok {
		in, cmd := a.history.Update(msg, &a.form)
		return a, tea.Batch(cmd, a.act(in))
	}
	if _, ok := msg.(interface{ forSetup() }); ok {
		in, cmd := a.setup.Update(msg, &a.form)
		return a, tea.Batch(cmd, a.act(in))
	}
	if cmd, ok := a.onDraft(msg); ok {
		return a, cmd
	}
	cmd, _ := a.onBatch(msg)
	return a, cmd
}

func (a *app) resize(w, h int) {
	a.layout = widget.NewLayout(w, h)
	for _, s := range a.screens {
		s.Resize(w, a.layout.BodyH)
	}
	if a.page == page.Review {
		a.review.build(&a.form)
	}
	a.sizeChooser()
	if a.unlock != nil {
		a.unlock.in.Resize(w-2, 1)
	}
}

// paste goes to the screen in front only, and to nothing behind a question.
func (a *app) paste(body string) tea.Cmd {
	defer a.noteKey(a.now())
	if a.dialog != nil || a.chooser != nil || a.help != nil || a.layout.TooSmall {
		return a.act(page.Warn("pasted nothing: no text field is in front"))
	}
	a.clearDone()
	if a.unlock != nil {
		return a.pressUnlock(tea.PasteMsg{Content: body})
	}
	body, gone := text.PlainText(body)
	if gone == "" && a.page == page.Compose {
		gone = text.TabsWords(body)
	}
	if gone != "" {
		defer func() { a.status = page.Status{Text: gone, Kind: page.StatusWarn} }()
	}
	in, cmd := a.screen().Update(tea.PasteMsg{Content: body}, &a.form)
	return tea.Batch(cmd, a.act(in))
}

// lineEnds are other keys for a line end: a paste without brackets may hold LF, and
// some terminals tell shift+enter from enter. On Review none of them is enter.
var lineEnds = key.NewBinding(key.WithKeys("ctrl+j", "shift+enter", "alt+enter"))

// noteKey keeps Review from taking an enter that belongs to a paste or to what
// stood in front a moment ago.
func (a *app) noteKey(at time.Time) { a.review.lastKey = at }

// clearDone takes a success off the status line, as the next key does.
func (a *app) clearDone() {
	if a.status.Kind == page.StatusDone {
		a.status = page.Status{}
	}
}

func (a *app) press(msg tea.KeyPressMsg) tea.Cmd {
	defer a.noteKey(a.now())
	a.clearDone()
	if cmd, ok := a.pressEnd(msg); ok {
		return cmd
	}
	switch {
	case a.layout.TooSmall:
		return nil // nothing is done that cannot be seen
	case a.help != nil:
		a.pressHelp(msg)
		return nil
	case a.unlock != nil:
		return a.pressUnlock(msg)
	case a.dialog != nil:
		return a.pressDialog(msg)
	case a.chooser != nil:
		return a.pressChooser(msg)
	}
	if cmd, ok := a.pressGlobal(msg); ok {
		return cmd
	}
	if a.page < page.Review && key.Matches(msg, lineEnds) {
		msg = tea.KeyPressMsg{Code: tea.KeyEnter}
	}
	in, cmd := a.screen().Update(msg, &a.form)
	if _, gone := text.PlainText(msg.Text); gone != "" {
		a.status = page.Status{Text: gone, Kind: page.StatusWarn}
	}
	return tea.Batch(cmd, a.act(in))
}

// twiceWithin is how soon a second ctrl+c quits.
const twiceWithin = 3 * time.Second

// pressEnd handles the keys that end the program, which work everywhere.
func (a *app) pressEnd(msg tea.KeyPressMsg) (tea.Cmd, bool) {
	switch {
	case key.Matches(msg, a.keys.Quit) && a.batch.running() && !a.asked:
		a.asked = true
		a.status = page.Status{Text: "a message is being sent: " + a.keys.Quit.Help().Key + " again ends telex, and its outcome may stay unknown", Kind: page.StatusWarn}
		return nil, true
	case key.Matches(msg, a.keys.Quit) && a.unkept() && !a.asked:
		a.asked = true
		a.status = page.Status{Text: "what you wrote is not kept: " + a.keys.Quit.Help().Key + " again quits", Kind: page.StatusWarn}
		return nil, true
	case key.Matches(msg, a.keys.Quit):
		a.cancelBatch()
		return tea.Quit, true
	case key.Matches(msg, a.keys.Interrupt) && !a.interrupted.IsZero() && a.now().Sub(a.interrupted) < twiceWithin:
		a.cancelBatch()
		return tea.Quit, true
	case key.Matches(msg, a.keys.Interrupt):
		a.interrupted = a.now()
		a.status = page.Status{Text: "press ctrl+c again to quit", Kind: page.StatusWarn}
		return nil, true
	}
	a.interrupted, a.asked = time.Time{}, false
	return nil, false
}

// unkept reports whether words would be lost that did not go out.
func (a *app) unkept() bool {
	return !a.keeper.Keeps() && !a.form.IsEmpty() && (a.batch == nil || !a.batch.settledAs(a.form))
}

// pressGlobal handles the keys that work on every screen.
func (a *app) pressGlobal(msg tea.KeyPressMsg) (tea.Cmd, bool) {
	k := a.keys
	switch {
	case key.Matches(msg, k.Help), key.Matches(msg, k.HelpLetter) && !a.screen().Typing():
		a.help = &widget.Pager{}
		return nil, true
	case key.Matches(msg, k.Redraw):
		return tea.ClearScreen, true
	case key.Matches(msg, k.Suspend):
		if canSuspend() {
			return tea.Suspend, true
		}
		return a.act(page.Warn("no shell here could take telex back, so it is not suspended")), true
	case key.Matches(msg, k.History) && a.page == page.History, key.Matches(msg, k.Setup) && a.page == page.Setup:
		return a.goTo(a.before, page.AtDefault), true
	case key.Matches(msg, k.History):
		return a.goTo(page.History, page.AtDefault), true
	case key.Matches(msg, k.Setup) && a.deps.Accounts != nil:
		return a.goTo(page.Setup, page.AtDefault), true
	case key.Matches(msg, k.Drafts) && !a.batch.running():
		return a.openDrafts(), true
	case key.Matches(msg, k.Back) && a.status.Text != "":
		a.status = page.Status{}
		return nil, !a.batch.running()
	case key.Matches(msg, k.Back) && len(a.notices) > 0:
		return a.seen(), !a.batch.running()
	case a.page.Beside():
		return nil, false // beside the steps: no next one, and esc is its own
	case key.Matches(msg, k.NextStep):
		return a.step(1, page.AtDefault), true
	case key.Matches(msg, k.PrevStep):
		return a.step(-1, page.AtDefault), true
	case key.Matches(msg, k.Back) && a.page != page.Response:
		return a.step(-1, page.AtDefault), true
	}
	return nil, false
}

func (a *app) pressHelp(msg tea.KeyPressMsg) {
	k := a.keys
	if key.Matches(msg, k.Help, k.HelpLetter, k.Back) || msg.String() == "enter" || msg.String() == "q" {
		a.help = nil
		return
	}
	a.help.Lines = a.helpText()
	a.help.Scroll(msg, a.keymap.Review.Scroll, a.layout.BodyH)
}

func (a *app) pressDialog(msg tea.KeyPressMsg) tea.Cmd {
	k := a.keymap.Question
	switch {
	case key.Matches(msg, k.Yes) && a.dialog.Sends != nil && a.now().Sub(a.review.lastKey) < stillBefore:
		a.status = page.Status{Text: "enter came too soon after another key: press it again", Kind: page.StatusWarn}
	case key.Matches(msg, k.Yes) && a.dialog.Sends != nil:
		said := *a.dialog.Sends
		a.dialog = nil
		return a.submit(said)
	case key.Matches(msg, k.Yes):
		act := a.dialog.Act
		a.dialog = nil
		return act()
	case key.Matches(msg, k.No):
		a.dialog = nil
	default:
		a.dialog.ID.Lines = a.dialog.Lines(a.layout.W)
		a.dialog.ID.Scroll(msg, a.keymap.Review.Scroll, a.layout.BodyH-1)
	}
	return nil
}

// step shows the next step or the one before. Beyond the ends it stays.
func (a *app) step(by page.ID, how page.Entry) tea.Cmd {
	to := a.page + by
	if to < page.Compose || to > page.Response {
		return nil
	}
	return a.goTo(to, how)
}

// goTo shows another page, or says why not.
func (a *app) goTo(to page.ID, how page.Entry) tea.Cmd {
	switch {
	case to == page.Response && a.batch == nil:
		return a.act(page.Warn("nothing was sent yet: enter on Review sends"))
	case a.batch.running() && to != page.Response:
		return a.act(page.Warn("a message is being sent: esc twice cancels it"))
	}
	said, leave := a.screen().Leave(&a.form)
	if to.Beside() && !a.page.Beside() {
		a.before = a.page
	}
	a.page = to
	a.status = page.Status{} // it was about the page before
	var ask tea.Cmd
	if to == page.Review {
		ask = a.askRepeats()
	}
	return tea.Batch(leave, ask, a.screen().Show(&a.form, how), a.act(said))
}
