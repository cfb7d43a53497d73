package segment

import (
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Ellipsis stands where [Shorten] cut. It is of GSM-7, which "…" is not.
const Ellipsis = "..."

// Shorten makes text and a tail fit into so many segments, which are 1 at least. Kept is how
// many bytes of text are in the result: all of them, or those before the last word that
// fits before [Ellipsis] and the tail. A word that takes half of the room by itself is cut.
// The tail is never cut; it has to fit.
func Shorten(text string, segments int, tail string) (short string, kept int) {
	fits := func(s string) bool { return Of(s).Segments <= segments }
	if fits(text + tail) {
		return text + tail, len(text)
	}
	tail = Ellipsis + tail
	single, _ := GSM7.capacity()
	ends := make([]int, 0, segments*single) // of characters, as far as any text can fit
	for i := range text {
		if i > 0 {
			ends = append(ends, i)
		}
		if len(ends) == cap(ends) {
			break
		}
	}
	// Each character more costs more: in UCS-2 what was in GSM-7 before takes more of the room.
	n := sort.Search(len(ends), func(i int) bool { return !fits(text[:ends[i]] + tail) })
	if n == 0 {
		return tail, 0
	}
	kept = wordEnd(text, ends[n-1])
	if kept < ends[n-1]/2 {
		kept = characterEnd(text, ends[n-1])
	}
	return text[:kept] + tail, kept
}

// wordEnd is where the last word ends that is whole in the first most bytes of text.
func wordEnd(text string, most int) int {
	head := text[:most]
	if r, _ := utf8.DecodeRuneInString(text[most:]); !unicode.IsSpace(r) {
		head = head[:strings.LastIndexFunc(head, unicode.IsSpace)+1]
	}
	return len(strings.TrimRightFunc(head, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(".,;:", r) }))
}

// characterEnd is where the last character ends, as a reader sees characters, that is whole
// in the first most bytes of text.
func characterEnd(text string, most int) int {
	for most > 0 {
		before, size := utf8.DecodeLastRuneInString(text[:most])
		after, _ := utf8.DecodeRuneInString(text[most:])
		if !joins(after) && before != joiner && (!isFlag(after) || flagsBefore(text[:most])%2 == 0) {
			break
		}
		most -= size
	}
	return most
}

const joiner = '\u200d'

// joins reports whether r is seen as a part of the character before it.
func joins(r rune) bool {
	return unicode.IsMark(r) || r == joiner || r >= 0x1F3FB && r <= 0x1F3FF // tones of skin
}

// flagsBefore counts the letters of flags at the end of text.
func flagsBefore(text string) int {
	return utf8.RuneCountInString(text) - utf8.RuneCountInString(strings.TrimRightFunc(text, isFlag))
}

// isFlag reports whether r is one of the letters that flags are made of, in pairs.
func isFlag(r rune) bool { return r >= 0x1F1E6 && r <= 0x1F1FF }
