package postgres

import (
	"context"
	"hash/fnv"
	"slices"
	"strings"

	"telex/messaging/outbox"
	"telex/messaging/outbox/internal/grams"
)

// A row of search has the grams of a message, each as a number that is made of it and of the
// block that the message is in. An index of what is in arrays (GIN) finds rows by them. It
// goes through all rows that have a gram; by the block these are no more than some thousands,
// however many messages there are.

// blockBits are how many bits of an id a block has: as many as the outbox looks through at
// once.
const blockBits = 14

// numberOf is a gram in a block. Two grams may have one number: then there are more
// candidates.
func numberOf(block int64, gram string) int64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(gram))
	return int64(h.Sum64() ^ uint64(block)*0x9e3779b97f4a7c15) //nolint:gosec // any number will do
}

// Index gives the words of a message to the index.
func (e *engine) Index(ctx context.Context, tx outbox.Tx, id int64, words string) error {
	seen := map[string]bool{}
	numbers := []int64{}
	_ = grams.Of(words, func(gram string) error { // take never fails
		if !seen[gram] {
			seen[gram] = true
			numbers = append(numbers, numberOf(id>>blockBits, gram))
		}
		return nil
	})
	_, err := tx.ExecContext(ctx, "INSERT INTO search (id, grams) VALUES (?, ?)", id, numbers)
	return err
}

// Unindex takes messages out of the index.
func (e *engine) Unindex(ctx context.Context, tx outbox.Tx, ids []int64) error {
	_, err := tx.ExecContext(ctx, "DELETE FROM search WHERE id = ANY (?)", ids)
	return err
}

// Candidates asks the index block by block.
func (e *engine) Candidates(ctx context.Context, terms []outbox.Term, lo, hi int64) (ids []int64, err error) {
	queries := slices.Concat(grams.Queries(terms)...)
	for block := hi >> blockBits; block >= lo>>blockBits; block-- {
		from, to := max(lo, block<<blockBits), min(hi, (block+1)<<blockBits-1)
		found, err := e.inBlock(ctx, queries, block, from, to)
		if err != nil {
			return nil, err
		}
		ids = append(ids, found...)
	}
	return ids, nil
}

// inBlock are those of one block.
func (e *engine) inBlock(ctx context.Context, queries []grams.Query, block, lo, hi int64) (ids []int64, err error) {
	var all []int64     // grams that each must have
	var either []string // conditions
	args := []any{lo, hi}
	for _, q := range queries {
		numbers := make([]int64, len(q))
		for i, g := range q {
			numbers[i] = numberOf(block, g)
		}
		if len(q) == 1 {
			all = append(all, numbers...)
			continue
		}
		either = append(either, " AND grams && ?")
		args = append(args, numbers)
	}
	if len(all) > 0 {
		either = append(either, " AND grams @> ?")
		args = append(args, all)
	}
	rows, err := e.Reader().QueryContext(ctx, "SELECT id FROM search WHERE id BETWEEN ? AND ?"+strings.Join(either, "")+" ORDER BY id DESC", args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, err //nolint:wrapcheck // as above
		}
		ids = append(ids, id)
	}
	return ids, rows.Err() //nolint:wrapcheck // as above
}
