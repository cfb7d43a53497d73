package messaging

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// EscapeJSON rewrites JSON so that a terminal may show it: every character that
// is not printable (C1 controls, bidi controls, zero-width characters) becomes a
// \u escape, which is the same value. In valid JSON such characters stand within
// strings only. Line feeds and tabs stay, carriage returns are dropped, and bytes
// that are no UTF-8 become \ufffd.
func EscapeJSON(body []byte) string {
	var b strings.Builder
	b.Grow(len(body))
	for _, r := range string(body) {
		switch {
		case r == '\r':
		case r == '\n', r == '\t', unicode.IsPrint(r) && r != unicode.ReplacementChar:
			b.WriteRune(r)
		case r > 0xffff:
			r -= 0x10000
			fmt.Fprintf(&b, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

// isPrintable reports whether s holds nothing that is invisible or moves a cursor.
func isPrintable(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) || r == unicode.ReplacementChar })
}

// printable is s, escaped as in Go's source if it is not printable as it is.
func printable(s string) string {
	if isPrintable(s) {
		return s
	}
	q := strconv.Quote(s)
	return q[1 : len(q)-1]
}

// quoteShort quotes s for an error, with its middle left out when it is long.
func quoteShort(s string) string {
	const keep = 60
	if r := []rune(s); len(r) > 2*keep {
		return fmt.Sprintf("%q…%q", string(r[:keep]), string(r[len(r)-keep/2:]))
	}
	return fmt.Sprintf("%q", s)
}

// printableError keeps out of an error's text what others put there: net/http
// repeats a server's header lines, a proxy's status line and a certificate's names.
type printableError struct{ error }

func (e printableError) Error() string { return printable(e.error.Error()) }
func (e printableError) Unwrap() error { return e.error }
