package doctor

import (
	"fmt"
	"os"
	"runtime"

	"telex/ui/cli/say"
	"telex/ui/text"

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
		value, _ := c.Env(name)
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

func (c *checkup) size() {
	out, isTerminal := say.TerminalFile(c.Out)
	if !isTerminal {
		if out, isTerminal = say.TerminalFile(c.In); !isTerminal {
			c.skip("size", "no terminal here; the console needs one, telex send does not")
			return
		}
	}
	w, h, err := sizeOf(out)
	found := fmt.Sprintf("%d columns, %d lines", w, h)
	switch {
	case err != nil || w == 0 || h == 0:
		c.warn("size", "the terminal does not say how large it is", "stty cols 80 rows 24")
	case w < c.LeastColumns || h < c.LeastRows:
		c.warn("size", found, fmt.Sprintf("the console needs %d by %d; use telex --plain, or make the window larger", c.LeastColumns, c.LeastRows))
	default:
		c.ok("size", found)
	}
}

func sizeOf(terminal *os.File) (w, h int, err error) {
	return term.GetSize(int(terminal.Fd())) //nolint:wrapcheck // it only says that it is not known
}

func (c *checkup) term() {
	name, _ := c.Env("TERM")
	switch {
	case !c.PlainTerm:
		c.ok("TERM", say.Quoted(name))
	case name == "":
		c.warn("TERM", "not set, so the console goes line by line", "set it to what your terminal is, such as xterm-256color")
	default:
		c.warn("TERM", say.Quoted(name)+", so the console goes line by line", "if the terminal can do more, set it to what it is, such as xterm-256color")
	}
}

func (c *checkup) colours() {
	if value, _ := c.Env("NO_COLOR"); value != "" {
		c.ok("colours", "none, because NO_COLOR is set")
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
	switch name, value, utf8 := text.Locale(c.Env); {
	case name == "":
		c.warn("locale", "none is set, so anything but ASCII is shown as ?", "export LC_ALL=C.UTF-8")
	case utf8:
		c.ok("locale", name+" is "+value)
	default:
		c.warn("locale", name+" is "+value+", which is not UTF-8, so anything but ASCII is shown as ?", "export LC_ALL=C.UTF-8")
	}
}
