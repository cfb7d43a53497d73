package ui

import (
	"slices"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"telex/ui/page"
	"telex/ui/widget"
)

// An overlay stands in front of the page: help, a question, the list of drafts, what
// asks for a passphrase. The innermost one has the keys and the page's part of the
// screen to itself. All calls come from the app's Update, but view and keys, which change
// nothing.
type overlay interface {
	// update takes keys, and pastes while it is typing.
	update(msg tea.Msg) (page.Intent, tea.Cmd)
	// resize gives the cells of the page's part of the terminal; it is called before
	// anything else.
	resize(w, h int)
	view(t widget.Theme) widget.Frame
	// keys are what works, the most useful first. The last one leaves it and is always
	// shown.
	keys() []key.Binding
	// typing reports whether a text field has the cursor.
	typing() bool
}

// closed is what an overlay asks for to be closed, and for what then; nil for nothing.
type closed struct {
	overlay overlay
	then    page.Intent
}

// doing is an intent that says itself how it is done.
type doing func() tea.Cmd

func (closed) IsIntent() {}
func (doing) IsIntent()  {}

// A stack is the overlays that are open, the innermost last.
type stack []overlay

// top is the innermost; nil if there is none.
func (s stack) top() overlay {
	if len(s) == 0 {
		return nil
	}
	return s[len(s)-1]
}

// under is what an overlay stands in front of; nil if that is the page.
func (s stack) under(o overlay) overlay {
	if i := slices.Index(s, o); i > 0 {
		return s[i-1]
	}
	return nil
}

// open puts an overlay in front, for a key of the user's.
func (s *stack) open(o overlay) { *s = append(*s, o) }

// arrive puts an overlay behind all that is open. It is for what no key of this moment
// asked for: keys in flight are meant for what is in front.
func (s *stack) arrive(o overlay) { *s = slices.Insert(*s, 0, o) }

// close takes an overlay away, wherever it stands.
func (s *stack) close(o overlay) {
	*s = slices.DeleteFunc(*s, func(other overlay) bool { return other == o })
}

// resize gives all of them their cells.
func (s stack) resize(w, h int) {
	for _, o := range s {
		o.resize(room(o, w, h))
	}
}

// A boxed overlay stands in a box in the middle where there is room, and has the page to
// itself where there is not.
type boxed interface{ inBox() bool }

// inBox reports whether an overlay stands in a box in w columns.
func inBox(o overlay, w int) bool {
	b, ok := o.(boxed)
	return ok && b.inBox() && w >= widget.Panes
}

// room is the cells of an overlay, of the w by h of the page.
func room(o overlay, w, h int) (int, int) {
	if inBox(o, w) {
		return widget.BoxRoom(w, h)
	}
	return w, h
}

// shown is what an overlay shows in w by h cells.
func shown(o overlay, w, h int, t widget.Theme) widget.Frame {
	if inBox(o, w) {
		return widget.Box(o.view(t), w, h, t)
	}
	return o.view(t)
}

// helpsOn reports whether the page of keys and the list of commands can be opened in front
// of an overlay, or of the page if it is nil.
func helpsOn(o overlay) bool {
	if o == nil {
		return true
	}
	_, help := o.(*help)
	return !help && !o.typing()
}

// openOf is the overlay of a kind that is open; ok is false if none is.
func openOf[T overlay](s stack) (o T, ok bool) {
	for _, o := range s {
		if o, ok := o.(T); ok {
			return o, true
		}
	}
	return o, false
}

// show puts an overlay in front, at its size.
func (a *app) show(o overlay) {
	o.resize(room(o, a.layout.W, a.layout.BodyH))
	a.overlays.open(o)
}

// showLate puts an overlay behind what was opened meanwhile, at its size.
func (a *app) showLate(o overlay) {
	o.resize(room(o, a.layout.W, a.layout.BodyH))
	a.overlays.arrive(o)
}
