package copying

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"telex/messaging/outbox"
)

// A spec says how a table is gone through: in the order of some columns, which are integers and
// stand in an index, all rows with the same values at once. Of those there are few. A table
// without such columns has few rows.
type spec struct {
	name  string
	by    []string
	where string // which rows are copied; "" is all
	own   bool   // a new outbox has rows of it already
}

// all are the tables that are copied. What is not among them is of processes (owners, marks,
// leases), follows from the rows of messages (tallies, and the index of the search) or is the
// engine's own.
var all = []spec{
	{name: "meta", where: "name NOT IN ('copy', 'scrub')", own: true}, // how it is marked, and what SQLite overwrites
	{name: "counters", own: true},
	{name: "messages", by: []string{"id"}},
	{name: "exchanges", by: []string{"id"}},
	{name: "moves", by: []string{"id"}},
	{name: "events", by: []string{"id"}},
	{name: "strays", by: []string{"id"}},
	{name: "deliveries", by: []string{"message"}},
	{name: "threads", by: []string{"id"}},
	{name: "talks", by: []string{"thread", "message"}},
	{name: "optouts", by: []string{"id"}},
	{name: "contacts", by: []string{"id"}},
	{name: "contact_groups", by: []string{"contact"}},
	{name: "runs", by: []string{"id"}},
	{name: "run_moves", by: []string{"id"}},
	{name: "run_people", by: []string{"run", "n"}},
	{name: "drafts", by: []string{"id"}},
	{name: "folds", by: []string{"at"}},
	{name: "paces"},
}

// searched is the table whose rows are to be found by their words.
const searched = "messages"

// atOnce is how many rows are gone through in one transaction, and about how many are compared
// with one another in memory.
const atOnce = 500

// A kind is what a column holds.
type kind string

const (
	whole kind = "a whole number"
	text  kind = "text"
	bytes kind = "bytes"
)

// A table is one that is copied, as both outboxes have it.
type table struct {
	spec
	columns []string // in the order of their names
	kinds   []kind
	rows    int64 // of the old one
	limits  []outbox.Limit
}

// tables reads what there is to be copied, and counts it.
func (c *copier) tables(ctx context.Context) (tables []*table, err error) {
	limits, err := c.to.Limits(ctx, c.to.Reader())
	if err != nil {
		return nil, c.to.failure(err)
	}
	for _, s := range all {
		t := &table{spec: s}
		if t.columns, t.kinds, err = columnsOf(ctx, c.from, s.name); err != nil {
			return nil, c.from.failure(err)
		}
		columns, kinds, err := columnsOf(ctx, c.to, s.name)
		if err != nil {
			return nil, c.to.failure(err)
		}
		if !slices.Equal(columns, t.columns) || !slices.Equal(kinds, t.kinds) {
			return nil, c.to.refusal("use a telex of one version for both", "its table %s has other columns than that of %s", s.name, c.from.place)
		}
		if err := c.from.Reader().QueryRowContext(ctx, "SELECT count(*) FROM "+s.name+t.clause("")).Scan(&t.rows); err != nil {
			return nil, c.from.failure(fmt.Errorf("count the rows of %s: %w", s.name, err))
		}
		for _, l := range limits {
			if l.Table == s.name {
				t.limits = append(t.limits, l)
			}
		}
		tables = append(tables, t)
	}
	return tables, nil
}

// columnsOf are the columns of a table, and what they hold.
func columnsOf(ctx context.Context, s *side, name string) (columns []string, kinds []kind, err error) {
	rows, err := s.Reader().QueryContext(ctx, "SELECT * FROM "+name+" LIMIT 0")
	if err != nil {
		return nil, nil, fmt.Errorf("read the columns of %s: %w", name, err)
	}
	defer func() { _ = rows.Close() }()
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, nil, fmt.Errorf("read the columns of %s: %w", name, err)
	}
	of := map[string]kind{}
	for _, t := range types {
		switch declared := strings.ToUpper(t.DatabaseTypeName()); {
		case strings.Contains(declared, "INT"):
			of[t.Name()] = whole
		case strings.Contains(declared, "BLOB"), strings.Contains(declared, "BYTEA"):
			of[t.Name()] = bytes
		case strings.Contains(declared, "TEXT"):
			of[t.Name()] = text
		default:
			return nil, nil, fmt.Errorf("column %s of %s is of the type %q", t.Name(), name, declared)
		}
		columns = append(columns, t.Name())
	}
	slices.Sort(columns)
	for _, c := range columns {
		kinds = append(kinds, of[c])
	}
	return columns, kinds, rows.Err() //nolint:wrapcheck // it was asked for no row
}

