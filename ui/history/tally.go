package history

import (
	"fmt"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/words"
)

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
