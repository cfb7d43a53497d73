package widget

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

// A Field is a text input of one or more lines with the terminal's own cursor and
// no limit of its own: what is too long is said, never cut.
type Field struct {
	area      *textarea.Model // half a megabyte, so nil until something is typed
	text      string          // the value until then: one line that fits
	multiline bool
	w, h      int // the cells it has

	undo undo // of a field of several lines

	// What is shown is laid out when something changes, not when it is looked at.
	shown  []string
	cursor *tea.Cursor
}

// leastWidth is the width of a field, at least: a letter and the cursor behind it.
const leastWidth = 2

// MostLines is how many lines the text area takes; it drops the rest of a paste.
const MostLines = 10_000

// NewField is an empty field, of one line or of several.
func NewField(multiline bool) Field {
	f := Field{multiline: multiline}
	f.Resize(leastWidth, 1)
	return f
}

// made is the text area, from now on.
func (f *Field) made() *textarea.Model {
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

// Value is what was typed.
func (f *Field) Value() string {
	if f.area == nil {
		return f.text
	}
	return f.area.Value()
}

// Set replaces the value, unless it is the same already: the cursor stays then.
// What cannot be seen is left out. It is a change that [Field.Undo] takes back.
func (f *Field) Set(s string) {
	s, _ = text.PlainText(s)
	was := f.state()
	if s == was.text {
		return
	}
	f.remember(was, "")
	f.put(s)
}

// Begin is Set with a text of which nothing can be undone, unless the field has it
// already.
func (f *Field) Begin(s string) {
	s, _ = text.PlainText(s)
	if s == f.Value() {
		return
	}
	f.undo = undo{}
	f.put(s)
}

// put makes s the value.
func (f *Field) put(s string) {
	switch {
	case f.area == nil && f.fits(s):
		f.text = s
	default:
		f.made().SetValue(s)
	}
	f.layOut()
}

// fits reports whether a text can be shown as it is. The least width is what a field
// has before the terminal told its size.
func (f *Field) fits(s string) bool {
	return !strings.Contains(s, "\n") && (text.Width(s) < f.w || f.w == leastWidth)
}

// state is what is in the field now, and where the cursor stands.
func (f *Field) state() state {
	if f.area == nil {
		return state{text: f.text}
	}
	return state{f.area.Value(), f.area.Line(), f.area.Column()}
}

// remember keeps what the field was for [Field.Undo], if its value is another now.
func (f *Field) remember(was state, typed string) {
	if f.multiline {
		f.undo.push(was, typed)
	}
}

// Undo takes the last change back, and reports whether there was one. The cursor goes
// where it stood before the change.
func (f *Field) Undo() bool {
	was, ok := f.undo.pop()
	if !ok {
		return false
	}
	f.made().SetValue(was.text)
	f.moveTo(was.line, was.col)
	f.layOut()
	return true
}

// CanUndo reports whether there is a change to take back.
func (f *Field) CanUndo() bool { return len(f.undo.states) > 0 }

// moveTo puts the cursor on a character of a line, and scrolls so that no line is hidden
// above while there is room below.
func (f *Field) moveTo(line, col int) {
	f.area.MoveToBegin()
	for f.area.Line() < line {
		at := f.area.Line()
		f.area.CursorEnd()
		f.area.CursorDown()
		if f.area.Line() == at {
			break // there is no such line
		}
	}
	f.area.SetCursorColumn(col)
	*f.area, _ = f.area.Update(nil)
}

// Resize lays the field out anew. Width counts the column for the cursor behind
// the last character.
func (f *Field) Resize(w, h int) {
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
func (f *Field) fromTop() {
	info := f.area.LineInfo()
	f.moveTo(f.area.Line(), info.StartColumn+info.ColumnOffset)
}

// Focus gives the field the cursor.
func (f *Field) Focus() {
	if f.area == nil || !f.area.Focused() {
		f.made().Focus()
		f.layOut()
	}
}

// Blur takes the cursor from the field.
func (f *Field) Blur() {
	if f.area != nil && f.area.Focused() {
		f.area.Blur()
		f.layOut()
	}
}

// TooMany tells, in words, of the lines of a paste that the field does not take; "" if
// it takes all of them.
func (f *Field) TooMany(msg tea.Msg) string {
	p, ok := msg.(tea.PasteMsg)
	if !ok || !f.multiline {
		return ""
	}
	if over := f.made().LineCount() + strings.Count(p.Content, "\n") - MostLines; over > 0 {
		return fmt.Sprintf("a text has %d lines at most: the last %d of the paste were left out", MostLines, over)
	}
	return ""
}

// Update takes keys and pastes. A line end pasted into a field of one line
// becomes a space.
func (f *Field) Update(msg tea.Msg) tea.Cmd {
	if p, ok := msg.(tea.PasteMsg); ok && !f.multiline {
		p.Content = strings.TrimRight(p.Content, "\n")
		msg = tea.PasteMsg{Content: strings.ReplaceAll(p.Content, "\n", " ")}
	}
	if k, ok := msg.(tea.KeyPressMsg); ok {
		k.Text, _ = text.PlainText(k.Text)
		msg = k
	}
	var was state
	if f.multiline {
		was = f.state()
	}
	var cmd tea.Cmd
	*f.made(), cmd = f.made().Update(msg)
	switch {
	case !f.multiline:
	case f.area.Value() != was.text:
		f.remember(was, typedBy(msg))
	default:
		f.undo.typing = false // the cursor went elsewhere
	}
	f.layOut()
	return cmd
}

// typedBy is the letters that a message types; "" if it is none that types.
func typedBy(msg tea.Msg) string {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		return k.Text
	}
	return ""
}

// layOut makes the lines of the field, without the spaces that the text area fills
// them with.
func (f *Field) layOut() {
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

// Scrolled is how many rows of the field are hidden above.
func (f *Field) Scrolled() int {
	if f.area == nil {
		return 0
	}
	return f.area.ScrollYOffset()
}

// View returns the lines of the field and its cursor. Neither is to be changed, but
// where the cursor is.
func (f *Field) View() ([]string, *tea.Cursor) {
	if f.cursor == nil {
		return f.shown, nil
	}
	c := *f.cursor
	c.Color = nil
	c.Blink = false
	return f.shown, &c
}
