package broadcast

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"os"
	"slices"
	"strings"

	"telex/messaging/broadcast/list"
	"telex/messaging/outbox"
	"telex/ui/cli/say"
)

// A source is where the people of a broadcast come from. Its rows may be gone through more
// than once.
type source struct {
	name   string // as it was named, for people
	path   string // of its file; "" if it has none
	sum    string // of all that it says
	about  string // what was found out about it; may be empty
	fields []string
	rows   iter.Seq[list.Row]
	err    func() error // why the rows ended before the source did
	close  func()
	again  int64        // the broadcast that it comes from; 0 for none
	files  []attachment // of that broadcast, which go out once more as they were
}

// open opens the list that somebody named: a file, or a group of contacts.
func open(ctx context.Context, o *outbox.Outbox, f startFlags, region string) (*source, error) {
	if group, is := strings.CutPrefix(f.list, "@"); is {
		if len(f.columns) > 0 {
			return nil, say.Usagef("--column names columns of a file, and %s is a group of contacts; nothing was sent", say.Quoted(f.list))
		}
		return openGroup(ctx, o, group)
	}
	return openFile(f, region)
}

// openFile opens a file of people.
func openFile(f startFlags, region string) (*source, error) {
	columns, err := f.columnNames()
	if err != nil {
		return nil, err
	}
	if f.list == "-" {
		return nil, &say.UsageError{What: "a list is read twice, so it has to be a file", Hint: "write it into one first"}
	}
	file, err := os.Open(f.list)
	if err != nil {
		return nil, say.Usagef("the list cannot be read: %s; nothing was sent", say.Plain(err))
	}
	l, err := list.Open(file, f.list, list.Options{Region: region, Columns: columns})
	if err != nil {
		_ = file.Close() // it was only read
		e := &say.UsageError{What: fmt.Sprintf("the list %s cannot be used: %s; nothing was sent", say.Quoted(f.list), say.Plain(err))}
		if errors.Is(err, list.ErrNoNumbers) {
			e.Hint = "say which column has them: --column number=HEADER"
		}
		return nil, e
	}
	return &source{
		name: f.list, path: f.list, sum: l.Sum(), about: l.Columns(), fields: l.Fields(), rows: l.All(), err: l.Err,
		close: func() { _ = file.Close() },
	}, nil
}

// columnNames reads what --column says.
func (f startFlags) columnNames() (map[string]string, error) {
	columns := map[string]string{}
	for _, typed := range f.columns {
		what, header, found := strings.Cut(typed, "=")
		if _, twice := columns[what]; !found || what == "" || header == "" || twice {
			return nil, &say.UsageError{What: "--column " + say.Quoted(typed) + " cannot be read", Hint: "write it as number=Phone, once for each of " + strings.Join(list.ColumnNames, ", ")}
		}
		columns[what] = header
	}
	return columns, nil
}

// contactsAtOnce is how many contacts are read at a time.
const contactsAtOnce = 500

// openGroup opens a group of contacts.
func openGroup(ctx context.Context, o *outbox.Outbox, group string) (*source, error) {
	s := &source{name: "@" + group, close: func() {}}
	var failed error
	s.err = func() error { return failed }
	contacts := func(yield func(outbox.Contact) bool) {
		failed = nil
		for after := (outbox.Contact{}); ; {
			page, err := o.Contacts(ctx, outbox.ContactFilter{Group: group, After: after, Limit: contactsAtOnce})
			if err != nil {
				failed = err
				return
			}
			for _, c := range page {
				if !yield(c) {
					return
				}
				after = c
			}
			if len(page) < contactsAtOnce {
				return
			}
		}
	}
	sum, names := sha256.New(), map[string]bool{}
	people := 0
	for c := range contacts {
		people++
		for name := range c.Fields {
			names[name] = true
		}
		// What a map holds is in the order of its keys.
		b, err := json.Marshal([]any{c.Number, c.Name, c.Zone, c.Fields})
		if err != nil {
			return nil, fmt.Errorf("read the contact %d: %w", c.ID, err)
		}
		sum.Write(b)
	}
	if failed != nil {
		return nil, failed
	}
	if people == 0 {
		return nil, noSuchGroup(ctx, o, group)
	}
	s.sum = hex.EncodeToString(sum.Sum(nil))
	for name := range names {
		s.fields = append(s.fields, name)
	}
	slices.Sort(s.fields)
	s.fields = append(slices.DeleteFunc(s.fields, func(name string) bool { return name == "name" || name == "number" }), "name", "number")
	s.rows = func(yield func(list.Row) bool) {
		n := 0
		for c := range contacts {
			n++
			row := list.Row{Line: n, Number: c.Number, Name: c.Name, Zone: c.Zone}
			for _, name := range s.fields[:len(s.fields)-2] {
				row.Values = append(row.Values, c.Fields[name])
			}
			row.Values = append(row.Values, c.Name, c.Number)
			if !yield(row) {
				return
			}
		}
	}
	return s, nil
}

// noSuchGroup refuses a group that nobody is in.
func noSuchGroup(ctx context.Context, o *outbox.Outbox, group string) error {
	e := &say.UsageError{What: fmt.Sprintf("nobody is in the group %s; nothing was sent", say.Quoted("@"+group)), Hint: "telex contacts import FILE --group NAME makes one"}
	groups, err := o.ContactGroups(ctx)
	if err != nil {
		return err
	}
	var names []string
	for _, g := range groups {
		names = append(names, "@"+g.Name)
	}
	if len(names) > 0 {
		e.Hint = "there are " + strings.Join(names, ", ")
	}
	return e
}
