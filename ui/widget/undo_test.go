package widget

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
)

// What an undo keeps is bounded, in changes and in bytes, and the oldest goes first.
func TestUndoIsBounded(t *testing.T) {
	f := NewField(true)
	f.Resize(40, 10)
	for i := range 3 * mostUndo {
		f.Set(strings.Repeat("x", i+1))
	}
	if got := len(f.undo.states); got != mostUndo {
		t.Errorf("got %d changes kept, want %d", got, mostUndo)
	}
	for range 20 {
		f.Update(tea.PasteMsg{Content: strings.Repeat("long ", mostUndoBytes/50)})
	}
	held := 0
	for _, s := range f.undo.states {
		held += len(s.text)
	}
	if held != f.undo.bytes || held > mostUndoBytes {
		t.Errorf("got %d bytes held and %d counted, want both the same and %d at most", held, f.undo.bytes, mostUndoBytes)
	}
	if !f.Undo() {
		t.Error("got nothing to undo, want the last paste")
	}
}

// Letters are taken back by the word, and the cursor comes back to where it stood.
func TestUndoByWord(t *testing.T) {
	f := NewField(true)
	f.Resize(40, 10)
	f.Focus()
	for _, r := range "One two" {
		f.Update(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
	f.Update(tea.KeyPressMsg{Code: tea.KeyHome})
	f.Update(tea.KeyPressMsg{Code: 'X', Text: "X"})
	for _, want := range []string{"One two", "One ", "One", ""} {
		if !f.Undo() || f.Value() != want {
			t.Errorf("got %q, want %q", f.Value(), want)
		}
		if want == "One two" && f.area.col != 0 {
			t.Errorf("got the cursor at %d, want it at the beginning", f.area.col)
		}
	}
	if f.Undo() {
		t.Error("got something to undo, want nothing left")
	}
}
