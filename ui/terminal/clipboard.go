package terminal

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// What is copied goes to the terminal as OSC 52, which nobody answers. A terminal
// inside another one may have to be asked to pass it on.

const (
	// MostCopied is how many bytes the strictest of the usual terminals take, of the
	// value itself: 100,000 characters of the sequence.
	MostCopied = 74_994
	// screenString is how long a string may be that GNU screen passes on.
	screenString = 768 - len("\x1bP\x1b\\")
)

// Multiplexer is the program that telex runs in; "" for none or one that is not known.
func Multiplexer(environ []string) string {
	name := Env(environ, "TERM")
	switch {
	case Env(environ, "TMUX") != "", strings.HasPrefix(name, "tmux"):
		return "tmux"
	case Env(environ, "STY") != "", strings.HasPrefix(name, "screen"):
		return "screen" // or a tmux at the other end of an SSH line: both understand what screen gets
	}
	return ""
}

// Clipboard is what puts value into the clipboard of the terminal at the end, and how
// sure that is.
func Clipboard(environ []string, value string) (sequence, words string) {
	plain := ansi.SetSystemClipboard(value)
	switch Multiplexer(environ) {
	case "tmux": // which takes the one with set-clipboard on, and passes the other with allow-passthrough on
		return plain + ansi.TmuxPassthrough(plain), "sent to tmux (OSC 52), which takes it with set-clipboard on"
	case "screen": // it drops the first, which a tmux takes that calls itself screen; tmux drops the second
		return plain + ansi.ScreenPassthrough(plain, screenString), "sent through screen to the terminal's clipboard (OSC 52), if it takes it"
	}
	return plain, "sent to the terminal's clipboard (OSC 52), if it takes it"
}
