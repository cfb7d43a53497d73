package ui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"telex/ui/account"
	"telex/ui/keys"
	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/widget"
)

// An unlock asks for a passphrase or secret without which nothing can be sent. It is
// opened by a key of the user, never by itself: what is being typed must not end up
// in it.
type unlock struct {
	what, why string // clean
	in        *widget.Secret
	trying    bool
	try       func(account.Typed) tea.Cmd // makes the link with what was typed
	bindings  keys.Question
	w         int
}

func newUnlock(e *account.AskError, k keys.Question, try func(account.Typed) tea.Cmd) *unlock {
	u := &unlock{in: widget.NewSecret(), try: try, bindings: k}
	u.in.Focus()
	u.ask(e)
	return u
}

// ask asks, again if what was typed was wrong.
func (u *unlock) ask(e *account.AskError) {
	u.what, u.why, u.trying = text.Clean(e.What), text.Clean(e.Why), false
	u.in.Set("")
}

// unlockLabel is before what is typed.
const unlockLabel = "Unlock with  "

func (u *unlock) update(msg tea.Msg) (page.Intent, tea.Cmd) {
	k, isKey := msg.(tea.KeyPressMsg)
	switch {
	case isKey && key.Matches(k, u.bindings.No):
		return closed{u, nil}, nil
	case isKey && key.Matches(k, u.bindings.Yes):
		typed := u.in.Typed()
		if typed == nil || u.trying {
			return nil, nil
		}
		u.trying = true
		return nil, u.try(typed)
	}
	return nil, u.in.Update(msg)
}

func (u *unlock) resize(w, _ int) {
	u.w = w
	u.in.Resize(max(w-len(unlockLabel), 2), 1)
}

func (u *unlock) keys() []key.Binding {
	k := u.bindings
	k.Yes.SetHelp(k.Yes.Help().Key, "unlock")
	return k.All()
}

func (u *unlock) typing() bool { return true }
func (u *unlock) inBox() bool  { return true }

func (u *unlock) view(t widget.Theme) widget.Frame {
	var out widget.Frame
	w := u.w
	for i, l := range text.Wrap("Type "+u.what, w) {
		if i == 0 {
			l = t.Title.Render(l)
		}
		out.Add(l)
	}
	for _, l := range text.Wrap("It stays in memory, until telex ends.", w) {
		out.Add(l)
	}
	out.Add("")
	lines, cursor := u.in.View()
	out.Put(text.Width(unlockLabel), lines, cursor)
	first := len(out.Lines) - len(lines)
	out.Lines[first] = t.Focus.Render(unlockLabel) + out.Lines[first][len(unlockLabel):]
	out.Add("")
	switch {
	case u.trying:
		out.Add("Trying it.")
	case u.why != "":
		for _, l := range text.Wrap(u.why, w) {
			out.Add(t.Danger.Render(l))
		}
	}
	return out
}
