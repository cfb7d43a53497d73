package keys

import "charm.land/bubbles/v2/key"

// People are the keys of the people.
type People struct{ Use, Find, Add, Save, Kind, Remove, OptOut, Move key.Binding }

func newPeopleKeys() People {
	return People{
		Use:    bind([]string{"enter"}, "enter", "add to message"),
		Find:   bind([]string{"/"}, "/", "find"),
		Add:    bind([]string{"a"}, "a", "add somebody"),
		Save:   bind([]string{"enter"}, "enter", "next field, and add"),
		Kind:   bind([]string{"left", "right"}, "left/right", "contacts, opted out, held"),
		Remove: bind([]string{"x", "delete"}, "x", "remove"),
		OptOut: bind([]string{"o"}, "o", "opt out"),
		Move:   bind(moving, "up/down", "select"),
	}
}

// All are the keys in the order in which people are told of them.
func (k People) All() []key.Binding {
	return []key.Binding{k.Use, k.Find, k.Add, k.Save, k.Kind, k.Remove, k.OptOut, k.Move}
}
