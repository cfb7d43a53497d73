package ui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"telex/ui/account"
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
}

func newUnlock(e *account.AskError, w int) *unlock {
	u := &unlock{in: widget.NewSecret()}
	u.in.Focus()
	u.in.Resize(w-2, 1)
	u.ask(e)
	return u
}

// ask asks, again if what was typed was wrong.
func (u *unlock) ask(e *account.AskError) {
	u.what, u.why, u.trying = text.Clean(e.What), text.Clean(e.Why), false
	u.in.Set("")
}

func (u *unlock) view(w int, t widget.Theme) widget.Frame {
	var out widget.Frame
	for i, l := range text.Wrap("Type "+u.what, w) {
		if i == 0 {
			l = t.Title.Render(l)
		}
		out.Add(l)
	}
	for _, l := range text.Wrap("It stays in memory, for this run of telex.", w) {
		out.Add(l)
	}
	out.Add("")
	lines, cursor := u.in.View()
	out.Put(2, lines, cursor)
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

// pressUnlock takes a key or a paste while the question is open.
func (a *app) pressUnlock(msg tea.Msg) tea.Cmd {
	u, k := a.unlock, a.keymap.Question
	press, isKey := msg.(tea.KeyPressMsg)
	switch {
	case isKey && key.Matches(press, k.No):
		a.unlock = nil
		return nil
	case isKey && key.Matches(press, k.Yes):
		typed := u.in.Typed()
		if typed == nil || u.trying {
			return nil
		}
		u.trying = true
		return a.conn.begin(a.ctx, typed)
	}
	return u.in.Update(msg)
}
