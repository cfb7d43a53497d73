package text

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// InASCII writes text for a terminal that shows ASCII only: our own signs as what is
// like them, whatever else as one "?" for each cell. It is as wide as before. Line
// ends and styles stay.
func InASCII(s string) string {
	if IsASCII(s) {
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
		case IsASCII(sequence):
			b.WriteString(sequence)
		case like != "" && width == 1:
			b.WriteString(like)
		default:
			b.WriteString(strings.Repeat("?", width))
		}
	}
	return b.String()
}

// IsASCII reports whether s holds nothing but ASCII.
func IsASCII(s string) bool {
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
	case "≈":
		return "~"
	case "“", "”", "„", "«", "»":
		return `"`
	case "‘", "’", "‚":
		return "'"
	case "–", "—", "−", "‐", "‑":
		return "-"
	case "⏎":
		return "/"
	case "│":
		return "|"
	case "─", "╌":
		return "-"
	case "╭", "╮", "╰", "╯", "┬", "┴", "├", "┤", "┼":
		return "+"
	case "✓":
		return "+"
	case "●":
		return "."
	case "✗":
		return "x"
	case "▸", "→":
		return ">"
	case "◂":
		return "<"
	case "◦":
		return "o"
	case "▰":
		return "#"
	case "▱":
		return "-"
	case "µ", "μ": // of durations
		return "u"
	case "\u00a0", "\u2009", "\u202f":
		return " "
	}
	return ""
}
