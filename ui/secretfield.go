package ui

import (
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"telex/ui/account"
)

// An input is a field of a form that is typed into.
type input interface {
	value() string
	set(s string)
	focus()
	blur()
	resize(w, h int)
	update(msg tea.Msg) tea.Cmd
	view() ([]string, *tea.Cursor)
}

var (
	_ input = (*field)(nil)
	_ input = (*secretField)(nil)
)

// A secretField is a text input of one line that shows how much was typed, and not
// what.
type secretField struct{ in textinput.Model }

func newSecretField() *secretField {
	in := textinput.New()
	in.Prompt, in.Placeholder = "", ""
	in.EchoMode, in.EchoCharacter = textinput.EchoPassword, '*'
	in.SetVirtualCursor(false)
	in.SetStyles(textinput.Styles{})
	in.KeyMap.Paste.SetEnabled(false)
	return &secretField{in}
}

func (f *secretField) value() string   { return f.in.Value() }
func (f *secretField) set(s string)    { f.in.SetValue(s) }
func (f *secretField) focus()          { f.in.Focus() }
func (f *secretField) blur()           { f.in.Blur() }
func (f *secretField) resize(w, _ int) { f.in.SetWidth(max(w-1, 1)) }

// typed is the value, hidden from printing; nil for none.
func (f *secretField) typed() account.Typed {
	v := f.in.Value()
	if v == "" {
		return nil
	}
	return func() string { return v }
}

// update takes keys and pastes. Line ends around what is pasted are left out: copied
// secrets often have one.
func (f *secretField) update(msg tea.Msg) tea.Cmd {
	if p, ok := msg.(tea.PasteMsg); ok {
		msg = tea.PasteMsg{Content: strings.TrimSpace(p.Content)}
	}
	var cmd tea.Cmd
	f.in, cmd = f.in.Update(msg)
	return cmd
}

func (f *secretField) view() ([]string, *tea.Cursor) {
	c := f.in.Cursor()
	if c != nil {
		c.Color = nil
		c.Blink = false
	}
	return []string{strings.TrimRight(f.in.View(), " ")}, c
}
