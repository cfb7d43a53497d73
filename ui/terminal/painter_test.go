//go:build unix

package terminal

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
)

// screenOf is what an emulator shows.
func screenOf(e *vt.Emulator) string {
	var b strings.Builder
	for y := range e.Height() {
		for x := 0; x < e.Width(); x++ {
			c := e.CellAt(x, y)
			if c == nil || c.Content == "" {
				b.WriteByte(' ')
				continue
			}
			b.WriteString(c.Style.String() + c.Content)
			x += max(c.Width, 1) - 1
		}
		b.WriteByte('\n')
	}
	if at := e.CursorPosition(); !e.CursorHidden() {
		fmt.Fprintf(&b, "cursor at %d,%d", at.X, at.Y)
	}
	return b.String()
}

// painted gives an emulator what a painter makes of views, one after the other.
func painted(t *testing.T, p *painter, e *vt.Emulator, views ...tea.View) (bytes int) {
	t.Helper()
	for _, v := range views {
		b := p.paint(v, nil)
		bytes = len(b)
		if _, err := e.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	return bytes
}

func newTestPainter(w, h int) (*painter, *vt.Emulator) {
	p := newPainter([]string{"TERM=xterm-256color"}, colorprofile.ANSI)
	p.resize(w, h)
	return p, vt.NewEmulator(w, h)
}

// pieces are what views are made of here.
var pieces = []string{
	"word ", "   ", "日本 ", "e\u0301", "\x1b[1mbold\x1b[m", "\x1b[2;7mfaint\x1b[m ", "─────", "│", "x", "\x1b[31mred\x1b[0m",
	"\x1b[4mand on", "\x1b[m", "\n", "\n", "\n", "\n",
}

func randomView(random *rand.Rand, w, h int) tea.View {
	var b strings.Builder
	b.WriteString("a")
	for range random.IntN(4 * h) {
		b.WriteString(pieces[random.IntN(len(pieces))])
	}
	v := tea.NewView(b.String())
	if random.IntN(3) > 0 {
		v.Cursor = tea.NewCursor(random.IntN(w), random.IntN(h))
	}
	return v
}

// TestPainterShowsTheLast: whatever was shown before, and however the size and the way to
// count cells changed, the terminal shows a view as if it were the first.
func TestPainterShowsTheLast(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: go test without it has this test")
	}
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 5))
	w, h := 40, 12
	p, e := newTestPainter(w, h)
	for i := range 400 {
		switch random.IntN(20) {
		case 0:
			w, h = 20+random.IntN(60), 5+random.IntN(30)
			e.Resize(w, h)
			p.resize(w, h)
		case 1:
			p.forget()
		}
		v := randomView(random, w, h)
		painted(t, p, e, v)
		first, other := newTestPainter(w, h)
		painted(t, first, other, v)
		if got, want := screenOf(e), screenOf(other); got != want {
			t.Fatalf("view %d of %d by %d:\n%s\nwant\n%s\nof %q", i, w, h, got, want, v.Content)
		}
	}
}

// TestPainterBytes: what does not change costs nothing, a letter little, and only a large
// repaint is kept from being seen half drawn.
func TestPainterBytes(t *testing.T) {
	t.Parallel()
	p, e := newTestPainter(80, 24)
	view := func(content string, x int) tea.View {
		v := tea.NewView("counter " + fmt.Sprint(x) + "\n\n" + content)
		v.Cursor = tea.NewCursor(x, 2)
		return v
	}
	painted(t, p, e, view("hell", 4))
	if n := painted(t, p, e, view("hell", 4)); n != 0 {
		t.Errorf("got %d bytes for the same view, want none", n)
	}
	if n := painted(t, p, e, view("hello", 5)); n > 20 {
		t.Errorf("got %d bytes for a letter and a counter, want 20 at most", n)
	}
	const on, hide = ansi.SetModeSynchronizedOutput, ansi.ResetModeTextCursorEnable
	large := func(letter string) string {
		return string(p.paint(view(strings.Repeat(strings.Repeat(letter+letter+".", 26)+"\n", 20), 1), nil))
	}
	if got := large("x"); strings.Contains(got, on) || !strings.HasPrefix(got, hide) || !strings.HasSuffix(got, ansi.SetModeTextCursorEnable) {
		t.Errorf("got %.40q, want the cursor hidden for a large repaint", got)
	}
	p.report(tea.ModeReportMsg{Mode: ansi.ModeSynchronizedOutput, Value: ansi.ModeReset})
	if got := large("y"); strings.Contains(got, hide) || !strings.HasPrefix(got, on) || !strings.HasSuffix(got, ansi.ResetModeSynchronizedOutput) {
		t.Errorf("got %.40q, want a large repaint held back until it is whole", got)
	}
	if got := string(p.paint(view("short", 1), nil)); strings.Contains(got, hide) {
		t.Errorf("got %q, want no cursor hidden for what is held back", got)
	}
	painted(t, p, e, view("hell", 4))
	if got := string(p.paint(view("hello", 5), nil)); strings.Contains(got, on) {
		t.Errorf("got %q, want a short repaint as it is", got)
	}
}

