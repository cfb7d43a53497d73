package ui

import (
	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textarea"
)

// The keys of the console. Three rules hold them together:
//
//   - while a text field has focus only control and function keys are global;
//   - a control letter that is global is taken out of the text fields' own keys,
//     in fieldKeys, so that the help and the behaviour agree;
//   - every key works on a terminal that cannot tell shift+enter from enter.
//
// The footer, the help page and the README's table are all made of these.

// globalKeys work on every screen.
type globalKeys struct {
	nextField, prevField key.Binding
	nextStep, prevStep   key.Binding
	back                 key.Binding
	help, helpLetter     key.Binding
	redraw               key.Binding
	suspend              key.Binding
	history, drafts      key.Binding
	setup                key.Binding
	interrupt, quit      key.Binding
}

func bind(keys []string, label, does string) key.Binding {
	return key.NewBinding(key.WithKeys(keys...), key.WithHelp(label, does))
}

func newGlobalKeys() globalKeys {
	return globalKeys{
		nextField:  bind([]string{"tab"}, "tab", "next field"),
		prevField:  bind([]string{"shift+tab"}, "shift+tab", "previous field"),
		nextStep:   bind([]string{"ctrl+n"}, "ctrl+n", "next step"),
		prevStep:   bind([]string{"ctrl+p"}, "ctrl+p", "previous step"),
		back:       bind([]string{"esc"}, "esc", "back"),
		help:       bind([]string{"f1"}, "f1", "help"),
		helpLetter: bind([]string{"?"}, "?", "help, outside a text field"),
		redraw:     bind([]string{"ctrl+l"}, "ctrl+l", "draw the screen anew"),
		suspend:    bind([]string{"ctrl+z"}, "ctrl+z", "suspend to the shell"),
		history:    bind([]string{"f2", "alt+2"}, "f2", "History"),
		drafts:     bind([]string{"f3", "alt+3"}, "f3", "drafts kept from earlier"),
		setup:      bind([]string{"f4", "alt+4"}, "f4", "Setup: accounts"),
		interrupt:  bind([]string{"ctrl+c"}, "ctrl+c ctrl+c", "quit"),
		quit:       bind([]string{"ctrl+q"}, "ctrl+q", "quit"),
	}
}

func (k globalKeys) all() []key.Binding {
	return []key.Binding{
		k.nextField, k.prevField, k.nextStep, k.prevStep, k.back,
		k.help, k.helpLetter, k.history, k.drafts, k.setup, k.redraw, k.suspend, k.interrupt, k.quit,
	}
}

// composeKeys, and the others below, are the keys of one screen.
type composeKeys struct{ editor, replace, cycle key.Binding }

func newComposeKeys() composeKeys {
	return composeKeys{
		editor:  bind([]string{"ctrl+o"}, "ctrl+o", "open $EDITOR"),
		replace: bind([]string{"ctrl+r"}, "ctrl+r", "replace for GSM-7"),
		cycle:   bind([]string{"up", "down"}, "up/down", "choose"),
	}
}

func (k composeKeys) all() []key.Binding { return []key.Binding{k.editor, k.replace, k.cycle} }

type recipientsKeys struct{ add, suggest, move, remove, how key.Binding }

func newRecipientsKeys() recipientsKeys {
	return recipientsKeys{
		add:     bind([]string{"enter"}, "enter", "add"),
		suggest: bind([]string{"ctrl+y"}, "ctrl+y", "take the suggestion"),
		move:    bind([]string{"up", "down", "pgup", "pgdown", "home", "end"}, "up/down", "select"),
		remove:  bind([]string{"x", "delete", "backspace"}, "x", "remove"),
		how:     bind([]string{"left", "right", "space", "g", "i"}, "g/i", "group / individual"),
	}
}

func (k recipientsKeys) all() []key.Binding {
	return []key.Binding{k.add, k.suggest, k.move, k.remove, k.how}
}

type mediaKeys struct{ add, move, up, down, remove, again key.Binding }

func newMediaKeys() mediaKeys {
	return mediaKeys{
		add:    bind([]string{"enter"}, "enter", "add"),
		move:   bind([]string{"up", "down", "pgup", "pgdown", "home", "end"}, "up/down", "select"),
		up:     bind([]string{"K", "shift+up"}, "K", "move up"),
		down:   bind([]string{"J", "shift+down"}, "J", "move down"),
		remove: bind([]string{"x", "delete", "backspace"}, "x", "remove"),
		again:  bind([]string{"r"}, "r", "look again"),
	}
}

func (k mediaKeys) all() []key.Binding {
	return []key.Binding{k.add, k.move, k.up, k.down, k.remove, k.again}
}

type reviewKeys struct{ send, fix, move, json, curl, copy, scroll, message key.Binding }

func newReviewKeys() reviewKeys {
	return reviewKeys{
		send:    bind([]string{"enter"}, "enter", "send"),
		fix:     bind([]string{"enter"}, "enter", "go to the problem"),
		move:    bind([]string{"up", "down"}, "up/down", "select problem"),
		json:    bind([]string{"j"}, "j", "JSON"),
		curl:    bind([]string{"u"}, "u", "curl"),
		copy:    bind([]string{"y"}, "y", "copy what is shown"),
		scroll:  bind([]string{"up", "down", "pgup", "pgdown", "home", "end"}, "up/down", "scroll"),
		message: bind([]string{"left", "right"}, "left/right", "other message"),
	}
}

