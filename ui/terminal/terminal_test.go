package terminal

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/colorprofile"

	"telex/ui/widget"
)

func TestColours(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		environ, theme string
		want           colorprofile.Profile
	}{
		{"TERM=xterm-256color", "", colorprofile.ANSI256},
		{"TERM=xterm-256color COLORTERM=truecolor", widget.ThemeDark, colorprofile.TrueColor},
		{"TERM=screen-256color STY=1.a COLORTERM=truecolor", "", colorprofile.ANSI256},
		{"TERM=screen-256color TMUX=/tmp/x COLORTERM=24bit", "", colorprofile.TrueColor},
		{"TERM=xterm-direct", "", colorprofile.TrueColor},
		{"TERM=xterm COLORTERM=yes", "", colorprofile.ANSI},
		{"TERM=xterm NO_COLOR=yes", "", colorprofile.ASCII},
		{"TERM=xterm NO_COLOR=", "", colorprofile.ANSI},
		{"TERM=xterm NO_COLOR=1 CLICOLOR_FORCE=1", "", colorprofile.ASCII},
		{"TERM=xterm", widget.ThemeNone, colorprofile.ASCII},
		{"TERM=xterm CLICOLOR=0", "", colorprofile.ASCII},
		{"TERM=vt100", "", colorprofile.ASCII},
		{"TERM=vt100 CLICOLOR_FORCE=1", "", colorprofile.ANSI},
		{"TERM=vt100 CLICOLOR_FORCE=0", "", colorprofile.ASCII},
		{"TERM=vte-256color", "", colorprofile.ANSI256},
		{"TERM=xterm-mono", "", colorprofile.ASCII},
		{"TERM=screen", "", colorprofile.ANSI},
	} {
		if got := Colours(strings.Fields(tt.environ), tt.theme); got != tt.want {
			t.Errorf("%s %s: got %v, want %v", tt.environ, tt.theme, got, tt.want)
		}
	}
}

func TestSpeaksUTF8(t *testing.T) {
	t.Parallel()
	for environ, want := range map[string]bool{
		"LANG=en_US.UTF-8": true, "LANG=C.utf8": true, "LANG=C": false, "": false, "LANG=de_DE@euro": false,
		"LC_ALL=C LANG=en_US.UTF-8": false, "LC_CTYPE=UTF-8 LANG=C": true, "LC_ALL= LANG=en_US.UTF-8": true,
		"LC_ALL=en_US.UTF-8 LC_CTYPE=C": true,
	} {
		if got := SpeaksUTF8(strings.Split(environ, " ")); got != want {
			t.Errorf("%q: got %v, want %v", environ, got, want)
		}
	}
}

// What Bubble Tea writes, and what the terminal gets of it.
func TestTTYWrites(t *testing.T) {
	t.Parallel()
	const on, off, hide, show = "\x1b[?2026h", "\x1b[?2026l", "\x1b[?25l", "\x1b[?25h"
	long := strings.Repeat("x", onePacket)
	for written, want := range map[string]string{
		on + "abc" + off:           "abc",
		hide + "abc" + show:        "abc",
		on + hide + "abc" + off:    hide + "abc",
		hide + "abc":               hide + "abc",
		"abc" + show:               "abc" + show,
		on + long + off:            on + long + off,
		hide + long + show:         hide + long + show,
		"a\x1b[>1u\x1b[?ub":        "a\x1b[>1ub",
		"\x1b[?2026$p\x1b[?2027$p": "\x1b[?2026$p\x1b[?2027$p\x1b[c",
		"\x1b[?1049l\x1b[?2004l":   "\x1b[?1049l" + show + "\x1b[?2004l",
		"\x1b]11;?\x07":            "\x1b]11;?\x07\x1b[c",
		on + off:                   "",
		hide:                       hide,
	} {
		path := filepath.Join(t.TempDir(), "out")
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		tty := NewTTY(f, time.Now)
		if n, err := tty.Write([]byte(written)); n != len(written) || err != nil {
			t.Errorf("%.40q: got %d, %v, want all of it written", written, n, err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		if got, _ := os.ReadFile(path); string(got) != want {
			t.Errorf("%.40q: got %.60q, want %.60q", written, got, want)
		}
	}
}

func TestTerminalEnviron(t *testing.T) {
	t.Parallel()
	for environ, want := range map[string]bool{
		"TERM=xterm": false, "TERM=xterm SSH_TTY=/dev/pts/1": true, "TERM=linux": true, "TERM=screen TMUX=x SSH_TTY=/dev/pts/1": false,
	} {
		given := strings.Fields(environ)
		got := strings.Contains(strings.Join(Environ(given), " "), "SSH_TTY=")
		if got != want || strings.Join(given, " ") != environ {
			t.Errorf("%s: got SSH_TTY %v, want %v, and what was given as it was", environ, got, want)
		}
	}
}

// TestAskedOfTheBackground: once telex ends no question goes out, of whatever kind.
func TestAskedOfTheBackground(t *testing.T) {
	t.Parallel()
	for environ, want := range map[string]bool{
		"TERM=xterm-256color": true, "TERM=linux": false, "TERM=vt100": false, "TERM=dumb": false, "": false,
		"TERM=tmux-256color TMUX=x": true, "TERM=xterm-256color SSH_TTY=/dev/pts/1": false, "TERM=xterm SSH_CONNECTION=1": false, "TERM=tmux TMUX=x SSH_TTY=/dev/pts/1": true, "TERM=screen TMUX=x": true, "TERM=screen STY=x": false, "TERM=xterm STY=x": false, "TERM=vte-direct": false,
	} {
		if got := SaysBackground(strings.Fields(environ)); got != want {
			t.Errorf("%s: got %v, want %v", environ, got, want)
		}
	}
	f, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	now := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	tty := NewTTY(f, func() time.Time { return now })
	question := "\x1b]11;?\x07"
	if _, err := tty.Write([]byte(question)); err != nil {
		t.Fatal(err)
	}
	if tty.End() == 0 {
		t.Error("got an end at once, want the answer waited for")
	}
	tty.Answered()
	if tty.End() != 0 {
		t.Error("got no end though the answer is here")
	}
	if _, err := tty.Write([]byte("a" + question + "b")); err != nil {
		t.Fatal(err)
	}
	if got, _ := os.ReadFile(f.Name()); string(got) != question+"\x1b[c"+"ab" {
		t.Errorf("got %q written, want no question once telex ends", got)
	}
}