// TestPainterModes: each mode that a view asks for is there while it is shown, and gone
// when the terminal is given back; and once more when it is taken again.
func TestPainterModes(t *testing.T) {
	t.Parallel()
	p, _ := newTestPainter(80, 24)
	if b := p.leave(); b != nil {
		t.Errorf("got %q to leave what was not taken, want nothing", b)
	}
	if b := p.paint(tea.NewView(""), nil); b != nil {
		t.Errorf("got %q for a view without a size, want nothing", b)
	}
	v := tea.NewView("x")
	v.MouseMode, v.ReportFocus, v.WindowTitle = tea.MouseModeCellMotion, true, "title"
	v.KeyboardEnhancements.ReportAlternateKeys = true
	v.Cursor = tea.NewCursor(0, 0)
	v.Cursor.Blink = false
	pairs := [][2]string{
		{"\x1b[?1049h", "\x1b[?1049l"},
		{"\x1b[?2004h", "\x1b[?2004l"},
		{"\x1b[?1004h", "\x1b[?1004l"},
		{"\x1b[?1002h", "\x1b[?1002l"},
		{"\x1b[?1006h", "\x1b[?1006l"},
		{"\x1b[?2027h", "\x1b[?2027l"},
		{"\x1b]2;title\a", "\x1b]2;\a"},
		{"\x1b[>4;2m", "\x1b[>4m"},
		{"\x1b[>5u", "\x1b[<1u"},
		{"\x1b[2 q", "\x1b[0 q"},
	}
	for turn := range 2 {
		in := string(p.paint(v, nil))
		if turn == 0 {
			p.report(tea.ModeReportMsg{Mode: ansi.ModeUnicodeCore, Value: ansi.ModeReset})
			in += string(p.paint(v, nil))
		}
		out := string(p.leave())
		for _, pair := range pairs {
			if strings.Count(in, pair[0]) != 1 || !strings.Contains(out, pair[1]) {
				t.Errorf("turn %d: %q: got %q and later %q, want it on and off", turn, pair[0], in, out)
			}
		}
		if shown := strings.Index(out, ansi.SetModeTextCursorEnable); shown < strings.Index(out, "\x1b[?1049l") {
			t.Errorf("got %q, want the cursor shown on the screen of before", out)
		}
	}
	without := v
	without.MouseMode, without.ReportFocus, without.Cursor = tea.MouseModeNone, false, nil
	p.paint(v, nil)
	if got := string(p.paint(without, nil)); !strings.Contains(got, "\x1b[?1004l") || !strings.Contains(got, "\x1b[?1002l") || !strings.HasPrefix(got, "\x1b[?25l") {
		t.Errorf("got %q, want what is not asked for any more taken back", got)
	}
	if got := string(p.paint(v, nil)); !strings.HasSuffix(got, "\x1b[?25h") {
		t.Errorf("got %q, want the cursor shown again", got)
	}
}

// TestPainterCountsAsTheTerminalDoes: a syllable is of three cells, or of one where the
// terminal says that it counts graphemes; a family is of two cells everywhere.
func TestPainterCountsAsTheTerminalDoes(t *testing.T) {
	t.Parallel()
	p, _ := newTestPainter(80, 24)
	family, syllable := tea.NewView("👨‍👩‍👧‍👦|"), tea.NewView("क्षि|")
	p.paint(family, nil)
	if c := cellAt(p, 2); c != "|" {
		t.Errorf("got %q behind the family, want it in column 2", c)
	}
	p.paint(syllable, nil)
	if c := cellAt(p, 3); c != "|" {
		t.Errorf("got %q behind the syllable, want it in column 3", c)
	}
	p.report(tea.ModeReportMsg{Mode: ansi.ModeUnicodeCore, Value: ansi.ModeNotRecognized})
	if p.wide {
		t.Error("got graphemes counted, though the terminal does not know of them")
	}
	p.report(tea.ModeReportMsg{Mode: ansi.ModeUnicodeCore, Value: ansi.ModeReset})
	if got := string(p.paint(syllable, nil)); !strings.Contains(got, ansi.SetModeUnicodeCore) || !strings.Contains(got, "क्षि\x1b[2G|") {
		t.Errorf("got %q, want the terminal asked to count graphemes, and the row written again", got)
	}
	if c := cellAt(p, 1); c != "|" {
		t.Errorf("got %q behind the syllable, want it in column 1", c)
	}
	p.paint(family, nil)
	if c := cellAt(p, 2); c != "|" {
		t.Errorf("got %q behind the family, want it in column 2", c)
	}
}

// cellAt is what a painter believes to stand in a column of the first row.
func cellAt(p *painter, x int) string {
	row := make([]cell, p.w)
	p.canvas.read(row, p.canvas.lines[0])
	return row[x].text
}

// TestPace: a few repaints come at once, of an endless stream 60 a second.
func TestPace(t *testing.T) {
	t.Parallel()
	var p pace
	now := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	draw := func() (waited time.Duration) {
		waited = p.wait(now)
		now = now.Add(waited)
		p.note(now)
		return waited
	}
	for i := range atOnce {
		if w := draw(); w != 0 {
			t.Errorf("got a wait of %v before repaint %d, want none", w, i)
		}
	}
	for range 100 {
		if w := draw(); w != perFrame {
			t.Fatalf("got a wait of %v in a stream, want %v", w, perFrame)
		}
	}
	now = now.Add(time.Minute)
	if w := p.wait(now); w != 0 {
		t.Errorf("got a wait of %v after a pause, want none", w)
	}
}
