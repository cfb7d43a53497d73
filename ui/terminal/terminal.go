package terminal

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"sync"
	"time"

	"telex/ui/widget"

	uv "github.com/charmbracelet/ultraviolet"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"golang.org/x/term"
)

// What telex asks of terminals, and why it is so little. An answer that comes when
// telex is gone lands in the shell as if it were typed, and on a slow line it may
// come late. So nothing is asked but for synchronized output and the colour of the
// background, only where a question does no harm, and telex does not end before the
// answer is there or overdue.

// A TTY is the terminal as it is written to. It knows whether an answer is still to come.
// Out of what Bubble Tea writes it takes a question whose answer nobody needs, and what
// only a large repaint is worth.
type TTY struct {
	out    *os.File
	now    func() time.Time
	stuck  chan struct{} // closed when nobody waits for the terminal any more
	giveUp sync.Once

	mu     sync.Mutex
	asked  time.Time // when the question went out that is not answered; zero for none
	ending bool      // telex ends: nothing is asked any more
}

const (
	// onePacket is how much reaches a terminal at once, over whatever line: what is
	// shorter is never seen half drawn, so it needs no protection from that.
	onePacket = 1024
	// AnswerWithin is how long an answer may take. A terminal that gives none must
	// not keep telex from ending.
	AnswerWithin = time.Second
)

// NewTTY is the terminal that out is. Now is the clock.
func NewTTY(out *os.File, now func() time.Time) *TTY {
	return &TTY{out: out, now: now, stuck: make(chan struct{})}
}

// GiveUp lets what is being written end, and what comes later fail: nobody waits for
// the terminal any more.
func (t *TTY) GiveUp() { t.giveUp.Do(func() { close(t.stuck) }) }

// put writes b as it is, unless the terminal was given up. It takes as long as that takes.
func (t *TTY) put(b []byte) error {
	select {
	case <-t.stuck:
		return errStuck
	default:
	}
	_, err := t.out.Write(b)
	return err //nolint:wrapcheck // nobody reads it
}

// size is how large the terminal says it is.
func (t *TTY) size() (w, h int, err error) { return term.GetSize(int(t.out.Fd())) } //nolint:wrapcheck // nobody reads it

// Write passes a repaint on, and reports all of p as written.
func (t *TTY) Write(p []byte) (int, error) {
	out := unwrapped(t.question(bytes.ReplaceAll(p, []byte(ansi.RequestKittyKeyboard), nil)))
	// Bubble Tea may hide the cursor before it enters the other screen, and some
	// terminals keep that apart for each.
	out = bytes.Replace(out, []byte(ansi.ResetModeAltScreenSaveCursor), []byte(ansi.ResetModeAltScreenSaveCursor+ansi.SetModeTextCursorEnable), 1)
	if len(out) > 0 {
		if err := t.write(out); err != nil {
			return 0, err
		}
	}
	return len(p), nil
}

// question lets the question in p go out, and notes that it did; once telex ends, it
// takes it out: Bubble Tea writes it when it next draws, which may be the last time.
func (t *TTY) question(p []byte) []byte {
	asks, background := []byte(ansi.RequestModeSynchronizedOutput), []byte(ansi.RequestBackgroundColor)
	if !bytes.Contains(p, asks) && !bytes.Contains(p, background) {
		return p
	}
	last := t.ask("")
	if last == "" {
		for _, question := range [][]byte{asks, background, []byte(ansi.RequestModeUnicodeCore)} {
			p = bytes.ReplaceAll(p, question, nil)
		}
		return p
	}
	return append(bytes.Clone(p), last...)
}

// ask returns what asks the terminal some questions, and one more; it notes that they go
// out now. Once telex ends it is "".
func (t *TTY) ask(questions string) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ending {
		return ""
	}
	t.asked = t.now()
	// Every terminal answers this one, and in order: then nothing is to come.
	return questions + ansi.RequestPrimaryDeviceAttributes
}

// errStuck is what writing to a terminal ends with that takes nothing any more.
var errStuck = errors.New("the terminal accepts nothing any more")

// write writes b, or gives up when the terminal is given up: one at the other end of
// a line that broke may take nothing and yet not be gone.
func (t *TTY) write(b []byte) error {
	select {
	case <-t.stuck:
		return errStuck
	default:
	}
	b = bytes.Clone(b) // for it may be read when this has returned
	done := make(chan error, 1)
	go func() {
		_, err := t.out.Write(b)
		done <- err
	}()
	select {
	case err := <-done:
		return err
	case <-t.stuck:
		return errStuck
	}
}

// unwrapped is a repaint without what keeps it from being seen half drawn, if it is
// too short for that: the synchronisation, or the hiding of the cursor.
func unwrapped(p []byte) []byte {
	if len(p) > onePacket {
		return p
	}
	for _, around := range [][2]string{
		{ansi.SetModeSynchronizedOutput, ansi.ResetModeSynchronizedOutput},
		{ansi.ResetModeTextCursorEnable, ansi.SetModeTextCursorEnable},
	} {
		inner, begins := bytes.CutPrefix(p, []byte(around[0]))
		inner, ends := bytes.CutSuffix(inner, []byte(around[1]))
		if begins && ends {
			return inner
		}
	}
	return p
}

