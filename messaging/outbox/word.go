package outbox

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A word is one of those that a search is for: no empty one, no space in it.
type word string

const (
	// trigram is how many characters a word needs to be found by the index.
	trigram = 3
	// mostWanted bounds the words of one search.
	mostWanted = 32
)

// wordsOf splits what was typed into different words.
func wordsOf(search string) []word {
	if utf8.RuneCountInString(search) > MostSearched {
		search = string([]rune(search)[:MostSearched])
	}
	// NUL would end the text of a query.
	search = strings.ReplaceAll(strings.ToValidUTF8(search, "\ufffd"), "\x00", " ")
	var words []word
	seen := map[string]bool{}
	for w := range strings.FieldsSeq(search) {
		if !seen[w] && len(words) < mostWanted {
			seen[w] = true
			words = append(words, word(w))
		}
	}
	return words
}

// indexed reports whether the index can find w.
func (w word) indexed() bool { return utf8.RuneCountInString(string(w)) >= trigram }

// quoted is w as the index wants it, so that nothing in it is an operator.
func (w word) quoted() string { return `"` + strings.ReplaceAll(string(w), `"`, `""`) + `"` }

// foldsBeyondASCII reports whether w has other forms in capitals or small letters
// that LIKE does not know.
func (w word) foldsBeyondASCII() bool {
	return strings.ContainsFunc(string(w), func(r rune) bool { return r >= utf8.RuneSelf && unicode.SimpleFold(r) != r })
}

// like is a condition on a row of messages that is true if w is part of it.
func (w word) like() (condition string, args []any) {
	columns := []string{"m.text", "m.sender", "m.tag"}
	if strings.Trim(string(w), "+0123456789") == "" {
		columns = append(columns, "m.recipients") // which has brackets and commas of its own
	}
	var alternatives []string
	for _, variant := range w.variants() {
		for _, column := range columns {
			alternatives = append(alternatives, column+` LIKE ? ESCAPE '\'`)
			args = append(args, "%"+escapeLike(variant)+"%")
		}
	}
	return "(" + strings.Join(alternatives, " OR ") + ")", args
}

// variants are the forms of a short word in capitals and small letters, as far as
// LIKE does not know them. Long ones are looked up in the index, which does.
func (w word) variants() []string {
	if w.indexed() {
		return []string{string(w)}
	}
	variants := []string{""}
	for _, r := range string(w) {
		forms := []rune{r}
		if r >= utf8.RuneSelf {
			for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
				forms = append(forms, f)
			}
		}
		var longer []string
		for _, v := range variants {
			for _, f := range forms {
				longer = append(longer, v+string(f))
			}
		}
		variants = longer
	}
	return variants
}

func escapeLike(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s)
}
