//go:build linux

package terminal

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// TestProgramDrawsABurstOnce: many messages that come while one is being taken make one
// repaint, and the last of them is shown.
func TestProgramDrawsABurstOnce(t *testing.T) {
	t.Parallel()
	n := &notepad{}
	s := newStage(t, n)
	now := time.Now()
	s.p.now = func() time.Time { return now } // so that nothing takes too long
	s.start(true)
	s.wait("below")
	views := make(chan int, 2)
	full := make(chan struct{})
	s.p.Send(do(func() tea.Cmd { views <- n.views; <-full; return nil }))
	before := <-views
	for i := range 500 {
		s.p.Send(note(fmt.Sprint(i)))
	}
	s.p.Send(note("last"))
	close(full)
	s.wait("last")
	s.p.Send(do(func() tea.Cmd { views <- n.views; return tea.Quit }))
	if got := <-views - before; got != 1 {
		t.Errorf("got %d views of a burst, want one", got)
	}
	if err := s.end(); err != nil {
		t.Error(err)
	}
}

// TestProgramDrawsAnEndlessStream: news that never pauses is drawn all the same, but not
// for each of them.
func TestProgramDrawsAnEndlessStream(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: go test without it has this test")
	}
	t.Parallel()
	n := &notepad{}
	s := newStage(t, n)
	looks, began := 0, time.Now()
	s.p.now = func() time.Time { // of which the machine's mood is no part
		looks++
		return began.Add(time.Duration(looks) * 100 * time.Microsecond)
	}
	s.start(true)
	s.wait("below")
	stop := make(chan struct{})
	counts := make(chan [2]int, 1)
	var more func() tea.Cmd
	handled := 0
	more = func() tea.Cmd {
		handled++
		n.told = []string{fmt.Sprint(handled)}
		select {
		case <-stop:
			counts <- [2]int{handled, n.views}
			return tea.Quit
		default:
		}
		s.p.msgs <- do(more) // there is always one more
		return nil
	}
	s.p.Send(do(more))
	s.p.Send(do(more))
	drawn := len(s.all())
	s.waitFor("more of a stream that never pauses", func(out string) bool { return len(out) > drawn+1000 })
	close(stop)
	if got := <-counts; got[1] > got[0]/4 {
		t.Errorf("got %d views of %d messages, want far fewer", got[1], got[0])
	}
	if err := s.end(); err != nil {
		t.Error(err)
	}
}

// TestProgramOnATerminalThatTakesNothing: every message reaches the model meanwhile, and
// what it shows then is there when the terminal goes on.
func TestProgramOnATerminalThatTakesNothing(t *testing.T) {
	t.Parallel()
	n := &notepad{}
	s := newStage(t, n)
	s.start(false)
	full := strings.Repeat("no room ", 100<<10/8) // far more than a terminal holds
	s.p.Send(do(func() tea.Cmd { return tea.Raw(full) }))
	for i := range 3000 { // more than wait in a queue
		s.p.Send(note(fmt.Sprint(i, ",")))
		if i%100 == 0 {
			s.p.Send(tea.WindowSizeMsg{Width: 80, Height: 24})
		}
	}
	if _, err := s.control.WriteString("typed"); err != nil {
		t.Fatal(err)
	}
	taken := make(chan int)
	typed := false
	for !typed {
		s.p.Send(do(func() tea.Cmd { taken <- 0; return nil }))
		select {
		case <-taken:
		case <-time.After(time.Minute):
			t.Fatal("the model waits for a terminal that takes nothing")
		}
		typed = strings.Contains(strings.Join(n.notes(), ""), "typed")
	}
	s.p.Send(do(func() tea.Cmd { n.mu.Lock(); n.told = []string{"the end"}; n.mu.Unlock(); return nil }))
	go s.read()
	s.wait("the end")
	s.p.Send(do(quit))
	if err := s.end(); err != nil {
		t.Error(err)
	}
}

