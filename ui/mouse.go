package ui

import (
	tea "charm.land/bubbletea/v2"

	"telex/ui/keys"
	"telex/ui/page"
)

// The mouse does nothing of its own: each click and turn of the wheel is keys, as a person
// would press them. It is off unless the user wants it, for it takes the terminal's own
// selecting and pasting away.

// mostSteps is how many keys a click is, at most.
const mostSteps = 100

// mouse takes a click or the wheel.
func (a *app) mouse(msg tea.Msg) tea.Cmd {
	if !a.deps.Mouse || a.layout.TooSmall {
		return nil
	}
	switch msg := msg.(type) {
	case tea.MouseWheelMsg:
		switch msg.Button {
		case tea.MouseWheelUp:
			return a.strike("up")
		case tea.MouseWheelDown:
			return a.strike("down")
		}
	case tea.MouseClickMsg:
		switch {
		case msg.Button != tea.MouseLeft:
		case msg.Y == a.layout.H-1:
			return a.clickFooter(msg.X)
		case msg.Y >= a.layout.BodyTop && msg.Y < a.layout.BodyTop+a.layout.BodyH:
			return a.clickBody(msg.X, msg.Y-a.layout.BodyTop)
		}
	}
	return nil
}

// strike presses a key by its name.
func (a *app) strike(name string) tea.Cmd {
	k, ok := keys.Press(name)
	if !ok {
		return nil
	}
	return a.key(k)
}

// clickFooter presses the key of the footer at column x.
func (a *app) clickFooter(x int) tea.Cmd {
	for _, p := range a.footer().placed(a.layout.W, a.theme) {
		if x < p.x || x >= p.x+p.cells {
			continue
		}
		var cmds []tea.Cmd
		if s := keys.Strokes(p.key); len(s) > 0 {
			for _, name := range s[0].Keys {
				cmds = append(cmds, a.strike(name))
			}
		}
		return tea.Sequence(cmds...)
	}
	return nil
}

// clickBody moves to row y of what is in front: through a list by up and down, through
// fields by tab, never to another page. A choice that stands there is chosen.
func (a *app) clickBody(x, y int) tea.Cmd {
	a.clearDone()
	a.note()
	down, up := "down", "up"
	front := a.overlays.top()
	if front == nil && a.screen().Typing() {
		down, up = "tab", "shift+tab"
	}
	var cmds []tea.Cmd
	at, ok := a.cursorRow()
	for range mostSteps {
		if !ok || at == y {
			break
		}
		name := down
		if at > y {
			name = up
		}
		k, _ := keys.Press(name)
		cmds = append(cmds, a.move(front, k))
		now, still := a.cursorRow()
		if !still || now == at || (now > y) != (at > y) && now != y {
			break // the end of it, or beyond the row: what was clicked is part of where it stands
		}
		at = now
	}
	if at == y && front == nil && a.page == page.Recipients && a.recipients.isOnChoice(x) {
		cmds = append(cmds, a.strike("space"))
	}
	return tea.Batch(cmds...)
}

// move gives a key that moves to what is in front, and to that alone.
func (a *app) move(front overlay, k tea.KeyPressMsg) tea.Cmd {
	var in page.Intent
	var cmd tea.Cmd
	if front != nil {
		in, cmd = front.update(k)
	} else {
		in, cmd = a.screen().Update(k, &a.form)
	}
	switch in.(type) {
	case page.NextPage, page.PrevPage:
		return cmd
	}
	return tea.Batch(cmd, a.act(in))
}

// cursorRow is the row of the page's part in which the cursor is.
func (a *app) cursorRow() (y int, ok bool) {
	v := a.View()
	if v.Cursor == nil {
		return 0, false
	}
	return v.Cursor.Y - a.layout.BodyTop, true
}
