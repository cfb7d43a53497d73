package keys

import "charm.land/bubbles/v2/key"

type Drafts struct{ Take, Move, Remove, Leave key.Binding }

func newChooserKeys() Drafts {
	return Drafts{
		Take:   bind([]string{"enter"}, "enter", "open it"),
		Move:   bind([]string{"up", "down", "pgup", "pgdown", "home", "end"}, "up/down", "select"),
		Remove: bind([]string{"x", "delete", "backspace"}, "x", "delete it"),
		Leave:  bind([]string{"esc"}, "esc", "close"),
	}
}

func (k Drafts) All() []key.Binding {
	return []key.Binding{k.Take, k.Move, k.Remove, k.Leave}
}
