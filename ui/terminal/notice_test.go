package terminal

import (
	"strings"
	"testing"
)

// TestNotice: each way has its sequence, also inside another terminal, and no way none;
// whatever the words are, they end where the sequence does.
func TestNotice(t *testing.T) {
	for _, tt := range []struct{ environ, way, want string }{
		{"TERM=xterm", Bell, "\a"},
		{"TERM=xterm", Desktop, "\x1b]9;telex: it failed\a"},
		{"TERM=tmux", Desktop, "\x1bPtmux;\x1b\x1b]9;telex: it failed\a\x1b\\"},
		{"TERM=screen", Desktop, "\x1bP\x1b]9;telex: it failed\a\x1b\\"},
		{"TERM=xterm", Urxvt, "\x1b]777;notify;telex;it failed\a"},
		{"TERM=tmux", Urxvt, "\x1bPtmux;\x1b\x1b]777;notify;telex;it failed\a\x1b\\"},
		{"TERM=xterm", ByName, ""},
		{"TERM=xterm", "off", ""},
		{"TERM=xterm", "", ""},
	} {
		environ := strings.Fields(tt.environ)
		if got := Notice(environ, tt.way, "it failed"); got != tt.want {
			t.Errorf("%s by %q: got %q, want %q", tt.environ, tt.way, got, tt.want)
		}
		clean, foreign := Notice(environ, tt.way, ""), Notice(environ, tt.way, "\a\x1b\\\x1b[2J\u009d\u009c\r\n")
		for _, control := range []string{"\a", "\x1b", "\u009c", "\u009d", "\r", "\n"} {
			if strings.Count(foreign, control) != strings.Count(clean, control) {
				t.Errorf("%s by %q: got %q for words with controls", tt.environ, tt.way, foreign)
			}
		}
	}
}

// TestWay: who leaves it to the terminal is called as that is known to call, by what the
// environment or the terminal itself says, and not at all where nothing is known.
func TestWay(t *testing.T) {
	for _, tt := range []struct{ environ, says, want string }{
		{"TERM=xterm-kitty", "", Desktop},
		{"TERM=xterm-ghostty", "", Urxvt},
		{"TERM=foot-extra", "", Urxvt},
		{"TERM=rxvt-unicode-256color", "", Urxvt},
		{"TERM=rxvt-256color", "", Bell},
		{"TERM=alacritty", "", Bell},
		{"TERM=xterm-256color TERM_PROGRAM=iTerm.app", "", Desktop},
		{"TERM=xterm-256color LC_TERMINAL=iTerm2", "", Desktop}, // as SSH hands it on
		{"TERM=xterm-256color TERM_PROGRAM=Apple_Terminal", "", Bell},
		{"TERM=xterm-256color", "WezTerm 20240203-110809", Desktop},
		{"TERM=xterm-256color", "XTerm(390)", Bell},
		{"TERM=xterm-256color", "tmux 3.4", Bell},
		{"TERM=tmux-256color TERM_PROGRAM=tmux", "", Bell},
		{"TERM=xterm-kitty TMUX=/tmp/tmux-0/default,1,0", "", Bell},
		{"TERM=screen.xterm-256color", "", Bell},
		{"TERM=xterm-256color", "", ""}, // which all say
		{"TERM=xterm", "somebody's own 1.0", ""},
		{"TERM=linux", "", ""},
		{"", "", ""},
	} {
		if got := Way(strings.Fields(tt.environ), ByName, tt.says); got != tt.want {
			t.Errorf("%s that says %q: got %q, want %q", tt.environ, tt.says, got, tt.want)
		}
	}
	for _, way := range []string{Bell, Desktop, Urxvt, "off", ""} {
		if got := Way([]string{"TERM=xterm-kitty"}, way, ""); got != way {
			t.Errorf("got %q, want %q as the user has it", got, way)
		}
	}
}

func TestSaysFocus(t *testing.T) {
	for term, want := range map[string]bool{"xterm-256color": true, "tmux": true, "screen": true, "linux": false, "vt100": false, "dumb": false, "": false} {
		if got := SaysFocus([]string{"TERM=" + term}); got != want {
			t.Errorf("%q: got %v, want %v", term, got, want)
		}
	}
}
