// Package list reads files of people: CSV in every form that spreadsheets, address books
// and exports give it, or vCard. What the file is (its encoding, its delimiter, its line
// ends, where its headers are, which column has the numbers) is found out; who is nobody
// is said with a line and a reason.
//
// A file is streamed: what is held at a time is one row, and 8 bytes for each number
// that was seen.
package list

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"iter"
	"strconv"
	"strings"

	"telex/messaging/number"
)

// Options are how a list is read.
type Options struct {
	// Region is the ISO 3166-1 code of the country whose numbers are written in the
	// national form; "" reads international ones alone.
	Region string
	// Columns are headers for what is not to be found out, by one of [ColumnNames]. A
	// header is named as [Fold] has it, or as the number of its column, from 1.
	Columns map[string]string
	// EveryLine is for a list of which nobody may be lost: no line is a title above the
	// headers that has what might be meant for a number; and of a row whose number goes on over
	// the end of its line, for a quote was opened and not closed, that line is rejected alone.
	// So is, without headers, every line of a row that has several lines or several numbers.
	EveryLine bool
}

// ColumnNames are what Options.Columns may name a header for.
var ColumnNames = []string{"number", "name", "zone", "group"}

// A List is a file of people. It reads the file that it was opened with, and moves its
// offset: only one goroutine may use it at a time.
type List struct {
	file   io.ReadSeeker
	region string
	sum    string
	form   form
	card   bool // vCards, which have no layout but their line ends
	layout layout
	fields []string
	single bool // Options.EveryLine
	err    error
}

// A Row is a line of a list, or one of its vCards.
type Row struct {
	// Line is the line of the file on which the row begins, from 1. Empty lines, headers
	// and lines within quotes count.
	Line   int
	Number string // in E.164; "" if Reject is not
	// Name is on one line; "" if none is known. It is foreign text: nothing in it acts on a
	// terminal, but it may be of any length.
	Name   string
	Zone   string // as the list has it, which may be no zone; "" for none
	Groups []string
	// Values are beside the list's Fields, or fewer. A cell may hold line ends ("\n").
	Values []string
	// More are fields of a vCard that telex wrote beside those of every vCard; nil if it has
	// none.
	More map[string]string
	Raw  string // the row as the file has it, in UTF-8, without its end; cut at 4 KiB
	// Reject says why the row is nobody, in a few words without its value; "" if it is
	// somebody.
	Reject string
	// Value is what stands where the number is looked for, as the file has it.
	Value string
	// Duplicate says that a row before this one has the number.
	Duplicate bool
}

// What is wrong with a whole file.
var (
	ErrEmpty     = errors.New("the file is empty")
	ErrNobody    = errors.New("there is nobody in it")
	ErrNoNumbers = errors.New("no column of phone numbers was found in it")
	ErrTooLong   = fmt.Errorf("it is longer than %d MiB", mostFile>>20)
	// ErrChanged is of a list whose file is another one by now than when it was opened.
	ErrChanged = errors.New("the file was changed since it was looked at")
)

// mostFile bounds a file, in bytes: 100,000 people with 38 fields are some 40 MB.
const mostFile = 1 << 30

// A ColumnError is about Options.Columns.
type ColumnError struct {
	What, Header string
	Columns      []string // those of the list; nil if there is no such What
}

func (e *ColumnError) Error() string {
	if e.Columns == nil {
		return fmt.Sprintf("no column can be named for %q, only for %s", e.What, strings.Join(ColumnNames, ", "))
	}
	return fmt.Sprintf("it has no column %q for %s; its columns are %s", e.Header, e.What, some(e.Columns))
}

// Open looks at a file of people: its name says what it is where its content doesn't. It
// reads all of it once. An error is what is wrong with the whole file, in words: one of
// those of this package, or that of reading it.
func Open(f io.ReadSeeker, name string, o Options) (*List, error) {
	for what := range o.Columns {
		if !isColumnName(what) {
			return nil, &ColumnError{What: what}
		}
	}
	l := &List{file: f, region: o.Region, single: o.EveryLine}
	var err error
	if l.form, l.sum, err = inspect(f); err != nil {
		return nil, err
	}
	head, err := l.head()
	if err != nil {
		return nil, err
	}
	if isCard(head, name) {
		l.card, l.fields = true, cardFields
		l.layout.lineEnd = lineEndOf(head.text)
		if !bytes.Contains(bytes.ToUpper(head.text), []byte("BEGIN:VCARD")) {
			return nil, fmt.Errorf("%w: no vCard begins in it", ErrNobody)
		}
		if len(o.Columns) > 0 {
			return nil, errors.New("it is a vCard file, which has no columns")
		}
		return l, nil
	}
	if l.layout, err = findLayout(head, o); err != nil {
		return nil, err
	}
	l.fields = l.layout.fields
	return l, nil
}

func isColumnName(what string) bool {
	for _, name := range ColumnNames {
		if name == what {
			return true
		}
	}
	return false
}

// mostHead is how much of a file, in bytes of UTF-8, its delimiter and columns are found
// out by.
const mostHead = 1 << 20

