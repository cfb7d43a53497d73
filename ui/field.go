package ui

import (
	"strings"

	"charm.land/bubbles/v2/textarea"
	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
)

// A field is a text input of one or more lines with the terminal's own cursor and
// no limit of its own: what is too long is said, never cut.
type field struct {
	area      textarea.Model
	multiline bool
}

func newField(multiline bool) field {
	a := textarea.New()
	a.CharLimit, a.MaxHeight, a.MaxWidth = 0, 0, 0
	a.Prompt, a.ShowLineNumbers = "", false
	a.KeyMap = fieldKeys(multiline)
	a.SetVirtualCursor(false)
	plain := textarea.StyleState{Placeholder: lipgloss.NewStyle().Faint(true)}
	// No style on text or cursor line: each would cost bytes on every key.
	a.SetStyles(textarea.Styles{Focused: plain, Blurred: plain})
	a.SetHeight(1)
	return field{area: a, multiline: multiline}
}

func (f *field) value() string { return f.area.Value() }

// set replaces the value, unless it is the same already: the cursor stays then.
// What cannot be seen is left out.
func (f *field) set(s string) {
	s, _ = plainText(s)
	if s != f.area.Value() {
		f.area.SetValue(s)
	}
}

// resize lays the field out anew. Width counts the column for the cursor behind
// the last character.
func (f *field) resize(w, h int) {
	grows := h > f.area.Height() || w > f.area.Width()
	f.area.SetWidth(max(w, 2))
	f.area.SetHeight(max(h, 1))
	if grows {
		f.fromTop()
	}
}

// fromTop scrolls so that no line is hidden above while there is room below, which
// the text area does not do by itself: it walks from the beginning to the cursor.
func (f *field) fromTop() {
	line, info := f.area.Line(), f.area.LineInfo()
	f.area.MoveToBegin()
	for f.area.Line() < line {
		f.area.CursorEnd()
		f.area.CursorDown()
	}
	f.area.SetCursorColumn(info.StartColumn + info.ColumnOffset)
	f.area, _ = f.area.Update(nil)
}

func (f *field) focus() { f.area.Focus() }
func (f *field) blur()  { f.area.Blur() }

// update takes keys and pastes. A line end pasted into a field of one line
// becomes a space.
func (f *field) update(msg tea.Msg) tea.Cmd {
	if p, ok := msg.(tea.PasteMsg); ok && !f.multiline {
		p.Content = strings.TrimRight(p.Content, "\n")
		msg = tea.PasteMsg{Content: strings.ReplaceAll(p.Content, "\n", " ")}
	}
	if k, ok := msg.(tea.KeyPressMsg); ok {
		k.Text, _ = plainText(k.Text)
		msg = k
	}
	var cmd tea.Cmd
	f.area, cmd = f.area.Update(msg)
	return cmd
}

// view returns the lines of the field, without the spaces that the text area
// fills them with, and its cursor.
func (f *field) view() ([]string, *tea.Cursor) {
	lines := strings.Split(f.area.View(), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " ")
	}
	c := f.area.Cursor()
	if c != nil {
		c.Color = nil
		c.Blink = false
	}
	return lines, c
}
