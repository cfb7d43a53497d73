package template

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// A SyntaxError is why a text is no template, and where.
type SyntaxError struct {
	Line      int // from 1
	Character int // in the line, from 1, in code points
	Why       string
}

// Error names the place: "line 2, character 7: …". It holds nothing of the text.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("line %d, character %d: %s", e.Line, e.Character, e.Why)
}

// syntaxError is about the place at an offset, in bytes.
func syntaxError(text string, offset int, why string) *SyntaxError {
	before := text[:offset]
	return &SyntaxError{
		Line:      1 + strings.Count(before, "\n"),
		Character: 1 + utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]),
		Why:       why,
	}
}