// TestProgramGivesUpATerminal: one that takes nothing keeps the program from ending only
// until it is given up.
func TestProgramGivesUpATerminal(t *testing.T) {
	t.Parallel()
	s := newStage(t, &notepad{})
	s.start(false)
	s.p.Send(do(func() tea.Cmd { return tea.Raw(strings.Repeat("no room ", 100<<10/8)) }))
	s.p.Send(do(quit))
	s.p.o.Out.GiveUp()
	select {
	case err := <-s.ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(time.Minute):
		t.Fatal("the program waits for a terminal that was given up")
	}
	s.cooked()
}

// TestProgramCrashes: wherever the mistake is, the terminal is as it was when it is told.
func TestProgramCrashes(t *testing.T) {
	t.Parallel()
	for name, crash := range map[string]func(n *notepad, s *stage){
		"a mistake in Update":     func(_ *notepad, s *stage) { s.p.Send(do(func() tea.Cmd { panic("a mistake in Update") })) },
		"a mistake in View":       func(n *notepad, s *stage) { s.p.Send(do(func() tea.Cmd { n.bad = true; return nil })) },
		"a mistake in a command":  func(_ *notepad, s *stage) { s.p.Send(do(func() tea.Cmd { return oops })) },
		"a mistake in a batch":    func(_ *notepad, s *stage) { s.p.Send(do(func() tea.Cmd { return tea.Batch(oops, oops) })) },
		"a mistake in a sequence": func(_ *notepad, s *stage) { s.p.Send(do(func() tea.Cmd { return tea.Sequence(oops, tea.Quit) })) },
		"a mistake in the painter": func(_ *notepad, s *stage) {
			s.p.Send(do(func() tea.Cmd { s.p.paint.canvas = nil; return nil }))
		},
		"a mistake in the filter": func(_ *notepad, s *stage) { s.p.Send(oopsMsg{}) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := &notepad{}
			s := newStage(t, n)
			s.p.o.Filter = func(msg tea.Msg) tea.Msg {
				if _, bad := msg.(oopsMsg); bad {
					panic("a mistake in the filter")
				}
				return msg
			}
			s.start(true)
			s.wait("below")
			crash(n, s)
			err := s.end()
			if !errors.Is(err, tea.ErrProgramPanic) || !errors.Is(err, tea.ErrProgramKilled) {
				t.Errorf("got %v, want a crash that was noticed", err)
			}
			if words := s.words.String(); !strings.Contains(words, "Caught panic:") || !strings.Contains(words, "_test.go") && !strings.Contains(name, "painter") {
				t.Errorf("got %q said, want what and where", words)
			}
		})
	}
}

type oopsMsg struct{}

func oops() tea.Msg { panic("a mistake in a command") }

// TestProgramRunsInOrder: a sequence is one, also with several at once within.
func TestProgramRunsInOrder(t *testing.T) {
	t.Parallel()
	n := &notepad{}
	s := newStage(t, n)
	s.start(true)
	say := func(text string) tea.Cmd { return func() tea.Msg { return note(text) } }
	s.p.Send(do(func() tea.Cmd {
		return tea.Sequence(say("one"), nil, tea.Batch(say("two"), say("two")), say("three"), tea.Quit)
	}))
	if err := s.end(); err != nil {
		t.Error(err)
	}
	if got := n.notes(); !slices.Equal(got, []string{"one", "two", "two", "three"}) {
		t.Errorf("got %q, want them in order", got)
	}
}

