package sqlite

import (
	"cmp"
	"context"
	"slices"
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

// Candidates asks the index. FTS5 goes through all that two grams have not in common until
// it finds a row, however far that is behind the last id that is asked for; of one gram
// alone it reads no more than what was asked. So each is asked for by itself.
func (e *engine) Candidates(ctx context.Context, terms []outbox.Term, lo, hi int64) (ids []int64, err error) {
	wanted, err := e.rarest(ctx, queries(terms), lo, hi)
	if err != nil {
		return nil, err
	}
	parts, args := make([]string, len(wanted)), make([]any, 0, 3*len(wanted))
	for i, q := range wanted {
		parts[i] = "SELECT rowid FROM search WHERE search MATCH ? AND rowid BETWEEN ? AND ?"
		args = append(args, q, lo, hi)
	}
	rows, err := e.Reader().QueryContext(ctx, strings.Join(parts, " INTERSECT ")+" ORDER BY 1 DESC", args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, err //nolint:wrapcheck // who asks does
		}
		ids = append(ids, id)
	}
	return ids, rows.Err() //nolint:wrapcheck // as above
}

const (
	// mostAsked bounds how many grams narrow one answer down, and mostSampled of how many
	// it is found out which are the rarest, in the newest sampleIDs of what is asked for.
	mostAsked   = 4
	mostSampled = 12
	sampleIDs   = 512
)

// rarest are the queries that the fewest rows answer, of each term first.
func (e *engine) rarest(ctx context.Context, all [][]string, lo, hi int64) (some []string, err error) {
	if flat := slices.Concat(all...); len(flat) <= mostAsked {
		return flat, nil
	}
	each := max(mostSampled/len(all), 1)
	rows := map[string]int{}
	for i, of := range all {
		// A short gram is in most rows.
		slices.SortStableFunc(of, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
		all[i] = of[:min(len(of), each)]
		for _, q := range all[i] {
			var n int
			err := e.Reader().QueryRowContext(ctx, "SELECT count(*) FROM search WHERE search MATCH ? AND rowid BETWEEN ? AND ?", q, max(lo, hi-sampleIDs), hi).Scan(&n)
			if err != nil {
				return nil, err //nolint:wrapcheck // as above
			}
			rows[q] = n
		}
		slices.SortStableFunc(all[i], func(a, b string) int { return cmp.Compare(rows[a], rows[b]) })
	}
	slices.SortStableFunc(all, func(a, b []string) int { return cmp.Compare(rows[a[0]], rows[b[0]]) })
	for i := range each {
		for _, of := range all {
			if i < len(of) && len(some) < mostAsked {
				some = append(some, of[i])
			}
		}
	}
	return some, nil
}

// queries are what the index can be asked for rows that may have all terms, by term: each
// row that has them answers every query. Each has one gram, or, for a number that may be
// written in two ways, one of either.
func queries(terms []outbox.Term) (wanted [][]string) {
	most := max(mostGrams/len(terms), 1)
	for _, t := range terms {
		var of []string
		add := func(q string) {
			if !slices.Contains(of, q) {
				of = append(of, q)
			}
		}
		dialled := gramsOf(t.Dialled, most)
		for _, w := range t.Words {
			for _, g := range gramsOf(w, max(most/len(t.Words), 1)) {
				if len(dialled) == 0 || slices.Contains(dialled, g) {
					add(quoted(g))
					continue
				}
				for _, d := range dialled {
					add(quoted(g) + " OR " + quoted(d))
				}
			}
		}
		wanted = append(wanted, of)
	}
	return wanted
}

// quoted is a gram in a query: in quotes nothing in it is an operator.
func quoted(gram string) string { return `"` + strings.ReplaceAll(gram, `"`, `""`) + `"` }

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
