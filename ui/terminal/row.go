//go:build unix

package terminal

import (
	"strings"
	"unicode/utf8"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"

	"telex/ui/text"
)

// A line is a line of a view, and the style that it begins in: that of the end of the
// line above. Lines that are equal look alike.
type line struct {
	text  string
	begin uv.Style
}

// unknown is the line of a row of which nothing is known. No view has it.
var unknown = line{text: "\x00"}

// linesOf are the first h lines of a view.
func linesOf(content string, h int) []line {
	lines := make([]line, h)
	var style uv.Style
	for y := range lines {
		var l string
		l, content, _ = strings.Cut(content, "\n")
		lines[y] = line{l, style}
		style = styleAfter(l, style)
	}
	return lines
}

// styleAfter is the style at the end of a line.
func styleAfter(l string, begin uv.Style) uv.Style {
	last := strings.LastIndexByte(l, ansi.ESC)
	if last < 0 {
		return begin
	}
	if strings.HasPrefix(l[last:], ansi.ResetStyle) {
		return uv.Style{}
	}
	for at := strings.IndexByte(l, ansi.ESC); at >= 0; at = strings.IndexByte(l, ansi.ESC) {
		l = l[at+sequence(l[at:], &begin):]
	}
	return begin
}

// sequence is how long the control sequence is with which s begins. What it changes about
// the style is done; it says nothing else that is obeyed.
func sequence(s string, style *uv.Style) int {
	if len(s) < 2 || s[1] != '[' {
		_, _, n, _ := ansi.DecodeSequence(s, ansi.NormalState, nil)
		return max(n, 1)
	}
	var room [16]ansi.Param
	params, number, digits := room[:0], 0, false
	for i := 2; i < len(s); i++ {
		switch b := s[i]; {
		case b >= '0' && b <= '9':
			number, digits = 10*number+int(b-'0'), true
		case b == ';':
			params, number, digits = append(params, ansi.Param(number)), 0, false
		case b >= '@' && b <= '~':
			if digits || len(params) > 0 {
				params = append(params, ansi.Param(number))
			}
			if b == 'm' {
				uv.ReadStyle(ansi.Params(params), style)
			}
			return i + 1
		case b < ' ' || b > '~':
			return i // it was broken off
		default: // another form, of which nothing is obeyed
			style = new(uv.Style)
		}
	}
	return len(s)
}

// A cell is what stands in a column of a row: a character, a blank, or nothing behind a
// character that is wider.
type cell struct {
	text  string
	style uint16 // by its place among the styles of the canvas
	width uint8
	odd   bool // the terminal may give it another width: see [text.Sign]
}

// blank is a cell in which nothing was written.
var blank = cell{text: " ", width: 1}

// read makes cells of a line, and reports whether another count of them is possible: some
// are wide, or a terminal may count them in another way.
func (c *canvas) read(row []cell, l line) (drifts bool) {
	pen, s, x := l.begin, l.text, 0
	style := c.index(pen)
	same := !c.mixed || text.SameCells(s)
	for s != "" && x < len(row) {
		switch b := s[0]; {
		case b == ansi.ESC:
			s = s[sequence(s, &pen):]
			style = c.index(pen)
			continue
		case b < ' ' || b == ansi.DEL:
			s = s[1:] // nothing that a view says moves the cursor
			continue
		}
		sign, width, odd := c.sign(s, same)
		s = s[len(sign):]
		switch {
		case width > 1, odd:
			drifts = true
		case width == 0 && x > 0 && !control(sign): // an accent of its own
			x--
			for row[x].width == 0 {
				x--
			}
			row[x].text += sign
			width, drifts = int(row[x].width), true
			x += width
			continue
		}
		x = put(row, x, cell{sign, style, uint8(width), odd}) //nolint:gosec // terminals have no cell of 256
	}
	for ; x < len(row); x++ {
		row[x] = blank
	}
	return drifts
}

// sign is the character with which s begins, how many cells it has, and whether that is odd;
// same says that each way to count comes to one.
func (c *canvas) sign(s string, same bool) (sign string, width int, odd bool) {
	switch {
	case s[0] < utf8.RuneSelf && (len(s) == 1 || s[1] < utf8.RuneSelf):
		return s[:1], 1, false
	case same:
		_, n := utf8.DecodeRuneInString(s)
		return s[:n], 1, false
	case s[0] >= utf8.RuneSelf && !utf8.RuneStart(s[0]):
		return s[:1], 0, false
	}
	of := text.FirstSign(s, c.whole)
	return of.Text, of.Cells, of.Odd
}

// control reports whether a character without width is one of those that drive terminals,
// or none at all.
func control(sign string) bool {
	r, _ := utf8.DecodeRuneInString(sign)
	return r < 0xa0 || r == utf8.RuneError
}

// put writes a cell into a column and returns the next one. One that is too wide for what
// is left of the row is not shown.
func put(row []cell, x int, it cell) int {
	end := x + int(it.width)
	if end > len(row) {
		for ; x < len(row); x++ {
			row[x] = cell{text: " ", style: it.style, width: 1}
		}
		return x
	}
	if end == x {
		return x
	}
	row[x] = it
	for x++; x < end; x++ {
		row[x] = cell{style: it.style}
	}
	return x
}

// index is the place of a style, as the terminal shows it, among those of the canvas.
func (c *canvas) index(s uv.Style) uint16 {
	s = uv.ConvertStyle(s, c.colours)
	for i := len(c.styles) - 1; i >= 0; i-- {
		if c.styles[i] == s {
			return uint16(i) //nolint:gosec // there are no more than cells in two rows
		}
	}
	c.styles = append(c.styles, s)
	return uint16(len(c.styles) - 1) //nolint:gosec // as above
}
