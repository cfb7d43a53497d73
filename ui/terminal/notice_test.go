package terminal

import (
	"strings"
	"testing"
)

// TestNotice: each way has its sequence, also inside another terminal, and no way none.
func TestNotice(t *testing.T) {
	for _, tt := range []struct{ environ, way, want string }{
		{"TERM=xterm", Bell, "\a"},
		{"TERM=xterm", Desktop, "\x1b]9;it failed\a"},
		{"TERM=tmux", Desktop, "\x1bPtmux;\x1b\x1b]9;it failed\a\x1b\\"},
		{"TERM=screen", Desktop, "\x1bP\x1b]9;it failed\a\x1b\\"},
		{"TERM=xterm", "off", ""},
		{"TERM=xterm", "", ""},
	} {
		if got := Notice(strings.Fields(tt.environ), tt.way, "it failed"); got != tt.want {
			t.Errorf("%s by %q: got %q, want %q", tt.environ, tt.way, got, tt.want)
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
