//go:build unix

package terminal

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

// drawn is what a terminal of w by h cells has to show of a view, as the library has it
// with which Bubble Tea draws.
func drawn(v tea.View, w, h int, method ansi.Method) string {
	b := uv.NewScreenBuffer(w, h)
	b.Method = method
	uv.NewStyledString(v.Content).Draw(b, b.Bounds())
	var s strings.Builder
	for y := range h {
		for x := 0; x < w; x++ {
			c := b.CellAt(x, y)
			if c == nil || c.Content == "" {
				s.WriteByte(' ')
				continue
			}
			look := uv.ConvertStyle(c.Style, colorprofile.ANSI)
			s.WriteString(look.String() + c.Content)
			x += max(c.Width, 1) - 1
		}
		s.WriteByte('\n')
	}
	if v.Cursor != nil {
		fmt.Fprintf(&s, "cursor at %d,%d", v.Cursor.X, v.Cursor.Y)
	}
	return bared(s.String())
}

// bared is a screen without the styles of blanks that do not show in them.
func bared(screen string) string { return bareBlank.ReplaceAllString(screen, " ") }

var bareBlank = regexp.MustCompile("\x1b\\[[12]?m ")

// A scene is what a view is made of, by lines.
type scene [][]string

func (s scene) view() tea.View {
	lines := make([]string, len(s))
	for i, l := range s {
		lines[i] = strings.Join(l, "")
	}
	return tea.NewView("x" + strings.Join(lines, "\n"))
}

// edit makes of a scene one that has much of it: rows that went up or down, and cells that
// came in or went.
func (s scene) edit(random *rand.Rand) scene {
	piece := func() string { return strings.Trim(pieces[random.IntN(len(pieces))], "\n") }
	at := random.IntN(len(s))
	l := s[at]
	switch random.IntN(6) {
	case 0: // some go up
		return slices.Delete(s, at, min(at+random.IntN(3), len(s)-1))
	case 1: // some go down
		return slices.Insert(s, at, []string{piece(), piece(), "end"}, []string{piece()})
	case 2: // a piece comes into a line
		s[at] = slices.Insert(l, random.IntN(len(l)+1), piece(), "y")
	case 3: // one goes
		from := random.IntN(len(l) + 1)
		s[at] = slices.Delete(l, from, min(from+1, len(l)))
	case 4: // a line is filled to its end, and perhaps beyond
		s[at] = []string{piece(), "begin", piece(), strings.Repeat("x", random.IntN(20)), strings.Repeat(piece(), 3), strings.Repeat(" ", random.IntN(20)), piece()}
	case 5: // what stands between two others comes or goes
		between := []string{"x", " ", "\x1b[2m \x1b[m", "\x1b[7m \x1b[m"}[random.IntN(4)]
		s[at] = []string{[]string{"left", ""}[random.IntN(2)], strings.Repeat(between, 18), "right"}
	}
	return s
}

// TestCanvasShowsEdits: rows that scroll and cells that move end where they belong.
func TestCanvasShowsEdits(t *testing.T) {
	t.Parallel()
	views := 1500
	if testing.Short() {
		views = 100
	}
	for _, term := range []string{"xterm-256color", "vt100"} {
		t.Run(term, func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(7, 11))
			w, h := 33, 14
			p, e := newTestPainter(w, h)
			p.term = term
			at := scene{{"one"}, {"two"}}
			for i := range views {
				if at = at.edit(random); len(at) > 2*h {
					at = at[h:]
				}
				v := at.view()
				if random.IntN(3) > 0 {
					v.Cursor = tea.NewCursor(random.IntN(w), random.IntN(h))
				}
				b := p.paint(v, nil)
				if _, err := e.Write(b); err != nil {
					t.Fatal(err)
				}
				method := ansi.GraphemeWidth
				if p.mixed {
					method = ansi.WcWidth
				}
				got := bared(screenOf(e))
				if want := drawn(v, w, h, method); got != want {
					t.Fatalf("view %d: got\n%s\nwant\n%s\nof %q, by %q", i, got, want, v.Content, b)
				}
			}
		})
	}
}

