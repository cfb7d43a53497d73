package copying

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strings"

	"telex/messaging/outbox"
)

// A row has a value for each column of its table: an int64, a string, a []byte, or nil.
type row []any

// read goes through the rows of a span. A row is good until the next one.
func (t *table) read(ctx context.Context, q outbox.Querier, s span, do func(row) error) error {
	where, args := t.within(s)
	order := ""
	if t.by != nil {
		order = " ORDER BY " + strings.Join(t.by, ", ")
	}
	rows, err := q.QueryContext(ctx, "SELECT "+strings.Join(t.columns, ", ")+" FROM "+t.name+where+order, args...)
	if err != nil {
		return fmt.Errorf("read %s: %w", t.name, err)
	}
	defer func() { _ = rows.Close() }()
	into := make([]any, len(t.columns))
	for rows.Next() {
		values := make(row, len(t.columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			return fmt.Errorf("read %s: %w", t.name, err)
		}
		if err := t.normalize(values); err != nil {
			return err
		}
		if err := do(values); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read %s: %w", t.name, err)
	}
	return nil
}

// An unfit error is a value that an outbox cannot have.
type unfit struct{ words string }

func (u *unfit) Error() string { return u.words }

// normalize makes values those that every engine has, or says which is none. What SQLite has
// as text in a column of bytes, as it has where nothing else was said, is bytes.
func (t *table) normalize(values row) error {
	for i, v := range values {
		ok := false
		switch v := v.(type) {
		case nil:
			ok = true
		case int64:
			ok = t.kinds[i] == whole
		case string:
			if ok = t.kinds[i] == text; t.kinds[i] == bytes {
				values[i], ok = []byte(v), true
			}
		case []byte:
			ok = t.kinds[i] == bytes
		}
		if !ok {
			return &unfit{fmt.Sprintf("%s: its %s is not %s", t.named(values), t.columns[i], t.kinds[i])}
		}
	}
	return nil
}

// fits says which values another engine cannot hold; nil if it can.
func (t *table) fits(values row) error {
	for _, l := range t.limits {
		n := 0
		for i, c := range t.columns {
			for _, limited := range l.Columns {
				if c == limited {
					n += lengthOf(values[i])
				}
			}
		}
		if n > l.Bytes {
			return &unfit{fmt.Sprintf("%s: its %s has %d bytes, and %d is what an index can hold",
				t.named(values), strings.Join(l.Columns, " with "), n, l.Bytes)}
		}
	}
	return nil
}

func lengthOf(v any) int {
	switch v := v.(type) {
	case string:
		return len(v)
	case []byte:
		return len(v)
	}
	return 0
}

// named says which row it is.
func (t *table) named(values row) string {
	name := "table " + t.name
	for _, by := range t.by {
		name += fmt.Sprintf(", %s %v", by, values[t.column(by)])
	}
	return name
}

// column is where the values of a column are.
func (t *table) column(name string) int {
	for i, c := range t.columns {
		if c == name {
			return i
		}
	}
	return -1 // tables knows that it is there
}

// A digest is that of a row.
type digest [sha256.Size]byte

// digestOf is the same for the same values, and another one for others.
func digestOf(values row) (d digest) {
	h := sha256.New()
	var head [9]byte
	part := func(of byte, n uint64, content []byte) {
		head[0] = of
		binary.BigEndian.PutUint64(head[1:], n)
		_, _ = h.Write(head[:])
		_, _ = h.Write(content)
	}
	for _, v := range values {
		switch v := v.(type) {
		case nil:
			part('-', 0, nil)
		case int64:
			part('n', uint64(v), nil) //nolint:gosec // its bits
		case string:
			part('t', uint64(len(v)), []byte(v))
		case []byte:
			part('b', uint64(len(v)), v)
		}
	}
	h.Sum(d[:0])
	return d
}
