package list

import (
	"bytes"
	"io"
	"strings"
	"unicode/utf8"

	"telex/messaging/blank"
)

const (
	mostRow = 1 << 20 // bytes of a row
	// mostQuoted is how many bytes a cell may go on after its first line end. A cell of
	// Excel has 32,767 characters at most.
	mostQuoted = 128 << 10
	// mostUnclosed is how many quotes of a file may be looked for in vain over more lines
	// than their own, which keeps the work linear.
	mostUnclosed = 20
	mostRaw      = 4 << 10 // bytes of a row that are kept as they are
)

// A record is a row of cells, each of them clean.
type record struct {
	line    int
	cells   []string
	raw     string
	problem string // why it cannot be read; its cells are a guess then
}

// isBlank reports whether nothing is seen in any cell.
func (r record) isBlank() bool {
	for _, c := range r.cells {
		if !blank.All(c) {
			return false
		}
	}
	return true
}

// records cut a text in UTF-8 into rows of cells. A cell may stand in quotes, and then
// hold delimiters, line ends and doubled quotes; quotes elsewhere are characters.
type records struct {
	window
	delimiter byte
	cells     []byte // of the row, one after the other
	ends      []int
	unclosed  int
	taken     int // bytes of the last record, while they are in the window
}

// newRecords reads from in. Lines end with lineEnd, '\n' or '\r'; before a '\n' a '\r' is
// part of the end.
func newRecords(in io.Reader, delimiter, lineEnd byte) *records {
	return &records{window: newWindow(in, lineEnd), delimiter: delimiter}
}

// next reads one row, io.EOF after the last one.
func (r *records) next() (record, error) {
	for {
		size, why := r.scan(r.rest(), r.eof)
		switch why {
		case scanned:
			switch {
			case size == 0:
				return record{}, io.EOF
			case size > mostRow:
				return r.skipLine()
			}
			return r.take(size, ""), nil
		case unclosed:
			r.unclosed++
			return r.take(r.splitLine(r.rest()), "a quote is opened and never closed"), nil
		case needsMore:
		}
		if len(r.rest()) > mostRow {
			return r.skipLine()
		}
		if err := r.fill(); err != nil {
			return record{}, err
		}
	}
}

// take makes a record of what was scanned, the next size bytes.
func (r *records) take(size int, problem string) record {
	row := r.rest()[:size]
	rec := record{line: r.line, raw: rawOf(row), problem: problem, cells: make([]string, len(r.ends))}
	if problem == "" && bytes.IndexByte(row, 0) >= 0 {
		rec.problem = "holds a NUL byte: the file is damaged there"
	}
	all, start := string(r.cells), 0
	valid := utf8.ValidString(all)
	for i, end := range r.ends {
		cell := all[start:end]
		if !valid {
			cell = strings.ToValidUTF8(cell, "\uFFFD")
		}
		rec.cells[i], start = unguarded(Clean(cell)), end
	}
	r.advance(size)
	r.taken = size
	return rec
}

// lineOf gives the last record back and takes the first of its lines alone.
func (r *records) lineOf() record {
	r.retreat(r.taken)
	return r.take(r.splitLine(r.rest()), "a quote is opened that does not end in this line")
}

// skipLine leaves out a line that is too long, and gives a record that says so.
func (r *records) skipLine() (record, error) {
	rec := record{line: r.line, raw: rawOf(r.rest()), problem: "the line is longer than 1 MiB"}
	for {
		if i := bytes.IndexByte(r.rest(), r.lineEnd); i >= 0 {
			r.advance(i + 1)
			return rec, nil
		}
		r.advance(len(r.rest()))
		if r.eof {
			return rec, nil
		}
		if err := r.fill(); err != nil {
			return record{}, err
		}
	}
}

// How a scan ended.
type scanEnd int

const (
	scanned scanEnd = iota
	needsMore
	unclosed
)

// scan cuts the first row of text into cells and tells its size, line end included. After
// last, no text comes.
func (r *records) scan(text []byte, last bool) (size int, end scanEnd) {
	r.cells, r.ends = r.cells[:0], r.ends[:0]
	if len(text) == 0 && last {
		return 0, scanned
	}
	for i := 0; ; i++ {
		for i < len(text) && (text[i] == ' ' || text[i] == '\t' && r.delimiter != '\t') {
			i++
		}
		if i < len(text) && text[i] == '"' {
			begin := i + 1
			if i, end = r.quoted(text, begin, last); end != scanned {
				return 0, end
			}
			// A cell of several lines ends with its quote: text behind it is that of a later
			// cell, and the one quote was never closed.
			if i < len(text) && bytes.IndexByte(text[begin:i], r.lineEnd) >= 0 && !r.mayFollow(text[i]) {
				return 0, unclosed
			}
		}
		stop := r.cellEnd(text, i)
		if stop == len(text) && !last {
			return 0, needsMore
		}
		r.cells = append(r.cells, text[i:stop]...)
		r.ends = append(r.ends, len(r.cells))
		if i = stop; i == len(text) {
			return i, scanned
		}
		if text[i] == r.lineEnd {
			return i + 1, scanned
		}
	}
}

// quoted takes what stands in quotes from i, and tells where it goes on behind them.
func (r *records) quoted(text []byte, i int, last bool) (after int, end scanEnd) {
	limit := len(text) + 1
	if n := bytes.IndexByte(text[i:], r.lineEnd); n >= 0 {
		limit = i + n
		if r.unclosed < mostUnclosed {
			limit += mostQuoted
		}
	}
	for {
		stop := max(i, min(limit, len(text)))
		n := bytes.IndexByte(text[i:stop], '"')
		switch {
		case n < 0 && (last || limit <= len(text)):
			return 0, unclosed
		case n < 0, i+n+1 == len(text) && !last: // the next byte may be the second of a doubled quote
			return 0, needsMore
		}
		r.cells = append(r.cells, text[i:i+n]...)
		i += n + 1
		if i == len(text) || text[i] != '"' {
			return i, scanned
		}
		r.cells = append(r.cells, '"')
		i++
	}
}

// mayFollow reports whether b may stand behind a cell in quotes.
func (r *records) mayFollow(b byte) bool {
	return b == r.delimiter || b == r.lineEnd || b == '\r' || b == ' ' || b == '\t'
}

// cellEnd is where the cell ends that goes on at i.
func (r *records) cellEnd(text []byte, i int) int {
	for ; i < len(text); i++ {
		if text[i] == r.delimiter || text[i] == r.lineEnd {
			break
		}
	}
	return i
}

// splitLine cuts the first line of text by its delimiters, whatever its quotes say, and
// tells its size.
func (r *records) splitLine(text []byte) (size int) {
	r.cells, r.ends = r.cells[:0], r.ends[:0]
	for i := 0; ; i++ {
		stop := r.cellEnd(text, i)
		r.cells = append(r.cells, text[i:stop]...)
		r.ends = append(r.ends, len(r.cells))
		if i = stop; i == len(text) {
			return i
		}
		if text[i] == r.lineEnd {
			return i + 1
		}
	}
}

// rawOf is a row as it is, without its end.
func rawOf(row []byte) string {
	row = bytes.TrimRight(row, "\r\n")
	if len(row) > mostRaw {
		return strings.ToValidUTF8(string(row[:mostRaw]), "") + "…"
	}
	return strings.ToValidUTF8(string(row), "\uFFFD")
}