// TestProgramExec: a command has the terminal as it was, and after it the screen is whole.
func TestProgramExec(t *testing.T) {
	t.Parallel()
	n := &notepad{}
	s := newStage(t, n)
	s.start(true)
	s.wait("below")
	c := exec.CommandContext(t.Context(), "sh", "-c", "printf 'settings: '; stty -a | grep -o ' -*icanon'; exit 3")
	c.Stdin, c.Stdout = s.tty, s.tty
	s.p.Send(do(func() tea.Cmd { return Exec(c, func(err error) tea.Msg { return note(fmt.Sprint("it: ", err)) }) }))
	s.wait("it: exit status 3")
	out := s.all()
	left, ran, back := strings.Index(out, "\x1b[?1049l"), strings.Index(out, "settings:  icanon"), strings.LastIndex(out, "\x1b[?1049h")
	if left < 0 || ran < left || back < ran {
		t.Errorf("got %q, want the screen left, the command, the screen taken", out)
	}
	if again := out[max(back, 0):]; !strings.Contains(again, "\x1b[2J") || !strings.Contains(again, "below") {
		t.Errorf("got %q, want all of the screen drawn anew", again)
	}
	if _, err := s.control.WriteString("k"); err != nil {
		t.Fatal(err)
	}
	s.wait("k") // it is read again
	s.p.Send(do(quit))
	if err := s.end(); err != nil {
		t.Error(err)
	}
}

// TestProgramLosesTheTerminal: one that cannot be taken back after a command ends the
// program with an error, and is as it was.
func TestProgramLosesTheTerminal(t *testing.T) {
	t.Parallel()
	s := newStage(t, &notepad{})
	s.start(true)
	s.wait("below")
	none, err := os.Create(filepath.Join(t.TempDir(), "none"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = none.Close() }()
	s.p.Send(do(func() tea.Cmd {
		s.p.o.In = NewKeyboard(none, func() {}, func(int) {})
		return Exec(exec.CommandContext(t.Context(), "true"), func(error) tea.Msg { return nil })
	}))
	if err := s.end(); err == nil || !strings.Contains(err.Error(), "make the terminal raw") {
		t.Errorf("got %v, want that the terminal was not taken back", err)
	}
}

// TestProgramAsks: the questions go out behind the first screen, and none once it ends.
func TestProgramAsks(t *testing.T) {
	t.Parallel()
	s := newStage(t, &notepad{})
	s.p.o.Environ = []string{"TERM=xterm-256color"}
	s.start(true)
	s.wait("below")
	s.wait(ansi.RequestModeSynchronizedOutput + ansi.RequestModeUnicodeCore + ansi.RequestPrimaryDeviceAttributes)
	s.p.Send(do(func() tea.Cmd { return tea.RequestBackgroundColor }))
	s.wait(ansi.RequestBackgroundColor + ansi.RequestPrimaryDeviceAttributes)
	s.p.o.Out.Answered()
	if wait := s.p.o.Out.End(); wait != 0 {
		t.Errorf("got a wait of %v though all is answered", wait)
	}
	s.p.Send(do(func() tea.Cmd { return tea.Sequence(tea.RequestBackgroundColor, tea.Quit) }))
	if err := s.end(); err != nil {
		t.Error(err)
	}
	if got := strings.Count(s.all(), ansi.RequestBackgroundColor); got != 1 {
		t.Errorf("got %d questions for the background, want none at the end", got)
	}
}

// TestProgramRedraws: ctrl+l's command clears the screen and draws all of it.
func TestProgramRedraws(t *testing.T) {
	t.Parallel()
	s := newStage(t, &notepad{})
	s.start(true)
	s.wait("below")
	s.p.Send(do(func() tea.Cmd { return tea.ClearScreen }))
	s.waitFor("a second screen", func(out string) bool { return strings.Count(out, "\x1b[2J") == 2 && strings.Count(out, "below") == 2 })
	s.p.Send(do(quit))
	if err := s.end(); err != nil {
		t.Error(err)
	}
}

// TestFramework: where this package does not draw itself Bubble Tea does, with the same
// model, keyboard and terminal.
func TestFramework(t *testing.T) {
	t.Parallel()
	n := &notepad{}
	s := newStage(t, n)
	p := framework(n, s.options())
	go func() {
		_, err := p.Run()
		s.ended <- err
	}()
	go s.read()
	s.wait("below")
	if _, err := s.control.WriteString("k"); err != nil {
		t.Fatal(err)
	}
	s.wait("k")
	p.Send(do(quit))
	if err := s.end(); err != nil {
		t.Error(err)
	}
}
