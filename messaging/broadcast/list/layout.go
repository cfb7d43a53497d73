package list

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A sample is the beginning of a file, in UTF-8.
type sample struct {
	text []byte
	cut  bool // the file goes on
}

// A layout is where things are in a file of rows.
type layout struct {
	delimiter, lineEnd byte
	lastTitle          int  // the line on which the last row begins that is nobody's; 0 if there is none
	headed             bool // there are headers
	fields             []string
	numbers            []numberColumn
	name               nameColumns
	zone, group        int // columns; -1 for none
}

// A numberColumn has telephones; label is the column that says of what kind each is, -1 if
// the header does.
type numberColumn struct {
	index, label int
	rank         rank
}

// nameColumns are the columns that make up a name, -1 where there is none.
type nameColumns struct{ full, first, middle, last int }

const (
	// mostSampled is by how many rows a layout is found, mostTitles how many lines may stand
	// before the headers.
	mostSampled = 200
	mostTitles  = 30
)

// findLayout finds out where things are.
func findLayout(head sample, o Options) (layout, error) {
	l := layout{lineEnd: lineEndOf(head.text), zone: -1, group: -1}
	text, skipped := head.text, 0
	if d, rest, ok := separatorLine(text, l.lineEnd); ok {
		l.delimiter, text, skipped = d, rest, 1
	}
	var rows []record
	own := len(o.Columns) == 0 && isOwn(text, l.lineEnd)
	if own {
		l.delimiter = ','
	}
	if l.delimiter != 0 {
		rows = sampled(sample{text, head.cut}, l.delimiter, l.lineEnd)
	} else {
		l.delimiter, rows = findDelimiter(head, l.lineEnd, o.Region)
	}
	for i := range rows {
		rows[i].line += skipped
	}
	l.lastTitle = skipped
	rows = slices.DeleteFunc(rows, record.isBlank)
	if len(rows) == 0 {
		return layout{}, ErrNobody
	}
	header := 0
	if !own {
		var err error
		if header, err = findHeader(rows, o); err != nil {
			return layout{}, err
		}
	}
	people := rows
	if l.headed = header >= 0; l.headed {
		l.lastTitle = rows[header].line
		l.fields = fieldsOf(rows[header].cells)
		people = rows[header+1:]
	} else {
		l.fields = fieldsOf(make([]string, widest(rows)))
	}
	if own {
		l.name, l.numbers, l.group, l.zone = nameColumns{0, -1, -1, -1}, []numberColumn{{index: 1, label: -1}}, 2, 3
	} else if err := l.findColumns(rows, header, people, o); err != nil {
		return layout{}, err
	}
	if len(people) == 0 && !head.cut {
		return layout{}, fmt.Errorf("%w: it ends behind its headers", ErrNobody)
	}
	return l, nil
}

// OwnColumns are the first headers of the lists that telex writes of people whom it knows:
// whatever stands in the other columns, these are what they say.
var OwnColumns = []string{"name", "number", "groups", "zone"}

// isOwn reports whether a file is such a list.
func isOwn(text []byte, lineEnd byte) bool {
	first, _, _ := bytes.Cut(text, []byte{lineEnd})
	rest, ok := bytes.CutPrefix(bytes.TrimSuffix(first, []byte("\r")), []byte(strings.Join(OwnColumns, ",")))
	return ok && (len(rest) == 0 || rest[0] == ',')
}

// separatorLine reads the line by which Excel is told the delimiter, "sep=;".
func separatorLine(text []byte, lineEnd byte) (delimiter byte, rest []byte, ok bool) {
	first, rest, _ := bytes.Cut(text, []byte{lineEnd})
	first = bytes.TrimSuffix(first, []byte("\r"))
	if len(first) == len("sep=;") && strings.EqualFold(string(first[:4]), "sep=") && strings.IndexByte(delimiters, first[4]) >= 0 {
		return first[4], rest, true
	}
	return 0, text, false
}

// delimiters are those that are looked for, in the order of liking.
const delimiters = ",;\t|"

