package widget

import (
	"fmt"
	"strings"

	"telex/ui/keys"
	"telex/ui/text"

	tea "charm.land/bubbletea/v2"
)

// A Field is a text input of one or more lines with the terminal's own cursor and
// no limit of its own: what is too long is said, never cut.
type Field struct {
	area      *area  // nil until something is typed
	text      string // the value until then: one line that fits
	multiline bool
	w, h      int // the cells it has

	undo undo // of a field of several lines

	// What is shown is laid out when something changes, not when it is looked at.
	shown  []string
	cursor *tea.Cursor
}

// leastWidth is the width of a field, at least: a letter and the cursor behind it.
const leastWidth = 2

// MostLines is how many lines a field takes; it drops the rest of a paste.
const MostLines = 10_000

// NewField is an empty field, of one line or of several.
func NewField(multiline bool) Field {
	f := Field{multiline: multiline}
	f.Resize(leastWidth, 1)
	return f
}

// made is the text area, from now on.
func (f *Field) made() *area {
	if f.area == nil {
		f.area = newArea(f.w, f.h, keys.TextField(f.multiline))
		if f.text != "" {
			f.area.set(f.text)
			f.text = ""
		}
	}
	return f.area
}

// Value is what was typed.
func (f *Field) Value() string {
	if f.area == nil {
		return f.text
	}
	return f.area.text()
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
		f.made().set(s)
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
	return state{f.area.text(), f.area.at, f.area.col}
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
	f.made().set(was.text)
	f.area.top, f.area.at = 0, min(was.line, len(f.area.lines)-1)
	f.area.to(was.col)
	f.area.scroll()
	f.layOut()
	return true
}

// CanUndo reports whether there is a change to take back.
func (f *Field) CanUndo() bool { return len(f.undo.states) > 0 }

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
		if grows {
			f.area.top = 0 // what was hidden above may have room now
		}
		f.area.resize(w, h)
	}
	f.layOut()
}

// Focus gives the field the cursor.
func (f *Field) Focus() {
	if f.area == nil || !f.area.focused {
		f.made().focused = true
		f.layOut()
	}
}

// Blur takes the cursor from the field.
func (f *Field) Blur() {
	if f.area != nil && f.area.focused {
		f.area.focused = false
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
	if over := len(f.made().lines) + strings.Count(p.Content, "\n") - MostLines; over > 0 {
		return fmt.Sprintf("a text has %d lines at most: the last %d of the paste were left out", MostLines, over)
	}
	return ""
}

// Update takes keys and pastes. A line end pasted into a field of one line
// becomes a space. As an [Input] it may return a command, but it has none.
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
	f.made().update(msg)
	switch {
	case !f.multiline:
	case f.area.text() != was.text:
		f.remember(was, typedBy(msg))
	default:
		f.undo.typing = false // the cursor went elsewhere
	}
	f.layOut()
	return nil
}

// typedBy is the letters that a message types; "" if it is none that types.
func typedBy(msg tea.Msg) string {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		return k.Text
	}
	return ""
}

// layOut makes the lines of the field, without spaces at their ends.
func (f *Field) layOut() {
	f.shown = []string{strings.TrimRight(f.text, " ")}
	if f.area == nil && !f.fits(f.text) {
		f.made()
	}
	if f.area != nil {
		f.shown, f.cursor = f.area.shown(), f.area.cursor()
	}
	for len(f.shown) < f.h {
		f.shown = append(f.shown, "")
	}
}

// Rows tells, for offsets into the value in bytes and in ascending order, in which row the
// character at each stands, whether it is seen or not. Offsets behind the end are in the
// last row.
func (f *Field) Rows(offsets []int) []int {
	if f.area == nil {
		return make([]int, len(offsets))
	}
	return f.area.rowsAt(offsets)
}

// Scrolled is how many rows of the field are hidden above.
func (f *Field) Scrolled() int {
	if f.area == nil {
		return 0
	}
	return f.area.top
}

// View returns the lines of the field and its cursor. Neither is to be changed, but
// where the cursor is.
func (f *Field) View() ([]string, *tea.Cursor) {
	if f.cursor == nil {
		return f.shown, nil
	}
	c := *f.cursor
	return f.shown, &c
}
