package keys

import "charm.land/bubbles/v2/key"

// Broadcasts are the keys of the broadcasts.
type Broadcasts struct{ Open, Pause, Resume, Cancel, Move key.Binding }

func newBroadcastsKeys() Broadcasts {
	return Broadcasts{
		Open:   bind([]string{"enter"}, "enter", "open"),
		Pause:  bind([]string{"p"}, "p", "pause"),
		Resume: bind([]string{"r"}, "r", "copy resume"),
		Cancel: bind([]string{"x"}, "x", "cancel"),
		Move:   bind(moving, "up/down", "select"),
	}
}

// All are the keys in the order in which people are told of them.
func (k Broadcasts) All() []key.Binding {
	return []key.Binding{k.Open, k.Pause, k.Resume, k.Cancel, k.Move}
}
