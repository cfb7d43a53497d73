package history

import (
	"time"

	tea "charm.land/bubbletea/v2"
)

// looking is how the page sees what others change.
type looking struct {
	changes <-chan struct{} // tells that something was written; nil if nobody tells
	left    chan struct{}   // closed at the end of this visit
	front   bool            // the page is shown, so that others' changes are looked for
	visit   int             // tells the clock of this visit from those of earlier ones
	version int64           // of the store, as it was read
	failed  string          // why the history could not be read; clean, "" if it could
	read    bool            // something was read, so that no row means that there is none
}

// lookLater lets a second go by, and waits for a change if somebody tells of it. One
// clock runs at a time, and only while History is in front.
func (h *Page) lookLater() tea.Cmd {
	visit, changes, left := h.visit, h.changes, h.left
	second := h.lookAgain()
	if changes == nil {
		return second
	}
	return func() tea.Msg {
		seldom := time.NewTimer(lookSeldom)
		defer seldom.Stop()
		select {
		case <-changes:
			return second() // in which others may come
		case <-seldom.C:
			return due{visit}
		case <-left:
			return nil
		}
	}
}

// lookAgain lets a second go by, for what was seen could not be read.
func (h *Page) lookAgain() tea.Cmd {
	visit := h.visit
	return tea.Tick(lookEvery, func(time.Time) tea.Msg { return due{visit} })
}

// glance asks whether somebody changed something.
func (h *Page) glance(due due) tea.Cmd {
	store := h.store()
	if !h.front || due.visit != h.visit || store == nil {
		return nil
	}
	ctx, visit := h.ctx, h.visit
	return func() tea.Msg {
		version, err := store.Version(ctx)
		return versionRead{visit, version, err}
	}
}

func (h *Page) onVersion(msg versionRead) tea.Cmd {
	if !h.front || msg.visit != h.visit {
		return nil
	}
	switch {
	case msg.err != nil || h.reading.loading: // from before the change, perhaps
		return tea.Batch(h.lookAgain(), h.follow())
	case msg.version == h.version:
		return tea.Batch(h.lookLater(), h.follow())
	}
	return tea.Batch(h.load(loadAnew), h.readWanted(), h.lookLater())
}
