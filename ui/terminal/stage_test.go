//go:build linux

package terminal

import (
	"bytes"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"github.com/creack/pty"
	"golang.org/x/term"
)

// A stage is a program on a pseudo-terminal, from the terminal's side.
type stage struct {
	t       *testing.T
	control *os.File
	tty     *os.File
	before  *term.State
	p       *Program
	words   bytes.Buffer // of a crash
	ended   chan error

	mu      sync.Mutex
	written []byte
	changed chan struct{}
}

// newStage is a program on a terminal of 80 by 24, which is not started.
func newStage(t *testing.T, m tea.Model) *stage {
	t.Helper()
	control, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	s := &stage{t: t, control: control, tty: tty, ended: make(chan error, 1), changed: make(chan struct{})}
	t.Cleanup(func() { _, _ = control.Close(), tty.Close() })
	if err := pty.Setsize(control, &pty.Winsize{Rows: 24, Cols: 80}); err != nil {
		t.Fatal(err)
	}
	if s.before, err = term.GetState(int(tty.Fd())); err != nil {
		t.Fatal(err)
	}
	s.p = NewProgram(m, s.options())
	s.p.crashed = &s.words
	return s
}

func (s *stage) options() Options {
	return Options{
		In: NewKeyboard(s.tty, func() {}, func(int) {}), Out: NewTTY(s.tty, time.Now),
		Environ: []string{"TERM=xterm-256color", "SSH_TTY=-"}, Colours: colorprofile.ANSI,
		Filter: func(msg tea.Msg) tea.Msg { return msg },
	}
}

// start runs the program; read says whether anybody reads what it writes.
func (s *stage) start(read bool) {
	go func() { s.ended <- s.p.Run(s.t.Context()) }()
	if read {
		go s.read()
	}
}

func (s *stage) read() {
	b := make([]byte, 32<<10)
	for {
		n, err := s.control.Read(b)
		s.mu.Lock()
		s.written = append(s.written, b[:n]...)
		close(s.changed)
		s.changed = make(chan struct{})
		s.mu.Unlock()
		if err != nil {
			return
		}
	}
}

func (s *stage) all() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return string(s.written)
}

// wait waits until a text was written.
func (s *stage) wait(text string) {
	s.t.Helper()
	s.waitFor(fmt.Sprintf("%q", text), func(out string) bool { return strings.Contains(out, text) })
}

// waitFor waits until something is true of all that was written.
func (s *stage) waitFor(what string, is func(out string) bool) {
	s.t.Helper()
	limit := time.After(time.Minute)
	for {
		s.mu.Lock()
		changed := s.changed
		s.mu.Unlock()
		if is(s.all()) {
			return
		}
		select {
		case <-changed:
		case <-limit:
			s.t.Fatalf("%s never came; got %q", what, s.all())
		}
	}
}

// end waits for the end of the program, and demands the terminal as it was.
func (s *stage) end() error {
	s.t.Helper()
	var err error
	select {
	case err = <-s.ended:
	case <-time.After(time.Minute):
		s.t.Fatal("the program does not end")
	}
	s.wait(ansi.ResetModeAltScreenSaveCursor)
	s.wait(ansi.ResetModeBracketedPaste)
	s.cooked()
	return err
}

// cooked demands the settings of before.
func (s *stage) cooked() {
	s.t.Helper()
	after, err := term.GetState(int(s.tty.Fd()))
	if err != nil {
		s.t.Fatal(err)
	}
	if !reflect.DeepEqual(after, s.before) {
		s.t.Errorf("got the settings %+v, want %+v as before", after, s.before)
	}
}

// A notepad is a model that does what it is sent, and shows the last that it was told.
type notepad struct {
	mu    sync.Mutex
	told  []string
	views int
	bad   bool // View fails
}

type (
	note string         // is shown
	do   func() tea.Cmd // is done in Update
)

func (n *notepad) Init() tea.Cmd { return nil }

func (n *notepad) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch m := msg.(type) {
	case note:
		n.tell(string(m))
	case tea.KeyPressMsg:
		n.tell(m.Text)
	case tea.PasteMsg:
		n.tell(m.Content)
	case do:
		return n, m()
	}
	return n, nil
}

func (n *notepad) tell(s string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.told = append(n.told, s)
}

func (n *notepad) notes() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.told)
}

func (n *notepad) View() tea.View {
	n.views++
	if n.bad {
		panic("a mistake in View")
	}
	notes := n.notes()
	v := tea.NewView("notes: " + strings.Join(notes[max(len(notes)-3, 0):], " ") + "\nbelow")
	v.AltScreen = true
	return v
}

func quit() tea.Cmd { return tea.Quit }
