package widget

import (
	"fmt"
	"image"
	"image/color"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Blocks are the lines of a picture in half blocks, of which each cell has two, one above
// the other: a picture of w by h pixels takes w columns and half of h rows. Colours are as
// they are; the terminal is drawn on with those that it has. What shows through is left as
// the terminal's own background, and half of that counts as all or nothing.
func Blocks(m *image.RGBA) []string {
	lines := make([]string, 0, (m.Rect.Dy()+1)/2)
	for y := m.Rect.Min.Y; y < m.Rect.Max.Y; y += 2 {
		var b strings.Builder
		style := ""
		for x := m.Rect.Min.X; x < m.Rect.Max.X; x++ {
			sign, wants := block(m.RGBAAt(x, y), m.RGBAAt(x, y+1)) // outside of it nothing is seen
			if wants != style {
				b.WriteString(ansi.ResetStyle + wants)
				style = wants
			}
			b.WriteString(sign)
		}
		lines = append(lines, strings.TrimPrefix(b.String(), ansi.ResetStyle)+ansi.ResetStyle)
	}
	return lines
}

// block is a cell with two colours, and the style that it is written in.
func block(above, below color.RGBA) (sign, style string) {
	switch up, down := above.A >= 0x80, below.A >= 0x80; {
	case !up && !down:
		return " ", ""
	case !down:
		return "▀", foreground(above)
	case !up:
		return "▄", foreground(below)
	case above == below:
		return " ", background(above)
	}
	return "▀", foreground(above) + background(below)
}

func foreground(c color.RGBA) string { return "\x1b[38;2;" + full(c) + "m" }
func background(c color.RGBA) string { return "\x1b[48;2;" + full(c) + "m" }

// full is a colour as if nothing showed through.
func full(c color.RGBA) string {
	part := func(v byte) int { return min(int(v)*0xff/int(c.A), 0xff) }
	return fmt.Sprintf("%d;%d;%d", part(c.R), part(c.G), part(c.B))
}
