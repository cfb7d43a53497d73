package optout

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"telex/messaging/blank"
)

// plain is text without what makes no difference: capitals, width, accents, what nobody
// sees, and the apostrophes within words.
func plain(text string) string {
	folded := norm.NFKD.String(strings.ToLower(norm.NFKC.String(strings.ToValidUTF8(text, " "))))
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 0x300 && r <= 0x36f, blank.IsHidden(r):
			return -1
		case strings.ContainsRune("'’‘ʼ`´′", r):
			return -1
		case r == 'ı':
			return 'i'
		}
		return unicode.ToLower(r)
	}, folded)
}

// wordsOf are the words of a text, at most one more than mostWords: runs of letters and
// digits. Marks of scripts that need them stay.
func wordsOf(text string) []string {
	var words []string
	for w := range strings.FieldsFuncSeq(plain(cut(text)), func(r rune) bool { return !unicode.In(r, unicode.L, unicode.N, unicode.M) }) {
		if words = append(words, w); len(words) > mostWords {
			break
		}
	}
	return words
}

// mostBytes bounds how much of a text is looked at, whatever it is made of.
const mostBytes = 64 << 10

func cut(text string) string { return text[:min(len(text), mostBytes)] }
