package terminal

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"telex/ui/text"
)

// The ways to call somebody who looks elsewhere.
const (
	Bell    = "bell"   // the terminal's own, a sound or a mark on its tab
	Desktop = "osc9"   // a message of the desktop, by OSC 9
	Urxvt   = "osc777" // a message of the desktop, by OSC 777
	ByName  = "auto"   // the best of these that the terminal is known to have
)

// caller names who calls.
const caller = "telex"

// Notice is what calls the user in one of these ways, but for [ByName]. It is "" for any
// other way.
func Notice(environ []string, way, words string) string {
	var plain string
	switch words = text.Clean(words); way {
	case Bell:
		return "\a"
	case Desktop: // where a number in front would be another command
		plain = ansi.Notify(caller + ": " + words)
	case Urxvt:
		plain = "\x1b]777;notify;" + caller + ";" + words + "\a"
	default:
		return ""
	}
	switch Multiplexer(environ) {
	case "tmux":
		return ansi.TmuxPassthrough(plain)
	case "screen":
		return ansi.ScreenPassthrough(plain, screenString)
	}
	return plain
}

// called is which way a terminal is called by, by how its name begins. What is not in it
// may do anything with a sequence that it does not know.
var called = []struct{ name, way string }{
	{"iterm", Desktop},
	{"kitty", Desktop},
	{"wezterm", Desktop},
	{"warp", Desktop},
	{"ghostty", Urxvt},
	{"foot", Urxvt},
	{"rxvt-unicode", Urxvt},
	{"tmux", Bell},
	{"screen", Bell},
	{"alacritty", Bell},
	{"apple_terminal", Bell},
	{"contour", Bell},
	{"konsole", Bell},
	{"mintty", Bell},
	{"putty", Bell},
	{"rxvt", Bell},
	{"st-", Bell},
	{"vscode", Bell},
	{"vte", Bell},
	{"windows terminal", Bell},
	{"xterm(", Bell},
}

// Way is how to call the user who wants to be called in a way: the same, or for [ByName]
// that which suits the terminal. Says is what the terminal answered to a question for its
// name (XTVERSION), such as "kitty(0.36.4)"; "" for none. It
// is "" where nothing is known of the terminal.
func Way(environ []string, want, says string) string {
	if want != ByName {
		return want
	}
	names := []string{says, Env(environ, "TERM_PROGRAM"), Env(environ, "LC_TERMINAL"), strings.TrimPrefix(Env(environ, "TERM"), "xterm-")}
	if within := Multiplexer(environ); within != "" {
		names = []string{within} // the others tell of the terminal that it was started in, which may be gone
	}
	for _, name := range names {
		for _, known := range called {
			if strings.HasPrefix(strings.ToLower(name), known.name) {
				return known.way
			}
		}
	}
	return ""
}

// SaysFocus reports whether the terminal may be asked to tell when it is looked at and
// when not. The consoles of Linux and of old terminals have no such thing.
func SaysFocus(environ []string) bool {
	name := Env(environ, "TERM")
	for _, other := range []string{"linux", "dumb", "vt", "ansi", "cons"} {
		if strings.HasPrefix(name, other) {
			return false
		}
	}
	return name != ""
}
