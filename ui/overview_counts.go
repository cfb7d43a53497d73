package ui

import (
	"strings"

	"telex/messaging/outbox"
	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/widget"
	"telex/ui/words"
)

// A countOf is how many messages have a state.
type countOf struct {
	sign, word string
	tone       widget.Tone
	n          int
	urgency    int
	trouble    bool // they do not count as sent
}

// troubles are the states because of which a message does not count as sent, in the words of
// an overview: they are those of the headline of one message.
var troubles = map[outbox.State]string{
	outbox.Unknown: "unknown", outbox.Failed: "not delivered", outbox.Rejected: "refused", outbox.Unsent: "not sent",
}

// tally adds a message to the counts of the states, which stand in the order in which they
// first come until they are sorted.
func (o *overview) tally(res *result, seen map[string]int) {
	word := res.stateWord()
	trouble, bad := troubles[res.stateNow()]
	if bad {
		word = trouble
	}
	i, ok := seen[word]
	if !ok {
		i = len(o.counts)
		seen[word] = i
		e := res.entryNow()
		o.counts = append(o.counts, countOf{words.Sign(e), word, page.Tone(e), 0, words.Urgency(res.stateNow()), bad})
	}
	o.counts[i].n++
}

// ending says of n messages how many were sent, and counts each of the others too, in words or,
// where there is no room, by signs.
func (r *response) ending(stopped bool, n int) string {
	words, short := "SENT "+text.Count(n, "text"), ""
	if r.sent < n {
		words, short = "SENT "+itoa(r.sent)+" of "+text.Count(n, "text"), "SENT "+itoa(r.sent)+" of "+itoa(n)+" "
	}
	if stopped {
		words, short = "STOPPED · "+words, "STOPPED · "+short
	}
	for _, c := range r.counts {
		if c.trouble {
			words += " · " + itoa(c.n) + " " + strings.ToUpper(c.word)
			short += " " + c.sign + itoa(c.n)
		}
	}
	if text.Width(words) > r.w {
		return short
	}
	return words
}

// countRows are how many messages are in which state, in as many rows as it takes.
func (r *response) countRows(t widget.Theme) []string {
	rows := []string{""}
	used := 0
	add := func(plain, shown string) {
		w := text.Width(plain)
		if used > 0 && used+2+w > r.w {
			rows, used = append(rows, ""), 0
		}
		if used > 0 {
			rows[len(rows)-1] += "  "
			used += 2
		}
		rows[len(rows)-1] += shown
		used += w
	}
	for _, c := range r.counts {
		plain := c.sign + " " + itoa(c.n) + " " + c.word
		add(plain, t.In(c.tone).Render(plain))
	}
	if r.open > 0 {
		plain := itoa(r.open) + " to go"
		add(plain, plain)
	}
	return rows
}
