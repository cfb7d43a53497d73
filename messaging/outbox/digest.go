package outbox

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"telex/messaging/blank"
)

// digestOf is what a recipient sees of a message, as a keyed digest: texts that look the
// same have the same one.
func (o *Outbox) digestOf(text string, media []string) []byte {
	return o.digestAsIs(asSeen(text), media)
}

// digestAsIs is a keyed digest of a message byte for byte. Rows of older telexes have
// that one.
func (o *Outbox) digestAsIs(text string, media []string) []byte {
	content, err := json.Marshal(append([]string{text}, media...))
	if err != nil {
		content = []byte(text) // strings always encode
	}
	h := hmac.New(sha256.New, o.digest)
	h.Write(content)
	return h.Sum(nil)[:16]
}

// asSeen is text in the one form of all that look like it: without blanks at the ends
// of lines and of the text, with LF for every line end and a space for every other
// blank, without what is hidden, and with letters apart from their accents. Emoji keep
// what joins them.
func asSeen(text string) string {
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	if strings.IndexFunc(text, func(r rune) bool { return r >= utf8.RuneSelf }) >= 0 {
		text = decomposed(text)
	}
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(strings.ReplaceAll(l, "\t", " "), " ")
	}
	return strings.Trim(strings.Join(lines, "\n"), " \n")
}

// decomposed does the part of asSeen that is about characters beyond ASCII.
func decomposed(text string) string {
	var runes []rune
	for _, r := range text {
		switch {
		case r == '\n', r < utf8.RuneSelf:
			runes = append(runes, r)
		case blank.IsSpace(r):
			runes = append(runes, ' ')
		case blank.IsHidden(r) && !shapesEmoji(r):
		default:
			runes = appendDecomposed(runes, r)
		}
	}
	// Marks on one letter may be typed in any order.
	for from := 0; from < len(runes); from++ {
		to := from
		for to < len(runes) && unicode.Is(unicode.M, runes[to]) {
			to++
		}
		if to > from+1 {
			slices.Sort(runes[from:to])
		}
		from = max(from, to-1)
	}
	return string(runes)
}

// shapesEmoji reports whether r, which is hidden, makes another picture of what is
// beside it: the joiner, the selectors of text and emoji, and the tags of flags.
func shapesEmoji(r rune) bool {
	return r == 0x200D || r == 0xFE0E || r == 0xFE0F || r >= 0xE0020 && r <= 0xE007F
}

// appendDecomposed appends r, taken apart as far as it goes.
func appendDecomposed(runes []rune, r rune) []rune {
	if r >= 0xAC00 && r <= 0xD7A3 { // Hangul by rule: Unicode, 3.12
		const vowels, finals = 21, 28
		n := r - 0xAC00
		runes = append(runes, 0x1100+n/(vowels*finals), 0x1161+n%(vowels*finals)/finals)
		if final := n % finals; final > 0 {
			runes = append(runes, 0x11A7+final)
		}
		return runes
	}
	table := decompositions()
	i, found := slices.BinarySearchFunc(table, r, func(d [3]rune, r rune) int { return int(d[0] - r) })
	if !found {
		return append(runes, r)
	}
	d := table[i]
	if runes = appendDecomposed(runes, d[1]); d[2] != 0 {
		runes = append(runes, d[2])
	}
	return runes
}
