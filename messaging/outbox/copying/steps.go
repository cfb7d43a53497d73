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

// A counter tells how far a step has come.
type counter struct {
	c *copier
	p Progress
}

func (c *copier) counter(step Step, tables []*table) *counter {
	n := &counter{c: c, p: Progress{Step: step}}
	for _, t := range tables {
		n.p.Total += t.rows
	}
	return n
}

// add tells that so many rows of a table are through.
func (n *counter) add(ctx context.Context, t *table, rows int64) error {
	n.p.Table = t.name
	n.p.Done += rows
	n.c.options.Progress(n.p)
	return ctx.Err()
}

// readAll looks whether the new one can hold what the old one has, before a row is copied.
func (c *copier) readAll(ctx context.Context, tables []*table) error {
	n := c.counter(StepRead, tables)
	for _, t := range tables {
		for after := []int64(nil); ; {
			s, some, err := t.next(ctx, c.from.Reader(), after)
			if err != nil {
				return c.from.failure(err)
			}
			if some == 0 {
				break
			}
			rows := int64(0)
			err = t.read(ctx, c.from.Reader(), s, func(r row) error { rows++; return t.fits(r) })
			if err != nil {
				return c.unfit(err)
			}
			if err := n.add(ctx, t, rows); err != nil {
				return err
			}
			if after = s.to; after == nil {
				break
			}
		}
	}
	return nil
}

// unfit puts into words that a row cannot be copied.
func (c *copier) unfit(err error) error {
	if u, ok := errors.AsType[*unfit](err); ok {
		return c.from.refusal("the old outbox is used as before, and the new one has none of its rows; "+
			"mend that row by the tools of its database, and copy again", "%s cannot hold %s", c.to.place, u.words)
	}
	return c.from.failure(err)
}

// clear takes all rows out of the new one, some at a time.
func (c *copier) clear(ctx context.Context) error {
	for _, s := range all {
		t := &table{spec: s}
		for {
			some, n, err := t.next(ctx, c.to.Reader(), nil)
			if err != nil {
				return c.to.failure(err)
			}
			if n == 0 {
				break
			}
			err = c.to.Write(ctx, func(ctx context.Context, tx outbox.Tx) error {
				if err := c.mine(ctx, tx); err != nil {
					return err
				}
				return c.remove(ctx, tx, t, some)
			})
			if err != nil {
				return c.to.failure(err)
			}
			if some.to == nil {
				break
			}
		}
	}
	return nil
}

// remove takes the rows of a span out of the new one.
func (c *copier) remove(ctx context.Context, tx outbox.Tx, t *table, s span) error {
	where, args := t.within(s)
	if t.name == searched {
		var ids []int64
		rows, err := tx.QueryContext(ctx, "SELECT id FROM "+t.name+where, args...)
		if err != nil {
			return fmt.Errorf("read %s: %w", t.name, err)
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var id int64
			if err := rows.Scan(&id); err != nil {
				return fmt.Errorf("read %s: %w", t.name, err)
			}
			ids = append(ids, id)
		}
		if err := rows.Err(); err != nil {
			return fmt.Errorf("read %s: %w", t.name, err)
		}
		if len(ids) == 0 {
			return nil
		}
		if err := c.to.Unindex(ctx, tx, ids); err != nil {
			return fmt.Errorf("clear %s: %w", t.name, err)
		}
	}
	if _, err := tx.ExecContext(ctx, "DELETE FROM "+t.name+where, args...); err != nil {
		return fmt.Errorf("clear %s: %w", t.name, err)
	}
	return nil
}

