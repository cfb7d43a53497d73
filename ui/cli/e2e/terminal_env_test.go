//go:build linux

package e2e

import (
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
	"golang.org/x/term"

	"telex/messaging/outbox/outboxtest/sample"
	"telex/ui/cli/clitest"
)

// coloured finds what sets a colour.
var coloured = regexp.MustCompile(`\x1b\[(\d+;)*(3[0-8]|4[0-8]|9[0-7]|10[0-7])[;m]`)

// withColour walks to a screen that has a colour, if there is one, and leaves.
func withColour(t *testing.T, env ...string) string {
	t.Helper()
	x := startTerminal(t, terminalSpec{env: env})
	x.wait("[Compose]")
	x.press("ctrl+n")
	x.wait("[Recipients]")
	x.send("123") // which can be no name either, once there is an outbox to look into
	x.press("enter")
	x.wait("not a phone number")
	x.quit()
	x.restored()
	return x.all()
}

func TestTerminalColours(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		env  string
		want bool
	}{
		{"X=", true},
		{"NO_COLOR=1", false},
		{"NO_COLOR=yes", false},
		{"NO_COLOR=0", false},
		{"NO_COLOR=", true}, // which no-color.org does not count
		{"CLICOLOR_FORCE=1", true},
		{"CLICOLOR=0", false},
		{"TERM=vt220", false},
		{"TERM=vt220 CLICOLOR_FORCE=1", true},
		{"NO_COLOR=1 CLICOLOR_FORCE=1", false},
		{"TERM=xterm COLORTERM=", true},
		{"TERM=screen-256color", true},
		{"TERM=linux", true},
	} {
		t.Run(tt.env, func(t *testing.T) {
			t.Parallel()
			out := withColour(t, strings.Fields(tt.env)...)
			if found := coloured.FindString(out); (found != "") != tt.want {
				t.Errorf("got %q as a colour, want one: %v", found, tt.want)
			}
			if regexp.MustCompile(`[34]8[;:]`).MatchString(out) {
				t.Error("got a colour that is none of the 16")
			}
		})
	}
}

// Plain is what a terminal gets that cannot draw: not one escape sequence.
func TestTerminalPlain(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	for _, env := range []string{"TERM=dumb", "TERM=", "ACCESSIBLE=1", "TERM=dumb LANG=C"} {
		t.Run(env, func(t *testing.T) {
			t.Parallel()
			x := startTerminal(t, terminalSpec{env: strings.Fields(env)})
			x.wait("telex, plain", "From [+12345678901]:")
			for _, said := range []string{"", "Grüße “world”", ".", "+12345678902", "", "", "", ""} {
				x.quiet(100 * time.Millisecond)
				x.send(said + "\n")
			}
			x.wait("Review", "What next? (send,")
			x.quiet(300 * time.Millisecond)
			x.send("send\n")
			x.wait("On its way", "(delivery, edit, new, quit)")
			x.send("quit\n")
			if err := x.end(); err != nil {
				t.Error(err)
			}
			x.restored()
			out := strings.TrimSuffix(x.all(), "\x1b]2;all is drawn\a")
			if strings.ContainsAny(out, "\x1b\a\b") {
				t.Errorf("got a control sequence from the plain console: %q", out)
			}
		})
	}
}

// Where the locale is not UTF-8, nothing but ASCII is sent; columns are as before.
func TestTerminalASCII(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	for _, env := range []string{"LANG=C", "LANG=de_DE.ISO-8859-1", "LC_ALL=POSIX", "LANG="} {
		t.Run(env, func(t *testing.T) {
			t.Parallel()
			x := startTerminal(t, terminalSpec{env: []string{env}})
			x.wait("1 [Compose]  2 Recipients  3 Media  4 Review  5 Response")
			x.paste("Gr\u00fc\u00dfe \u2026 \u201cworld\u201d \u65e5\u672c")
			x.wait(`|Gr??e ~ "world" ????`)
			if column, line, shown := x.cursor(); column != 24 || line != 5 || !shown {
				t.Errorf("got the cursor at %d,%d (%v), want it behind the text at 24,5", column, line, shown)
			}
			for _, step := range []string{"[Recipients]", "[Media]", "[Review]"} {
				x.press("ctrl+n")
				x.wait(step)
			}
			x.press("f2")
			x.wait("[History]")
			x.resize(30, 8)
			x.wait("telex needs 40x12")
			x.quit()
			x.restored()
			for i, b := range []byte(x.all()) {
				if b >= 0x80 {
					t.Fatalf("got byte %#x of %q, want ASCII", b, x.all()[max(i-40, 0):])
				}
			}
		})
	}
}