func (k reviewKeys) all() []key.Binding {
	return []key.Binding{k.send, k.fix, k.move, k.scroll, k.message, k.json, k.curl, k.copy}
}

type responseKeys struct {
	cancel, fix, choose, scroll, json, copyID, copyJSON, check, edit, fresh key.Binding
}

func newResponseKeys() responseKeys {
	return responseKeys{
		cancel:   bind([]string{"esc"}, "esc esc", "cancel"),
		fix:      bind([]string{"enter"}, "enter", "go to the field"),
		choose:   bind([]string{"left", "right"}, "left/right", "other message"),
		scroll:   bind([]string{"up", "down", "pgup", "pgdown", "home", "end"}, "up/down", "scroll"),
		json:     bind([]string{"j"}, "j", "raw answer"),
		copyID:   bind([]string{"y"}, "y", "copy id"),
		copyJSON: bind([]string{"Y"}, "Y", "copy JSON"),
		check:    bind([]string{"r"}, "r", "ask for the delivery"),
		edit:     bind([]string{"e"}, "e", "edit and send again"),
		fresh:    bind([]string{"n"}, "n", "new message"),
	}
}

func (k responseKeys) all() []key.Binding {
	return []key.Binding{
		k.cancel, k.fix, k.choose, k.scroll, k.json, k.copyID, k.copyJSON, k.check, k.edit, k.fresh,
	}
}

type historyKeys struct {
	open, move, search, state, ask, again, other, scroll, copyID, copyJSON key.Binding
}

func newHistoryKeys() historyKeys {
	return historyKeys{
		open:     bind([]string{"enter"}, "enter", "open"),
		move:     bind([]string{"up", "down", "pgup", "pgdown", "home", "end"}, "up/down", "select"),
		search:   bind([]string{"/"}, "/", "search"),
		state:    bind([]string{"left", "right"}, "left/right", "other state"),
		ask:      bind([]string{"r"}, "r", "ask the API"),
		again:    bind([]string{"s"}, "s", "send again"),
		other:    bind([]string{"left", "right"}, "left/right", "newer / older one"),
		scroll:   bind([]string{"up", "down", "pgup", "pgdown", "home", "end"}, "up/down", "scroll"),
		copyID:   bind([]string{"y"}, "y", "copy id"),
		copyJSON: bind([]string{"Y"}, "Y", "copy JSON"),
	}
}

func (k historyKeys) all() []key.Binding {
	return []key.Binding{
		k.open, k.move, k.search, k.state, k.ask, k.again, k.other, k.scroll, k.copyID, k.copyJSON,
	}
}

type setupKeys struct{ take, move, edit, check, cycle key.Binding }

func newSetupKeys() setupKeys {
	return setupKeys{
		take:  bind([]string{"enter"}, "enter", "use"),
		move:  bind([]string{"up", "down", "pgup", "pgdown", "home", "end"}, "up/down", "select"),
		edit:  bind([]string{"e"}, "e", "change"),
		check: bind([]string{"ctrl+s"}, "ctrl+s", "check and save"),
		cycle: bind([]string{"left", "right", "space"}, "left/right", "choose"),
	}
}

func (k setupKeys) all() []key.Binding {
	return []key.Binding{k.take, k.move, k.edit, k.check, k.cycle}
}

type dialogKeys struct{ yes, no key.Binding }

func newDialogKeys() dialogKeys {
	return dialogKeys{
		yes: bind([]string{"enter"}, "enter", "do it"),
		no:  bind([]string{"esc"}, "esc", "leave it"),
	}
}

func (k dialogKeys) all() []key.Binding { return []key.Binding{k.yes, k.no} }

// fieldKeys are the keys of a text field: the usual ones of readline, less those
// that are global here, less those that run a clipboard program, which over SSH
// would be the wrong machine's.
func fieldKeys(multiline bool) textarea.KeyMap {
	k := textarea.DefaultKeyMap()
	k.LineNext.SetKeys("down")
	k.LinePrevious.SetKeys("up")
	k.Paste.SetEnabled(false)
	k.CopySelection.SetEnabled(false)
	if !multiline {
		for _, b := range []*key.Binding{&k.InsertNewline, &k.LineNext, &k.LinePrevious, &k.PageUp, &k.PageDown} {
			b.SetEnabled(false)
		}
	}
	return k
}

// KeyGroup is the keys of one screen, for help pages and manuals.
type KeyGroup struct {
	Title string
	Keys  [][2]string // label and what it does
}

// Keys lists all keys of the console, screen by screen, as they are without a
// configuration.
func Keys() []KeyGroup { return newKeymap().groups() }

// groups lists the keys, everywhere first, then page by page.
func (k *keymap) groups() []KeyGroup {
	group := func(title string, bindings []key.Binding) KeyGroup {
		g := KeyGroup{Title: title}
		for _, b := range bindings {
			if b.Enabled() {
				g.Keys = append(g.Keys, [2]string{b.Help().Key, b.Help().Desc})
			}
		}
		return g
	}
	return []KeyGroup{
		group("Everywhere", k.global.all()),
		group("Compose", k.compose.all()),
		group("Recipients", k.recipients.all()),
		group("Media", k.media.all()),
		group("Review", k.review.all()),
		group("Response", k.response.all()),
		group("History", k.history.all()),
		group("Setup", k.setup.all()),
		group("Drafts", k.drafts.all()),
		group("A question", k.question.all()),
	}
}
