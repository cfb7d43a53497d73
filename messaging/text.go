package messaging

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"telex/messaging/blank"
)

// IsSendable reports whether a text may hold r: everything but control characters,
// of which only line feed, carriage return, tab and form feed mean something to a
// phone. The others come from terminals and from files that are no text.
func IsSendable(r rune) bool {
	switch r {
	case '\n', '\r', '\t', '\f':
		return true
	}
	return r >= ' ' && (r < 0x7f || r > 0x9f) // C0, DEL and C1
}

// textProblem says why a text cannot be sent, "" if it can. Media make up for a text
// of which nothing is seen.
func textProblem(text string, media bool) string {
	n := utf8.RuneCountInString(text)
	switch {
	case text == "" && !media:
		return "is empty; a message needs text or media"
	case n > MaxTextChars:
		return fmt.Sprintf("has %d characters, %d more than the %d allowed", n, n-MaxTextChars, MaxTextChars)
	case !utf8.ValidString(text):
		return invalidWhy(text)
	case blank.All(text) && !media:
		return "shows nothing: it holds only spaces, line ends or characters that cannot be seen"
	}
	return controlWhy(text)
}

// invalidWhy names the first byte of text that is no UTF-8.
func invalidWhy(text string) string {
	at := 0
	for i, r := range text {
		if at++; r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(text[i:]); size == 1 {
				return fmt.Sprintf("is not valid UTF-8: byte 0x%02X is character %d", text[i], at)
			}
		}
	}
	return "is not valid UTF-8"
}

// controlWhy names the first control character of text that cannot be sent, where it
// is, and how to get rid of it; "" if there is none.
func controlWhy(text string) string {
	at, line, column, first, n := 0, 1, 0, rune(0), 0
	for _, r := range text {
		if n == 0 {
			at, column = at+1, column+1
			if r == '\n' {
				line, column = line+1, 0
			}
		}
		if IsSendable(r) {
			continue
		}
		if n++; n == 1 {
			first = r
		}
	}
	if n == 0 {
		return ""
	}
	place := fmt.Sprintf("character %d", at)
	if line > 1 {
		place = fmt.Sprintf("line %d, character %d", line, column)
	}
	why := fmt.Sprintf("holds a control character, %s, at %s", controlName(first), place)
	if n > 1 {
		why += fmt.Sprintf(" and %d more", n-1)
	}
	if first == 0 && strings.Count(text, "\x00")*5 >= len(text)*2 {
		return why + "; it looks like UTF-16: convert it with iconv -f UTF-16LE -t UTF-8"
	}
	if first == '\x1b' {
		return why + "; turn off the colours of what wrote it, or strip them: sed 's/\\x1b\\[[0-9;]*[a-zA-Z]//g'"
	}
	if first > 0x7f {
		return why + "; leave it out"
	}
	return why + "; strip it: tr -d '\\000-\\010\\013\\016-\\037\\177'"
}

// controlName names a control character as people know it.
func controlName(r rune) string {
	names := map[rune]string{0: "NUL", 7: "BEL", 8: "backspace", 0x0b: "vertical tab", 0x1b: "ESC", 0x7f: "DEL", 0x85: "NEL"}
	if name, ok := names[r]; ok {
		return fmt.Sprintf("U+%04X (%s)", r, name)
	}
	return fmt.Sprintf("U+%04X", r)
}
