package history

import (
	"fmt"
	"slices"
	"strings"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/widget"
	"telex/ui/words"
)

// stateRow is the states there are messages of, and how many, in words where there is room
// for all of them; else those that share a sign, and the one that is chosen: no colour says
// what nothing else does.
func (h *Page) stateRow(t widget.Theme) string {
	states := h.states()
	row := ""
	for _, inWords := range []map[string]bool{h.signs(), h.shared(), nil} {
		if row = h.stateNames(states, inWords, t); text.Width(row) <= h.w {
			return row
		}
	}
	for text.Width(row) > h.w {
		at := h.leastUrgent(states)
		if at < 0 {
			break
		}
		states = slices.Delete(states, at, at+1)
		row = h.stateNames(states, nil, t) + "  …"
	}
	return text.Truncate(row, h.w)
}

// leastUrgent is the place of what can best be left out of some states: the last one of those
// that can wait longest. The one that is chosen cannot, nor can any; then it is -1.
func (h *Page) leastUrgent(states []outbox.State) int {
	at := -1
	for i, s := range states {
		if s != "" && s != h.state && (at < 0 || words.Urgency(s) <= words.Urgency(states[at])) {
			at = i
		}
	}
	return at
}

// signs are those of the states in the row.
func (h *Page) signs() map[string]bool {
	signs := map[string]bool{words.Sign(handedOver): true}
	for _, s := range h.states()[1:] {
		signs[words.Sign(outbox.Entry{State: s})] = true
	}
	return signs
}

// shared are the signs that stand for more than one of the states in the row.
func (h *Page) shared() map[string]bool {
	shared := map[string]bool{}
	seen := map[string]bool{words.Sign(handedOver): h.handed > 0}
	for _, s := range h.states() {
		sign := words.Sign(outbox.Entry{State: s})
		shared[sign] = shared[sign] || s != "" && seen[sign]
		seen[sign] = true
	}
	return shared
}

// stateNames are some states of the row, those with one of some signs in words.
func (h *Page) stateNames(states []outbox.State, inWords map[string]bool, t widget.Theme) string {
	var parts []string
	known := h.tally()
	for _, s := range states {
		e := outbox.Entry{State: s}
		name := "all"
		if s != "" {
			name = words.Sign(e)
			if s == h.state || inWords[name] {
				name += " " + words.State(e)
			}
		}
		switch n, counted := known.of[s]; {
		case counted && s == outbox.Delivered && known.handed > 0:
			name += known.handedWords(n, s == h.state, inWords)
		case counted:
			name += fmt.Sprintf(" %d%s", n, known.more)
		}
		style := t.In(page.Tone(outbox.Entry{State: s}))
		if s == h.state {
			name, style = "["+name+"]", t.Focus
		}
		parts = append(parts, style.Render(name))
	}
	return text.Pad(h.showWord(), searchLabel) + strings.Join(parts, "  ")
}

// handedOver is a message of which no more is known than that.
var handedOver = outbox.Entry{State: outbox.Delivered, Grade: messaging.GradeHandedOver}