// clause is the condition on the rows that are copied, and another one.
func (t *table) clause(and string) string {
	var both []string
	for _, c := range []string{t.where, and} {
		if c != "" {
			both = append(both, c)
		}
	}
	if both == nil {
		return ""
	}
	return " WHERE " + strings.Join(both, " AND ")
}

// A span is the rows behind one key and up to another one. A nil key is before, or behind, all.
type span struct{ after, to []int64 }

// key is the columns that a table is gone through by, as one value.
func (t *table) key() string {
	if len(t.by) == 1 {
		return t.by[0]
	}
	return "(" + strings.Join(t.by, ", ") + ")"
}

func (t *table) mark() string {
	if len(t.by) == 1 {
		return "?"
	}
	return "(" + strings.TrimSuffix(strings.Repeat("?, ", len(t.by)), ", ") + ")"
}

// within is the condition on the rows of a span.
func (t *table) within(s span) (where string, args []any) {
	var both []string
	for _, part := range []struct {
		compare string
		key     []int64
	}{{" > ", s.after}, {" <= ", s.to}} {
		if part.key == nil {
			continue
		}
		both = append(both, t.key()+part.compare+t.mark())
		for _, n := range part.key {
			args = append(args, n)
		}
	}
	return t.clause(strings.Join(both, " AND ")), args
}

// next is the span of the next rows behind a key, and how many keys it has, or has at least. If
// that is 0 there are none.
func (t *table) next(ctx context.Context, q outbox.Querier, after []int64) (s span, n int, err error) {
	if t.by == nil {
		return span{}, 1, nil
	}
	where, args := t.within(span{after: after})
	list := strings.Join(t.by, ", ")
	rows, err := q.QueryContext(ctx, "SELECT "+list+" FROM "+t.name+where+" ORDER BY "+list+" LIMIT ?", append(args, atOnce)...)
	if err != nil {
		return s, 0, fmt.Errorf("read %s: %w", t.name, err)
	}
	defer func() { _ = rows.Close() }()
	last := make([]int64, len(t.by))
	into := make([]any, len(last))
	for i := range last {
		into[i] = &last[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return s, 0, fmt.Errorf("read %s: a column by which it is found is no whole number: %w", t.name, err)
		}
		n++
	}
	if err := rows.Err(); err != nil {
		return s, 0, fmt.Errorf("read %s: %w", t.name, err)
	}
	if n == 0 {
		return s, 0, nil
	}
	return span{after: after, to: last}, n, nil
}

// highest is the last key of a table; nil if it has no row.
func (t *table) highest(ctx context.Context, q outbox.Querier) ([]int64, error) {
	if t.by == nil {
		return nil, nil
	}
	desc := strings.Join(t.by, " DESC, ") + " DESC"
	rows, err := q.QueryContext(ctx, "SELECT "+strings.Join(t.by, ", ")+" FROM "+t.name+" ORDER BY "+desc+" LIMIT 1")
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", t.name, err)
	}
	defer func() { _ = rows.Close() }()
	if !rows.Next() {
		return nil, rows.Err() //nolint:wrapcheck // it says all
	}
	last := make([]int64, len(t.by))
	into := make([]any, len(last))
	for i := range last {
		into[i] = &last[i]
	}
	if err := rows.Scan(into...); err != nil {
		return nil, fmt.Errorf("read %s: %w", t.name, err)
	}
	return last, rows.Err() //nolint:wrapcheck // it says all
}
