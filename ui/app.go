package ui

import (
	"context"
	"sync/atomic"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"telex/messaging/outbox"
	"telex/ui/account"
	"telex/ui/draft"
	"telex/ui/history"
	"telex/ui/keys"
	"telex/ui/page"
	"telex/ui/setup"
	"telex/ui/terminal"
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
	history    *history.Page
	setup      *setup.Page

	conn     connection
	moving   bool      // going over to another account
	next     *Deps     // what the app after this one needs; nil: there is none
	heritage *heritage // what the app before left; nil once it is taken over

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
	statusLine
	quiet    quiet // before enter sends
	overlays stack

	editing     atomic.Bool // the user's editor has the terminal; also read by Run's own goroutine
	stopping    time.Time   // when esc was pressed last while sending
	interrupted time.Time   // when ctrl+c was pressed last
	asked       bool        // quitting was asked about, for a send is under way
}

func newApp(ctx context.Context, d Deps, now func() time.Time) *app {
	a := &app{ctx: ctx, deps: d, now: now, quiet: quiet{least: stillBefore}, conn: connection{connect: d.Connect, link: d.Link}, theme: d.look().New(), layout: widget.NewLayout(0, 0)}
	a.bind()
	a.build()
	if d.First {
		a.page = page.Setup
	}
	return a
}

// bind makes the keys of the user's own. Ui/cli has refused bad ones before any screen
// is shown (consoleProblems); whoever calls Run without that is told here.
func (a *app) bind() {
	bound, err := keys.Bound(a.deps.Keys)
	if err != nil {
		bound = keys.New()
		a.notify("your keys are not used: " + text.Clean(err.Error()))
	}
	a.keymap, a.keys = bound, bound.Global
}

// build makes the screens of the account that is in use, with nothing written in them.
func (a *app) build() {
	ctx, d, now := a.ctx, a.deps, a.now
	link := func() account.Link { return a.conn.link }
	a.compose, a.recipients = newCompose(d.Sender, a.keymap, now), newRecipients(d.Sender, a.keymap)
	a.review = newReview(reviewDeps{d.Sender, link, d.Environ}, a.keymap, now, &a.quiet)
	response := newResponse(func() *batch { return a.batch }, a.list, now().Location(), a.keymap.Response)
	a.history = history.New(ctx, a.historyStore, a.historyAPI, a.keymap, now)
	a.setup = setup.New(ctx, d.Accounts, d.Region, setup.InUse{Profile: d.Profile, Sandbox: d.Sandbox, First: d.First}, a.keymap)
	media := newMedia(ctx, d.LookAtMedia, a.keymap)
	a.compose.known = a.recipients.known
	a.review.known, a.review.looked = a.recipients.known, func() map[string]*mediaLooked { return media.looked }
	a.screens = [...]page.Page{a.compose, a.recipients, media, a.review, response, a.history, a.setup}
	a.reset()
}

// look is how the console is drawn.
func (d Deps) look() widget.Look {
	return widget.Look{Theme: d.Theme, Roles: d.Colors, ASCII: !terminal.SpeaksUTF8(d.Environ)}
}

// reset begins a new message with the profile's own values.
func (a *app) reset() { a.form = draft.New(a.deps.Numbers, a.deps.ApplicationID) }

func (a *app) screen() page.Page { return a.screens[a.page] }

// Init shows the first screen. The outbox is opened when the size is known, which
// is when the first frame is drawn.
func (a *app) Init() tea.Cmd {
	a.keeper.saved = a.form.Clone()
	return a.screen().Show(&a.form, page.AtDefault)
}

// historyStore is the outbox as History reads it; nil until it is open.
func (a *app) historyStore() history.Store {
	if a.store == nil {
		return nil
	}
	return a.store
}

// historyAPI is the way to ask the API, as History uses it.
func (a *app) historyAPI() history.API {
	return history.API{Lister: a.conn.link.Lister, By: a.by(), Sandbox: a.deps.Sandbox}
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
		return a, tea.Batch(a.openStore(), a.conn.first(a.ctx))
	case storeOpened:
		return a, tea.Batch(a.onStoreOpened(msg), a.askBackground())
	case tea.BackgroundColorMsg:
		a.onBackground(msg)
		return a, nil
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
	case tea.ModeReportMsg:
		if msg.Mode == ansi.ModeUnicodeCore { // as Bubble Tea decides it
			a.theme.Graphemes = msg.Value == ansi.ModeReset || msg.Value == ansi.ModeSet || msg.Value == ansi.ModePermanentlySet
		}
		return a, nil
	case leftOut:
		a.say(page.Status{Text: "left out what was not UTF-8, " + text.Count(msg.bytes, "byte") + ": the terminal seems to send another encoding; set it to UTF-8", Kind: page.StatusWarn})
		return a, nil
	case hurried:
		a.say(page.Status{Text: msg.said, Kind: page.StatusWarn})
		if msg.key == nil {
			a.stopping = time.Time{}
			return a, nil
		}
		return a.take(*msg.key)
	case tea.KeyPressMsg:
		if !key.Matches(msg, a.keys.Back) {
			a.stopping = time.Time{} // esc, [, A is an arrow key in pieces: two of them are no esc esc
		}
		if msg.String() == "alt+esc" { // two that a slow line delivered together
			esc := tea.KeyPressMsg{Code: tea.KeyEscape}
			return a, tea.Sequence(a.press(esc), a.press(esc))
		}
		return a, a.press(msg)
	}
	if m, ok := msg.(page.Message); ok {
		in, cmd := a.screens[m.To()].Update(msg, &a.form)
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
	a.overlays.resize(w, a.layout.BodyH)
}

