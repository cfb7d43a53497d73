package keys

import "charm.land/bubbles/v2/key"

// Conversations are the keys of the conversations.
type Conversations struct{ Open, Move, Find, Held, Review, Reply, OptOut, Keep, Save, Scroll key.Binding }

func newConversationsKeys() Conversations {
	return Conversations{
		Open:   bind([]string{"enter"}, "enter", "open"),
		Move:   bind(moving, "up/down", "select"),
		Find:   bind([]string{"/"}, "/", "find"),
		Held:   bind([]string{"h"}, "h", "only those held"),
		Review: bind([]string{"enter"}, "enter", "Review"),
		Reply:  bind([]string{"r"}, "r", "reply"),
		OptOut: bind([]string{"o"}, "o", "opt out who is held"),
		Keep:   bind([]string{"k"}, "k", "keep texting who is held"),
		Save:   bind([]string{"s"}, "s", "save files"),
		Scroll: bind(moving, "up/down", "scroll"),
	}
}

// All are the keys in the order in which people are told of them.
func (k Conversations) All() []key.Binding {
	return []key.Binding{k.Open, k.Move, k.Find, k.Held, k.Review, k.Reply, k.OptOut, k.Keep, k.Save, k.Scroll}
}
