package cli

import (
	"fmt"
	"os"
	"runtime"
	"strings"

	"golang.org/x/term"
)

// terminal looks at where the console would be shown. Nothing of it keeps telex send
// from sending.
func (c *checkup) terminal() {
	c.size()
	c.term()
	c.colours()
	c.locale()
	env := func(name string) bool {
		value, _ := c.a.env(name)
		return value != ""
	}
	switch {
	case env("TMUX"):
		c.ok("tmux", "yes; copying takes set -g set-clipboard on, and set -sg escape-time 10 makes esc quick")
	case env("STY"):
		c.warn("screen", "GNU screen keeps what telex copies from the terminal", "select text with the mouse to copy it, or use tmux")
	default:
		c.ok("tmux", "no")
	}
	if env("SSH_CONNECTION") || env("SSH_TTY") || env("SSH_CLIENT") {
		c.ok("SSH", "yes: what telex copies goes to your own terminal (OSC 52)")
	} else {
		c.ok("SSH", "no")
	}
}

// The smallest screen that the console can be used on.
const leastColumns, leastRows = 40, 12

func (c *checkup) size() {
	out, isTerminal := terminalFile(c.a.out)
	if !isTerminal {
		if out, isTerminal = terminalFile(c.a.in); !isTerminal {
			c.skip("size", "there is no terminal here; telex send needs none, the console does")
			return
		}
	}
	w, h, err := sizeOf(out)
	found := fmt.Sprintf("%d columns, %d lines", w, h)
	switch {
	case err != nil || w == 0 || h == 0:
		c.warn("size", "the terminal does not say how large it is", "stty cols 80 rows 24")
	case w < leastColumns || h < leastRows:
		c.warn("size", found, fmt.Sprintf("the console needs %d by %d; use telex --plain, or make the window larger", leastColumns, leastRows))
	default:
		c.ok("size", found)
	}
}

func sizeOf(terminal *os.File) (w, h int, err error) {
	return term.GetSize(int(terminal.Fd())) //nolint:wrapcheck // it only says that it is not known
}

func (c *checkup) term() {
	name, _ := c.a.env("TERM")
	switch {
	case !c.a.cannotDraw():
		c.ok("TERM", quoted(name))
	case name == "":
		c.warn("TERM", "not set, so the console goes line by line", "set it to what your terminal is, such as xterm-256color")
	default:
		c.warn("TERM", quoted(name)+", so the console goes line by line", "if the terminal can do more, set it to what it is, such as xterm-256color")
	}
}

func (c *checkup) colours() {
	if value, _ := c.a.env("NO_COLOR"); value != "" {
		c.ok("colours", "none, for NO_COLOR is set")
		return
	}
	if c.file != nil && c.file.Theme() != "" {
		c.ok("colours", "the terminal's own 16, theme "+c.file.Theme())
		return
	}
	c.ok("colours", "the terminal's own 16")
}

// locale looks whether text can be shown as it is.
func (c *checkup) locale() {
	if runtime.GOOS == "windows" { // whose console has UTF-16
		c.ok("locale", "not needed here")
		return
	}
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		value, _ := c.a.env(name)
		lower := strings.ToLower(value)
		switch {
		case value == "":
			continue
		case strings.Contains(lower, "utf-8"), strings.Contains(lower, "utf8"):
			c.ok("locale", name+" is "+value)
		default:
			c.warn("locale", name+" is "+value+", which has no UTF-8: other characters than ASCII are shown as ?", "export LC_ALL=C.UTF-8")
		}
		return
	}
	c.warn("locale", "none is set, so other characters than ASCII are shown as ?", "export LC_ALL=C.UTF-8")
}