// TestCanvasCorner: the last column of the last row is written so that no terminal scrolls.
func TestCanvasCorner(t *testing.T) {
	t.Parallel()
	p, e := newTestPainter(10, 3)
	b := p.paint(tea.NewView("one\ntwo\n0123456789"), nil)
	if !strings.Contains(string(b), ansi.ResetModeAutoWrap+"9"+ansi.SetModeAutoWrap) {
		t.Errorf("got %q, want the corner written without a wrap", b)
	}
	if _, err := e.Write(b); err != nil {
		t.Fatal(err)
	}
	painted(t, p, e, tea.NewView("one\ntwo\n0123456788"))
	if got := strings.ReplaceAll(screenOf(e), ansi.ResetStyle, ""); !strings.HasPrefix(got, "one") || !strings.Contains(got, "0123456788") {
		t.Errorf("got %q, want nothing scrolled", got)
	}
}

// TestCanvasScrolls: rows that moved are not sent again.
func TestCanvasScrolls(t *testing.T) {
	t.Parallel()
	p, _ := newTestPainter(80, 24)
	list := func(from int) tea.View {
		var b strings.Builder
		b.WriteString("head")
		for i := from; i < from+22; i++ {
			mark := " "
			if i == 110 { // wherever it stands
				mark = fmt.Sprint(from)
			}
			fmt.Fprintf(&b, "\nentry %d of a list, which is long enough to be worth it %d %s", i, i*i, mark)
		}
		return tea.NewView(b.String() + "\nfoot")
	}
	p.paint(list(100), nil)
	for _, from := range []int{101, 103, 102, 100} {
		if b := p.paint(list(from), nil); len(b) > 250 {
			t.Errorf("got %d bytes for a list from %d on, want 250 at most", len(b), from)
		}
	}
}

// TestCanvasSparesPictures: what is written beside a picture in pixels erases nothing of it,
// and does not move it.
func TestCanvasSparesPictures(t *testing.T) {
	t.Parallel()
	over := &Graphic{X: 50, Y: 1, W: 20, H: 20, draws: "\x1bPq\x1b\\"}
	list := func(from int) tea.View {
		var b strings.Builder
		for i := from; i < from+20; i++ {
			fmt.Fprintf(&b, "entry %d of a list, with words %d\n", i, i*i)
		}
		return tea.NewView("head\n" + b.String() + "foot")
	}
	erasing := regexp.MustCompile("\x1b\\[[0-9;]*[KJXPr@]")
	p, _ := newTestPainter(80, 24)
	p.paint(list(100), over)
	for i, v := range []tea.View{list(101), list(1), list(100), list(10_000)} {
		if b := p.paint(v, over); len(b) == 0 || erasing.Match(b) {
			t.Errorf("view %d: got %q, want nothing erased", i, b)
		}
	}
	if b := p.paint(list(1), nil); !strings.Contains(string(b), ansi.EraseEntireScreen) {
		t.Errorf("got %q, want the picture taken away", b)
	}
	if b := p.paint(list(2), nil); !erasing.Match(b) {
		t.Errorf("got %q, want rows scrolled again", b)
	}
}

// TestCanvasKeepsNoCells: the first frame of a large terminal takes no more memory than the
// lines of it, and a key next to none.
func TestCanvasKeepsNoCells(t *testing.T) {
	const w, h = 200, 60
	view := func(typed string) tea.View {
		row := "│ " + typed + strings.Repeat(" ", 60-len(typed)) + "│" + strings.Repeat(" ", 50) + "\x1b[2m│\x1b[m said beside it"
		return tea.NewView(strings.Repeat("─", w) + strings.Repeat("\n"+row, h-2))
	}
	first, typed, more := view("text"), view("text"), view("text")
	more.Content = strings.Replace(more.Content, "text", "texts", 1)
	allocated := func(do func()) (allocations, bytes float64) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		allocations = testing.AllocsPerRun(20, do)
		runtime.ReadMemStats(&after)
		return allocations, float64(after.TotalAlloc-before.TotalAlloc) / 21
	}
	n, bytes := allocated(func() {
		p := newPainter([]string{"TERM=xterm"}, colorprofile.ANSI)
		p.resize(w, h)
		p.paint(first, nil)
	})
	if n > 200 || bytes > 100<<10 {
		t.Errorf("got %.0f allocations of %.0f bytes for the first frame", n, bytes)
	}
	p, _ := newTestPainter(w, h)
	p.paint(first, nil)
	n, bytes = allocated(func() {
		p.paint(more, nil)
		p.paint(typed, nil)
	})
	if n > 10 || bytes > 24<<10 {
		t.Errorf("got %.0f allocations of %.0f bytes for two keys", n, bytes)
	}
}
