package widget

import (
	"fmt"
	"slices"
	"strings"

	"telex/ui/text"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/rivo/uniseg"
)

// Themes that the user may choose. Each keeps to the 16 colours of the terminal, on
// its own background.
const (
	ThemeAuto  = "auto"  // readable on any background: "" is the same
	ThemeDark  = "dark"  // for light letters on a dark background
	ThemeLight = "light" // for dark letters on a light background
	ThemeNone  = "none"  // no colour; bold, underline and reverse stay
)

// Themes are the names of all themes.
func Themes() []string { return []string{ThemeAuto, ThemeDark, ThemeLight, ThemeNone} }

// CheckTheme judges the name of a theme as the configuration has it.
func CheckTheme(name string) error {
	if name == "" || slices.Contains(Themes(), name) {
		return nil
	}
	return fmt.Errorf("theme: there is no %q; there are %s", name, strings.Join(Themes(), ", "))
}

// A Theme is every style there is, by role. It keeps to the 16 colours that the
// user chose for the terminal, on the terminal's own background, and needs no
// question to the terminal: of these 16 only bright red is readable on dark and on
// light, whatever the palette, so without being told more it is the only one. Colour
// never carries meaning alone. No text that changes while typing has a style: each
// costs bytes on every key.
type Theme struct {
	Title      lipgloss.Style // the step one is at
	label      lipgloss.Style // before a value
	Focus      lipgloss.Style // label of the field that has the cursor
	Faint      lipgloss.Style // what may be overlooked
	OK         lipgloss.Style
	Warn       lipgloss.Style
	Danger     lipgloss.Style
	Sandbox    lipgloss.Style // unmistakable
	Production lipgloss.Style // so, too, and not like it
	Chosen     lipgloss.Style // the selected row of a list
	Key        lipgloss.Style // a key in the footer

	ASCII     bool // the terminal shows nothing but ASCII
	Graphemes bool // it gives a cell or two to what is one sign, not to each of its code points
}

// NewTheme is the theme of a name, for a terminal that may or may not show more than
// ASCII.
func NewTheme(name string, ascii bool) Theme {
	s := lipgloss.NewStyle
	ok, danger := s().Bold(true), s().Foreground(lipgloss.BrightRed).Bold(true)
	switch name {
	case ThemeDark:
		ok = s().Foreground(lipgloss.Green)
	case ThemeLight:
		ok, danger = s().Foreground(lipgloss.Blue), s().Foreground(lipgloss.Red).Bold(true)
	case ThemeNone:
		danger = s().Bold(true)
	}
	return Theme{
		Title:      s().Bold(true).Underline(true),
		label:      s(),
		Focus:      s().Bold(true),
		Faint:      s().Faint(true),
		OK:         ok,
		Warn:       s().Bold(true),
		Danger:     danger,
		Sandbox:    s().Reverse(true).Bold(true),
		Production: danger.Reverse(true),
		Chosen:     s().Reverse(true),
		Key:        s().Bold(true),
		ASCII:      ascii,
	}
}

// Column is where the terminal has what the text area has in cell x of a line. Some
// signs of several code points, such as families, are as wide as one sign to the one
// and as wide as all of them to the other.
func (t Theme) Column(line string, x int) int {
	if text.IsASCII(line) {
		return x
	}
	measure := ansi.WcWidth
	if t.Graphemes || t.ASCII {
		measure = ansi.GraphemeWidth
	}
	line = ansi.Strip(line)
	before, rest, state := 0, line, -1
	for x > 0 && rest != "" {
		var sign string
		var cells int
		sign, rest, cells, state = uniseg.FirstGraphemeClusterInString(rest, state)
		before, x = before+len(sign), x-cells
	}
	return measure.StringWidth(line[:before]) + max(x, 0)
}

// Shown is text as the terminal may have it.
func (t Theme) Shown(s string) string {
	if t.ASCII {
		return text.InASCII(s)
	}
	return s
}
