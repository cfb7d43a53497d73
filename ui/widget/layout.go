package widget

import (
	"strings"

	"telex/ui/text"

	tea "charm.land/bubbletea/v2"
)

const (
	// MinWidth is the narrowest terminal that anything is shown in.
	MinWidth = 40
	// MinHeight is the lowest one.
	MinHeight = 12
	// roomyHeight is from where on blank lines are affordable.
	roomyHeight = 18
	// Narrow is the width below which words are left out.
	Narrow = 64
	// LabelWidth is the column at which the values of a form begin.
	LabelWidth = 12
)

// A Layout says which rows are whose. All are counted from the top.
type Layout struct {
	W, H     int
	TooSmall bool
	BodyTop  int // first row of the screen's own part, below the header
	BodyH    int // its height; the two rows below it are status line and keys
}

// NewLayout divides a terminal of w by h cells.
func NewLayout(w, h int) Layout {
	l := Layout{W: w, H: h, TooSmall: w < MinWidth || h < MinHeight, BodyTop: 1}
	if h >= roomyHeight {
		l.BodyTop = 2
	}
	l.BodyH = max(h-l.BodyTop-2, 0)
	return l
}

// A Frame is what a screen shows: lines that fit its part of the terminal, and
// where the cursor stands in them, nil for nowhere.
type Frame struct {
	Lines  []string
	Cursor *tea.Cursor
}

// Add appends a line and returns its row.
func (f *Frame) Add(line string) int {
	f.Lines = append(f.Lines, line)
	return len(f.Lines) - 1
}

// Put appends lines of a widget and moves its cursor, if it has one, to where
// they stand.
func (f *Frame) Put(indent int, lines []string, c *tea.Cursor) {
	top := len(f.Lines)
	pad := strings.Repeat(" ", indent)
	for _, l := range lines {
		f.Add(pad + l)
	}
	if c != nil {
		c.X += indent
		c.Y += top
		f.Cursor = c
	}
}

// Steady is a cursor that does not blink.
func Steady(x, y int) *tea.Cursor {
	c := tea.NewCursor(x, y)
	c.Blink = false
	return c
}

// Fit makes exactly h lines of at most w cells. When there are too many, those
// around the cursor are kept.
func (f Frame) Fit(w, h int) Frame {
	top := 0
	if over := len(f.Lines) - h; over > 0 && f.Cursor != nil {
		top = min(max(f.Cursor.Y-h+2, 0), over)
	}
	lines := make([]string, h)
	for i := range lines {
		if top+i < len(f.Lines) {
			lines[i] = text.Truncate(f.Lines[top+i], w)
		}
	}
	out := Frame{Lines: lines}
	if c := f.Cursor; c != nil && c.Y-top >= 0 && c.Y-top < h {
		at := *c
		at.Y -= top
		at.X = min(at.X, w-1)
		out.Cursor = &at
	}
	return out
}

// Row is a label and its value on one line, with a space between at the least.
func Row(label, value string) string {
	if text.Width(label) >= LabelWidth {
		label += " "
	}
	return text.Pad(label, LabelWidth) + value
}

// paneLabel is the column at which short values begin in a pane.
const paneLabel = 9

// PaneRows is a label and a value in a pane of w cells: beside each other if that fits a
// line, else the value below its label.
func PaneRows(label, value string, w int) []string {
	if n := text.Width(value); n <= w-paneLabel && text.Width(label) < paneLabel && !strings.Contains(value, "\n") {
		return []string{text.Pad(label, paneLabel) + value}
	}
	var out []string
	indent := ""
	if label != "" {
		out, indent = []string{label}, "  "
	}
	for l := range strings.SplitSeq(value, "\n") {
		fits := indent
		if text.Width(l) > w-len(indent) && !strings.Contains(l, " ") {
			fits = "" // an id stays in one piece
		}
		for _, part := range text.Wrap(l, max(w-len(fits), 1)) {
			out = append(out, fits+part)
		}
	}
	return out
}

// Rows is a label and a value of several lines, which are wrapped to w cells.
func Rows(label, value string, w int) []string {
	if n := text.Width(value); n > w-LabelWidth && n <= w && !strings.ContainsAny(value, " \n") { // an id stays in one piece, to be copied
		if n > w-text.Width(label)-1 {
			return []string{label, strings.Repeat(" ", min(2, w-n)) + value} // below its label, and not as one
		}
		return []string{label + " " + value}
	}
	var out []string
	for i, l := range text.Wrap(value, max(w-LabelWidth, 1)) {
		if i > 0 {
			label = ""
		}
		out = append(out, Row(label, l))
	}
	return out
}
