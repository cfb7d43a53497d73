package ui

import (
	"context"
	"sync/atomic"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"telex/messaging/outbox"
	"telex/ui/account"
	"telex/ui/broadcasts"
	"telex/ui/conversations"
	"telex/ui/draft"
	"telex/ui/figures"
	"telex/ui/history"
	"telex/ui/keys"
	"telex/ui/page"
	"telex/ui/people"
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

	pages
	overlays stack
	statusLine
	quiet quiet // before enter sends
	attention

	form draft.Form
	sends
	opening
	keeper    keeper
	inFlight  inFlight
	conn      connection
	following following
	laterSend laterSend
	dueSends  dueSends
	news
	switching
	editing atomic.Bool // the user's editor has the terminal; also read by Run's own goroutine
}

func newApp(ctx context.Context, d Deps, now func() time.Time) *app {
	a := &app{
		ctx: ctx, deps: d, now: now, theme: d.look().New(), layout: widget.NewLayout(0, 0),
		quiet: quiet{least: stillBefore}, conn: connection{connect: d.Connect, link: d.Link},
	}
	a.onePane, a.way = d.OnePane, terminal.Way(d.Environ, d.Notify, "")
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
	a.keymap, a.keys, a.allOf = bound, bound.Global, bound.Global.Help.Help().Key
}

// build makes the screens of the account that is in use, with nothing written in them.
func (a *app) build() {
	ctx, d, now := a.ctx, a.deps, a.now
	link := func() account.Link { return a.conn.link }
	a.compose, a.recipients = newCompose(d.Sender, a.keymap, now), newRecipients(d.Sender, a.keymap)
	store := func() *outbox.Outbox { return a.store }
	a.recipients.optedOut.ask = askOptOuts(ctx, outbox.By{AccountID: d.AccountID}, store, now)
	a.recipients.people.barred = askBarred(ctx, outbox.By{AccountID: d.AccountID}, store)
	a.recipients.askPeople(ctx, store)
	a.review = newReview(reviewDeps{d.Sender, d.Environ, link, ctx, store, func() error { return a.storeErr }, nil, a.keymap.Review.Everybody}, a.keymap, now, &a.quiet)
	response := newResponse(func() *batch { return a.batch }, asks{a.list, a.checkAll, a.exportBatch, a.reread, a.keys.Back}, now().Location(), a.keymap.Response)
	a.history = history.New(ctx, a.historyStore, a.historyAPI, a.keymap, now)
	a.setup = setup.New(ctx, d.Accounts, d.Region, setup.InUse{Profile: d.Profile, Sandbox: d.Sandbox, First: d.First, Version: d.Version}, a.keymap)
	media := newMedia(ctx, d.LookAtMedia, a.keymap)
	a.media = media
	media.own = ownFiles{attach: d.Attach, home: terminal.Env(d.Environ, "HOME"), address: a.addressOf}
	a.compose.known, a.compose.recent, a.compose.sent = a.recipients.known, a.openRecents, a.hasSent
	if d.Templates != nil {
		a.compose.template = a.chooseTemplate
	}
	a.review.known, a.review.looked = a.recipients.known, func() map[string]*mediaLooked { return media.looked }
	a.conversations = conversations.New(ctx, conversations.Deps{Store: a.talkStore, Account: a.answers, Files: a.files, Settled: a.settled, Now: now, Shell: d.shell()}, a.keymap)
	a.figures = figures.New(ctx, figures.Deps{Store: a.figuresStore, Now: now}, a.keymap)
	a.people = people.New(ctx, people.Deps{Store: a.peopleStore, Region: d.Region, Now: now, Shell: d.shell()}, a.keymap)
	a.broadcasts = broadcasts.New(ctx, broadcasts.Deps{Store: a.runStore, Now: now, Shell: d.shell()}, a.keymap)
	a.screens = [...]page.Page{a.compose, a.recipients, media, a.review, response, a.history, a.setup, a.conversations, a.broadcasts, a.people, a.figures}
	a.reset()
}

// look is how the console is drawn.
func (d Deps) look() widget.Look {
	return widget.Look{Theme: d.Theme, Roles: d.Colors, ASCII: !terminal.SpeaksUTF8(d.Environ)}
}

// reset begins a new message with the profile's own values.
func (a *app) reset() { a.replace(draft.New(a.deps.Numbers, a.deps.ApplicationID)) }

// replace makes another message the form. What Response shows is not that one any more.
func (a *app) replace(f draft.Form) {
	a.form = f
	a.recipients.removals = nil // they were of another one
	a.media.forget()
	if a.batch != nil {
		a.batch.apart = true
	}
}

// Init shows the first screen. The outbox is opened when the size is known, which
// is when the first frame is drawn.
func (a *app) Init() tea.Cmd {
	a.keeper.Begin(&a.form)
	return a.screen().Show(&a.form, page.AtDefault)
}

// historyStore is the outbox as History reads it; nil until it is open.
func (a *app) historyStore() history.Store {
	if a.store == nil {
		return nil
	}
	return a.store
}

