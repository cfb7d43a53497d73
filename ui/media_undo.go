package ui

import (
	"slices"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"telex/ui/draft"
	"telex/ui/page"
	"telex/ui/text"
)

// A removedFile is one that was taken away from the media of a message.
type removedFile struct {
	at   int // its place
	url  string
	path string // of one of this machine
}

// lists reports whether the list can have the cursor: there is a file, or one to be put back.
func (m *media) lists(f *draft.Form) bool { return len(f.Media)+len(m.removed) > 0 }

// isOfList reports whether a key means a file of the list.
func (m *media) isOfList(k tea.KeyPressMsg) bool {
	b := m.bindings
	return key.Matches(k, b.Move, b.View, b.Up, b.Down, b.Remove, b.Undo, b.Again) || k.String() == "enter"
}

// leaveEmpty goes from a list whose files are all gone to the field, where what is typed or
// pasted belongs.
func (m *media) leaveEmpty(f *draft.Form) {
	if m.inList && len(f.Media) == 0 {
		m.inList = false
		m.in.Focus()
	}
}

// forget keeps what was removed from coming back: another message is written now.
func (m *media) forget() { m.removed = nil }

// undo puts back what was removed last, where it was; a file of this machine is read anew, for
// the others took its room.
func (m *media) undo(f *draft.Form) (page.Intent, tea.Cmd) {
	n := len(m.removed)
	if n == 0 {
		return page.Done("nothing to undo"), nil
	}
	last := m.removed[n-1]
	m.removed = m.removed[:n-1]
	switch {
	case slices.Contains(f.Media, last.url):
		return page.Done(text.Clean(shownAs(f, last.url)) + " is there already"), nil
	case last.path != "":
		return nil, m.read(f, []string{last.path})
	}
	f.Media = slices.Insert(f.Media, min(last.at, len(f.Media)), last.url)
	m.settle(f)
	m.list.To(last.at)
	return page.Done(text.Clean(last.url) + " put back"), m.lookAtAll(f)
}
