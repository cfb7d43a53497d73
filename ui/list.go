package ui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// A list is a selection among n rows of which only some fit the screen. What the
// rows say is the caller's.
type list struct {
	n      int // how many rows there are
	at     int // the selected one, 0 to n-1; 0 when there is none
	top    int // the first visible one
	height int // how many are visible
}

// resize keeps the selection visible.
func (l *list) resize(n, height int) {
	l.n, l.height = n, max(height, 1)
	l.to(l.at)
}

// to selects row i, or the nearest there is.
func (l *list) to(i int) {
	l.at = max(min(i, l.n-1), 0)
	l.top = max(min(l.top, l.at), l.at-l.height+1)
	l.top = max(min(l.top, l.n-l.height), 0)
}

// visible is the half-open range of rows to show.
func (l *list) visible() (from, to int) { return l.top, min(l.top+l.height, l.n) }

// move selects by key and reports whether the key was one of movement.
func (l *list) move(msg tea.KeyPressMsg, b key.Binding) bool {
	if !key.Matches(msg, b) {
		return false
	}
	switch msg.String() {
	case "up":
		l.to(l.at - 1)
	case "down":
		l.to(l.at + 1)
	case "pgup":
		l.to(l.at - l.height)
	case "pgdown":
		l.to(l.at + l.height)
	case "home":
		l.to(0)
	case "end":
		l.to(l.n - 1)
	default:
		return false
	}
	return true
}

// A pager shows long text, a window at a time.
type pager struct {
	lines []string
	top   int
}

// window returns at most h lines, the last ones if the text became shorter.
func (p pager) window(h int) []string {
	top := max(min(p.top, len(p.lines)-h), 0)
	return p.lines[top:min(top+h, len(p.lines))]
}

// scroll moves by key; other keys do nothing.
func (p *pager) scroll(msg tea.KeyPressMsg, b key.Binding, h int) {
	n := max(len(p.lines)-h+1, 1)
	l := list{n: n, at: min(p.top, n-1), height: h}
	if l.move(msg, b) {
		p.top = l.at
	}
}
