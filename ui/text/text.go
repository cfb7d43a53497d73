package text

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"telex/messaging"
)

// Whatever did not come from telex's own source is hostile to the terminal until
// it went through this file: answers of the API, headers, status lines, file
// names, pastes, environment variables, old rows. The rules:
//
//   - nothing that moves the cursor, changes a mode or starts a sequence gets out:
//     C0, DEL and C1 are shown as pictures or escapes, never sent;
//   - nothing that reorders or hides text gets out unseen: bidi controls,
//     zero-width characters, tags and private-use characters are written as <U+202E>;
//   - bytes that are no UTF-8 become U+FFFD;
//   - the joiners and the variation selectors inside emoji stay, for they neither
//     hide nor move anything.

// tabWidth is how many columns a tab becomes: the renderer would drop it.
const tabWidth = 4

// Clean makes s safe to show as one line: line ends become "⏎".
func Clean(s string) string { return clean(s, "⏎") }

// CleanLines makes s safe to show as several lines. CRLF and lone CR count as
// line ends.
func CleanLines(s string) string { return clean(NormalizeNewlines(s), "\n") }

// NormalizeNewlines makes CRLF and CR one LF, as pastes need it.
func NormalizeNewlines(s string) string {
	if !strings.Contains(s, "\r") {
		return s
	}
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}

func clean(s, newline string) string {
	if isClean(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 16)
	for _, r := range s {
		switch {
		case r == '\n':
			b.WriteString(newline)
		case r == '\t':
			b.WriteString(strings.Repeat(" ", tabWidth))
		case r < ' ':
			b.WriteRune('\u2400' + r) // Control Pictures: ␀ to ␟
		case r == 0x7f:
			b.WriteRune('\u2421') // ␡
		case isShown(r):
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, "<U+%04X>", r)
		}
	}
	return b.String()
}

// isClean is the common case, without a copy.
func isClean(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] > '~' {
			return utf8.ValidString(s) && !strings.ContainsFunc(s[i:], func(r rune) bool { return r < ' ' || !isShown(r) })
		}
	}
	return true
}

// isShown reports whether a terminal may have r as it is.
func isShown(r rune) bool {
	switch {
	case r == '\u200c', r == '\u200d', r >= '\ufe00' && r <= '\ufe0f':
		return true
	case r == '\u00a0', r == '\u202f', r >= '\u2000' && r <= '\u200a', r == '\u3000':
		return true // spaces of some width; segment shows which of them cost UCS-2
	}
	return unicode.IsPrint(r)
}

// PlainText is what may be put into a text field: line ends, tabs and what can be
// seen. What it leaves out it names, in words; "" if that is nothing.
func PlainText(s string) (kept, gone string) {
	const most = 5
	var names []string
	n := 0
	kept = strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || messaging.IsSendable(r) && isShown(r) {
			return r
		}
		if name := fmt.Sprintf("U+%04X", r); len(names) < most && !slices.Contains(names, name) {
			names = append(names, name)
		}
		n++
		return -1
	}, s)
	if n == 0 {
		return s, ""
	}
	return kept, fmt.Sprintf("left out %s that cannot be seen: %s", Count(n, "character"), strings.Join(names, " "))
}

// TabsWords says what becomes of the tabs of a text in a text field, which costs
// characters; "" if it has none.
func TabsWords(s string) string {
	if n := strings.Count(s, "\t"); n > 0 {
		return fmt.Sprintf("%s became %d spaces each: a field holds no tabs", Count(n, "tab"), tabWidth)
	}
	return ""
}