// findDelimiter is the one by which most rows have a cell that reads as a number, and of
// several that which most rows have as often.
func findDelimiter(head sample, lineEnd byte, region string) (delimiter byte, rows []record) {
	best := [2]int{-1, -1}
	for i := range len(delimiters) {
		found := sampled(head, delimiters[i], lineEnd)
		good, widths := 0, map[int]int{}
		for _, row := range found {
			if slices.ContainsFunc(row.cells, func(c string) bool { return looksLikeNumber(c, region) }) {
				good++
			}
			if len(row.cells) > 1 {
				widths[len(row.cells)]++
			}
		}
		alike := 0
		for _, n := range widths {
			alike = max(alike, n)
		}
		if score := [2]int{good, alike}; slices.Compare(score[:], best[:]) > 0 {
			best, delimiter, rows = score, delimiters[i], found
		}
	}
	return delimiter, rows
}

// sampled are the first rows of a file, without one that may be cut.
func sampled(head sample, delimiter, lineEnd byte) []record {
	r := newRecords(bytes.NewReader(head.text), delimiter, lineEnd)
	var all []record
	for len(all) < mostSampled {
		rec, err := r.next()
		if err != nil { // the end
			if head.cut && len(all) > 1 {
				all = all[:len(all)-1]
			}
			break
		}
		all = append(all, rec)
	}
	return all
}

// findHeader is the index of the row that has the headers, -1 if none does.
func findHeader(rows []record, o Options) (int, error) {
	most := mostTitles
	if o.EveryLine {
		if i := slices.IndexFunc(rows, func(r record) bool { return mayBeSomebody(r, o.Region) }); i >= 0 {
			most = min(most, i+1) // the headers may be that row, but not behind it
		}
	}
	rows = rows[:min(len(rows), most)]
	if len(o.Columns) > 0 {
		if i, err := headerWith(rows, o.Columns); i >= 0 || err != nil {
			return i, err
		}
	}
	isPerson := func(row record) bool {
		return slices.ContainsFunc(row.cells, func(c string) bool { return looksLikeNumber(c, o.Region) })
	}
	first := slices.IndexFunc(rows, isPerson)
	found := -1
	for i, row := range rows {
		if isPerson(row) || !slices.ContainsFunc(row.cells, func(c string) bool { return rankOf(c) < noPhone }) {
			continue
		}
		// Behind the first number it is the headers only if what is before it is a title.
		behind := first >= 0 && i > first
		sparse := !slices.ContainsFunc(rows[:i], func(r record) bool { return filled(r) > 2 || filled(r) >= filled(row) })
		if (!behind && !o.EveryLine || sparse) && (found < 0 || filled(row) > filled(rows[found])) {
			found = i
		}
	}
	if found >= 0 || first <= 0 {
		return found, nil
	}
	// No header says where the numbers are. The row before the first person is a header
	// unless it might be somebody without a number.
	before := rows[first-1]
	at := slices.IndexFunc(rows[first].cells, func(c string) bool { return looksLikeNumber(c, o.Region) })
	if slices.ContainsFunc(before.cells, func(c string) bool {
		return isHeader(c, fullNames) || isHeader(c, firstNames) || isHeader(c, lastNames)
	}) || !o.EveryLine && at < len(before.cells) && !isNoValue(before.cells[at]) && !slices.ContainsFunc(before.cells, func(c string) bool { return digitsIn(c) > 0 }) {
		return first - 1, nil
	}
	return -1, nil
}

// mayBeSomebody reports whether a cell of a row may hold a number, if only among other words
// or in what a spreadsheet left of it.
func mayBeSomebody(row record, region string) bool {
	const fewest = 9 // a date has 8
	return slices.ContainsFunc(row.cells, func(c string) bool {
		return digitsIn(c) >= fewest || looksLikeNumber(c, region)
	})
}

// headerWith is the row with all headers that somebody named. Columns may be named by
// their numbers, too: then it is -1.
func headerWith(rows []record, columns map[string]string) (int, error) {
	for i, row := range rows {
		if !slices.ContainsFunc(ColumnNames, func(what string) bool {
			header, named := columns[what]
			return named && columnOf(row.cells, header) < 0
		}) {
			return i, nil
		}
	}
	for _, what := range ColumnNames {
		header, named := columns[what]
		if n, err := strconv.Atoi(header); named && (err != nil || n < 1 || n > widest(rows)) {
			fullest := slices.MaxFunc(rows, func(a, b record) int { return filled(a) - filled(b) })
			return -1, &ColumnError{what, header, fullest.cells}
		}
	}
	return -1, nil
}

