package keys

import "charm.land/bubbles/v2/key"

// Figures are the keys of the figures.
type Figures struct{ Period, By, Again, Scroll key.Binding }

func newFiguresKeys() Figures {
	return Figures{
		Period: bind([]string{"left", "right"}, "left/right", "period"),
		By:     bind([]string{"b", "B"}, "b", "count by something else"),
		Again:  bind([]string{"r"}, "r", "count again"),
		Scroll: bind(moving, "up/down", "scroll"),
	}
}

// All are the keys in the order in which people are told of them.
func (k Figures) All() []key.Binding { return []key.Binding{k.Period, k.By, k.Again, k.Scroll} }
