package outbox

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// A word is one of those that a search is for: folded, not empty, no space in it.
type word string

const (
	// mostWanted bounds the different words of one search.
	mostWanted = 32
	// mostGrams bounds how many grams are looked up for one search. More would
	// narrow it down no further.
	mostGrams = 64
)

// wordsOf splits what was typed into words, in their order.
func wordsOf(search string) []word {
	if utf8.RuneCountInString(search) > MostSearched {
		search = string([]rune(search)[:MostSearched])
	}
	var words []word
	// NUL would end the text of a query.
	for w := range strings.FieldsSeq(strings.ReplaceAll(fold(search), "\x00", " ")) {
		words = append(words, word(w))
	}
	return words
}

// A term is a part of a search: words that all must be within a message, or else the
// digits of a number that was typed as it is dialled, within one of its numbers.
type term struct {
	words   []word
	dialled word // "" if the words are no such number
}

// termsOf splits what was typed into different terms. Words that stand beside one
// another and are of digits and what is written between them may be one number:
// (919) 555-0113.
func termsOf(search string) []term {
	var terms []term
	wanted := 0
	add := func(t term) {
		same := func(have term) bool { return have.dialled == t.dialled && slices.Equal(have.words, t.words) }
		if wanted += len(t.words); wanted <= mostWanted && !slices.ContainsFunc(terms, same) {
			terms = append(terms, t)
			return
		}
		wanted -= len(t.words)
	}
	var number []word // words that may be one
	end := func() {
		if d := dialled(number); d != "" {
			add(term{number, d})
			number = nil
		}
		for _, w := range number {
			add(term{words: []word{w}})
		}
		number = nil
	}
	for _, w := range wordsOf(search) {
		if strings.Trim(string(w), "0123456789+()-./‐‑–") == "" {
			number = append(number, w)
			continue
		}
		end()
		add(term{words: []word{w}})
	}
	end()
	return terms
}

// dialled are the digits that a number typed as these words ends in, whatever country
// code or trunk zero was typed before it; "" if that are fewer than tell numbers from
// dates, or no others than the only word's.
func dialled(words []word) word {
	var typed strings.Builder
	for _, w := range words {
		typed.WriteString(string(w))
	}
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, strings.ReplaceAll(typed.String(), "(0)", ""))
	if digits = strings.TrimLeft(digits, "0"); len(digits) < digitGram || digits == typed.String() {
		return ""
	}
	return word(digits)
}

// match is what the index is asked for rows that may have all terms.
func match(terms []term) string {
	most := max(mostGrams/len(terms), 1)
	var wanted []string
	for _, t := range terms {
		var grams []string
		for _, w := range t.words {
			grams = append(grams, w.grams(max(most/len(t.words), 1))...)
		}
		want := allOf(grams)
		if t.dialled != "" {
			want = "((" + want + ") OR (" + allOf(t.dialled.grams(most)) + "))"
		}
		wanted = append(wanted, want)
	}
	return strings.Join(wanted, " AND ")
}

func allOf(grams []string) string {
	quoted := make([]string, len(grams))
	for i, g := range grams {
		quoted[i] = `"` + strings.ReplaceAll(g, `"`, `""`) + `"` // in quotes nothing in it is an operator
	}
	return strings.Join(quoted, " AND ")
}

// searched are the parts of a message that a search looks at.
func (e Entry) searched() []string {
	return append([]string{e.Message.Text, e.Message.From, e.Message.Tag}, e.Message.To...)
}

// holds reports whether e has each term.
func (e Entry) holds(terms []term) bool {
	parts := e.searched()
	for i, p := range parts {
		parts[i] = fold(p)
	}
	numbers := append([]string{e.Message.From}, e.Message.To...)
	within := func(parts []string, w word) bool {
		return slices.ContainsFunc(parts, func(p string) bool { return strings.Contains(p, string(w)) })
	}
	for _, t := range terms {
		missing := slices.ContainsFunc(t.words, func(w word) bool { return !within(parts, w) })
		if missing && (t.dialled == "" || !within(numbers, t.dialled)) {
			return false
		}
	}
	return true
}
