package copying

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"telex/messaging/outbox"
)

// compareAll compares each row of both.
func (c *copier) compareAll(ctx context.Context, tables []*table) error {
	n := c.counter(StepCompare, tables)
	c.summary.Tables = nil
	var wrong []string
	for _, t := range tables {
		done, differences, err := c.compareTable(ctx, t, n)
		if err != nil {
			return err
		}
		c.summary.Tables = append(c.summary.Tables, done)
		wrong = append(wrong, differences...)
		if len(wrong) > mostNamed {
			break
		}
	}
	tallies, err := c.compareTallies(ctx)
	if err != nil {
		return err
	}
	if wrong = append(wrong, tallies...); len(wrong) == 0 {
		return nil
	}
	return c.to.refusal("the old outbox is used as before; take the new one away and copy again, and report this if it stays so",
		"it is not what %s is: %s", c.from.place, strings.Join(wrong[:min(len(wrong), mostNamed)], "; "))
}

// mostNamed is how many differences are named.
const mostNamed = 5

// compareTable goes through a table on both sides at once.
func (c *copier) compareTable(ctx context.Context, t *table, n *counter) (done Table, wrong []string, err error) {
	done.Name = t.name
	sum := sha256.New()
	for after := []int64(nil); ; {
		s, some, err := t.next(ctx, c.from.Reader(), after)
		if err != nil {
			return done, nil, c.from.failure(err)
		}
		if some == 0 {
			s = span{after: after} // what the new one has behind all
		}
		old, err := t.digests(ctx, c.from.Reader(), s)
		if err != nil {
			return done, nil, c.unfit(err)
		}
		copied, err := t.digests(ctx, c.to.Reader(), s)
		if err != nil {
			return done, nil, c.to.failure(err)
		}
		wrong = append(wrong, differences(old, copied)...)
		for _, d := range old {
			_, _ = sum.Write(d.digest[:])
		}
		done.Rows += int64(len(old))
		if some == 0 {
			break
		}
		if err := n.add(ctx, t, int64(len(old))); err != nil {
			return done, nil, err
		}
		if after = s.to; after == nil {
			break
		}
	}
	done.Digest = hex.EncodeToString(sum.Sum(nil))
	return done, wrong, nil
}

// A dig is the digest of a row, and which row it is.
type dig struct {
	key    []int64
	digest digest
	name   string
}

// digests are those of the rows of a span, in an order that does not depend on the engine.
func (t *table) digests(ctx context.Context, q outbox.Querier, s span) (all []dig, err error) {
	err = t.read(ctx, q, s, func(r row) error {
		d := dig{digest: digestOf(r), name: t.named(r)}
		for _, by := range t.by {
			n, _ := r[t.column(by)].(int64)
			d.key = append(d.key, n)
		}
		all = append(all, d)
		return nil
	})
	slices.SortFunc(all, compareDigs)
	return all, err
}

func compareDigs(a, b dig) int {
	if by := slices.Compare(a.key, b.key); by != 0 {
		return by
	}
	return slices.Compare(a.digest[:], b.digest[:])
}

// differences names the rows that are on one side only, or not the same.
func differences(old, copied []dig) (wrong []string) {
	for len(old)+len(copied) > 0 {
		switch {
		case len(copied) == 0 || len(old) > 0 && compareDigs(old[0], copied[0]) < 0:
			wrong = append(wrong, old[0].name+" is missing or differs")
			old = old[1:]
		case len(old) == 0 || compareDigs(old[0], copied[0]) > 0:
			wrong = append(wrong, copied[0].name+" should not be there, or differs")
			copied = copied[1:]
		default:
			old, copied = old[1:], copied[1:]
		}
	}
	return wrong
}

// compareTallies compares what the databases count by themselves.
func (c *copier) compareTallies(ctx context.Context) ([]string, error) {
	const query = "SELECT day, state, handed, sum(n) FROM tallies GROUP BY day, state, handed HAVING sum(n) <> 0 ORDER BY 1, 2, 3"
	var of [2][]string
	for i, s := range []*side{c.from, c.to} {
		rows, err := s.Reader().QueryContext(ctx, query)
		if err != nil {
			return nil, s.failure(fmt.Errorf("read the tallies: %w", err))
		}
		for rows.Next() {
			var day, handed, n int64
			var state string
			if err = rows.Scan(&day, &state, &handed, &n); err != nil {
				break
			}
			of[i] = append(of[i], fmt.Sprint(day, state, handed, n))
		}
		if err := errors.Join(err, rows.Err(), rows.Close()); err != nil {
			return nil, s.failure(fmt.Errorf("read the tallies: %w", err))
		}
	}
	if !slices.Equal(of[0], of[1]) {
		return []string{"the counts of messages by state and day differ"}, nil
	}
	return nil, nil
}
