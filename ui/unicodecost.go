package ui

import (
	"fmt"
	"strings"

	"telex/messaging/segment"
	"telex/ui/text"
	"telex/ui/words"
)

// A unicodeCost is what it costs a text that one of its characters is none of GSM-7. The
// zero value is that of a text without such a character.
type unicodeCost struct {
	forcing  string        // those characters, in words; "" if there are none
	fewer    []string      // the same with fewer and fewer of them named
	stuck    string        // those of them for which nothing plain can stand
	before   segment.Count // the text
	plain    bool          // plain characters can stand for some of them
	replaced segment.Count // with these
	without  segment.Count // with these, and without what is stuck
}

// mostForcing is how many kinds of characters are named that make a text Unicode.
const mostForcing = 8

// costOf judges a text, which n counts.
func costOf(body string, n segment.Count) unicodeCost {
	if n.Encoding != segment.UCS2 {
		return unicodeCost{}
	}
	all := segment.Forcing(body)
	plain := segment.Replace(body)
	c := unicodeCost{forcing: words.Forcing(all, mostForcing), before: n, plain: plain != body, replaced: segment.Of(plain)}
	var stuck []segment.Char
	for _, ch := range all {
		if !ch.HasEqual {
			stuck = append(stuck, ch)
		}
	}
	c.stuck = words.Forcing(stuck, mostForcing/2)
	for most := mostForcing / 2; most > 0; most /= 2 {
		c.fewer = append(c.fewer, words.Forcing(all, most))
	}
	var b strings.Builder
	at := 0
	for _, ch := range segment.Forcing(plain) {
		b.WriteString(plain[at:ch.Offset])
		at = ch.Offset + len(ch.Text)
	}
	b.WriteString(plain[at:])
	c.without = segment.Of(b.String())
	return c
}

// gains reports whether plain characters make the text cheaper, or give it more room.
func (c unicodeCost) gains() bool {
	return c.replaced.Segments < c.before.Segments || c.replaced.Encoding != c.before.Encoding
}

// advice is what would make the text cheaper, in words; "" if nothing would. Key is the
// one that replaces, and messages is how many are sent.
func (c unicodeCost) advice(key string, messages int) string {
	switch saves := c.before.Segments - c.replaced.Segments; {
	case c.forcing == "":
		return ""
	case saves > 0:
		return fmt.Sprintf("%s saves %s", key, text.Count(saves*messages, "segment"))
	case c.gains():
		return fmt.Sprintf("%s makes room for %d", key, c.replaced.PerSegment)
	case c.without.Segments > 0 && c.without.Segments < c.before.Segments:
		return fmt.Sprintf("without %s: %s", c.stuck, text.Count(c.without.Segments, "segment"))
	}
	return ""
}
