package widget

import "strings"

// A Style is how letters are drawn: in one of the terminal's own 16 colours, and bold,
// faint, underlined or reversed. The zero value is plain.
type Style struct {
	colour                          int // 1 for the first of colourNames; 0 for the terminal's own
	bold, faint, underline, reverse bool
}

// Bold is the style, and bold.
func (s Style) Bold() Style { s.bold = true; return s }

// Faint is the style, and faint.
func (s Style) Faint() Style { s.faint = true; return s }

// Underline is the style, and underlined.
func (s Style) Underline() Style { s.underline = true; return s }

// Reverse is the style with the background's colour and the letters' exchanged.
func (s Style) Reverse() Style { s.reverse = true; return s }

// in is the style in a colour, by its place among colourNames.
func (s Style) in(colour int) Style { s.colour = colour + 1; return s }

// Inherit is the style, and what another one has that it has not.
func (s Style) Inherit(other Style) Style {
	if s.colour == 0 {
		s.colour = other.colour
	}
	s.bold, s.faint = s.bold || other.bold, s.faint || other.faint
	s.underline, s.reverse = s.underline || other.underline, s.reverse || other.reverse
	return s
}

// Render draws text in the style, each line for itself, and ends it behind.
func (s Style) Render(text string) string {
	begin := s.begin()
	if begin == "" || text == "" {
		return text
	}
	const end = "\x1b[m"
	var b strings.Builder
	for i, line := range strings.Split(text, "\n") {
		if i > 0 {
			b.WriteByte('\n')
		}
		if line != "" {
			b.WriteString(begin + line + end)
		}
	}
	return b.String()
}

// begin is the control sequence that begins it; "" for plain.
func (s Style) begin() string {
	codes := make([]byte, 0, 16)
	add := func(on bool, code ...byte) {
		if on {
			if len(codes) > 0 {
				codes = append(codes, ';')
			}
			codes = append(codes, code...)
		}
	}
	add(s.bold, '1')
	add(s.underline, '4')
	add(s.reverse, '7')
	add(s.faint, '2')
	switch c := byte(s.colour - 1); { //nolint:gosec // of 16
	case s.colour == 0:
	case c < 8:
		add(true, '3', '0'+c)
	default:
		add(true, '9', '0'+c-8)
	}
	if len(codes) == 0 {
		return ""
	}
	return "\x1b[" + string(codes) + "m"
}