// columnOf is the column with a header, -1 if there is none.
func columnOf(headers []string, header string) int {
	return slices.IndexFunc(headers, func(h string) bool { return Fold(h) == Fold(header) })
}

func filled(r record) (n int) {
	for _, c := range r.cells {
		if c != "" {
			n++
		}
	}
	return n
}

func widest(rows []record) (n int) {
	for _, r := range rows {
		n = max(n, len(r.cells))
	}
	return n
}

// fieldsOf names the fields of a header.
func fieldsOf(headers []string) []string {
	fields := make([]string, len(headers))
	seen := map[string]int{}
	for i, h := range headers {
		name := Fold(h)
		if name == "" {
			name = "column " + strconv.Itoa(i+1)
		}
		if seen[name]++; seen[name] > 1 {
			again := name + " " + strconv.Itoa(seen[name])
			for seen[again] > 0 {
				seen[name]++
				again = name + " " + strconv.Itoa(seen[name])
			}
			seen[again]++
			name = again
		}
		fields[i] = name
	}
	return fields
}

// findColumns finds the columns of rows, of which people are behind the header.
func (l *layout) findColumns(rows []record, header int, people []record, o Options) error {
	var headers []string
	if header >= 0 {
		headers = rows[header].cells
	}
	named := func(what string) int { return namedColumn(headers, o.Columns[what]) }
	i := named("number")
	if i < 0 && o.EveryLine && headers == nil && widest(rows) == 1 {
		i = 0 // a number a line, whatever stands in most of them
	}
	if i >= 0 {
		l.numbers = []numberColumn{{index: i, label: -1}}
	} else if l.numbers = numberColumns(headers, people, o.Region); len(l.numbers) == 0 {
		return noNumbers(rows, headers)
	}
	l.name = nameColumnsOf(headers)
	if headers == nil {
		l.name.full = nameByCells(people, l.numbers)
	}
	if i := named("name"); i >= 0 {
		l.name = nameColumns{full: i, first: -1, middle: -1, last: -1}
	}
	l.zone, l.group = named("zone"), named("group")
	for i, h := range headers {
		if l.zone < 0 && isHeader(h, zoneHeaders) {
			l.zone = i
		}
		if l.group < 0 && isHeader(h, groupHeaders) {
			l.group = i
		}
	}
	return nil
}

// namedColumn is the column that somebody named by its header or its number, -1 if none
// was.
func namedColumn(headers []string, header string) int {
	if header == "" {
		return -1
	}
	if i := columnOf(headers, header); i >= 0 {
		return i
	}
	n, err := strconv.Atoi(header)
	if err != nil {
		return -1
	}
	return n - 1
}

// noNumbers is [ErrNoNumbers] with the headers, as far as there are any.
func noNumbers(rows []record, headers []string) error {
	if headers == nil {
		if headers = rows[0].cells; digitsIn(strings.Join(headers, "")) > 0 {
			return ErrNoNumbers
		}
	}
	var said []string
	for _, h := range headers {
		if h = oneLine(h); h != "" && len(h) <= 60 {
			said = append(said, h)
		}
	}
	if len(said) == 0 {
		return ErrNoNumbers
	}
	return fmt.Errorf("%w; its columns are %s", ErrNoNumbers, some(said))
}

// tells reports whether a column is all in what a row has beside its values, or only says
// of what kind the one beside it is.
func (l *layout) tells(i int) bool {
	if what, ok := strings.CutSuffix(l.fields[i], " label"); ok && slices.Contains(l.fields, what+" value") {
		return true
	}
	return i == l.name.full || i == l.zone || i == l.group || slices.ContainsFunc(l.numbers, func(c numberColumn) bool { return c.index == i || c.label == i })
}

// String says what was taken for what.
func (l *layout) String() string {
	var parts []string
	add := func(what string, columns ...int) {
		var names []string
		for _, c := range columns {
			if c >= 0 && c < len(l.fields) {
				names = append(names, l.fields[c])
			}
		}
		if len(names) > 0 {
			parts = append(parts, what+": "+strings.Join(names, ", "))
		}
	}
	var numbers []int
	for _, c := range l.numbers {
		numbers = append(numbers, c.index)
	}
	add("number", numbers...)
	add("name", l.name.full, l.name.first, l.name.middle, l.name.last)
	add("zone", l.zone)
	add("group", l.group)
	return strings.Join(parts, "; ")
}
