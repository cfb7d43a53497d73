package texttest

import "strings"

// Pasted are values that do something where they are shown or pasted.
var Pasted = []string{
	"abc\n\x15touch /tmp/ran\r\x1b[2J", "abc\n", "a\rb", "a\tb", "a b", "a;b", "$(touch x)", "`touch x`", "a|b", "a&b", "a>b", "a'b", `a"b`, `a\b`,
	"-rf", ".", "~", "a*", "a!b", "#", "\x1b]52;c;eA==\x07", "a\u009bb", "a\u202eb", "a\u200bb", "a\u2028b", "\x00", "\x7f", "caf\xe9", "ü", strings.Repeat("a", 300),
}
