package widget

import (
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// WrappedRows tells, for offsets into a text in bytes and in ascending order, in which row
// of a field of w cells the character at each stands. It breaks lines as the text area
// does: behind spaces where it can, which stay on their line, and in a word that is wider
// than the field. Offsets behind the end are in the last row.
func WrappedRows(s string, w int, offsets []int) []int {
	rows := make([]int, 0, len(offsets))
	row, cells := 0, 0 // where the line goes on, and how wide it is
	word, wide := 0, 0 // where the word began that is not placed yet, and its width
	place := func(until int) {
		for len(rows) < len(offsets) && offsets[len(rows)] < until {
			rows = append(rows, row)
		}
	}
	flush := func(until, spaces int) {
		if cells+wide+spaces > w {
			row, cells = row+1, 0
		}
		cells += wide + spaces
		place(until)
		word, wide = until, 0
	}
	end := func(until int) { // of a line
		if cells+wide >= w {
			row, cells = row+1, 0
		}
		place(until)
	}
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		next := i + size
		switch {
		case r == '\n':
			end(next)
			row, cells, word, wide = row+1, 0, next, 0
		case unicode.IsSpace(r):
			flush(next, 1)
		default:
			wide = cellsOf(s[word:next])
			if wide+cellsOf(s[i:next]) > w { // a word that fills a line of its own
				if cells > 0 {
					row, cells = row+1, 0
				}
				cells += wide
				place(next)
				word, wide = next, 0
			}
		}
		i = next
	}
	end(len(s) + 1)
	for len(rows) < len(offsets) {
		rows = append(rows, row)
	}
	return rows
}

// cellsOf is how many cells the text area takes a text for.
func cellsOf(s string) int {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return uniseg.StringWidth(s)
		}
	}
	return len(s)
}
