//go:build unix

package terminal

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"telex/ui/text"
)

// A grid is a terminal that counts cells in its own way. It knows what a row is rewritten
// with.
type grid struct {
	cells  func(sign string) int
	rows   [][]string // a sign, "" behind one that is wider; with "~" before it if it is reversed
	x, y   int
	style  string
	broken string // what it does not know
}

func newGrid(w, h int, cells func(sign string) int) *grid {
	g := &grid{cells: cells, rows: make([][]string, h)}
	for y := range g.rows {
		g.rows[y] = make([]string, w)
		g.erase(y, 0)
	}
	return g
}

func (g *grid) erase(y, from int) {
	for x := from; x < len(g.rows[y]); x++ {
		g.rows[y][x] = g.style + " "
	}
}

func (g *grid) write(s string) {
	for s != "" {
		if s[0] == ansi.ESC {
			seq, _, n, _ := ansi.DecodeSequence(s, ansi.NormalState, nil)
			g.obey(seq)
			s = s[n:]
			continue
		}
		if at := strings.IndexByte("\n\r\b", s[0]); at >= 0 {
			g.y, g.x = g.y+[]int{1, 0, 0}[at], []int{g.x, 0, g.x - 1}[at]
			s = s[1:]
			continue
		}
		sign, _ := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
		s = s[len(sign):]
		row := g.rows[g.y]
		for i := range g.cells(sign) {
			if at := min(g.x+i, len(row)-1); i == 0 {
				row[at] = g.style + sign
			} else {
				row[at] = "part"
			}
		}
		g.x = min(g.x+g.cells(sign), len(row)-1)
	}
}

func (g *grid) obey(seq string) {
	params, final := strings.TrimPrefix(seq[:len(seq)-1], "\x1b["), seq[len(seq)-1]
	number := func(i int) int {
		all := strings.Split(params, ";")
		if i >= len(all) || all[i] == "" {
			return 1
		}
		n, _ := strconv.Atoi(all[i])
		return n
	}
	switch final {
	case 'H':
		g.y, g.x = number(0)-1, number(1)-1
	case 'A':
		g.y -= number(0)
	case 'M':
		g.y--
	case 'C':
		g.x += number(0)
	case 'D':
		g.x -= number(0)
	case 'G':
		g.x = number(0) - 1
	case 'K':
		g.erase(g.y, g.x)
	case 'J':
		for y := range g.rows {
			g.erase(y, 0)
		}
	case 'm':
		g.style = map[bool]string{true: "~"}[strings.Contains(params, "7")]
	case 'h', 'l', 'u', 'q':
	default:
		g.broken += strconv.Quote(seq)
	}
}

// tmux33 is how tmux 3.3a counts, as it answers a question for the cursor.
func tmux33(sign string) int {
	if strings.Contains(sign, "\u200d") || strings.Contains(sign, "\U000e007f") {
		return 2
	}
	return ansi.WcWidth.StringWidth(sign)
}

// TestOddSigns: whatever cells a terminal gives to emoji and syllables, what follows is where
// it belongs, nothing is left of what stood there, and what a sign does not use looks like it.
func TestOddSigns(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	odd := []string{"👨‍👩‍👧‍👦", "👍🏽", "❤️", "1️⃣", "🇩🇪", "🏴‍☠️", "👩‍💻", "क्षि", "กำ", "\u1112\u1161\u11ab", "\U0001f1e9"}
	sure := []string{"a", "word", " ", "  ", "日本", "e\u0301", "👍", "│", "\x1b[7mselected\x1b[m"}
	for name, cells := range map[string]func(string) int{
		"xterm": ansi.WcWidth.StringWidth, "kitty": ansi.GraphemeWidth.StringWidth, "tmux": tmux33,
		"any": func(sign string) int {
			if text.FirstSign(sign, true).Odd {
				return random.IntN(9)
			}
			return ansi.GraphemeWidth.StringWidth(sign)
		},
	} {
		for _, term := range []string{"xterm-256color", "vt100"} {
			for _, whole := range []bool{false, true} {
				const w, h = 60, 3
				p, _ := newTestPainter(w, h)
				p.term, p.wide = term, whole
				g := newGrid(w, h, cells)
				for range 60 {
					var line string
					for range random.IntN(9) {
						from := [][]string{odd, sure}[random.IntN(2)]
						line += from[random.IntN(len(from))]
					}
					if random.IntN(3) == 0 {
						line = "\x1b[7m" + line + "\x1b[m"
					}
					g.write(string(p.paint(tea.NewView("first\n"+line+"\nlast "+odd[random.IntN(len(odd))]), nil)))
					for y, l := range p.canvas.lines {
						g.compare(t, name, y, l, p.canvas)
					}
				}
				if g.broken != "" {
					t.Fatalf("%s: the grid does not know %s", name, g.broken)
				}
			}
		}
	}
}

// compare holds a row of the grid against what a canvas believes to be there.
func (g *grid) compare(t *testing.T, name string, y int, l line, c *canvas) {
	t.Helper()
	row := make([]cell, c.w)
	c.styles = c.styles[:1]
	c.read(row, l)
	for x := 0; x < c.w; x += max(int(row[x].width), 1) {
		it := row[x]
		want := it.text
		if c.styles[it.style].Attrs != 0 {
			want = "~" + want
		}
		got := g.rows[y][x]
		if it.odd { // it is there, and so are its other cells
			for i := 1; i < int(it.width); i++ {
				if rest := g.rows[y][x+i]; rest != "part" && rest != strings.TrimSuffix(want, it.text)+" " {
					t.Fatalf("%s, row %d: %q in column %d behind %q of %q", name, y, rest, x+i, it.text, l.text)
				}
			}
			if g.cells(it.text) == 0 || x+int(it.width) == c.w {
				continue
			}
		}
		if got != want && utf8.ValidString(got) && (name != "any" || !it.odd) {
			t.Fatalf("%s, row %d: %q in column %d, want %q: %q of %q", name, y, got, x, want, g.rows[y], l.text)
		}
	}
}
