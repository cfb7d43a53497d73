package outbox

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// A word is one of those that a search is for: folded, not empty, no space in it.
type word string

const (
	// mostWanted bounds the words of one search.
	mostWanted = 32
	// mostGrams bounds how many grams are looked up for one search. More would
	// narrow it down no further.
	mostGrams = 64
)

// wordsOf splits what was typed into different words.
func wordsOf(search string) []word {
	if utf8.RuneCountInString(search) > MostSearched {
		search = string([]rune(search)[:MostSearched])
	}
	var words []word
	// NUL would end the text of a query.
	for w := range strings.FieldsSeq(strings.ReplaceAll(fold(search), "\x00", " ")) {
		if !slices.Contains(words, word(w)) && len(words) < mostWanted {
			words = append(words, word(w))
		}
	}
	return words
}

// match is what the index is asked for rows that may hold all words.
func match(words []word) string {
	var quoted []string
	for _, w := range words {
		for _, g := range w.grams(max(mostGrams/len(words), 1)) {
			// In quotes nothing in it is an operator.
			quoted = append(quoted, `"`+strings.ReplaceAll(g, `"`, `""`)+`"`)
		}
	}
	return strings.Join(quoted, " AND ")
}

// searched are the parts of a message that a search looks at.
func (e Entry) searched() []string {
	return append([]string{e.Message.Text, e.Message.From, e.Message.Tag}, e.Message.To...)
}

// holds reports whether each word is within one of the parts of e.
func (e Entry) holds(words []word) bool {
	parts := e.searched()
	for i, p := range parts {
		parts[i] = fold(p)
	}
	for _, w := range words {
		if !slices.ContainsFunc(parts, func(p string) bool { return strings.Contains(p, string(w)) }) {
			return false
		}
	}
	return true
}
