package terminal

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Bell and Desktop are ways to call somebody who looks elsewhere.
const (
	Bell    = "bell" // the terminal's own, a sound or a mark on its tab
	Desktop = "osc9" // a message of the desktop, by OSC 9
)

// Notice is what calls the user in one of these ways; words must be clean. It is "" for
// any other way.
func Notice(environ []string, way, words string) string {
	switch way {
	case Bell:
		return "\a"
	case Desktop:
		plain := ansi.Notify(words)
		switch Multiplexer(environ) {
		case "tmux":
			return ansi.TmuxPassthrough(plain)
		case "screen":
			return ansi.ScreenPassthrough(plain, screenString)
		}
		return plain
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
