package template

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"telex/messaging/blank"
)

// Fold is the one rule by which names of fields and headers of columns are compared:
// small letters, and one space where there were spaces, underscores or hyphens. What
// shows nothing is left out, and an accent is the same in either form of Unicode. It is
// "" for a name of which nothing is left.
func Fold(name string) string {
	var b strings.Builder
	gap := false
	for _, r := range norm.NFC.String(name) {
		switch {
		case r == '_', r == '-', blank.IsSpace(r):
			gap = b.Len() > 0
		case blank.IsHidden(r), unicode.IsControl(r):
		default:
			if gap {
				b.WriteByte(' ')
				gap = false
			}
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return norm.NFC.String(b.String())
}

// Near is the one of several folded names that field, folded too, was most likely meant to
// be: the same but for spaces, or at most a third of it typed wrong; "" if none is.
func Near(field string, names []string) string {
	best, least := "", len([]rune(field))/3+1
	for _, name := range names {
		if d := distance(spaceless(field), spaceless(name)); d < least {
			best, least = name, d
		}
	}
	return best
}

func spaceless(name string) []rune { return []rune(strings.ReplaceAll(name, " ", "")) }

// farthest is beyond any distance that is looked for.
const farthest = 1 << 20

// distance is how many letters have to be added, left out or replaced, or exchanged with
// their neighbour, to make a of b.
func distance(a, b []rune) int {
	const longest = 64 // of a name that somebody types
	if len(a) > longest || len(b) > longest {
		return farthest
	}
	var rows [3][longest + 1]int
	before, last, now := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		now[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			now[j] = min(last[j]+1, now[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				now[j] = min(now[j], before[j-2]+1)
			}
		}
		before, last, now = last, now, before
	}
	return last[len(b)]
}