// runStore is the outbox as the broadcasts are read and changed in it; nil until it is open.
func (a *app) runStore() broadcasts.Store {
	if a.store == nil {
		return nil
	}
	return a.store
}

// figuresStore is the outbox as Figures counts it; nil until it is open.
func (a *app) figuresStore() figures.Store {
	if a.store == nil {
		return nil
	}
	return a.store
}

// peopleStore is the outbox as People uses it; nil until it is open.
func (a *app) peopleStore() people.Store {
	if a.store == nil {
		return nil
	}
	return a.store
}

// historyAPI is the way to ask the API, as History uses it.
func (a *app) historyAPI() history.API {
	return history.API{Lister: a.conn.link.Lister, By: a.by(), Sandbox: a.deps.Sandbox, Working: a.news.workHere, Shell: a.deps.shell()}
}

// Update takes, in this order: facts about the terminal, results of commands, an
// open help page or dialog, global keys, the screen in front. Then it sees to the
// draft.
func (a *app) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	cmd := a.take(msg)
	if keep := a.keepDraft(); keep != nil {
		cmd = tea.Batch(cmd, keep)
	}
	return a, cmd
}

func (a *app) take(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case page.Message:
		return a.deliver(msg)
	case batchMessage:
		return a.watch(msg)
	case tea.KeyPressMsg:
		return a.key(msg)
	case tea.PasteMsg:
		return a.paste(text.NormalizeNewlines(msg.Content))
	case leftOut, hurried:
		return a.onGate(msg)
	case tea.WindowSizeMsg:
		return tea.Batch(a.resize(msg.Width, msg.Height), a.openStore(a.ctx, a.deps), a.conn.first(a.ctx))
	case tea.ModeReportMsg:
		if msg.Mode == ansi.ModeUnicodeCore {
			a.theme.Graphemes = terminal.CountsGraphemes(msg)
		}
	case storeOpened:
		return tea.Batch(a.onStoreOpened(msg), a.askBackground(), a.askName())
	case openDue, openedLater:
		return a.onOpening(msg)
	case tea.BackgroundColorMsg:
		a.onBackground(msg)
	case tea.TerminalVersionMsg:
		a.way = terminal.Way(a.deps.Environ, a.deps.Notify, msg.Name)
	case callDue:
		return a.onCallDue()
	case newsRead:
		return a.onNews(msg)
	case linked:
		return a.onLinked(msg)
	case scheduled, dueChanged, dueSent:
		return a.onLater(msg)
	case askNews:
		return a.onAskNews(msg)
	case switched:
		return a.onSwitched(msg)
	case tea.MouseClickMsg, tea.MouseWheelMsg:
		return a.mouse(msg)
	case tea.FocusMsg:
		a.look(false)
	case tea.BlurMsg:
		a.look(true)
	case edited:
		return a.onEdited(msg)
	case recentsRead:
		a.onRecentsRead(msg)
	case uploaded:
		return a.onUploaded(msg)
	case pictureRead, pictureDrawn, terminal.Graphics:
		return a.onPicture(msg)
	case endNow:
		return a.endAtOnce()
	default:
		cmd, _ := a.onDraft(msg)
		return cmd
	}
	return nil
}

// endAtOnce ends the program, and what is being sent.
func (a *app) endAtOnce() tea.Cmd {
	a.next = nil
	a.cancelBatch()
	return tea.Quit
}

// onLater takes news of what is sent later.
func (a *app) onLater(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case scheduled:
		return a.onScheduled(msg)
	case dueChanged:
		return a.onDueChanged(msg)
	case dueSent:
		return a.onDueSent(msg)
	}
	return nil
}

// deliver hands a message to the page that waits for it, whatever is in front. What it
// says then of itself is nothing to whoever is on another page: there esc would take that
// away, and not lead back.
func (a *app) deliver(m page.Message) tea.Cmd {
	was := a.form.Clone()
	in, cmd := a.screens[m.To()].Update(m, &a.form)
	if m.To() == a.page {
		return tea.Batch(cmd, a.act(in))
	}
	if a.page == page.Review && (was.Pasting != a.form.Pasting || !was.Same(&a.form)) {
		cmd = tea.Batch(cmd, a.review.begin(&a.form))
	} else {
		a.refresh()
	}
	if _, there := in.(page.Here); there {
		return cmd
	}
	return tea.Batch(cmd, a.act(in))
}

// refresh makes what Review shows anew if it is in front: it shows what others found.
func (a *app) refresh() {
	if a.page == page.Review {
		a.review.build(&a.form)
	}
}

func (a *app) resize(w, h int) tea.Cmd {
	a.layout = widget.NewLayout(w, h)
	for _, s := range a.screens {
		s.Resize(a.width(w), a.layout.BodyH)
	}
	a.recipients.settle(&a.form) // how many rows its lists have depends on what is in them
	a.refresh()
	a.overlays.resize(w, a.layout.BodyH)
	return tea.Batch(a.history.Resized(), a.conversations.Resized())
}
