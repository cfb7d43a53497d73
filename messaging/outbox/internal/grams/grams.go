// Package grams cuts what a search finds messages by into pieces: each piece of one, two or
// three characters of each word, and each piece of six digits, which is what tells numbers
// apart. An index of them says which messages have a piece, not where; so it finds those
// that may hold a word, and a look at the message itself decides.
package grams

import (
	"slices"
	"strings"
	"unicode/utf8"

	"telex/messaging/outbox"
)

const (
	longest = 3
	digits  = 6
	// Most bounds how many are looked up for one search. More would narrow it down no
	// further.
	Most = 64
)

// Of gives every gram of a text, some of them several times, until one is not taken. What
// it makes of a text is part of the version of each database that has an index of it.
func Of(text string, take func(gram string) error) error {
	for w := range strings.FieldsSeq(outbox.Fold(text)) {
		for from := range w {
			to := from
			for range longest {
				if to == len(w) {
					break
				}
				_, size := utf8.DecodeRuneInString(w[to:])
				to += size
				if err := take(w[from:to]); err != nil {
					return err
				}
			}
			if to = from + digits; to <= len(w) && isDigits(w[from:to]) {
				if err := take(w[from:to]); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// A Query is what a message must have to hold a term: one of these grams.
type Query []string

// Queries are what an index can be asked for messages that may have all terms, by term:
// each message that has them answers every query. Each has one gram, or, for a number that
// may be written in two ways, one of either.
func Queries(terms []outbox.Term) (wanted [][]Query) {
	most := max(Most/len(terms), 1)
	for _, t := range terms {
		var of []Query
		add := func(q ...string) {
			if !slices.ContainsFunc(of, func(have Query) bool { return slices.Equal(have, q) }) {
				of = append(of, q)
			}
		}
		dialled := In(t.Dialled, most)
		for _, w := range t.Words {
			for _, g := range In(w, max(most/len(t.Words), 1)) {
				if len(dialled) == 0 || slices.Contains(dialled, g) {
					add(g)
					continue
				}
				for _, d := range dialled {
					add(g, d)
				}
			}
		}
		wanted = append(wanted, of)
	}
	return wanted
}

// In are grams of w, at most so many, that a message must have to hold it. Together
// they cover w if there is room.
func In(w string, most int) []string {
	r := []rune(w)
	var pieces []string
	for at := 0; at < len(r) && len(pieces) < most; {
		from := max(min(at, len(r)-longest), 0)
		to := min(from+longest, len(r))
		if sixDigits(r, from) {
			to = from + digits
		} else if last := len(r) - digits; from > last && sixDigits(r, last) {
			from, to = last, len(r)
		}
		pieces = append(pieces, string(r[from:to]))
		at = to
	}
	return pieces
}

func sixDigits(r []rune, from int) bool {
	return from >= 0 && from+digits <= len(r) && isDigits(string(r[from:from+digits]))
}

func isDigits(s string) bool { return strings.Trim(s, "0123456789") == "" }
