package keys

import "charm.land/bubbles/v2/key"

// Conversations are the keys of the conversations.
type Conversations struct{ Open, Move, Find, Review, Reply, Save, Scroll key.Binding }

func newConversationsKeys() Conversations {
	return Conversations{
		Open:   bind([]string{"enter"}, "enter", "open"),
		Move:   bind(moving, "up/down", "select"),
		Find:   bind([]string{"/"}, "/", "find"),
		Review: bind([]string{"enter"}, "enter", "Review"),
		Reply:  bind([]string{"r"}, "r", "reply"),
		Save:   bind([]string{"s"}, "s", "save files"),
		Scroll: bind(moving, "up/down", "scroll"),
	}
}

// All are the keys in the order in which people are told of them.
func (k Conversations) All() []key.Binding {
	return []key.Binding{k.Open, k.Move, k.Find, k.Review, k.Reply, k.Save, k.Scroll}
}