// copyAll copies the rows, each table from behind the last one that is there.
func (c *copier) copyAll(ctx context.Context, tables []*table) error {
	n := c.counter(StepCopy, tables)
	for _, t := range tables {
		after, err := t.highest(ctx, c.to.Reader())
		if err != nil {
			return c.to.failure(err)
		}
		if after != nil {
			where, args := t.within(span{to: after})
			var there int64
			if err := c.to.Reader().QueryRowContext(ctx, "SELECT count(*) FROM "+t.name+where, args...).Scan(&there); err != nil {
				return c.to.failure(err)
			}
			n.p.Done += there
		}
		for {
			s, some, err := t.next(ctx, c.from.Reader(), after)
			if err != nil {
				return c.from.failure(err)
			}
			if some == 0 {
				break
			}
			rows, err := c.copySpan(ctx, t, s)
			if err != nil {
				return err
			}
			if err := n.add(ctx, t, rows); err != nil {
				return err
			}
			if after = s.to; after == nil {
				break
			}
		}
	}
	return nil
}

// copySpan copies the rows of a span in one transaction.
func (c *copier) copySpan(ctx context.Context, t *table, s span) (rows int64, err error) {
	var read error // what went wrong with the old one
	err = c.to.Write(ctx, func(ctx context.Context, tx outbox.Tx) error {
		rows, read = 0, nil
		if err := c.mine(ctx, tx); err != nil {
			return err
		}
		if err := c.remove(ctx, tx, t, s); err != nil {
			return err
		}
		w := &writing{c: c, t: t, tx: tx}
		var written error
		read = t.read(ctx, c.from.Reader(), s, func(r row) error {
			rows++
			written = w.add(ctx, r)
			return written
		})
		if written != nil {
			read = nil
			return written
		}
		if read != nil {
			return read
		}
		return w.flush(ctx)
	})
	if read != nil {
		return 0, c.unfit(read)
	}
	return rows, c.to.failure(err)
}

const (
	// mostWritten is how many rows one statement writes; a power of two.
	mostWritten = 64
	// mostHeld is about how many bytes of rows are in memory.
	mostHeld = 1 << 20
)

// A writing is the rows that one statement is to write.
type writing struct {
	c    *copier
	t    *table
	tx   outbox.Tx
	rows []row
	size int
}

// add writes a row, sooner or later.
func (w *writing) add(ctx context.Context, r row) error {
	w.rows = append(w.rows, r)
	for _, v := range r {
		w.size += lengthOf(v)
	}
	if len(w.rows) < mostWritten && w.size < mostHeld {
		return nil
	}
	return w.flush(ctx)
}

// flush writes what was added. There are few different statements, so that they are compiled
// once.
func (w *writing) flush(ctx context.Context) error {
	for rest := w.rows; len(rest) > 0; {
		n := mostWritten
		for n > len(rest) {
			n /= 2
		}
		if err := w.insert(ctx, rest[:n]); err != nil {
			return err
		}
		rest = rest[n:]
	}
	w.rows, w.size = nil, 0
	return nil
}

func (w *writing) insert(ctx context.Context, rows []row) error {
	one := "(" + strings.TrimSuffix(strings.Repeat("?, ", len(w.t.columns)), ", ") + ")"
	query := "INSERT INTO " + w.t.name + " (" + strings.Join(w.t.columns, ", ") + ") VALUES " + strings.TrimSuffix(strings.Repeat(one+", ", len(rows)), ", ")
	args := make([]any, 0, len(rows)*len(w.t.columns))
	for _, r := range rows {
		args = append(args, r...)
	}
	if _, err := w.tx.ExecContext(ctx, query, args...); err != nil {
		return fmt.Errorf("write %s to %s: %w", w.t.named(rows[0]), w.t.named(rows[len(rows)-1]), err)
	}
	if w.t.name != searched {
		return nil
	}
	of := func(r row, column string) string { s, _ := r[w.t.column(column)].(string); return s }
	for _, r := range rows {
		id, _ := r[w.t.column("id")].(int64)
		words := outbox.Indexed(of(r, "text"), of(r, "sender"), of(r, "tag"), of(r, "recipients"))
		if err := w.c.to.Index(ctx, w.tx, id, words); err != nil {
			return fmt.Errorf("write %s: %w", w.t.named(r), err)
		}
	}
	return nil
}

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
