package keys

import (
	"strings"
	"testing"

	"charm.land/bubbles/v2/key"
)

// TestPress: each key of each action can be pressed by its name, and is that key then.
func TestPress(t *testing.T) {
	t.Parallel()
	for _, a := range New().actions() {
		for _, name := range a.binding.Keys() {
			got, ok := Press(name)
			if !ok || got.String() != name || !key.Matches(got, *a.binding) {
				t.Errorf("Press(%q) of %s is %q (%v), want that key", name, a.name, got.String(), ok)
			}
		}
	}
	for _, name := range []string{"", "ctrl+", "nonsense", "ctrl+nonsense"} {
		if got, ok := Press(name); ok && name != "ctrl+" {
			t.Errorf("Press(%q) = %q, want no key", name, got.String())
		}
	}
}

// TestStrokes: every action has a key to do it by, but for those that only move.
func TestStrokes(t *testing.T) {
	t.Parallel()
	for _, a := range New().actions() {
		if len(Strokes(*a.binding)) != 1 {
			t.Errorf("%s: got %v, want one stroke", a.name, Strokes(*a.binding))
		}
	}
	k := New()
	if got := Strokes(k.Response.Cancel); len(got) != 1 || strings.Join(got[0].Keys, " ") != "esc esc" {
		t.Errorf("cancel: got %v, want esc esc", got)
	}
	if got := Strokes(k.History.Move); len(got) != 0 {
		t.Errorf("moving: got %v, want none", got)
	}
	either := bind([]string{"left", "g", "i"}, "g/i", "group / individual")
	if got := Strokes(either); len(got) != 2 || got[1].Label != "i" || got[1].Does != "individual" {
		t.Errorf("either: got %v, want g and i", got)
	}
}
