//go:build linux

package terminal

import (
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/creack/pty"
)

// TestPainterGraphic: whatever stands on the screen and however a picture comes and goes, the
// cells and the cursor are as without it; it is drawn once, within a repaint that is seen
// whole, anew when the screen was cleared, and nothing is left of it.
func TestPainterGraphic(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(7, 11))
	p, e := newTestPainter(60, 20)
	p.sync = true
	// The drawing leaves the cursor elsewhere, as sixel does.
	a := &Graphic{X: 3, Y: 4, W: 8, H: 3, draws: "\x1bP0;1q" + strings.Repeat("~", onePacket) + "\x1b\\\x1b[15;40H", erases: "\x1b_Ga=d\x1b\\"}
	b := &Graphic{X: 0, Y: 2, W: 8, H: 3, draws: "\x1bP0;1q#1~\x1b\\\x1b[9;9H"}
	var shown *Graphic
	views := 300
	if testing.Short() {
		views = 60
	}
	for i := range views {
		over := []*Graphic{nil, a, a, b}[random.IntN(4)]
		v := randomView(random, 60, 20)
		cleared := random.IntN(10) == 0
		if cleared {
			p.forget()
		}
		out := string(p.paint(v, over))
		if _, err := e.Write([]byte(out)); err != nil {
			t.Fatal(err)
		}
		first, other := newTestPainter(60, 20)
		painted(t, first, other, v)
		if got, want := screenOf(e), screenOf(other); got != want {
			t.Fatalf("view %d:\n%s\nwant\n%s", i, got, want)
		}
		for _, g := range []*Graphic{a, b} {
			want := 0
			if over == g && (shown != g || cleared) {
				want = 1
			}
			if n := strings.Count(out, g.draws); n != want {
				t.Fatalf("view %d: drawn %d times, want %d", i, n, want)
			}
		}
		clears := strings.Contains(out, ansi.EraseEntireScreen) || strings.Contains(out, "\x1b[H\x1b[J") || i == 0
		if gone := shown != nil && shown != over; gone && (!clears || !strings.HasPrefix(out, shown.erases)) {
			t.Fatalf("view %d: nothing takes the picture away: %q", i, out)
		}
		if at := strings.Index(out, a.draws); at >= 0 {
			if begin, end := strings.Index(out, ansi.SetModeSynchronizedOutput), strings.Index(out, ansi.ResetModeSynchronizedOutput); begin < 0 || begin > at || end < at {
				t.Fatalf("view %d: the picture at %d is seen half drawn: the rest is from %d to %d", i, at, begin, end)
			}
		}
		shown = over
	}
	p.paint(tea.NewView("x"), a)
	if out := string(p.leave()); !strings.HasPrefix(out, a.erases) {
		t.Errorf("it is left behind: %q", out)
	}
	if out := string(p.paint(tea.NewView("x"), a)); !strings.Contains(out, a.draws) {
		t.Error("it is not there after the terminal was taken back")
	}
}

// An album is a notepad with a picture, and is told what pictures the terminal takes.
type album struct {
	notepad

	over  *Graphic
	hears chan Graphics
}

func (a *album) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if g, ok := msg.(Graphics); ok {
		a.hears <- g
	}
	_, cmd := a.notepad.Update(msg)
	return a, cmd
}

func (a *album) Graphic() *Graphic { return a.over }

// TestProgramAsksAboutPictures: nothing is asked before somebody wants it, and then what the
// terminal says reaches the model, with the size of cells, also when that becomes another.
func TestProgramAsksAboutPictures(t *testing.T) {
	t.Parallel()
	a := &album{hears: make(chan Graphics, 100)}
	s := newStage(t, a)
	s.p.o.Environ = []string{"TERM=xterm-kitty"}
	if err := pty.Setsize(s.control, &pty.Winsize{Rows: 24, Cols: 80, X: 800, Y: 480}); err != nil {
		t.Fatal(err)
	}
	s.start(true)
	s.wait("below")
	s.wait(ansi.RequestPrimaryDeviceAttributes) // behind the question of the start
	if strings.Contains(s.all(), "\x1b_G") {
		t.Error("it asked before anybody wanted a picture")
	}
	say := func(answer string) {
		if _, err := s.control.WriteString(answer); err != nil {
			t.Fatal(err)
		}
	}
	hears := func(want Graphics) {
		t.Helper()
		limit := time.After(time.Minute)
		for {
			select {
			case got := <-a.hears:
				if got == want {
					return
				}
			case <-limit:
				t.Fatalf("%+v is never told", want)
			}
		}
	}
	say("\x1b[?62;22c")
	s.p.Send(do(func() tea.Cmd { return AskGraphics }))
	s.wait("\x1b_Gi=516584,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\" + ansi.RequestPrimaryDeviceAttributes)
	say("\x1b_Gi=7;OK\x1b\\\x1b[?62;4c") // of another picture
	hears(Graphics{Sixel: true, CellW: 10, CellH: 20})
	say("\x1b_Gi=516584;OK\x1b\\")
	hears(Graphics{Kitty: true, Sixel: true, CellW: 10, CellH: 20})
	if err := pty.Setsize(s.control, &pty.Winsize{Rows: 30, Cols: 100, X: 800, Y: 480}); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(os.Getpid(), syscall.SIGWINCH); err != nil {
		t.Fatal(err)
	}
	hears(Graphics{Kitty: true, Sixel: true, CellW: 8, CellH: 16})
	over := &Graphic{X: 1, Y: 1, W: 2, H: 2, draws: "\x1b_Ga=T;THEPICTURE\x1b\\", erases: "\x1b_Ga=d\x1b\\"}
	s.p.Send(do(func() tea.Cmd { a.over = over; return nil }))
	s.wait("THEPICTURE")
	s.p.Send(do(func() tea.Cmd { return tea.Quit }))
	if err := s.end(); err != nil {
		t.Error(err)
	}
	if !strings.Contains(s.all(), over.erases) {
		t.Error("the picture is left behind")
	}
	if notes := a.notes(); slices.ContainsFunc(notes, func(n string) bool { return strings.Contains(n, "OK") }) {
		t.Errorf("an answer was taken for keys: %q", notes)
	}
}
