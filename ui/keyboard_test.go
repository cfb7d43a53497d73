package ui

import (
	"strings"
	"testing"
	"time"

	"telex/ui/page"

	tea "charm.land/bubbletea/v2"
)

// TestKeysOfOtherLayouts: a key is what its layout makes of it if that is a Latin
// letter, and otherwise what lies in its place.
func TestKeysOfOtherLayouts(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name       string
		code, base rune
		mod        tea.KeyMod
		want       string
	}{
		{"Cyrillic ctrl+с", 'с', 'c', tea.ModCtrl, "ctrl+c"},
		{"Cyrillic ctrl+т", 'т', 'n', tea.ModCtrl, "ctrl+n"},
		{"Greek ctrl+ψ", 'ψ', 'c', tea.ModCtrl, "ctrl+c"},
		{"Hebrew alt+ב", 'ב', 'c', tea.ModAlt, "alt+c"},
		{"Arabic ctrl+ؤ", 'ؤ', 'c', tea.ModCtrl, "ctrl+c"},
		{"English ctrl+c", 'c', 0, tea.ModCtrl, "ctrl+c"},
		{"French ctrl+a, where q is", 'a', 'q', tea.ModCtrl, "ctrl+a"},
		{"French ctrl+é, where 2 is", 'é', '2', tea.ModCtrl, "ctrl+é"},
		{"Dvorak ctrl+c, where i is", 'c', 'i', tea.ModCtrl, "ctrl+c"},
		{"Cyrillic without the key beside it", 'с', 0, tea.ModCtrl, "ctrl+с"},
		{"an arrow", tea.KeyUp, 0, 0, "up"},
	} {
		if got := latin(tea.KeyPressMsg{Code: tt.code, BaseCode: tt.base, Mod: tt.mod}).String(); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
	g := newGated(t)
	if !g.View().KeyboardEnhancements.ReportAlternateKeys {
		t.Error("the terminal is not asked for the keys beside the letters")
	}
	g.give(tea.KeyPressMsg{Code: 'с', BaseCode: 'c', Mod: tea.ModCtrl})
	if !strings.Contains(g.app.status.Text, "ctrl+c again") {
		t.Errorf("got %q said after ctrl+с, want what ctrl+c says", g.app.status.Text)
	}
}

// TestLeftOutIsSaid: what is left out is said once, behind the paste that it was in, or
// by itself.
func TestLeftOutIsSaid(t *testing.T) {
	t.Parallel()
	const words = "left out what was not UTF-8, 2 bytes"
	for _, m := range []tea.Msg{tea.PasteMsg{Content: "caf ol"}, keyOf(t, "a"), oddBytes{}} {
		g := newGated(t)
		g.odd.Add(2)
		g.wait(time.Second)
		g.give(m)
		if !strings.Contains(g.app.status.Text, words) {
			t.Errorf("%T: got %q said, want %q", m, g.app.status.Text, words)
		}
		g.app.status = page.Status{}
		g.give(oddBytes{})
		if g.app.status.Text != "" {
			t.Errorf("%T: got %q said again", m, g.app.status.Text)
		}
	}
	g := newGated(t)
	g.give(tea.PasteMsg{Content: "a\tb\tc"})
	if want := "2 tabs became 4 spaces each"; !strings.Contains(g.app.status.Text, want) || g.app.form.Text != "a    b    c" {
		t.Errorf("got %q said, and the text %q, want %q", g.app.status.Text, g.app.form.Text, want)
	}
}
