package say

import (
	"io"
	"os"
	"strings"

	"telex/ui/text"

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

// Hang breaks clean text at its blanks so that no line is longer than a terminal of 80
// columns, the first one standing behind indent already and the others beginning with it.
// A word is never broken, for it may be there to be copied.
func Hang(s, indent string) string {
	const columns = 79
	var b strings.Builder
	at := text.Width(indent)
	for i, word := range strings.Fields(s) {
		width := text.Width(word)
		switch {
		case i == 0:
		case at+1+width > columns:
			b.WriteString("\n" + indent)
			at = text.Width(indent)
		default:
			b.WriteString(" ")
			at++
		}
		b.WriteString(word)
		at += width
	}
	return b.String()
}

// Columns is how many columns a terminal has; 80 if it does not say.
func Columns(terminal *os.File) int {
	if w, _, err := term.GetSize(int(terminal.Fd())); err == nil && w > 0 {
		return w
	}
	return 80
}
