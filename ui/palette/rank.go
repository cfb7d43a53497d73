package palette

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
)

// How much a letter that fits is worth, by where it stands. What begins a word counts most,
// for that is what people type; letters in one piece count more than scattered ones. The
// figures are in the proportions of fzf's.
const (
	fits      = 16
	wordStart = 8
	inOne     = 6 // right behind the letter before
	gap       = -3
	wider     = -1 // each further letter of a gap
)

// none is the score of what cannot be.
const none = -1 << 20

// Score is how well the letters of query fit text: they must all be in it, in that order,
// in upper or lower case, spaces left out. Ok is false if they are not. More is better; an
// empty query fits everything, with 0.
func Score(query, text string) (score int, ok bool) {
	q := letters(query)
	if len(q) == 0 {
		return 0, true
	}
	t := []rune(strings.ToLower(text))
	// best[j] is the best score of the letters so far with the last of them at t[j].
	best := make([]int, len(t))
	for i, letter := range q {
		next := make([]int, len(t))
		open := none // the best of an earlier letter before j, less the gap so far
		for j := range t {
			next[j] = none
			from := 0
			if i > 0 {
				from = open
				if j > 0 && best[j-1]+inOne > from {
					from = best[j-1] + inOne
				}
			}
			if t[j] == letter && from > none/2 {
				next[j] = from + fits
				if startsWord(t, j) {
					next[j] += wordStart
				}
			}
			if i > 0 && j > 0 {
				open = max(open+wider, best[j-1]+gap)
			}
		}
		best = next
	}
	score = slices.Max(append(best, none))
	return score, score > none/2
}

// letters are what is looked for.
func letters(query string) []rune {
	var out []rune
	for _, r := range strings.ToLower(query) {
		if !unicode.IsSpace(r) {
			out = append(out, r)
		}
	}
	return out
}

// startsWord reports whether a word begins at t[i].
func startsWord(t []rune, i int) bool {
	return i == 0 || !unicode.IsLetter(t[i-1]) && !unicode.IsDigit(t[i-1])
}

// Rank are the indexes of the texts that query fits, the best first; of two that fit as
// well the shorter, then the first.
func Rank(query string, texts []string) []int {
	scores := map[int]int{}
	var found []int
	for i, t := range texts {
		if s, ok := Score(query, t); ok {
			scores[i] = s
			found = append(found, i)
		}
	}
	if len(letters(query)) == 0 {
		return found
	}
	slices.SortStableFunc(found, func(a, b int) int {
		return cmp.Or(cmp.Compare(scores[b], scores[a]), cmp.Compare(len(texts[a]), len(texts[b])))
	})
	return found
}

// leastLike is how many letters a word has at least that others can be like.
const leastLike = 3

// Like reports whether a text has each word of query, or one that is like it: with the
// same first letter, and all others of it in their order. Words of digits, and those of
// fewer than three letters, must be there as they are.
func Like(query, text string) bool {
	text = strings.ToLower(text)
	var words []string // taken apart when there is need
	for q := range strings.FieldsSeq(strings.ToLower(query)) {
		if strings.Contains(text, q) {
			continue
		}
		first := []rune(q)
		if len(first) < leastLike || !strings.ContainsFunc(q, unicode.IsLetter) {
			return false
		}
		if words == nil {
			words = strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		}
		if !slices.ContainsFunc(words, func(w string) bool {
			if !strings.HasPrefix(w, string(first[0])) {
				return false
			}
			_, ok := Score(q, w)
			return ok
		}) {
			return false
		}
	}
	return true
}
