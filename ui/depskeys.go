package ui

import "telex/ui/keys"

// keymap is the one that the user's keys make. Bad ones are left out: who starts
// the console has checked them.
func (d Deps) keymap() *keys.Map {
	k, err := keys.Bound(d.Keys)
	if err != nil {
		return keys.New()
	}
	return k
}
