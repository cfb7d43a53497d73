package config

import (
	"bytes"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// Each edit changes one thing and leaves every byte that has nothing to do with it.
// It gives a new text; the document is of no use after that.

// set makes the key's value what is given as TOML. A key that is there keeps its
// place; a new one goes behind the last of its table, and a new table to the end.
func (d *document) set(path []string, value string) []byte {
	if i, ok := d.find(path...); ok {
		return d.splice(d.entries[i].value, value)
	}
	table, pair := path[:len(path)-1], keyText(path[len(path)-1:])+" = "+value
	if i, ok := d.header(table); ok {
		return d.addToSection(i, pair)
	}
	if i, ok := d.find(table...); ok {
		return d.addInline(i, pair)
	}
	// The table may have no place of its own, but keys such as profiles.prod.account.
	if i := d.lastBeside(table); i >= 0 {
		return d.addBeside(i, path, value)
	}
	for n := len(table) - 1; n > 0; n-- {
		if i, ok := d.find(table[:n]...); ok && d.entries[i].kind == unstable.InlineTable {
			return d.addInline(i, keyText(path[n:])+" = "+value)
		}
	}
	end := d.newline()
	text := d.ended()
	if len(text) > 0 {
		text = append(text, end...)
	}
	return append(text, "["+keyText(table)+"]"+end+pair+end...)
}

// remove takes a key, or a table with all that is in it, out of the text.
func (d *document) remove(path []string) []byte {
	within := func(p []string) bool { return len(p) >= len(path) && slices.Equal(p[:len(path)], path) }
	for i := len(d.sections) - 1; i > 0; i-- {
		if within(d.sections[i].path) {
			return d.removeSection(i)
		}
	}
	if i := slices.IndexFunc(d.entries, func(e entry) bool { return within(e.path) }); i >= 0 {
		return d.removeEntry(i)
	}
	return d.text
}

// has reports whether a key or table is there, or something in it.
func (d *document) has(path []string) bool {
	_, header := d.header(path)
	_, entry := d.find(path...)
	return header || entry || d.lastWithin(path) >= 0
}

// lastWithin is the last entry of what is in a table; -1 for none.
func (d *document) lastWithin(table []string) int {
	for i := len(d.entries) - 1; i >= 0; i-- {
		if p := d.entries[i].path; len(p) > len(table) && slices.Equal(p[:len(table)], table) {
			return i
		}
	}
	return -1
}

// lastBeside is the last of them that is not in a section of its own within the table;
// -1 for none.
func (d *document) lastBeside(table []string) int {
	for i := len(d.entries) - 1; i >= 0; i-- {
		e := d.entries[i]
		if p := e.path; len(p) > len(table) && slices.Equal(p[:len(table)], table) && len(d.sections[e.section].path) <= len(table) {
			return i
		}
	}
	return -1
}

// addToSection adds a line to a section.
func (d *document) addToSection(i int, pair string) []byte {
	last := -1
	for j, e := range d.entries {
		if e.section == i && e.within < 0 {
			last = j
		}
	}
	switch {
	case last >= 0:
		return d.addLine(d.entries[last].whole, pair)
	case i > 0:
		return d.addLine(d.sections[i].header, pair)
	}
	return d.addToTop(pair)
}

// addToTop adds the first key to the top of the file: before the first table and
// the comment that belongs to it, after the comments that open the file.
func (d *document) addToTop(pair string) []byte {
	end := d.newline()
	if len(d.sections) == 1 {
		return append(d.ended(), pair+end...)
	}
	at := d.commentAbove(d.sections[1].header.from)
	return d.splice(span{at, at}, pair+end+end)
}

// addLine adds a line below the one of a place, indented like that.
func (d *document) addLine(place span, pair string) []byte {
	line := d.line(place)
	indent := d.text[line.from:d.skip(line.from, " \t")]
	return d.splice(span{line.to, line.to}, d.newline()+string(indent)+pair)
}

// addBeside adds a key in the way in which its table has another one, the entry i:
// by its long name, from where that begins.
func (d *document) addBeside(i int, path []string, value string) []byte {
	e := d.entries[i]
	if e.within >= 0 {
		from := len(d.entries[e.within].path)
		return d.addInline(e.within, keyText(path[from:])+" = "+value)
	}
	from := len(d.sections[e.section].path)
	return d.addLine(e.whole, keyText(path[from:])+" = "+value)
}

// addInline adds a key to an inline table.
func (d *document) addInline(table int, pair string) []byte {
	last := -1
	for j, e := range d.entries {
		if e.within == table {
			last = j
		}
	}
	if last >= 0 {
		at := d.entries[last].whole.to
		return d.splice(span{at, at}, ", "+pair)
	}
	at := d.entries[table].value.from + len("{")
	if d.at(at) == '}' {
		pair += " "
	}
	return d.splice(span{at, at}, " "+pair)
}

// removeSection takes a table out: its header with the comment above it, its keys,
// and comments that follow the last of them without an empty line between, unless
// they belong to the next table.
func (d *document) removeSection(i int) []byte {
	from := d.commentAbove(d.sections[i].header.from)
	last := d.sections[i].header.to
	for _, e := range d.entries {
		if e.section == i {
			last = max(last, e.whole.to)
		}
	}
	to := d.nextLine(last)
	after := to
	for d.at(d.skip(after, " \t")) == '#' {
		after = d.nextLine(after)
	}
	if d.at(d.skip(after, " \t")) != '[' {
		to = after
	}
	if from == 0 || d.emptyLineBefore(from) {
		for to < len(d.text) {
			line := d.line(span{to, to})
			if d.skip(to, " \t") != line.to || to == d.nextLine(to) {
				break
			}
			to = d.nextLine(to)
		}
	}
	return d.splice(span{from, to}, "")
}

// removeEntry takes a key out: the lines that it is on, or in an inline table the
// key alone.
func (d *document) removeEntry(i int) []byte {
	e := d.entries[i]
	if e.within < 0 {
		line := d.line(e.whole)
		return d.splice(span{line.from, d.nextLine(e.whole.to)}, "")
	}
	if comma, err := d.comma(e.whole.to); err == nil {
		text := d.splice(span{comma, d.skip(comma+1, " \t")}, "")
		return slices.Delete(text, e.whole.from, e.whole.to)
	}
	for j := i - 1; j > e.within; j-- {
		if d.entries[j].within != e.within {
			continue
		}
		comma, err := d.comma(d.entries[j].whole.to)
		switch {
		case err != nil:
			return d.splice(e.whole, "")
		case d.skip(comma+1, " \t") == e.whole.from:
			return d.splice(span{comma, e.whole.to}, "")
		}
		return slices.Delete(d.splice(e.whole, ""), comma, comma+1)
	}
	return d.splice(e.whole, "")
}

// commentAbove is where the comment begins that stands right above a line, or else
// the line itself. The line is given by where it begins.
func (d *document) commentAbove(line int) int {
	for line > 0 {
		above := bytes.LastIndexByte(d.text[:line-1], '\n') + 1
		if d.at(d.skip(above, " \t")) != '#' || d.insideValue(above) {
			break
		}
		line = above
	}
	return line
}

// insideValue reports whether a place is within a value of several lines.
func (d *document) insideValue(offset int) bool {
	return slices.ContainsFunc(d.entries, func(e entry) bool { return e.whole.from < offset && offset < e.whole.to })
}

// emptyLineBefore reports whether the line above the one that begins there has
// nothing in it.
func (d *document) emptyLineBefore(line int) bool {
	above := bytes.LastIndexByte(d.text[:line-1], '\n') + 1
	return len(bytes.TrimSpace(d.text[above:line])) == 0
}

// ended is the text with the end of its last line.
func (d *document) ended() []byte {
	text := slices.Clone(d.text)
	if len(text) > 0 && text[len(text)-1] != '\n' {
		text = append(text, d.newline()...)
	}
	return text
}

// splice is the text with something else in the place of a part.
func (d *document) splice(place span, with string) []byte {
	return slices.Concat(d.text[:place.from], []byte(with), d.text[place.to:])
}

// keyText is a path as a key of TOML.
func keyText(path []string) string {
	quoted := make([]string, len(path))
	for i, part := range path {
		quoted[i] = part
		if part == "" || strings.ContainsFunc(part, func(r rune) bool {
			return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_')
		}) {
			quoted[i] = quote(part)
		}
	}
	return strings.Join(quoted, ".")
}
