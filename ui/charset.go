package ui

import (
	"runtime"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// speaksUTF8 reports whether the terminal is sent UTF-8, by the locale: the first of
// LC_ALL, LC_CTYPE and LANG that is set counts. With none of them the locale is C,
// which has ASCII only.
func speaksUTF8(environ []string) bool {
	if runtime.GOOS == "windows" { // which has no locale in the environment, and a console of UTF-16
		return true
	}
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if value := strings.ToLower(envOf(environ, name)); value != "" {
			return strings.Contains(value, "utf-8") || strings.Contains(value, "utf8")
		}
	}
	return false
}

// inASCII writes text for a terminal that shows ASCII only: our own signs as what is
// like them, whatever else as one "?" for each cell. It is as wide as before. Line
// ends and styles stay.
func inASCII(s string) string {
	if isASCII(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	state := ansi.NormalState
	for len(s) > 0 {
		sequence, width, n, next := ansi.DecodeSequence(s, state, nil)
		state = next
		s = s[n:]
		switch like := asciiLike(sequence); {
		case isASCII(sequence):
			b.WriteString(sequence)
		case like != "" && width == 1:
			b.WriteString(like)
		default:
			b.WriteString(strings.Repeat("?", width))
		}
	}
	return b.String()
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// asciiLike is the ASCII for a sign of one cell; "" if there is none.
func asciiLike(sign string) string {
	switch sign {
	case "·":
		return "-"
	case "…":
		return "~"
	case "×":
		return "x"
	case "“", "”", "„", "«", "»":
		return `"`
	case "‘", "’", "‚":
		return "'"
	case "–", "—", "−", "‐", "‑":
		return "-"
	case "⏎":
		return "/"
	case "\u00a0", "\u2009", "\u202f":
		return " "
	}
	return ""
}
