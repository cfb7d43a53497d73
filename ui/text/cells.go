package text

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// SameCells reports whether every terminal gives as many cells to s, however it counts
// them: one to each letter of Europe, sign of punctuation, arrow, line and block. Control
// sequences do not matter. It answers in time for what screens are made of, where the
// tables of other ways to count take milliseconds and megabytes to be made.
func SameCells(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return sameCells(s[i:])
		}
	}
	return true
}

func sameCells(s string) bool {
	for _, r := range s {
		if r >= 0x7f && !oneCell(r) {
			return false
		}
	}
	return true
}

// oneCell reports whether every terminal gives one cell to a character that is not ASCII.
func oneCell(r rune) bool {
	switch {
	case r >= 0xa1 && r < 0x300 && r != 0xad && r != 0xa9 && r != 0xae: // less © and ®, which may be emoji
	case r >= 0x2010 && r <= 0x2027 && r != 0x203c: // dashes, quotes, bullets, ellipsis
	case r >= 0x2190 && r <= 0x2193: // arrows
	case r >= 0x2500 && r <= 0x25a9, r == 0x25b8, r == 0x25cf: // lines, blocks, ▸, ●
	case r == 0x23ce, r == 0x2713, r == 0x2717: // ⏎, ✓, ✗
	default:
		return false
	}
	return true
}

// Width is how many cells clean text takes, with its styles or without. What screens are
// made of, most of which has one a character, is counted without a table.
func Width(s string) int {
	n, style := 0, false // within a control sequence
	for i, r := range s {
		switch {
		case style:
			switch {
			case r == 'm':
				style = false
			case (r < '0' || r > '9') && r != ';' && (r != '[' || s[i-1] != ansi.ESC):
				return ansi.StringWidth(s)
			}
		case r == ansi.ESC && strings.HasPrefix(s[i+1:], "["):
			style = true
		case r < ' ', r >= 0x7f && !oneCell(r):
			return ansi.StringWidth(s)
		default:
			n++
		}
	}
	if style {
		return ansi.StringWidth(s)
	}
	return n
}
