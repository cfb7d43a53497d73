package terminal

import (
	"encoding/base64"
	"strings"
	"testing"
)

func TestClipboard(t *testing.T) {
	t.Parallel()
	value := strings.Repeat("long value ", 200)
	plain := "\x1b]52;c;" + base64.StdEncoding.EncodeToString([]byte(value)) + "\a"
	for _, tt := range []struct{ environ, first, words string }{
		{"TERM=xterm", plain, "if it takes it"},
		{"TERM=screen TMUX=/tmp/x", plain, "set-clipboard on"},
		{"TERM=tmux-256color SSH_TTY=/dev/pts/1", plain, "set-clipboard on"},
		{"TERM=screen STY=1.x", plain, "through screen"},
	} {
		got, words := Clipboard(strings.Fields(tt.environ), value)
		rest, ok := strings.CutPrefix(got, tt.first)
		if !ok || !strings.Contains(words, tt.words) {
			t.Errorf("%s: got %.60q and %q", tt.environ, got, words)
		}
		switch Multiplexer(strings.Fields(tt.environ)) {
		case "":
			if rest != "" {
				t.Errorf("%s: got %.60q behind it", tt.environ, rest)
			}
		case "tmux":
			inner := strings.TrimSuffix(strings.TrimPrefix(rest, "\x1bPtmux;"), "\x1b\\")
			if strings.ReplaceAll(inner, "\x1b\x1b", "\x1b") != plain {
				t.Errorf("%s: got %.60q for tmux to pass on", tt.environ, rest)
			}
		case "screen":
			var passed strings.Builder
			for _, part := range strings.SplitAfter(strings.TrimSuffix(rest, "\x1b\\"), "\x1b\\") {
				if len(part) > 768 {
					t.Errorf("%s: got a string of %d bytes, want 768 at most", tt.environ, len(part))
				}
				passed.WriteString(strings.TrimSuffix(strings.TrimPrefix(part, "\x1bP"), "\x1b\\"))
			}
			if passed.String() != plain {
				t.Errorf("%s: got %.60q for screen to pass on", tt.environ, passed.String())
			}
		}
	}
}