// head is the beginning of the file in UTF-8.
func (l *List) head() (sample, error) {
	in, err := l.form.reader(l.file)
	if err != nil {
		return sample{}, err
	}
	text, err := io.ReadAll(io.LimitReader(in, mostHead+1))
	if err != nil {
		return sample{}, fmt.Errorf("read it: %w", err)
	}
	if len(text) > mostHead {
		return sample{text: text[:mostHead], cut: true}, nil
	}
	return sample{text: text}, nil
}

// Fields are the headers as templates name them, each once, in the order of the columns:
// see [Fold]. A column without a header is "column 3"; one whose header there was before
// has a number behind it, "notes 2". Of vCards they are always the same.
func (l *List) Fields() []string { return l.fields }

// More are the indexes of those Fields that say something of a person beside Number, Name,
// Zone and Groups of a row. The parts of a name are among them.
func (l *List) More() (more []int) {
	for i := range l.fields {
		if l.card && i > 0 || !l.card && !l.layout.tells(i) {
			more = append(more, i)
		}
	}
	return more
}

// Sum is the SHA-256 of the file's content, in hex.
func (l *List) Sum() string { return l.sum }

// Encoding is the name of what the file is encoded in: "utf-8", "utf-8-bom",
// "utf-16le-bom", "utf-16be-bom", "utf-16le", "utf-16be" or "windows-1252".
func (l *List) Encoding() string { return string(l.form) }

// Delimiter is what stands between the cells of a row; "" for vCards.
func (l *List) Delimiter() string {
	if l.card {
		return ""
	}
	return string(rune(l.layout.delimiter))
}

// Columns says which headers were taken for what, for people: "number: mobile, home
// phone". It is empty for vCards.
func (l *List) Columns() string {
	if l.card {
		return ""
	}
	return l.layout.String()
}

// NumberFields are those Fields in which a number is looked for, the best first; none of
// vCards.
func (l *List) NumberFields() (fields []string) {
	for _, c := range l.layout.numbers {
		if c.index < len(l.fields) {
			fields = append(fields, l.fields[c.index])
		}
	}
	return fields
}

// All are the rows that are somebody or are rejected, in the order of the file; empty
// lines, headers and titles are none. It may be gone through again. Err says afterwards
// whether the file could be read to its end.
func (l *List) All() iter.Seq[Row] {
	return func(yield func(Row) bool) {
		l.err = nil
		sum := sha256.New()
		in, err := l.form.reader(&hashed{l.file, sum})
		if err != nil {
			l.err = err
			return
		}
		next := l.rows(in)
		seen := map[uint64]struct{}{}
		for {
			row, err := next()
			if errors.Is(err, io.EOF) {
				if hex.EncodeToString(sum.Sum(nil)) != l.sum {
					l.err = ErrChanged
				}
				return
			}
			if err != nil {
				l.err = fmt.Errorf("read the list: %w", err)
				return
			}
			if row.Reject == "" {
				key, _ := strconv.ParseUint(row.Number[1:], 10, 64) // at most 15 digits
				_, row.Duplicate = seen[key]
				seen[key] = struct{}{}
			}
			if !yield(row) {
				return
			}
		}
	}
}

// Err is why the last All ended before the file did, or [ErrChanged] if what it went
// through is not what was opened; nil if all is well, or if the caller broke it off.
func (l *List) Err() error { return l.err }

// rows gives one row after the other, and io.EOF at the end.
func (l *List) rows(in io.Reader) func() (Row, error) {
	if l.card {
		return (&cards{lines: newLines(in, l.layout.lineEnd), region: l.region}).next
	}
	records := newRecords(in, l.layout.delimiter, l.layout.lineEnd)
	return func() (Row, error) {
		for {
			rec, err := records.next()
			if err != nil {
				return Row{}, err
			}
			if rec.line <= l.layout.lastTitle || rec.isBlank() && rec.problem == "" {
				continue
			}
			row := l.layout.row(rec, l.region)
			if l.single && (strings.Contains(row.Value, "\n") || !l.layout.headed && strings.IndexByte(rec.raw, l.layout.lineEnd) >= 0) {
				rec = records.lineOf()
				row = l.layout.row(rec, l.region)
			}
			if l.single && !l.layout.headed && row.Reject == "" && numbersIn(rec.cells, l.region) > 1 {
				row.Number, row.Value, row.Reject = "", row.Raw, "several numbers in one line"
			}
			return row, nil
		}
	}
}

// hashed takes the sum of what is read from the beginning of a file.
type hashed struct {
	io.ReadSeeker
	sum hash.Hash
}

func (h *hashed) Read(p []byte) (int, error) {
	n, err := h.ReadSeeker.Read(p)
	h.sum.Write(p[:n])
	return n, err
}

// numberIn reads the number of a cell. The reason is why it holds none.
func numberIn(cell, region string) (e164, reason string) {
	cell, reason = withoutArtefacts(cell)
	if reason != "" {
		return "", reason
	}
	n, err := number.Parse(cell, region)
	if e, ok := errors.AsType[*number.Error](err); ok {
		switch {
		case e.Problem == number.Empty:
			return "", noNumber
		case len(number.Split(cell)) > 1:
			e.Problem = number.Several
		}
		return "", e.Brief()
	}
	return n.E164, ""
}

// noNumber is the reason of a row that could be somebody.
const noNumber = "no number"

// some are the first of many names, for people.
func some(names []string) string {
	const most = 12
	if len(names) > most {
		return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", len(names)-most)
	}
	return strings.Join(names, ", ")
}
