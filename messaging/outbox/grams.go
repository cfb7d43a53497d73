package outbox

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/ext/fts5"
)

// The index of the search holds grams: each piece of one, two or three characters
// of each word, and each piece of six digits, which is what tells numbers apart.
// It says which rows have a gram, not where; so it finds the rows that may hold a
// word, and a look at the row itself decides.
const (
	longGram  = 3
	digitGram = 6
)

// grams is the tokenizer of that name in the migrations. What it makes of a text is
// part of the database's version.
type grams struct{}

// Tokenize is called by SQLite. In a query each string is one gram.
func (grams) Tokenize(flags fts5.TokenizeFlag, text, _ string, token fts5.TokenCallback) error {
	if flags&fts5.TOKENIZE_QUERY != 0 {
		return token(0, text, 0, len(text))
	}
	for w := range strings.FieldsSeq(fold(text)) {
		for from := range w {
			to := from
			for range longGram {
				if to == len(w) {
					break
				}
				_, size := utf8.DecodeRuneInString(w[to:])
				to += size
				if err := token(0, w[from:to], 0, 0); err != nil {
					return err
				}
			}
			if to = from + digitGram; to <= len(w) && isDigits(w[from:to]) {
				if err := token(0, w[from:to], 0, 0); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// withGrams makes the index usable on a connection.
func withGrams(c *sqlite3.Conn) error {
	return fts5.RegisterCustom(c, func(a *fts5.API) error { //nolint:wrapcheck // connect does
		return a.CreateTokenizer("grams", func([]string) (fts5.Tokenizer, error) { return grams{}, nil })
	})
}

// grams are pieces of w, at most so many, that a row must have to hold it. Together
// they cover w if there is room.
func (w word) grams(most int) []string {
	r := []rune(string(w))
	var pieces []string
	for at := 0; at < len(r) && len(pieces) < most; {
		from := max(min(at, len(r)-longGram), 0)
		to := min(from+longGram, len(r))
		if sixDigits(r, from) {
			to = from + digitGram
		} else if last := len(r) - digitGram; from > last && sixDigits(r, last) {
			from, to = last, len(r)
		}
		pieces = append(pieces, string(r[from:to]))
		at = to
	}
	return pieces
}

func sixDigits(r []rune, from int) bool {
	return from >= 0 && from+digitGram <= len(r) && isDigits(string(r[from:from+digitGram]))
}

func isDigits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// fold makes texts that differ only in capitals and small letters the same.
func fold(s string) string {
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
