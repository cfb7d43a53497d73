package history

import (
	"slices"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"

	tea "charm.land/bubbletea/v2"

	"telex/messaging/outbox"
	"telex/ui/page"
	"telex/ui/text"
)

// inSearch takes a key while the search has the cursor.
func (h *Page) inSearch(msg tea.KeyPressMsg) (page.Intent, tea.Cmd) {
	switch {
	case key.Matches(msg, h.global.Back) && h.search.Value() != "":
		h.search.Set("")
		return nil, h.load(loadNewest)
	case key.Matches(msg, h.global.Back), key.Matches(msg, h.global.NextField), key.Matches(msg, h.global.PrevField),
		key.Matches(msg, h.bindings.Open), msg.String() == "down", msg.String() == "up":
		h.searching = false
		h.search.Blur()
		return nil, nil
	}
	return nil, h.typed(msg)
}

// typed gives the search a key or a paste, and searches a moment later.
func (h *Page) typed(msg tea.Msg) tea.Cmd {
	before := h.search.Value()
	cmd := h.search.Update(msg)
	now := h.search.Value()
	if now == before {
		return cmd
	}
	return tea.Batch(cmd, tea.Tick(searchAfter, func(time.Time) tea.Msg { return searchDue{now} }))
}

// back takes the filter away first, then leaves.
func (h *Page) back() (page.Intent, tea.Cmd) {
	if h.search.Value() == "" && h.state == "" {
		return page.Back{}, nil
	}
	h.search.Set("")
	h.state = ""
	return nil, h.load(loadNewest)
}

// turnState takes the next state as the filter, or the one before. Any state is
// one of them.
func (h *Page) turnState(backwards bool) {
	all := append([]outbox.State{""}, outbox.States()...)
	by := 1
	if backwards {
		by = len(all) - 1
	}
	h.state = all[(slices.Index(all, h.state)+by)%len(all)]
}

// filterWords say what is selected; "" for everything.
func (h *Page) filterWords() string {
	var words []string
	if h.state != "" {
		words = append(words, string(h.state))
	}
	if s := strings.TrimSpace(h.search.Value()); s != "" {
		words = append(words, "“"+text.Clean(s)+"”")
	}
	return strings.Join(words, ", ")
}
