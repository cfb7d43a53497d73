package broadcast

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strings"

	"telex/messaging/broadcast/list"
	"telex/messaging/outbox"
	"telex/ui/cli/say"
	"telex/ui/words"
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
	as     reading
	again  int64        // the broadcast that it comes from; 0 for none
	files  []attachment // of that broadcast, which go out once more as they were
}

// open opens the list that somebody named: a file, or a group of contacts. Commands are named
// for a shell.
func open(ctx context.Context, o *outbox.Outbox, f startFlags, region string, in words.Shell) (*source, error) {
	if group, is := strings.CutPrefix(f.list, "@"); is {
		if len(f.columns) > 0 {
			return nil, say.Usagef("--column names columns of a file, and %s is a group of contacts; nothing was sent", say.Quoted(f.list))
		}
		return openGroup(ctx, o, group, in)
	}
	return openFile(f, region)
}

// unread is that the rows ended before the source did; nil if they did not.
func (s *source) unread() error {
	if err := s.err(); err != nil {
		return say.Usagef("the list cannot be read to its end: %s; nothing was sent", say.Plain(err))
	}
	return nil
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
	path, err := filepath.Abs(f.list)
	if err != nil { // there is no working folder any more
		path = f.list
	}
	return &source{
		as:   reading{Path: path, Columns: columns, Region: region},
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
