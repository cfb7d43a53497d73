package history

import (
	"fmt"
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
	row := ""
	for _, inWords := range []map[string]bool{h.signs(), h.shared(), nil} {
		if row = h.stateNames(t, inWords); text.Width(row) <= h.w {
			break
		}
	}
	return text.Truncate(row, h.w)
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

// stateNames are the states of the row, those with one of some signs in words.
func (h *Page) stateNames(t widget.Theme, inWords map[string]bool) string {
	var parts []string
	known := h.tally()
	for _, s := range h.states() {
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

// handedWords are how many of n delivered messages arrived as far as anybody knows, and how
// many were only handed over.
func (k tally) handedWords(n int, long bool, inWords map[string]bool) string {
	sign := words.Sign(handedOver)
	switch {
	case long:
		return fmt.Sprintf(" %d, %s %s %d", n-k.handed, sign, words.HandedOver, k.handed)
	case inWords[sign]:
		return fmt.Sprintf(" %d (%s %s %d)", n-k.handed, sign, words.HandedOver, k.handed)
	}
	return fmt.Sprintf(" %d (%s%d)", n-k.handed, sign, k.handed)
}

// A tally is how many messages of each state, and under "" of any, the list would have. A state
// of which that is not known is not in it.
type tally struct {
	of     map[outbox.State]int
	more   string // behind a number of which it is only known that it is not less
	handed int    // of those that are delivered, that were only handed over
}

// tally is what is known: all of it, but while something is searched for. What was found so far
// is counted then, and when nothing more is to come that is told for each state.
func (h *Page) tally() tally {
	if h.search.Value() == "" {
		total := sum(h.counts)
		if h.mailing != h.countedOf || total == 0 && h.mailing != 0 {
			return tally{}
		}
		k := tally{of: map[outbox.State]int{"": total}, handed: h.handed}
		for _, s := range h.states()[1:] {
			k.of[s] = h.counts[s]
		}
		return k
	}
	w := &h.rows
	if h.reading.loading || !h.read || h.wanted().Wrong != "" {
		return tally{}
	}
	k := tally{of: map[outbox.State]int{h.state: len(w.found())}}
	switch {
	case !w.atNewest || !w.atOldest:
		k.more = "+"
	case h.state == "":
		for _, s := range h.states()[1:] {
			k.of[s] = 0
		}
		for _, e := range w.found() {
			k.of[e.State]++
			if e.Grade == messaging.GradeHandedOver {
				k.handed++
			}
		}
	}
	return k
}

func sum(counts map[outbox.State]int) (n int) {
	for _, some := range counts {
		n += some
	}
	return n
}

// handedOver is a message of which no more is known than that.
var handedOver = outbox.Entry{State: outbox.Delivered, Grade: messaging.GradeHandedOver}
