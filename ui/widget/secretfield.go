package widget

import (
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
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
type Secret struct{ in textinput.Model }

// NewSecret is an empty one.
func NewSecret() *Secret {
	in := textinput.New()
	in.Prompt, in.Placeholder = "", ""
	in.EchoMode, in.EchoCharacter = textinput.EchoPassword, '*'
	in.SetVirtualCursor(false)
	in.SetStyles(textinput.Styles{})
	in.KeyMap.Paste.SetEnabled(false)
	return &Secret{in}
}

// Value is what was typed, in the clear.
func (f *Secret) Value() string { return f.in.Value() }

// Set puts s in the place of what was typed.
func (f *Secret) Set(s string) { f.in.SetValue(s) }

// Focus gives it the cursor.
func (f *Secret) Focus() { f.in.Focus() }

// Blur takes the cursor from it.
func (f *Secret) Blur() { f.in.Blur() }

// Resize makes it w cells wide.
func (f *Secret) Resize(w, _ int) { f.in.SetWidth(max(w-1, 1)) }

// Typed is the value, hidden from printing; nil for none.
func (f *Secret) Typed() func() string {
	v := f.in.Value()
	if v == "" {
		return nil
	}
	return func() string { return v }
}

// Update takes keys and pastes. Line ends around what is pasted are left out: copied
// secrets often have one.
func (f *Secret) Update(msg tea.Msg) tea.Cmd {
	if p, ok := msg.(tea.PasteMsg); ok {
		msg = tea.PasteMsg{Content: strings.TrimSpace(p.Content)}
	}
	var cmd tea.Cmd
	f.in, cmd = f.in.Update(msg)
	return cmd
}

// View is its line, and the cursor in it if it has one.
func (f *Secret) View() ([]string, *tea.Cursor) {
	c := f.in.Cursor()
	if c != nil {
		c.Color = nil
		c.Blink = false
	}
	return []string{strings.TrimRight(f.in.View(), " ")}, c
}
