package history

import (
	"slices"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"

	tea "charm.land/bubbletea/v2"

	"telex/messaging/outbox"
	"telex/ui/draft"
	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/widget"
)

// A filter is which messages the list has.
type filter struct {
	search    widget.Field
	searching bool                 // the search has the cursor
	state     outbox.State         // "" for any
	counts    map[outbox.State]int // of all messages, or of those of a mailing
	countedOf int64                // that mailing; 0 for all
	handed    int                  // of those that are delivered, that were only handed over
	mailing   int64                // only those that were made together with this one; 0 for all
	size      int                  // how many these are
}

// clear selects all messages.
func (f *filter) clear() {
	f.search.Set("")
	f.state, f.mailing = "", 0
}

// wanted is what is searched for.
func (h *Page) wanted() draft.Search { return draft.ReadSearch(h.search.Value(), h.now()) }

// selects is the filter for the outbox. What was made together is one row, unless there is
// something to be found in it.
func (h *Page) selects() outbox.Filter {
	s := h.wanted()
	all := s.Words == "" && h.state == "" && h.mailing == 0
	return outbox.Filter{State: h.state, Search: s.Words, Since: s.Since, Until: s.Until, Mailing: h.mailing, Folded: all}
}

// inSearch takes a key while the search has the cursor.
func (h *Page) inSearch(msg tea.KeyPressMsg) (page.Intent, tea.Cmd) {
	switch {
	case key.Matches(msg, h.global.Back) && h.search.Value() != "":
		h.search.Set("")
		return h.refilter()
	case key.Matches(msg, h.global.Back), key.Matches(msg, h.global.NextField), key.Matches(msg, h.global.PrevField),
		key.Matches(msg, h.bindings.Open), msg.String() == "down", msg.String() == "up":
		h.leaveSearch()
		return nil, nil
	}
	return nil, h.typed(msg)
}

func (h *Page) leaveSearch() {
	h.searching = false
	h.search.Blur()
}

// typed gives the search a key or a paste, and searches a moment later.
func (h *Page) typed(msg tea.Msg) tea.Cmd {
	before := h.search.Value()
	cmd := h.search.Update(msg)
	now := h.search.Value()
	if now == before {
		return cmd
	}
	h.reading.end() // what was searched for is not wanted any more
	h.reading.loading = true
	return tea.Batch(cmd, tea.Tick(searchAfter, func(time.Time) tea.Msg { return searchDue{now} }))
}

// refilter reads the newest rows of another filter. What was marked may have no row there,
// so the marks go, and it is said: no key is about what is not in the list.
func (h *Page) refilter() (page.Intent, tea.Cmd) {
	n := len(h.marked)
	clear(h.marked)
	if n == 0 {
		return nil, h.load(loadNewest)
	}
	return page.Done("unmarked " + text.Count(n, "message") + ": this is another list"), h.load(loadNewest)
}

// back takes marks, the filter and a mailing away, one after the other, then leaves.
func (h *Page) back() (page.Intent, tea.Cmd) {
	if len(h.marked) > 0 {
		clear(h.marked)
		return nil, nil
	}
	switch {
	case h.search.Value() != "" || h.state != "":
		h.search.Set("")
		h.state = ""
	case h.mailing != 0:
		return nil, h.closeMailing()
	default:
		return page.Back{}, nil
	}
	return nil, h.load(loadNewest)
}

// states are those to choose from: any, and each that there are messages of.
func (h *Page) states() []outbox.State {
	all := []outbox.State{""}
	for _, s := range outbox.States() {
		if h.counts[s] > 0 || s == h.state {
			all = append(all, s)
		}
	}
	return all
}

// turnState takes the next state as the filter, or the one before.
func (h *Page) turnState(backwards bool) {
	all := h.states()
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
