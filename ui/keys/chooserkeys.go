package keys

import "charm.land/bubbles/v2/key"

// Drafts are the keys of the list of drafts.
type Drafts struct{ Take, Move, Remove, Leave key.Binding }

func newChooserKeys() Drafts {
	return Drafts{
		Take:   bind([]string{"enter"}, "enter", "continue"),
		Move:   bind([]string{"up", "down", "pgup", "pgdown", "home", "end"}, "up/down", "select"),
		Remove: bind([]string{"x", "delete", "backspace"}, "x", "delete"),
		Leave:  bind([]string{"esc"}, "esc", "close"),
	}
}

// All are the keys in the order in which people are told of them.
func (k Drafts) All() []key.Binding {
	return []key.Binding{k.Take, k.Move, k.Remove, k.Leave}
}