// paste goes to what is in front only.
func (a *app) paste(body string) tea.Cmd {
	defer a.note()
	front := a.overlays.top()
	if a.layout.TooSmall || front != nil && !front.typing() {
		return a.act(page.Warn("pasted nothing: no text field is in front"))
	}
	a.clearDone()
	if front != nil {
		in, cmd := front.update(tea.PasteMsg{Content: body})
		return tea.Batch(cmd, a.act(in))
	}
	body, gone := text.PlainText(body)
	if gone == "" && a.page == page.Compose {
		gone = text.TabsWords(body)
	}
	if gone != "" {
		defer func() { a.say(page.Status{Text: gone, Kind: page.StatusWarn}) }()
	}
	in, cmd := a.screen().Update(tea.PasteMsg{Content: body}, &a.form)
	return tea.Batch(cmd, a.act(in))
}

// lineEnds are other keys for a line end: a paste without brackets may hold LF, and
// some terminals tell shift+enter from enter. On Review none of them is enter.
var lineEnds = key.NewBinding(key.WithKeys("ctrl+j", "shift+enter", "alt+enter"))

func (a *app) press(msg tea.KeyPressMsg) tea.Cmd {
	defer a.note()
	a.clearDone()
	if cmd, ok := a.pressEnd(msg); ok {
		return cmd
	}
	if a.layout.TooSmall {
		return nil // nothing is done that cannot be seen
	}
	if front := a.overlays.top(); front != nil {
		in, cmd := front.update(msg)
		return tea.Batch(cmd, a.act(in))
	}
	global, ok := a.pressGlobal(msg)
	if ok {
		return global
	}
	if a.page < page.Review && key.Matches(msg, lineEnds) {
		msg = tea.KeyPressMsg{Code: tea.KeyEnter}
	}
	in, cmd := a.screen().Update(msg, &a.form)
	if _, gone := text.PlainText(msg.Text); gone != "" {
		a.say(page.Status{Text: gone, Kind: page.StatusWarn})
	}
	return tea.Batch(global, cmd, a.act(in))
}

// note keeps enter from sending if it belongs to a paste, or to what stood in front a
// moment ago.
func (a *app) note() { a.quiet.Note(a.now()) }

// twiceWithin is how soon a second ctrl+c quits.
const twiceWithin = 3 * time.Second

// pressEnd handles the keys that end the program, which work everywhere.
func (a *app) pressEnd(msg tea.KeyPressMsg) (tea.Cmd, bool) {
	switch {
	case key.Matches(msg, a.keys.Quit) && a.batch.running() && !a.asked:
		a.asked = true
		a.say(page.Status{Text: "a message is being sent: " + a.keys.Quit.Help().Key + " again ends telex, and its outcome may stay unknown", Kind: page.StatusWarn})
		return nil, true
	case key.Matches(msg, a.keys.Quit) && a.unkept() && !a.asked:
		a.asked = true
		a.say(page.Status{Text: "what you wrote is not kept: " + a.keys.Quit.Help().Key + " again quits", Kind: page.StatusWarn})
		return nil, true
	case key.Matches(msg, a.keys.Quit):
		a.cancelBatch()
		return tea.Quit, true
	case key.Matches(msg, a.keys.Interrupt) && !a.interrupted.IsZero() && a.now().Sub(a.interrupted) < twiceWithin:
		a.cancelBatch()
		return tea.Quit, true
	case key.Matches(msg, a.keys.Interrupt):
		a.interrupted = a.now()
		a.say(page.Status{Text: "press ctrl+c again to quit", Kind: page.StatusWarn})
		return nil, true
	}
	a.interrupted, a.asked = time.Time{}, false
	return nil, false
}

// unkept reports whether words would be lost that did not go out.
func (a *app) unkept() bool {
	return !a.keepsDrafts() && !a.form.IsEmpty() && (a.batch == nil || !a.batch.settledAs(a.form))
}

// pressGlobal handles the keys that work on every screen.
func (a *app) pressGlobal(msg tea.KeyPressMsg) (tea.Cmd, bool) {
	k := a.keys
	if key.Matches(msg, k.Back) {
		if cmd, ok := a.escape(); ok {
			return cmd, !a.batch.running() // which esc is to stop all the same
		}
	}
	switch {
	case key.Matches(msg, k.Help), key.Matches(msg, k.HelpLetter) && !a.screen().Typing():
		a.openHelp()
		return nil, true
	case key.Matches(msg, k.Redraw):
		return tea.ClearScreen, true
	case key.Matches(msg, k.Suspend):
		if terminal.CanSuspend() {
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
	a.hush() // it was about the page before
	var ask tea.Cmd
	if to == page.Review {
		ask = a.askRepeats()
	}
	return tea.Batch(leave, ask, a.screen().Show(&a.form, how), a.act(said))
}
