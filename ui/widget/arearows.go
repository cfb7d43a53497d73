package widget

import (
	"strings"
	"unicode"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// rowStarts is at which characters the rows of a line begin, of w cells each. Behind the
// line there is room for the cursor.
func rowStarts(text []rune, w int) []int {
	starts := []int{0}
	row, word := 0, 0 // where they began
	begin := func() {
		if word > row {
			row = word
			starts = append(starts, row)
		}
	}
	for i, r := range text {
		if unicode.IsSpace(r) {
			if cells(text[row:word])+cells(text[word:i])+1 > w {
				begin()
			}
			word = i + 1
			continue
		}
		if word < i && cells(text[word:i+1]) > w { // a wide character, for which there is no room
			begin()
			word = i
		}
		if cells(text[word:i+1])+cells(text[i:i+1]) > w { // a word that fills a row of its own
			begin()
			word = i + 1
		}
	}
	if cells(text[row:word])+cells(text[word:]) >= w {
		begin()
	}
	return starts
}

// cells is how wide characters are in a row.
func cells(text []rune) int {
	for _, r := range text {
		if r >= 0x80 {
			return graphemeCells(inRow(text))
		}
	}
	return len(text)
}

// graphemeCells is how wide text is where each sign that people see is one, whatever it is
// made of.
func graphemeCells(text string) int {
	n := 0
	for text != "" {
		sign, w := ansi.FirstGraphemeCluster(text, ansi.GraphemeWidth)
		n, text = n+w, text[len(sign):]
	}
	return n
}

// inRow is how characters are shown in a row: every space is one of a cell.
func inRow(text []rune) string {
	var b strings.Builder
	for _, r := range text {
		if unicode.IsSpace(r) {
			r = ' '
		}
		b.WriteRune(r)
	}
	return b.String()
}

// rowsOf is where the rows of a line begin.
func (a *area) rowsOf(i int) []int {
	l := &a.lines[i]
	if l.rows == nil {
		l.rows = rowStarts(l.text, a.w)
	}
	return l.rows
}

// rowsAt is in which row the characters at offsets into the text stand, in bytes and in
// ascending order.
func (a *area) rowsAt(offsets []int) []int {
	at := make([]int, 0, len(offsets))
	above, begin := 0, 0 // rows, and bytes, of the lines before
	for i, l := range a.lines {
		starts := a.rowsOf(i)
		row, offset := 0, begin
		for n := range len(l.text) + 1 {
			if row+1 < len(starts) && n == starts[row+1] {
				row++
			}
			size := 1 // of the line end
			if n < len(l.text) {
				size = utf8.RuneLen(l.text[n])
			}
			offset += size
			for len(at) < len(offsets) && offsets[len(at)] < offset {
				at = append(at, above+row)
			}
		}
		above, begin = above+len(starts), offset
	}
	for len(at) < len(offsets) {
		at = append(at, above-1)
	}
	return at
}

// A place is where a character stands in the rows of its line.
type place struct {
	row, rows int // its row, and how many there are
	start     int // the character at which its row begins
	width     int // how many characters its row has, with the room for the cursor
	cell      int // the cell of it
	cells     int // the cells of its row, with that room
}

// place is where a character of the line of the cursor stands; one that is out of the
// line stands in its first or last row. What stands where a row ends begins the next.
func (a *area) place(col int) place {
	starts, text := a.rowsOf(a.at), a.here()
	row := len(starts) - 1
	for row > 0 && starts[row] > col {
		row--
	}
	p := place{row: row, rows: len(starts), start: starts[row]}
	end := len(text)
	if row+1 < len(starts) {
		end = starts[row+1]
	}
	p.width, p.cells = end-p.start, cells(text[p.start:end])
	if row+1 == len(starts) {
		p.width, p.cells = p.width+1, p.cells+1
	}
	p.cell = cells(text[p.start:min(max(col, p.start), end)])
	return p
}

// vertical moves the cursor by so many rows, and keeps it in its column where it can.
func (a *area) vertical(by int) {
	p := a.place(a.col)
	goal := max(a.goal, p.cell)
	for ; by > 0; by-- {
		switch {
		case p.row+1 < p.rows:
			a.col = p.start + p.width
		case a.at < len(a.lines)-1:
			a.at, a.col = a.at+1, 0
		default:
			by = 1 // there is none below
		}
		p = a.place(a.col)
	}
	for ; by < 0; by++ {
		switch {
		case p.row > 0:
			a.col = p.start - 1
		case a.at > 0:
			a.at--
			a.col = len(a.here())
		default:
			by = -1 // there is none above
		}
		p = a.place(a.col)
	}
	a.col = p.start
	for cell := 0; cell < goal && cell < p.cells-1 && a.col < p.start+p.width-1; a.col++ {
		cell += cells(a.here()[a.col : a.col+1])
	}
	a.goal = goal
}

// page moves by a page: first to the edge of what is shown, then by as much as is shown.
func (a *area) page(by int) {
	row, shown := a.row(), min(a.h, a.total())
	switch {
	case by < 0 && row > a.top:
		a.vertical(a.top - row)
	case by < 0:
		a.vertical(-shown)
	case row < a.top+shown-1:
		a.vertical(a.top + shown - 1 - row)
	default:
		a.vertical(shown)
	}
}

// row is the row of the cursor, of all rows.
func (a *area) row() int {
	row := a.place(a.col).row
	for i := range a.at {
		row += len(a.rowsOf(i))
	}
	return row
}

// total is how many rows there are.
func (a *area) total() int {
	total := 0
	for i := range a.lines {
		total += len(a.rowsOf(i))
	}
	return total
}

// scroll lets the cursor be seen, and hides nothing above while there is room below.
func (a *area) scroll() {
	row := a.row()
	a.top = min(a.top, max(a.total()-a.h, 0), row)
	a.top = max(a.top, row-a.h+1)
}

// shown are the rows that are seen, as many as there are.
func (a *area) shown() []string {
	var shown []string
	row := 0
	for i, l := range a.lines {
		starts := a.rowsOf(i)
		for n, start := range starts {
			if row++; row <= a.top {
				continue
			}
			if len(shown) == a.h {
				return shown
			}
			end := len(l.text)
			if n+1 < len(starts) {
				end = starts[n+1]
			}
			shown = append(shown, strings.TrimRight(inRow(l.text[start:end]), " "))
		}
	}
	return shown
}

// cursor is where it stands in what is shown; nil if the area has none.
func (a *area) cursor() *tea.Cursor {
	if !a.focused {
		return nil
	}
	c := tea.NewCursor(a.place(a.col).cell, a.row()-a.top)
	c.Blink = false
	return c
}
