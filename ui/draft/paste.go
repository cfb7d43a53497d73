package draft

import (
	"strings"
	"unicode"

	"telex/messaging/number"
	"telex/ui/text"
)

// A Paste is recipients that were typed or pasted, which are read a part at a time: a list
// may have thousands.
//
// Of a sheet, which has several rows, what stands beside the one number of its row is a name,
// and so is a first row of nothing but words.
type Paste struct {
	region string
	rows   []string // of a sheet, that are not read yet
	first  bool     // the next row is the first
	items  []string // of a list, or of a row that is one, that are not read yet
}

// mostColumns is more than a row of a sheet has; a row of more is a list of its own.
const mostColumns = 50

// NewPaste is a paste of which nothing was read. A number in a national form is one of
// region.
func NewPaste(typed, region string) *Paste {
	rows := strings.FieldsFunc(typed, func(r rune) bool { return r == '\n' || r == '\r' })
	if len(rows) < 2 {
		return &Paste{region: region, items: number.Split(typed)}
	}
	return &Paste{region: region, rows: rows, first: true}
}

// IsSheet reports whether it is rows with as many columns each, or below headers, and not a
// list that has several lines.
func (p *Paste) IsSheet() bool {
	if len(p.rows) < 2 {
		return false
	}
	first := number.Split(p.rows[0])
	if len(first) > 1 && !strings.ContainsFunc(p.rows[0], unicode.IsDigit) {
		return true
	}
	for _, row := range p.rows {
		if n := len(number.Split(row)); n < 2 || n != len(first) {
			return false
		}
	}
	return true
}

// Left is how many entries are not read yet; a row of a sheet is one.
func (p *Paste) Left() int { return len(p.rows) + len(p.items) }

// Next reads about the next n entries, of which has tells whether a form has them.
func (p *Paste) Next(n int, has func(e164 string) bool) Reading {
	var r Reading
	added := map[string]bool{}
	for n > 0 && p.Left() > 0 {
		var items []string
		if len(p.items) > 0 {
			items, p.items = p.items[:1], p.items[1:]
		} else {
			items = p.row()
		}
		n -= max(len(items), 1)
		for _, item := range items {
			r.read(item, p.region, added, has)
		}
	}
	return r
}

// row is what is to be read of the next row, or nothing if that is a list.
func (p *Paste) row() []string {
	items, first := number.Split(p.rows[0]), p.first
	p.rows, p.first = p.rows[1:], false
	if len(items) > mostColumns {
		p.items = items
		return nil
	}
	var numbers, others []string
	for _, item := range items {
		if _, err := readNumber(item, p.region); err == nil {
			numbers = append(numbers, item)
		} else if strings.ContainsFunc(item, unicode.IsDigit) {
			others = append(others, item)
		}
	}
	switch {
	case len(numbers) == 1:
		return append(numbers, others...)
	case first && len(items) > 1 && len(numbers)+len(others) == 0:
		return nil
	}
	return items
}

// read reads one entry.
func (r *Reading) read(item, region string, added map[string]bool, has func(e164 string) bool) {
	r.Items++
	n, err := readNumber(item, region)
	switch {
	case err != nil:
		r.Left, r.Why = append(r.Left, item), append(r.Why, text.Clean(err.Error()))
	case added[n.E164] || has(n.E164):
		r.Twice++
	default:
		added[n.E164] = true
		r.Numbers = append(r.Numbers, n)
	}
}

// readNumber reads a number that may have a name before or behind it: words without a digit,
// and a blank between.
func readNumber(item, region string) (number.Number, error) {
	n, err := number.Parse(item, region)
	if err == nil {
		return n, nil
	}
	for _, bare := range []string{nameOff(item), nameOffEnd(item)} {
		if bare == "" {
			continue
		}
		if alone, wrong := number.Parse(bare, region); wrong == nil {
			return alone, nil
		}
	}
	return n, err
}

// nameOff is what stands behind the name that an item begins with; "" if it begins with none.
func nameOff(item string) string {
	at := strings.IndexFunc(item, unicode.IsDigit)
	if at < 0 {
		return ""
	}
	name := strings.TrimRight(item[:at], "+(")
	if strings.TrimRightFunc(name, unicode.IsSpace) == name || !strings.ContainsFunc(name, unicode.IsLetter) {
		return ""
	}
	return item[len(name):]
}

// nameOffEnd is what stands before the name that an item ends with; "" if it ends with none.
func nameOffEnd(item string) string {
	at := strings.IndexFunc(item, unicode.IsLetter)
	if at < 1 || strings.ContainsFunc(item[at:], unicode.IsDigit) {
		return ""
	}
	before := strings.TrimRightFunc(item[:at], unicode.IsSpace)
	if len(before) == at {
		return ""
	}
	return before
}

// Join puts what was read next behind it.
func (r *Reading) Join(next Reading) {
	r.Items, r.Twice = r.Items+next.Items, r.Twice+next.Twice
	r.Numbers, r.Left, r.Why = append(r.Numbers, next.Numbers...), append(r.Left, next.Left...), append(r.Why, next.Why...)
}
