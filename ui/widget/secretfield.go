package widget

import (
	"math"
	"strings"

	tea "charm.land/bubbletea/v2"

	"telex/ui/keys"
)

// An Input is a field of a form that is typed into.
type Input interface {
	Value() string
	Set(s string)
	Focus()
	Blur()
	Resize(w, h int)
	Update(msg tea.Msg) tea.Cmd
	View() ([]string, *tea.Cursor)
}

var (
	_ Input = (*Field)(nil)
	_ Input = (*Secret)(nil)
)

// A Secret is a text input of one line that shows how much was typed, and not
// what.
type Secret struct {
	in *area
	w  int
}

// NewSecret is an empty one.
func NewSecret() *Secret { return &Secret{newArea(math.MaxInt32, 1, keys.Secret()), leastWidth} }

// Value is what was typed, in the clear.
func (f *Secret) Value() string { return f.in.text() }

// Set puts s in the place of what was typed.
func (f *Secret) Set(s string) { f.in.set(oneLine.Replace(s)) }

// oneLine makes spaces of what would end a line.
var oneLine = strings.NewReplacer("\n", " ", "\r", " ", "\t", " ")

// Focus gives it the cursor.
func (f *Secret) Focus() { f.in.focused = true }

// Blur takes the cursor from it.
func (f *Secret) Blur() { f.in.focused = false }

// Resize makes it w cells wide, of which one is for the cursor behind the last character.
func (f *Secret) Resize(w, _ int) { f.w = max(w, leastWidth) }

// Typed is the value, hidden from printing; nil for none.
func (f *Secret) Typed() func() string {
	v := f.Value()
	if v == "" {
		return nil
	}
	return func() string { return v }
}

// Update takes keys and pastes. Line ends around what is pasted are left out: copied
// secrets often have one. It has no command.
func (f *Secret) Update(msg tea.Msg) tea.Cmd {
	if p, ok := msg.(tea.PasteMsg); ok {
		msg = tea.PasteMsg{Content: oneLine.Replace(strings.TrimSpace(p.Content))}
	}
	f.in.update(msg)
	return nil
}

// View is its line, and the cursor in it if it has one.
func (f *Secret) View() ([]string, *tea.Cursor) {
	hidden := max(f.in.col-(f.w-1), 0)
	line := strings.Repeat("*", min(len(f.in.here())-hidden, f.w-1))
	if !f.in.focused {
		return []string{line}, nil
	}
	c := tea.NewCursor(f.in.col-hidden, 0)
	c.Blink = false
	return []string{line}, c
}