func (t *TTY) Read(p []byte) (int, error) { return t.out.Read(p) } //nolint:wrapcheck // whoever reads compares it

// Close does nothing: the terminal is the caller's.
func (t *TTY) Close() error { return nil }

// Fd makes a terminal of it for Bubble Tea.
func (t *TTY) Fd() uintptr { return t.out.Fd() }

// Answered notes that all answers are here.
func (t *TTY) Answered() {
	t.mu.Lock()
	t.asked = time.Time{}
	t.mu.Unlock()
}

// End is how long to wait for an answer before telex may end. 0: it may end now, and
// nothing is asked any more.
func (t *TTY) End() time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.asked.IsZero() {
		if wait := AnswerWithin - t.now().Sub(t.asked); wait > 0 {
			return wait
		}
	}
	t.ending = true
	return 0
}

// IsAnswer reports whether msg is the answer that comes last.
func IsAnswer(msg tea.Msg) bool {
	_, ok := msg.(uv.PrimaryDeviceAttributesEvent)
	return ok
}

// Environ is the environment by which a terminal is asked for synchronized output or not. The Linux console prints the question, or did. tmux reads
// what programs write itself, so there SSH makes no difference.
func Environ(environ []string) []string {
	environ = append([]string(nil), environ...)
	switch {
	case strings.HasPrefix(Env(environ, "TERM"), "linux"):
		return append(environ, "SSH_TTY=-")
	case Env(environ, "TMUX") != "":
		return without(environ, "SSH_TTY")
	}
	return environ
}

// asksModes reports whether the terminal may be asked for synchronized output, and how it
// counts cells. It is Bubble Tea's choice, by its [Environ]: not over SSH, where answers
// come late, but for terminals that are known to know them.
func asksModes(environ []string) bool {
	environ = Environ(environ)
	name, program := Env(environ, "TERM"), Env(environ, "TERM_PROGRAM")
	for _, known := range []string{"ghostty", "wezterm", "alacritty", "kitty", "rio"} {
		if strings.Contains(name, known) {
			return true
		}
	}
	return Env(environ, "WT_SESSION") != "" || Env(environ, "SSH_TTY") == "" && !strings.Contains(program, "Apple")
}

// CountsGraphemes reports whether m is the news that the terminal gives its cells to
// graphemes when it is asked to, as a program does then.
func CountsGraphemes(m tea.ModeReportMsg) bool {
	return m.Mode == ansi.ModeUnicodeCore && (m.Value == ansi.ModeReset || m.Value == ansi.ModeSet || m.Value == ansi.ModePermanentlySet)
}

// isOld reports whether the terminal prints questions that it does not know, as the consoles
// of Linux and of old terminals do, or keeps answers to itself, as GNU screen does.
func isOld(environ []string) bool {
	name := Env(environ, "TERM")
	for _, other := range []string{"linux", "dumb", "vt", "screen", "ansi", "cons"} {
		if strings.HasPrefix(name, other) {
			return Multiplexer(environ) != "tmux" || other != "screen"
		}
	}
	return name == "" || Env(environ, "STY") != ""
}

// SaysBackground reports whether the terminal may be asked for the colour of its
// background. Over SSH an answer may come in pieces, late enough for the pieces to be taken
// for keys; tmux answers itself.
func SaysBackground(environ []string) bool {
	if Env(environ, "TMUX") == "" && (Env(environ, "SSH_TTY") != "" || Env(environ, "SSH_CONNECTION") != "") {
		return false
	}
	return !isOld(environ)
}

// without is environ less a variable.
func without(environ []string, name string) []string {
	var left []string
	for _, kv := range environ {
		if !strings.HasPrefix(kv, name+"=") {
			left = append(left, kv)
		}
	}
	return left
}

// Colours are those that the terminal may be sent, or none. telex itself writes in the
// terminal's own 16; only pictures have others, which become the nearest ones that there
// are. Bubble Tea's guess would read files, run a program inside tmux, and take NO_COLOR=yes
// for no.
func Colours(environ []string, theme string) colorprofile.Profile {
	name := Env(environ, "TERM")
	forced := Env(environ, "CLICOLOR_FORCE")
	monochrome := len(name) > 2 && name[:2] == "vt" && name[2] <= '9' || strings.HasSuffix(name, "-m") || strings.HasSuffix(name, "-mono")
	switch {
	case Env(environ, "NO_COLOR") != "", theme == widget.ThemeNone:
		return colorprofile.ASCII
	case forced != "" && forced != "0":
	case monochrome, Env(environ, "CLICOLOR") == "0":
		return colorprofile.ASCII
	}
	switch colours := Env(environ, "COLORTERM"); {
	case (colours == "truecolor" || colours == "24bit") && Multiplexer(environ) != "screen": // which hands it on, and has no such colours
		return colorprofile.TrueColor
	case strings.Contains(name, "-direct"):
		return colorprofile.TrueColor
	case strings.Contains(name, "256color"):
		return colorprofile.ANSI256
	}
	return colorprofile.ANSI
}
