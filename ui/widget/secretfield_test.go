package widget

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
)

// TestSecret: what is typed is taken whole and shown as how much it is, and no key tells
// where a word ends.
func TestSecret(t *testing.T) {
	t.Parallel()
	f := NewSecret()
	f.Resize(11, 1)
	f.Update(typing("x"))
	if f.Value() != "" || f.Typed() != nil {
		t.Errorf("got %q without the cursor, want nothing", f.Value())
	}
	if _, c := f.View(); c != nil {
		t.Error("got a cursor in a field that has none")
	}
	f.Focus()
	f.Update(tea.PasteMsg{Content: "  two words\n"})
	see := func(want string, x int) {
		t.Helper()
		lines, c := f.View()
		if len(lines) != 1 || lines[0] != want || c == nil || c.X != x || c.Y != 0 {
			t.Errorf("got %q and the cursor at %+v, want %q and it at %d", lines, c, want, x)
		}
	}
	see(strings.Repeat("*", 9), 9)
	if f.Value() != "two words" || f.Typed()() != "two words" {
		t.Errorf("got %q, want what was pasted without the ends", f.Value())
	}
	f.Update(typing("alt+b"))
	see(strings.Repeat("*", 9), 0)
	f.Update(typing("end"))
	for range 5 {
		f.Update(typing("é"))
	}
	see(strings.Repeat("*", 10), 10)
	f.Update(typing("backspace"))
	f.Update(typing("enter"))
	if f.Value() != "two wordséééé" {
		t.Errorf("got %q, want one letter less and no line end", f.Value())
	}
	f.Update(typing("ctrl+w"))
	see("", 0)
	f.Set("a\nb")
	if f.Value() != "a b" {
		t.Errorf("got %q, want one line", f.Value())
	}
}
