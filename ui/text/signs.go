package text

import (
	"runtime"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// A Sign is what people count as one character, made of one code point or several.
type Sign struct {
	Text  string
	Cells int // that are kept for it
	// Odd says that terminals give it other cells than these, each in its own way: what follows
	// has to be put where it belongs.
	Odd bool
}

// FirstSign is the sign with which clean text begins, and the cells that a terminal has for
// it: whole says that it gives them to signs. Else letters get those of what they are made
// of, of which none may be hidden; but an emoji gets two everywhere, for as one sign it is
// wrapped and counted, and is known by its first part where a terminal draws all of them.
func FirstSign(s string, whole bool) Sign {
	sign, cells := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
	of := Sign{Text: sign, Cells: cells}
	_, n := utf8.DecodeRuneInString(sign)
	parts := ansi.WcWidth.StringWidth(sign)
	of.Odd = parts != cells || n < len(sign) && !areAccents(sign[n:])
	if !whole && (!isEmoji(sign) || drawsByParts) {
		of.Cells = parts
	}
	return of
}

// drawsByParts says that what draws on this system gives cells to code points where the
// terminal did not say otherwise, and puts nothing where it belongs.
const drawsByParts = runtime.GOOS == "windows"

// CellsByParts is how many cells a terminal that gives none to signs has for text, with
// styles or without.
func CellsByParts(s string) int {
	n := 0
	for s = ansi.Strip(s); s != ""; {
		sign := FirstSign(s, false)
		n, s = n+sign.Cells, s[len(sign.Text):]
	}
	return n
}

// areAccents reports whether code points stand on the one before, in no cell of their own.
func areAccents(s string) bool {
	for _, r := range s {
		if !unicode.In(r, unicode.Mn, unicode.Me) || r >= 0xfe00 && r <= 0xfe0f || r == keycap {
			return false
		}
	}
	return true
}

// isEmoji reports whether a sign is drawn as a picture.
func isEmoji(sign string) bool {
	for i, r := range sign {
		if r == asPicture || r == keycap || i == 0 && r >= 0x1f000 && r < 0x20000 {
			return true
		}
	}
	return false
}

const (
	asPicture = 0xfe0f // variation selector 16
	keycap    = 0x20e3
)
