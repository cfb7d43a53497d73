//go:build unix

package terminal

import (
	"strconv"

	"github.com/charmbracelet/x/ansi"
)

// sequence writes a control sequence with a number, which is left out if it is 1.
func (c *canvas) sequence(n int, final byte) { c.out = sequenceOf(c.out, n, final) }

func sequenceOf(b []byte, n int, final byte) []byte {
	b = append(b, "\x1b["...)
	if n != 1 {
		b = strconv.AppendInt(b, int64(n), 10)
	}
	return append(b, final)
}

// move moves the cursor by as few bytes as can be. Row is what the row shows by then, up
// to the column; nil if that is not known.
func (c *canvas) move(x, y int, row []cell) {
	if c.x == x && c.y == y {
		return
	}
	var room [3][32]byte
	best := sequenceAt(room[0][:0], x, y)
	if c.x >= 0 && c.x < c.w {
		if way := c.across(c.down(room[1][:0], y), c.x, x, row); len(way) < len(best) {
			best = way
		}
	}
	if c.x > 0 {
		if way := c.across(c.down(append(room[2][:0], '\r'), y), 0, x, row); len(way) < len(best) {
			best = way
		}
	}
	c.out = append(c.out, best...)
	c.x, c.y = x, y
}

// sequenceAt moves to a place, from wherever (CUP).
func sequenceAt(b []byte, x, y int) []byte {
	if x == 0 {
		return sequenceOf(b, y+1, 'H')
	}
	b = append(b, "\x1b["...)
	b = strconv.AppendInt(b, int64(y+1), 10)
	b = append(b, ';')
	b = strconv.AppendInt(b, int64(x+1), 10)
	return append(b, 'H')
}

// column moves to a column of a row in which the cursor is, wherever.
func (c *canvas) column(x, y int) {
	if c.able {
		c.out = sequenceOf(c.out, x+1, 'G')
		return
	}
	c.out = sequenceAt(c.out, x, y)
}

// down moves to a row, within the column.
func (c *canvas) down(b []byte, y int) []byte {
	n := y - c.y
	switch {
	case n == 0:
		return b
	case n > 0 && n <= len("\x1b[B"):
		for range n {
			b = append(b, '\n') // none of which is in the last row
		}
		return b
	case n == -1:
		return append(b, ansi.ReverseIndex...) // not in the first row
	}
	final := byte('B')
	if n < 0 {
		n, final = -n, 'A'
	}
	if c.able && digits(y+1) < digits(n) {
		return sequenceOf(b, y+1, 'd')
	}
	return sequenceOf(b, n, final)
}

// across moves from a column to another one, within the row. A way that is long already
// is not gone to its end.
func (c *canvas) across(b []byte, from, to int, row []cell) []byte {
	n := to - from
	switch {
	case n == 0:
		return b
	case n < 0 && -n <= len("\x1b[D"):
		for range -n {
			b = append(b, '\b')
		}
		return b
	case n > 0 && row != nil && n <= len("\x1b[100G"):
		if over, ok := c.again(b, row[from:to]); ok && len(over)-len(b) < len("\x1b[C")+digits(n) {
			return over
		}
	}
	final := byte('C')
	if n < 0 {
		n, final = -n, 'D'
	}
	if c.able && digits(to+1) < digits(n) {
		return sequenceOf(b, to+1, 'G')
	}
	return sequenceOf(b, n, final)
}

// again writes what is there already, if that needs no other style.
func (c *canvas) again(b []byte, row []cell) (over []byte, ok bool) {
	for _, it := range row {
		if c.styles[it.style] != c.pen {
			return b, false
		}
		b = append(b, it.text...)
	}
	return b, true
}

// digits is how many bytes a number of a control sequence has.
func digits(n int) int {
	switch {
	case n == 1:
		return 0
	case n < 10:
		return 1
	case n < 100:
		return 2
	}
	return 3
}
