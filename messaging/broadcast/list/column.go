package list

import (
	"slices"
	"sort"
	"strings"
	"unicode"
)

// numberColumns are the columns to look for a number in, the best first: by their headers,
// or by their cells where no header says so, or where those that do are of something else.
func numberColumns(headers []string, people []record, region string) []numberColumn {
	var named []numberColumn
	for i, h := range headers {
		if r := rankOf(h); r < noPhone {
			named = append(named, numberColumn{index: i, label: labelOf(headers, h), rank: r})
		}
	}
	good := make([]int, widest(people))
	full := make([]int, len(good))
	for _, row := range people {
		for i, c := range row.cells {
			if c == "" {
				continue
			}
			full[i]++
			if looksLikeNumber(c, region) {
				good[i]++
			}
		}
	}
	inUse := func(c numberColumn) bool { return c.index < len(good) && good[c.index] > 0 }
	ofElse := func(c numberColumn) bool { return c.index < len(full) && full[c.index] > 0 && !inUse(c) }
	if slices.ContainsFunc(named, inUse) {
		named = slices.DeleteFunc(named, ofElse)
	} else if i := byCells(headers, good, full); i >= 0 && (len(named) == 0 || slices.ContainsFunc(named, ofElse)) {
		return []numberColumn{{index: i, label: -1}} // of columns that are empty, a number elsewhere is not theirs
	}
	sort.SliceStable(named, func(i, j int) bool { return named[i].rank < named[j].rank })
	if len(named) > 0 && named[0].rank < lastResort {
		named = slices.DeleteFunc(named, func(c numberColumn) bool { return c.rank == lastResort })
	}
	return named
}

// labelOf is the column that says what kind of telephone stands in the one with header h,
// as "Phone 1 - Label" does of "Phone 1 - Value"; -1 if none does.
func labelOf(headers []string, h string) int {
	which, ok := strings.CutSuffix(Fold(h), " value")
	if !ok {
		return -1
	}
	return slices.IndexFunc(headers, func(other string) bool {
		f := Fold(other)
		return f == which+" label" || f == which+" type"
	})
}

// notNumbers are words of headers whose cells may look like telephone numbers.
var notNumbers = &vocabulary{list: `id ids account acct order invoice zip postcode postal plz ssn isbn iban date time birthday dob born
	created updated amount total price sum balance ein vat code latitude longitude lat lng reference ref customer`}

// byCells is the column of which at least half of what is in it looks like numbers, the
// best; -1 if there is none.
func byCells(headers []string, good, full []int) int {
	best := -1
	for i := range good {
		if good[i]*2 < full[i] || good[i] == 0 || best >= 0 && good[i] <= good[best] {
			continue
		}
		if i < len(headers) && slices.ContainsFunc(wordsOf(headers[i]), func(w string) bool { return neverWords.has(w) || notNumbers.has(w) }) {
			continue
		}
		best = i
	}
	return best
}

// nameColumnsOf finds the columns of names by their headers.
func nameColumnsOf(headers []string) nameColumns {
	find := func(set *vocabulary) int {
		return slices.IndexFunc(headers, func(h string) bool { return isHeader(h, set) })
	}
	n := nameColumns{find(fullNames), find(firstNames), find(middleNames), find(lastNames)}
	switch {
	case n.full < 0:
	case n.last < 0 && n.first >= 0 && isHeader(headers[n.first], besideSurnames): // Vorname and Name
		n.full, n.last = -1, n.full
	case n.first < 0 && n.last >= 0 && isHeader(headers[n.full], firstAlone): // Nombre and Apellidos
		n.full, n.first = -1, n.full
	}
	return n
}

// nameByCells is the first column that mostly holds words, in a list without headers; -1
// if there is none.
func nameByCells(people []record, numbers []numberColumn) int {
	for i := range widest(people) {
		if slices.ContainsFunc(numbers, func(c numberColumn) bool { return c.index == i }) {
			continue
		}
		full, named := 0, 0
		for _, row := range people {
			if i >= len(row.cells) || row.cells[i] == "" {
				continue
			}
			full++
			if strings.ContainsFunc(row.cells[i], unicode.IsLetter) && !strings.ContainsAny(row.cells[i], "@0123456789") {
				named++
			}
		}
		if named*2 > full {
			return i
		}
	}
	return -1
}

// row makes of a record who it is.
func (l *layout) row(rec record, region string) Row {
	row := Row{
		Line: rec.line, Values: rec.cells[:min(len(rec.cells), len(l.fields))], Raw: rec.raw,
		Name: l.name.in(rec.cells), Zone: cellAt(rec.cells, l.zone), Groups: groupsIn(cellAt(rec.cells, l.group)),
	}
	row.Value, row.Reject = l.numberOf(rec.cells)
	if row.Reject == "" {
		row.Number, row.Reject = numberIn(row.Value, region)
	}
	if rec.problem != "" {
		row.Number, row.Reject = "", rec.problem
	}
	return row
}

// numberOf is the cell with the number of a row: the best of those that hold something.
// The reason is why there is none.
func (l *layout) numberOf(cells []string) (value, reason string) {
	best, reason := noPhone, noNumber
	for _, c := range l.numbers {
		cell := cellAt(cells, c.index)
		if cell == "" {
			continue
		}
		rank := c.rank
		if c.label >= 0 {
			if rank = rankOfLabel(cellAt(cells, c.label)); rank == noPhone {
				reason = onlyFax
			}
		}
		if rank < best {
			best, value = rank, cell
		}
	}
	if best == noPhone {
		return "", reason
	}
	value, _, _ = strings.Cut(value, several)
	return value, ""
}

const (
	onlyFax = "only a fax or a pager"
	several = " ::: " // stands between several values in a cell of Google's
)

func cellAt(cells []string, i int) string {
	if i < 0 || i >= len(cells) {
		return ""
	}
	return cells[i]
}

// in is the name of a row.
func (n nameColumns) in(cells []string) string {
	if name := oneLine(cellAt(cells, n.full)); name != "" {
		return name
	}
	return joined(cellAt(cells, n.first), cellAt(cells, n.middle), cellAt(cells, n.last))
}

// joined are the parts of a name, on one line.
func joined(parts ...string) string {
	parts = slices.DeleteFunc(parts, func(p string) bool { return p == "" })
	return oneLine(strings.Join(parts, " "))
}

// groupsIn are the groups that a cell names, without those that Google makes by itself.
func groupsIn(cell string) []string {
	var groups []string
	for part := range strings.SplitSeq(strings.ReplaceAll(strings.ReplaceAll(cell, several, ";"), ",", ";"), ";") {
		part = oneLine(strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(part), "*")))
		if part == "" || strings.EqualFold(part, "myContacts") || strings.EqualFold(part, "starred") || slices.Contains(groups, part) {
			continue
		}
		groups = append(groups, part)
	}
	return groups
}
