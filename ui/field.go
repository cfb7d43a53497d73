package ui

import (
	"fmt"
	"math"
	"strings"

	"telex/ui/keys"
	"telex/ui/text"

	"charm.land/bubbles/v2/textarea"
	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
)

// A field is a text input of one or more lines with the terminal's own cursor and
// no limit of its own: what is too long is said, never cut.
type field struct {
	area      *textarea.Model // half a megabyte, so nil until something is typed
	text      string          // the value until then: one line that fits
	multiline bool
	w, h      int // the cells it has

	// What is shown is laid out when something changes, not when it is looked at.
	shown  []string
	cursor *tea.Cursor
}

// leastWidth is the width of a field, at least: a letter and the cursor behind it.
const leastWidth = 2

// mostLines is how many lines the text area takes; it drops the rest of a paste.
const mostLines = 10_000

func newField(multiline bool) field {
	f := field{multiline: multiline}
	f.resize(leastWidth, 1)
	return f
}

// made is the text area, from now on.
func (f *field) made() *textarea.Model {
	if f.area != nil {
		return f.area
	}
	a := textarea.New()
	a.CharLimit, a.MaxHeight, a.MaxWidth = 0, f.h, 0
	// As high as what is in it and no higher, for each row costs time with every key.
	a.DynamicHeight, a.MaxContentHeight = true, math.MaxInt32
	a.Prompt, a.ShowLineNumbers = "", false
	a.KeyMap = keys.TextField(f.multiline)
	a.SetVirtualCursor(false)
	plain := textarea.StyleState{Placeholder: lipgloss.NewStyle().Faint(true)}
	// No style on text or cursor line: each would cost bytes on every key.
	a.SetStyles(textarea.Styles{Focused: plain, Blurred: plain})
	a.SetWidth(f.w)
	if f.text != "" {
		a.SetValue(f.text)
		f.text = ""
	}
	f.area = &a
	return f.area
}

func (f *field) value() string {
	if f.area == nil {
		return f.text
	}
	return f.area.Value()
}

// set replaces the value, unless it is the same already: the cursor stays then.
// What cannot be seen is left out.
func (f *field) set(s string) {
	s, _ = text.PlainText(s)
	switch {
	case s == f.value():
		return
	case f.area == nil && f.fits(s):
		f.text = s
	default:
		f.made().SetValue(s)
	}
	f.layOut()
}

// fits reports whether a text can be shown as it is. The least width is what a field
// has before the terminal told its size.
func (f *field) fits(s string) bool {
	return !strings.Contains(s, "\n") && (text.Width(s) < f.w || f.w == leastWidth)
}

// resize lays the field out anew. Width counts the column for the cursor behind
// the last character.
func (f *field) resize(w, h int) {
	w, h = max(w, leastWidth), max(h, 1)
	if w == f.w && h == f.h {
		return
	}
	grows := h > f.h || w > f.w
	f.w, f.h = w, h
	if f.area != nil {
		f.area.MaxHeight = h
		f.area.SetWidth(w)
		if grows {
			f.fromTop()
		}
	}
	f.layOut()
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
	*f.area, _ = f.area.Update(nil)
}

func (f *field) focus() {
	if f.area == nil || !f.area.Focused() {
		f.made().Focus()
		f.layOut()
	}
}

func (f *field) blur() {
	if f.area != nil && f.area.Focused() {
		f.area.Blur()
		f.layOut()
	}
}

// tooMany tells of the lines of a paste that the field does not take; nil if it takes
// all of them.
func (f *field) tooMany(msg tea.Msg) intent {
	p, ok := msg.(tea.PasteMsg)
	if !ok || !f.multiline {
		return nil
	}
	if over := f.made().LineCount() + strings.Count(p.Content, "\n") - mostLines; over > 0 {
		return warn(fmt.Sprintf("a text has %d lines at most: the last %d of the paste were left out", mostLines, over))
	}
	return nil
}

// update takes keys and pastes. A line end pasted into a field of one line
// becomes a space.
func (f *field) update(msg tea.Msg) tea.Cmd {
	if p, ok := msg.(tea.PasteMsg); ok && !f.multiline {
		p.Content = strings.TrimRight(p.Content, "\n")
		msg = tea.PasteMsg{Content: strings.ReplaceAll(p.Content, "\n", " ")}
	}
	if k, ok := msg.(tea.KeyPressMsg); ok {
		k.Text, _ = text.PlainText(k.Text)
		msg = k
	}
	var cmd tea.Cmd
	*f.made(), cmd = f.made().Update(msg)
	f.layOut()
	return cmd
}

// layOut makes the lines of the field, without the spaces that the text area fills
// them with.
func (f *field) layOut() {
	f.shown = []string{f.text}
	if f.area == nil && !f.fits(f.text) {
		f.made()
	}
	if f.area != nil {
		f.shown, f.cursor = strings.Split(f.area.View(), "\n"), f.area.Cursor()
	}
	for i, l := range f.shown {
		f.shown[i] = strings.TrimRight(l, " ")
	}
	for len(f.shown) < f.h {
		f.shown = append(f.shown, "")
	}
}

// view returns the lines of the field and its cursor. Neither is to be changed, but
// where the cursor is.
func (f *field) view() ([]string, *tea.Cursor) {
	if f.cursor == nil {
		return f.shown, nil
	}
	c := *f.cursor
	c.Color = nil
	c.Blink = false
	return f.shown, &c
}
