package ui

import (
	"slices"
	"unicode"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"telex/ui/page"
	"telex/ui/terminal"
	"telex/ui/text"
)

// paste goes to what is in front only.
func (a *app) paste(body string) tea.Cmd {
	defer a.note()
	a.following.touch(a.now())
	front := a.overlays.top()
	if a.layout.TooSmall || front != nil && !front.typing() {
		return a.act(page.Warn("pasted nothing: no text field is in front"))
	}
	a.hush() // it was about a paste before, or a key
	if front != nil {
		return a.update(front, tea.PasteMsg{Content: body})
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

// key takes a key as it comes from the terminal.
func (a *app) key(msg tea.KeyPressMsg) tea.Cmd {
	if msg.String() == "alt+esc" { // two that a slow line delivered together
		esc := tea.KeyPressMsg{Code: tea.KeyEscape}
		return tea.Sequence(a.press(esc), a.press(esc))
	}
	return a.press(msg)
}

func (a *app) press(msg tea.KeyPressMsg) tea.Cmd {
	defer a.note()
	a.fold()
	a.clearDone()
	if cmd, ok := a.keep(msg); ok {
		return cmd
	}
	if cmd, ok := a.pressEnd(msg); ok {
		return cmd
	}
	if a.layout.TooSmall {
		return nil // nothing is done that cannot be seen
	}
	if front := a.overlays.top(); front != nil {
		if a.pressAround(front, msg) {
			return nil
		}
		return a.update(front, msg)
	}
	global, ok := a.pressGlobal(msg)
	if ok {
		return global
	}
	if a.page < page.Review && key.Matches(msg, lineEnds) {
		msg = tea.KeyPressMsg{Code: tea.KeyEnter}
	}
	closes := a.closes()
	mute := a.mute(msg) // as it is before the key changes what is in front
	in, cmd := a.screen().Update(msg, &a.form)
	if a.closes() != closes {
		a.hush() // it was about what is covered now, or gone
	}
	if _, gone := text.PlainText(msg.Text); gone != "" {
		a.say(page.Status{Text: gone, Kind: page.StatusWarn})
	}
	if mute && in == nil && cmd == nil {
		a.unheard(msg)
	}
	return tea.Batch(global, cmd, a.act(in))
}

// unheard tells whoever presses a letter that is no key of the page in front, and stands in
// no text field, where to look: q above all is a habit from elsewhere.
func (a *app) unheard(msg tea.KeyPressMsg) {
	if a.status.Text != "" || a.screen().Typing() {
		return
	}
	next := a.keys.Help.Help().Key + " shows the keys"
	if msg.Text == "q" && a.keys.Quit.Enabled() {
		next = a.keys.Quit.Help().Key + " quits"
	}
	a.say(page.Status{Text: msg.Text + " does nothing here: " + next, Kind: page.StatusDone})
}

// mute reports whether a key is a letter that is no key of the page in front, which stands in
// no text field.
func (a *app) mute(msg tea.KeyPressMsg) bool {
	letter := len(msg.Text) == 1 && unicode.IsLetter(rune(msg.Text[0]))
	return letter && !a.screen().Typing() && !slices.ContainsFunc(a.working(nil), func(b key.Binding) bool { return key.Matches(msg, b) })
}

// note keeps enter from sending if it belongs to a paste, or to what stood in front a
// moment ago.
func (a *app) note() { a.quiet.Note(a.now()) }

// pressEnd handles the keys that end the program, which work everywhere.
func (a *app) pressEnd(msg tea.KeyPressMsg) (tea.Cmd, bool) {
	var again string
	switch {
	case key.Matches(msg, a.keys.Quit) && a.batch.running():
		again = "a message is being sent: " + a.keys.Quit.Help().Key + " again ends telex, and its outcome may stay unknown"
	case key.Matches(msg, a.keys.Quit) && a.unkept():
		again = "what you wrote is not kept: " + a.keys.Quit.Help().Key + " again quits"
	case key.Matches(msg, a.keys.Quit):
		return a.quit(), true
	case key.Matches(msg, a.keys.Interrupt):
		a.promise(page.Twice{Text: "press ctrl+c again to quit", Key: a.keys.Interrupt, Act: a.quit}, true)
		return nil, true
	default:
		return nil, false
	}
	a.promise(page.Twice{Text: again, Key: a.keys.Quit, Act: a.quit}, true)
	return nil, true
}

// quit ends the program. What is being sent is cancelled.
func (a *app) quit() tea.Cmd {
	a.cancelBatch()
	return tea.Quit
}

// unkept reports whether words would be lost that did not go out.
func (a *app) unkept() bool {
	return !a.keeper.Keeps() && !a.form.IsEmpty() && (a.batch == nil || !a.batch.settledAs(a.form))
}

// update gives a key or a paste to what is in front, and does what that asks for. What it says
// goes when it is closed.
func (a *app) update(front overlay, msg tea.Msg) tea.Cmd {
	in, cmd := front.update(msg)
	done := a.act(in)
	if _, tells := in.(page.Tell); tells {
		a.said = front
	}
	return tea.Batch(cmd, done)
}

// pressAround handles the keys that open something in front of an overlay; ok is false if
// it is none of them.
func (a *app) pressAround(front overlay, msg tea.KeyPressMsg) (ok bool) {
	switch {
	case !helpsOn(front):
		return false
	case key.Matches(msg, a.keys.Help):
		a.openHelp()
	case key.Matches(msg, a.keys.Commands):
		a.openCommands()
	default:
		return false
	}
	return true
}

// pressGlobal handles the keys that work on every screen.
func (a *app) pressGlobal(msg tea.KeyPressMsg) (tea.Cmd, bool) {
	k := a.keys
	if key.Matches(msg, k.Back) && !a.closes() {
		if cmd, ok := a.escape(); ok {
			return cmd, !a.batch.running() // which esc is to stop all the same
		}
	}
	switch {
	case key.Matches(msg, k.Commands):
		a.openCommands()
		return nil, true
	case key.Matches(msg, k.Panes):
		return a.togglePanes(), true
	case key.Matches(msg, k.Help), key.Matches(msg, k.HelpLetter) && !a.screen().Typing():
		a.openHelp()
		return nil, true
	case key.Matches(msg, k.Redraw):
		return tea.ClearScreen, true
	case key.Matches(msg, k.Suspend):
		if terminal.CanSuspend() {
			return tea.Suspend, true
		}
		return a.act(page.Warn(k.Suspend.Help().Key + " is off: telex was not started from a shell")), true
	case key.Matches(msg, k.History) && a.page == page.History, key.Matches(msg, k.Setup) && a.page == page.Setup,
		key.Matches(msg, k.Conversations) && a.page == page.Conversations, key.Matches(msg, k.Broadcasts) && a.page == page.Broadcasts, key.Matches(msg, k.People) && a.page == page.People,
		key.Matches(msg, k.Figures) && a.page == page.Figures:
		return a.goBack(), true
	case key.Matches(msg, k.History):
		return a.goTo(page.History, page.AtDefault), true
	case key.Matches(msg, k.Conversations):
		return a.goTo(page.Conversations, page.AtDefault), true
	case key.Matches(msg, k.Broadcasts):
		return a.goTo(page.Broadcasts, page.AtDefault), true
	case key.Matches(msg, k.Figures):
		return a.goTo(page.Figures, page.AtDefault), true
	case key.Matches(msg, k.People):
		return a.goTo(page.People, page.AtDefault), true
	case key.Matches(msg, k.Setup) && a.deps.Accounts != nil:
		return a.goTo(page.Setup, page.AtDefault), true
	case key.Matches(msg, k.Drafts):
		return a.openDrafts(), true
	case a.page.Beside():
		return nil, false // beside the steps: no next one, and esc is its own
	case key.Matches(msg, k.NextStep):
		return a.step(1, page.AtDefault), true
	case key.Matches(msg, k.PrevStep):
		return a.step(-1, page.AtDefault), true
	case key.Matches(msg, k.Back) && a.page == page.Recipients && a.recipients.closeInner(&a.form):
		return nil, true
	case key.Matches(msg, k.Back) && a.page == page.Review && a.review.closeInner(&a.form):
		return nil, true
	case key.Matches(msg, k.Back) && a.page == page.Review && a.origin.page.Beside():
		return a.toOrigin(), true
	case key.Matches(msg, k.Back) && a.page != page.Response:
		return a.step(-1, page.AtDefault), true
	}
	return nil, false
}
