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
func Hang(s, indent string) string { return hang(strings.Fields(s), indent, indent, 80) }

// fitted breaks a clean line where it is longer than a terminal of so many columns, between
// its words; what begins with telex and may be a command stays in one piece, so that it can
// be copied.
func fitted(line string, columns int) string {
	if text.Width(line) < columns {
		return line
	}
	first := line[:len(line)-len(strings.TrimLeft(line, " "))]
	indent := first + "  "
	return first + hang(inPieces(line, columns-text.Width(indent)), first, indent, columns)
}

// inPieces are the words of a line. A command is one piece if so many columns hold it, or if
// it has flags: then the terminal breaks it, which does not get into a copy.
func inPieces(line string, columns int) (pieces []string) {
	words := strings.Fields(line)
	for i := 0; i < len(words); i++ {
		end := i + 1
		isSubject := i == 1 && words[0] == "telex:" // of a sentence
		if strings.TrimLeft(words[i], `("`) == "telex" && !isSubject {
			for end < len(words) && !strings.ContainsAny(words[end-1][len(words[end-1])-1:], ";,:)") {
				end++
			}
			if piece := strings.Join(words[i:end], " "); text.Width(piece) >= columns && !strings.Contains(piece, " --") {
				end = i + 1
			}
		}
		pieces = append(pieces, strings.Join(words[i:end], " "))
		i = end - 1
	}
	return pieces
}

// hang writes words into lines of less than so many columns, the first one standing behind
// first already and the others beginning with indent.
func hang(words []string, first, indent string, columns int) string {
	var b strings.Builder
	at := text.Width(first)
	for i, word := range words {
		width := text.Width(word)
		switch {
		case i == 0:
		case at+1+width >= columns:
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
