package terminal

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/color/palette"
	"image/draw"
	"image/png"
	"math"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"telex/messaging/picture"
)

// Pictures in pixels are drawn by terminals in one of two ways, which they are asked about
// when somebody wants to see a picture, and never before: kitty's protocol
// (https://sw.kovidgoyal.net/kitty/graphics-protocol/), and sixel (VT330/VT340 Programmer
// Reference Manual, volume 2, chapter 14). All bytes of a picture go to the terminal
// themselves, in pieces: it may be on another machine, so a file is never named to it.

// A Graphic is a picture in pixels, over cells that the view leaves blank.
type Graphic struct {
	X, Y, W, H int    // the cells, from the upper left one of the screen on
	draws      string // what draws it, the cursor being at its upper left cell
	erases     string // what takes it away, beside clearing the screen
}

// within reports whether it lies on a screen of w by h cells, above the last row: below
// that some terminals scroll.
func (g *Graphic) within(w, h int) bool {
	return g.X >= 0 && g.Y >= 0 && g.X+g.W <= w && g.Y+g.H < h
}

// An Illustrated model has a picture in pixels on its screen, or nil. A [Program] asks for
// it with each view. One that is drawn already is known by its pointer.
type Illustrated interface{ Graphic() *Graphic }

// Graphics is what pictures in pixels a terminal takes, as far as it has said so.
type Graphics struct {
	Kitty, Sixel bool
	CellW, CellH int // pixels of a cell; 0 if the terminal does not tell
}

// askGraphics asks a [Program] for them.
type askGraphics struct{}

// AskGraphics asks the terminal which pictures in pixels it takes, where such a question does
// no harm. The answer is one [Graphics] or several, each of which says more than the one
// before; there may be none.
func AskGraphics() tea.Msg { return askGraphics{} }

// graphicsID names the one picture that is shown, and the question, in kitty's protocol.
const graphicsID = 0x7e1e8

// graphicsQuestions are what a terminal is asked beside what it is; ok is false if it is to
// be asked nothing. tmux takes kitty's for the title of a window, and draws sixel itself.
func graphicsQuestions(environ []string) (questions string, ok bool) {
	switch {
	case !asksModes(environ) || isOld(environ):
		return "", false
	case Multiplexer(environ) != "":
		return "", true
	}
	return ansi.KittyGraphics([]byte("AAAA"), fmt.Sprintf("i=%d", graphicsID), "s=1", "v=1", "a=q", "t=d", "f=24"), true
}

// mostDrawn is how many bytes draw a picture, more or less. What needs more gets fewer pixels.
const mostDrawn = 192 << 10

// Draw makes of a picture what draws it in the cells of a box, from its upper left one on;
// nil if the terminal takes none, or does not tell what is needed. It takes a while.
func (g Graphics) Draw(m *image.RGBA, x, y, w, h int) *Graphic {
	cellW, cellH := g.CellW, g.CellH
	switch {
	case w <= 0 || h <= 0:
		return nil
	case cellW > 0 && cellH > 0:
	case g.Kitty: // which takes cells too, so that only the shape could be a little off
		cellW, cellH = 10, 20
	default:
		return nil
	}
	m = picture.Fit(m, w*cellW, h*cellH)
	cells := func(m *image.RGBA) (int, int) {
		return min((m.Rect.Dx()+cellW-1)/cellW, w), min((m.Rect.Dy()+cellH-1)/cellH, h)
	}
	over := &Graphic{X: x, Y: y}
	over.W, over.H = cells(m)
	switch {
	case g.Kitty:
		over.draws = smaller(m, func(m *image.RGBA) string { return kitty(m, over.W, over.H) })
		over.erases = ansi.KittyGraphics(nil, "a=d", "d=I", fmt.Sprintf("i=%d", graphicsID), "q=2")
	case g.Sixel:
		over.draws = smaller(m, func(m *image.RGBA) string {
			over.W, over.H = cells(m)
			return sixel(m)
		})
	}
	if over.draws == "" {
		return nil
	}
	return over
}

// smaller is what draws a picture, of as many pixels as are within mostDrawn bytes.
func smaller(m *image.RGBA, draws func(*image.RGBA) string) string {
	for {
		s := draws(m)
		if len(s) <= mostDrawn || m.Rect.Dx() == 1 && m.Rect.Dy() == 1 {
			return s
		}
		less := 0.9 * math.Sqrt(mostDrawn/float64(len(s)))
		m = picture.Fit(m, int(less*float64(m.Rect.Dx())), int(less*float64(m.Rect.Dy())))
	}
}

// kittyPiece is how many bytes of a picture are in one piece.
const kittyPiece = 4096

// kitty draws a picture over so many cells by kitty's protocol, as PNG. The terminal answers
// nothing (q=2) and leaves the cursor where it is (C=1).
func kitty(m *image.RGBA, w, h int) string {
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		return ""
	}
	all := base64.StdEncoding.AppendEncode(nil, b.Bytes())
	options := []string{"a=T", "f=100", "t=d", fmt.Sprintf("i=%d", graphicsID), fmt.Sprintf("c=%d", w), fmt.Sprintf("r=%d", h), "C=1"}
	var s strings.Builder
	for len(all) > 0 {
		n := min(len(all), kittyPiece)
		more := "m=1"
		if n == len(all) {
			more = "m=0"
		}
		s.WriteString(ansi.KittyGraphics(all[:n], append(options, "q=2", more)...))
		options, all = nil, all[n:]
	}
	return s.String()
}

// sixel draws a picture by six rows at once, each of its colours for itself, in 216 colours.
// What shows through stays as it is on the screen.
func sixel(m *image.RGBA) string {
	const rows = 6
	w, h := m.Rect.Dx(), m.Rect.Dy()
	dithered := image.NewPaletted(m.Rect, palette.WebSafe)
	draw.FloydSteinberg.Draw(dithered, m.Rect, m, m.Rect.Min)
	var s strings.Builder
	fmt.Fprintf(&s, "\x1bP0;1q\"1;1;%d;%d", w, h)
	var told [256]bool
	for top := 0; top < h; top += rows {
		bands := map[uint8][]byte{}
		var order []uint8
		for y := top; y < min(top+rows, h); y++ {
			for x := range w {
				if m.Pix[y*m.Stride+4*x+3] < 0x80 {
					continue
				}
				c := dithered.Pix[y*dithered.Stride+x]
				if bands[c] == nil {
					bands[c] = make([]byte, w)
					order = append(order, c)
				}
				bands[c][x] |= 1 << (y - top)
			}
		}
		for i, c := range order {
			if !told[c] {
				told[c] = true
				r, g, b, _ := dithered.Palette[c].RGBA()
				fmt.Fprintf(&s, "#%d;2;%d;%d;%d", c, r*100/0xffff, g*100/0xffff, b*100/0xffff)
			} else {
				fmt.Fprintf(&s, "#%d", c)
			}
			sixelRow(&s, bands[c])
			if i < len(order)-1 {
				s.WriteByte('$')
			}
		}
		s.WriteByte('-')
	}
	s.WriteString("\x1b\\")
	return s.String()
}

// sixelRow writes a band of one colour, and what repeats itself by its number.
func sixelRow(s *strings.Builder, row []byte) {
	row = bytes.TrimRight(row, "\x00")
	for len(row) > 0 {
		n := 1
		for n < len(row) && row[n] == row[0] {
			n++
		}
		sign := row[0] + '?'
		if n > 3 {
			fmt.Fprintf(s, "!%d%c", n, sign)
		} else {
			s.WriteString(strings.Repeat(string(sign), n))
		}
		row = row[n:]
	}
}
