package text

import "fmt"

// mostRead is how many bytes of a foreign text a person will read.
const mostRead = 8000

// Clip keeps what a person will read of a foreign text, and says how much more there is. It
// is clean, as of [CleanLines]: nothing that has to be clipped comes from telex itself.
func Clip(s string) string {
	if len(s) > mostRead {
		return CleanLines(s[:mostRead]) + fmt.Sprintf("\n(and %d more bytes)", len(s)-mostRead)
	}
	return CleanLines(s)
}

// OrNone is s, or "(none)" where there is nothing.
func OrNone(s string) string {
	if s == "" {
		return "(none)"
	}
	return s
}
