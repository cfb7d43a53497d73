package cli

import (
	"io"
	"os"

	"golang.org/x/term"
)

// terminalFile returns f as the file it is, nil if it is none, and whether that is a
// terminal.
func terminalFile(f any) (*os.File, bool) {
	file, ok := f.(*os.File)
	return file, ok && term.IsTerminal(int(file.Fd()))
}

// isTerminal reports whether a person types what r reads.
func isTerminal(r io.Reader) bool {
	_, ok := terminalFile(r)
	return ok
}

// widthOf is how many columns a terminal has; 80 if it does not say.
func widthOf(terminal *os.File) int {
	if w, _, err := term.GetSize(int(terminal.Fd())); err == nil && w > 0 {
		return w
	}
	return 80
}
