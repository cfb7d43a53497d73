package segment

import (
	"strings"
	"unicode/utf8"
)

// Char is a piece of a text that forces it into UCS-2.
type Char struct {
	Text     string // as it stands in the text: one code point, or a letter and its combining accent
	Rune     rune   // the first code point of Text that GSM-7 lacks; U+FFFD for a byte that is not valid UTF-8
	Index    int    // of Text, in code points from the start of the text
	Offset   int    // of Text, in bytes from the start of the text
	Equal    string // what may stand for Text in GSM-7; "" with HasEqual means nothing at all
	HasEqual bool
}

// Forcing returns what forces text into UCS-2, in its order; nil if nothing
// does. The slice is the caller's. It holds one Char for each, so a long text
// in another script makes a long slice.
func Forcing(text string) []Char {
	if encodingOf(text) == GSM7 {
		return nil
	}
	var forcing []Char
	bare := canBecomeGSM7(text)
	index, offset := 0, 0
	for offset < len(text) {
		p := nextPiece(text[offset:])
		if p.fate != plain {
			forcing = append(forcing, Char{
				Text: p.text, Rune: p.forcing(), Index: index, Offset: offset,
				Equal: p.equal, HasEqual: p.replaceable(bare),
			})
		}
		index += utf8.RuneCountInString(p.text)
		offset += len(p.text)
	}
	return forcing
}

// Replacement is a change that [Replace] makes.
type Replacement struct {
	From  string // one code point, or a letter and its combining accent
	To    string // its equal in GSM-7; "" when From shows nothing and just goes
	Count int    // how often, at least 1
}

// Replacements returns what [Replace] would change in text, in the order of
// first appearance; nil if nothing. The slice is the caller's.
func Replacements(text string) []Replacement {
	var replacements []Replacement
	at := make(map[string]int)
	for _, c := range Forcing(text) {
		if !c.HasEqual {
			continue
		}
		i, seen := at[c.Text]
		if !seen {
			i = len(replacements)
			at[c.Text] = i
			replacements = append(replacements, Replacement{From: c.Text, To: c.Equal})
		}
		replacements[i].Count++
	}
	return replacements
}

// Replace returns text with everything that has an equal in GSM-7 replaced by
// it. What is left and still forces UCS-2 has none, so a second Replace changes
// nothing.
//
// The result need not be shorter: "…" becomes three characters, and one emoji
// keeps the text in UCS-2 whatever else is replaced. Compare [Of] both before
// offering it.
func Replace(text string) string {
	if encodingOf(text) == GSM7 {
		return text
	}
	var b strings.Builder
	b.Grow(len(text))
	bare := canBecomeGSM7(text)
	for len(text) > 0 {
		p := nextPiece(text)
		if p.replaceable(bare) {
			b.WriteString(p.equal)
		} else {
			b.WriteString(p.text)
		}
		text = text[len(p.text):]
	}
	return b.String()
}

// canBecomeGSM7 reports whether replacing all that can be would leave nothing
// that forces text into UCS-2. Only then do invisible characters go: anywhere
// else they may join an emoji, shape a word or turn a line of Hebrew, and
// taking them out would gain nothing.
func canBecomeGSM7(text string) bool {
	for len(text) > 0 {
		p := nextPiece(text)
		if p.fate == stuck {
			return false
		}
		text = text[len(p.text):]
	}
	return true
}

// fate is what may become of a piece of text on the way to GSM-7.
type fate uint8

const (
	plain     fate = iota // it is of the alphabet already
	equalled              // its equal may stand for it
	invisible             // it shows nothing by itself, and may go if nothing is stuck
	stuck                 // nothing in the alphabet says the same
)

// piece is the smallest stretch of text that is judged as one.
type piece struct {
	text  string // never empty
	fate  fate
	equal string // of an equalled piece
}

// nextPiece returns the piece that text, which must not be empty, begins with.
func nextPiece(text string) piece {
	r, size := utf8.DecodeRuneInString(text)
	p := piece{text: text[:size]}
	p.equal, p.fate = equalOf(r)
	if size == len(text) || text[size] != combiningLead || p.fate > equalled {
		return p
	}
	letters := p.text
	if p.fate == equalled {
		letters = p.equal
	}
	letter, letterSize := utf8.DecodeLastRuneInString(letters)
	accent, accentSize := utf8.DecodeRuneInString(text[size:])
	if accented, ok := composed(letter, accent); ok {
		return piece{
			text:  text[:size+accentSize],
			fate:  equalled,
			equal: letters[:len(letters)-letterSize] + string(accented),
		}
	}
	return p
}

// replaceable reports whether p.equal may stand for p in a text that can, or
// cannot, become GSM-7 as a whole.
func (p piece) replaceable(whole bool) bool {
	return p.fate == equalled || p.fate == invisible && whole
}

// forcing returns the first code point of p that GSM-7 lacks.
func (p piece) forcing() rune {
	for _, r := range p.text {
		if septets(r) == 0 {
			return r
		}
	}
	return 0 // a plain piece has none
}