// Nothing of a message gets into the title, and the mouse is the terminal's own.
func TestTerminalTitleAndMouse(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	x := startTerminal(t, terminalSpec{})
	x.compose("geheim4711", "+12345678902")
	x.until("a title", func(string) bool { return strings.Contains(x.all(), "\x1b]2;telex (sandbox)\a") })
	x.quit()
	for _, l := range strings.Split(x.all(), "\x1b]") {
		if title, _, _ := strings.Cut(l, "\a"); strings.HasPrefix(title, "2;") && strings.Contains(title, "geheim") {
			t.Errorf("got the title %q", title)
		}
	}
	if found := regexp.MustCompile(`\x1b\[\?(9|100[0-6]|1015)h`).FindString(x.all()); found != "" {
		t.Errorf("got %q, want the mouse left alone", found)
	}
}

// unread is how much the terminal holds that the program did not read.
func (x *terminal) unread() int {
	x.t.Helper()
	if _, err := term.MakeRaw(int(x.tty.Fd())); err != nil {
		x.t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(int(x.tty.Fd()), unix.TIOCINQ)
	if err != nil {
		x.t.Fatal(err)
	}
	return n
}

// No answer of the terminal is left to the shell, however late it comes and however
// soon telex ends.
func TestTerminalAnswersStay(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	for name, env := range map[string][]string{
		"here": nil, "over SSH": {"SSH_TTY=/dev/pts/7"}, "in tmux": {"TMUX=/tmp/x,1,0", "TERM=screen", "SSH_TTY=/dev/pts/7"}, "console": {"TERM=linux"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answers := make(chan struct{})
			x := startTerminal(t, terminalSpec{env: env, answers: answers})
			x.until("a byte", func(string) bool { return x.all() != "" })
			x.press("ctrl+q")
			time.AfterFunc(300*time.Millisecond, func() { close(answers) })
			if err := x.end(); err != nil {
				t.Error(err)
			}
			x.restored()
			asks := strings.Contains(x.all(), "\x1b[?2026$p")
			if want := name == "here" || name == "in tmux"; asks != want {
				t.Errorf("got a question for synchronized output: %v, want %v", asks, want)
			}
			background := strings.Contains(x.all(), "\x1b]11;?")
			if background && (name == "console" || name == "over SSH") {
				t.Error("got a question for the background, want none where it is printed, or comes late")
			}
			if asks || background {
				<-answers
			}
			if n := x.unread(); n != 0 || strings.Contains(x.all(), "2026;2") {
				t.Errorf("got %d bytes of answers left to the shell, want none: %q", n, x.all())
			}
			if found := regexp.MustCompile(`\x1b\[\?u|\x1b\]1[02];\?|\x1b\[>0?q|\x1b\[6n|\x1bP\+q`).FindString(x.all()); found != "" {
				t.Errorf("got the question %q, want no other", found)
			}
		})
	}
}

// The same by a signal, which may come from anybody and say nothing of the terminal.
func TestTerminalAnswersStayBySignal(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	for _, signal := range []syscall.Signal{syscall.SIGHUP, syscall.SIGTERM, syscall.SIGINT} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			answers := make(chan struct{})
			x := startTerminal(t, terminalSpec{answers: answers})
			x.until("a byte", func(string) bool { return x.all() != "" })
			if err := x.cmd.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			time.AfterFunc(300*time.Millisecond, func() { close(answers) })
			if err := x.end(); err != nil {
				t.Error(err)
			}
			<-answers
			x.restored()
			if n := x.unread(); n != 0 {
				t.Errorf("got %d bytes of answers left to the shell, want none: %q", n, x.all())
			}
		})
	}
}

// A terminal that answers nothing keeps nobody waiting at the start, nor for ever at
// the end.
func TestTerminalSilent(t *testing.T) {
	clitest.Slow(t, "a terminal that answers nothing")
	t.Parallel()
	x := startTerminal(t, terminalSpec{answers: make(chan struct{})})
	x.wait("[Compose]")
	x.send("Hello")
	x.wait("Hello", "5 of 2048")
	x.press("ctrl+n")
	x.wait("[Recipients]")
	x.quit()
	x.restored()
}
