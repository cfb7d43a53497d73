package say

import (
	"io"
	"os"

	"golang.org/x/term"
)

// TerminalFile returns f as the file it is, nil if it is none, and whether that is a
// terminal.
func TerminalFile(f any) (*os.File, bool) {
	file, ok := f.(*os.File)
	return file, ok && term.IsTerminal(int(file.Fd()))
}

// IsTerminal reports whether a person types what r reads.
func IsTerminal(r io.Reader) bool {
	_, ok := TerminalFile(r)
	return ok
}

// Columns is how many columns a terminal has; 80 if it does not say.
func Columns(terminal *os.File) int {
	if w, _, err := term.GetSize(int(terminal.Fd())); err == nil && w > 0 {
		return w
	}
	return 80
}
