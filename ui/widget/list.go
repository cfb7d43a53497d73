package widget

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// A List is a selection among n rows of which only some fit the screen. What the
// rows say is the caller's.
type List struct {
	N      int // how many rows there are
	At     int // the selected one, 0 to n-1; 0 when there is none
	Top    int // the first visible one
	height int // how many are visible
}

// Resize keeps the selection visible.
func (l *List) Resize(n, height int) {
	l.N, l.height = n, max(height, 1)
	l.To(l.At)
}

// To selects row i, or the nearest there is.
func (l *List) To(i int) {
	l.At = max(min(i, l.N-1), 0)
	l.Top = max(min(l.Top, l.At), l.At-l.height+1)
	l.Top = max(min(l.Top, l.N-l.height), 0)
}

// Visible is the half-open range of rows to show.
func (l *List) Visible() (from, to int) { return l.Top, min(l.Top+l.height, l.N) }

// Move selects by key and reports whether the key was one of movement.
func (l *List) Move(msg tea.KeyPressMsg, b key.Binding) bool {
	if !key.Matches(msg, b) {
		return false
	}
	switch pressed := msg.String(); {
	case pressed == "up", pressed == "k":
		l.To(l.At - 1)
	case pressed == "down", pressed == "j":
		l.To(l.At + 1)
	case pressed == "pgup":
		l.To(l.At - l.height)
	case pressed == "pgdown":
		l.To(l.At + l.height)
	case ToFirst(msg):
		l.To(0)
	case ToLast(msg):
		l.To(l.N - 1)
	default:
		return false
	}
	return true
}

// ToFirst reports whether a key of movement goes to the first row.
func ToFirst(msg tea.KeyPressMsg) bool { return msg.String() == "home" || msg.String() == "g" }

// ToLast reports whether it goes to the last.
func ToLast(msg tea.KeyPressMsg) bool { return msg.String() == "end" || msg.String() == "G" }

// A Pager shows long text, a window at a time.
type Pager struct {
	Lines []string
	Top   int
}

// Window returns at most h lines, the last ones if the text became shorter.
func (p Pager) Window(h int) []string {
	top := max(min(p.Top, len(p.Lines)-h), 0)
	return p.Lines[top:min(top+h, len(p.Lines))]
}

// Scroll moves by key; other keys do nothing. A page further, the last row of the one
// before is still there.
func (p *Pager) Scroll(msg tea.KeyPressMsg, b key.Binding, h int) {
	n := max(len(p.Lines)-h+1, 1)
	l := List{N: n, At: min(p.Top, n-1), height: max(h-1, 1)}
	if l.Move(msg, b) {
		p.Top = l.At
	}
}
