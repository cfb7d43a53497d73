package sqlite

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"telex/messaging/outbox"
	"telex/messaging/outbox/internal/grams"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/ext/fts5"
)

// tokenizer is "grams" in the migrations: see the package of that name. What it makes of a text is
// part of the database's version.
type tokenizer struct{}

// Tokenize is called by SQLite. In a query each string is one gram.
func (tokenizer) Tokenize(flags fts5.TokenizeFlag, text, _ string, token fts5.TokenCallback) error {
	if flags&fts5.TOKENIZE_QUERY != 0 {
		return token(0, text, 0, len(text))
	}
	return grams.Of(text, func(gram string) error { return token(0, gram, 0, 0) })
}

// withGrams makes the index usable on a connection.
func withGrams(c *sqlite3.Conn) error {
	return fts5.RegisterCustom(c, func(a *fts5.API) error { //nolint:wrapcheck // connect does
		return a.CreateTokenizer("grams", func([]string) (fts5.Tokenizer, error) { return tokenizer{}, nil })
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

// queries are what the index can be asked for rows that may have all terms, by term.
func queries(terms []outbox.Term) (wanted [][]string) {
	for _, of := range grams.Queries(terms) {
		asked := make([]string, len(of))
		for i, q := range of {
			quoted := make([]string, len(q))
			for j, g := range q {
				quoted[j] = `"` + strings.ReplaceAll(g, `"`, `""`) + `"` // in quotes nothing in it is an operator
			}
			asked[i] = strings.Join(quoted, " OR ")
		}
		wanted = append(wanted, asked)
	}
	return wanted
}
