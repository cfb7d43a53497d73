package outbox

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"telex/messaging"
)

const (
	// mostWanted bounds the different words of one search.
	mostWanted = 32
	// leastDialled is how many digits tell a number from a date.
	leastDialled = 6
)

// wordsOf splits what was typed into words, in their order.
func wordsOf(search string) []string {
	if utf8.RuneCountInString(search) > MostSearched {
		search = string([]rune(search)[:MostSearched])
	}
	var words []string
	// NUL would end the text of a query.
	for w := range strings.FieldsSeq(strings.ReplaceAll(Fold(search), "\x00", " ")) {
		words = append(words, w)
	}
	return words
}

// A Term is a part of a search: words that all must be within a message, or else the
// digits of a number that was typed as it is dialled, within one of its numbers. A word
// is folded (see [Fold]), not empty, and has no space in it.
type Term struct {
	Words   []string
	Dialled string // "" if the words are no such number
}

// Terms splits what was typed into different terms, of at most 32 words in all. Words that stand beside one
// another and are of digits and what is written between them may be one number:
// (919) 555-0113.
func Terms(search string) []Term {
	var terms []Term
	wanted := 0
	add := func(t Term) {
		same := func(have Term) bool { return have.Dialled == t.Dialled && slices.Equal(have.Words, t.Words) }
		if wanted += len(t.Words); wanted <= mostWanted && !slices.ContainsFunc(terms, same) {
			terms = append(terms, t)
			return
		}
		wanted -= len(t.Words)
	}
	var number []string // words that may be one
	end := func() {
		if d := dialled(number); d != "" {
			add(Term{number, d})
			number = nil
		}
		for _, w := range number {
			add(Term{Words: []string{w}})
		}
		number = nil
	}
	for _, w := range wordsOf(search) {
		if strings.Trim(w, "0123456789+()-./‐‑–") == "" {
			number = append(number, w)
			continue
		}
		end()
		add(Term{Words: []string{w}})
	}
	end()
	return terms
}

// dialled are the digits that a number typed as these words ends in, whatever country
// code or trunk zero was typed before it; "" if that are fewer than tell numbers from
// dates, or no others than the only word's.
func dialled(words []string) string {
	var typed strings.Builder
	for _, w := range words {
		typed.WriteString(w)
	}
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, strings.ReplaceAll(typed.String(), "(0)", ""))
	if digits = strings.TrimLeft(digits, "0"); len(digits) < leastDialled || digits == typed.String() {
		return ""
	}
	return digits
}

// searched are the parts of a message that a search looks at.
func (e Entry) searched() []string {
	return append([]string{e.Message.Text, e.Message.From, e.Message.Tag}, e.Message.To...)
}

// Indexed is what [Engine.Index] gets of a row of messages, by its columns.
func Indexed(text, sender, tag, recipients string) string {
	e := Entry{Message: messaging.Message{Text: text, From: sender, Tag: tag, To: listOf(recipients)}}
	return strings.Join(e.searched(), "\n")
}

// searchedColumns are those that a search looks at, as searched.scan reads them.
const searchedColumns = "m.id, m.text, m.sender, m.tag, m.recipients"

// searched is what a search looks at of a row.
type searched struct {
	id                      int64
	text, from, tag, listed string
}

func (s *searched) scan(row scanner) error {
	if err := row.Scan(&s.id, &s.text, &s.from, &s.tag, &s.listed); err != nil {
		return fmt.Errorf("read a message: %w", err)
	}
	return nil
}

// holds reports whether the row has each term.
func (s *searched) holds(terms []Term) bool {
	text := Fold(s.text)
	var numbers, rest []string // which are taken apart when the text does not decide it
	rested := func() []string {
		if rest == nil {
			numbers = append([]string{s.from}, listOf(s.listed)...)
			for _, p := range append([]string{s.tag}, numbers...) {
				rest = append(rest, Fold(p))
			}
		}
		return rest
	}
	within := func(parts []string, w string) bool {
		return slices.ContainsFunc(parts, func(p string) bool { return strings.Contains(p, w) })
	}
	for _, t := range terms {
		missing := slices.ContainsFunc(t.Words, func(w string) bool { return !strings.Contains(text, w) && !within(rested(), w) })
		if missing && (t.Dialled == "" || !within(numbers, t.Dialled)) {
			return false
		}
	}
	return true
}

// Fold makes texts that differ only in capitals and small letters the same. Searches go
// by it.
func Fold(s string) string {
	if strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) < 0 {
		return strings.ToLower(s)
	}
	return strings.Map(func(r rune) rune {
		least := r
		for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
			least = min(least, other)
		}
		if least < utf8.RuneSelf {
			return unicode.ToLower(least)
		}
		return least
	}, s)
}
