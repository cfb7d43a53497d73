package ui

import (
	"strings"

	"telex/ui/text"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

const (
	minWidth, minHeight = 40, 12
	// roomyHeight is from where on blank lines are affordable.
	roomyHeight = 18
	// narrow is the width below which words are left out.
	narrow = 64
	// labelWidth is the column at which the values of a form begin.
	labelWidth = 12
)

// A layout says which rows are whose. All are counted from the top.
type layout struct {
	w, h     int
	tooSmall bool
	bodyTop  int // first row of the screen's own part, below the header
	bodyH    int // its height; the two rows below it are status line and keys
}

// newLayout divides a terminal of w by h cells.
func newLayout(w, h int) layout {
	l := layout{w: w, h: h, tooSmall: w < minWidth || h < minHeight, bodyTop: 1}
	if h >= roomyHeight {
		l.bodyTop = 2
	}
	l.bodyH = max(h-l.bodyTop-2, 0)
	return l
}

// A frame is what a screen shows: lines that fit its part of the terminal, and
// where the cursor stands in them, nil for nowhere.
type frame struct {
	lines  []string
	cursor *tea.Cursor
}

// add appends a line and returns its row.
func (f *frame) add(line string) int {
	f.lines = append(f.lines, line)
	return len(f.lines) - 1
}

// put appends lines of a widget and moves its cursor, if it has one, to where
// they stand.
func (f *frame) put(indent int, lines []string, c *tea.Cursor) {
	top := len(f.lines)
	pad := strings.Repeat(" ", indent)
	for _, l := range lines {
		f.add(pad + l)
	}
	if c != nil {
		c.X += indent
		c.Y += top
		f.cursor = c
	}
}

// steady is a cursor that does not blink.
func steady(x, y int) *tea.Cursor {
	c := tea.NewCursor(x, y)
	c.Blink = false
	return c
}

// fit makes exactly h lines of at most w cells. When there are too many, those
// around the cursor are kept.
func (f frame) fit(w, h int) frame {
	top := 0
	if over := len(f.lines) - h; over > 0 && f.cursor != nil {
		top = min(max(f.cursor.Y-h+2, 0), over)
	}
	lines := make([]string, h)
	for i := range lines {
		if top+i < len(f.lines) {
			lines[i] = ansi.Truncate(f.lines[top+i], w, "…")
		}
	}
	out := frame{lines: lines}
	if c := f.cursor; c != nil && c.Y-top >= 0 && c.Y-top < h {
		at := *c
		at.Y -= top
		at.X = min(at.X, w-1)
		out.cursor = &at
	}
	return out
}

// row is a label and its value on one line, with a space between at the least.
func row(label, value string) string {
	if text.Width(label) >= labelWidth {
		label += " "
	}
	return text.Pad(label, labelWidth) + value
}

// rows is a label and a value of several lines, which are wrapped to w cells.
func rows(label, value string, w int) []string {
	if n := text.Width(value); n > w-labelWidth && n <= w-text.Width(label)-1 && !strings.Contains(value, " ") {
		return []string{label + " " + value} // an id stays in one piece, to be copied
	}
	var out []string
	for i, l := range text.Wrap(value, max(w-labelWidth, 1)) {
		if i > 0 {
			label = ""
		}
		out = append(out, row(label, l))
	}
	return out
}
