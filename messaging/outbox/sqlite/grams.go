package sqlite

import (
	"context"
	"strings"
	"unicode/utf8"

	"telex/messaging/outbox"

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
	// mostGrams bounds how many grams are looked up for one search. More would
	// narrow it down no further.
	mostGrams = 64
)

// grams is the tokenizer of that name in the migrations. What it makes of a text is
// part of the database's version.
type grams struct{}

// Tokenize is called by SQLite. In a query each string is one gram.
func (grams) Tokenize(flags fts5.TokenizeFlag, text, _ string, token fts5.TokenCallback) error {
	if flags&fts5.TOKENIZE_QUERY != 0 {
		return token(0, text, 0, len(text))
	}
	for w := range strings.FieldsSeq(outbox.Fold(text)) {
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

// Index gives the words of a message to the index.
func (e *engine) Index(ctx context.Context, tx outbox.Tx, id int64, words string) error {
	_, err := tx.ExecContext(ctx, "INSERT INTO search (rowid, words) VALUES (?, ?)", id, words)
	return err
}

// Unindex takes messages out of the index, and notes that it is to be scrubbed.
func (e *engine) Unindex(ctx context.Context, tx outbox.Tx, ids []int64) error {
	for _, id := range ids {
		if _, err := tx.ExecContext(ctx, "DELETE FROM search WHERE rowid = ?", id); err != nil {
			return err
		}
	}
	return noteScrub(ctx, tx, scrubBegin)
}

// Search asks the index for the rows that may have all terms. It goes first, for the
// rows are gone through in its order.
func (e *engine) Search(terms []outbox.Term) outbox.Narrowed {
	return outbox.Narrowed{
		From: "search s CROSS JOIN messages m ON m.id = s.rowid", Key: "s.rowid",
		Where: "s.search MATCH ?", Args: []any{match(terms)},
	}
}

// match is what the index is asked for rows that may have all terms.
func match(terms []outbox.Term) string {
	most := max(mostGrams/len(terms), 1)
	var wanted []string
	for _, t := range terms {
		var grams []string
		for _, w := range t.Words {
			grams = append(grams, gramsOf(w, max(most/len(t.Words), 1))...)
		}
		want := allOf(grams)
		if t.Dialled != "" {
			want = "((" + want + ") OR (" + allOf(gramsOf(t.Dialled, most)) + "))"
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

// gramsOf are pieces of w, at most so many, that a row must have to hold it. Together
// they cover w if there is room.
func gramsOf(w string, most int) []string {
	r := []rune(w)
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
