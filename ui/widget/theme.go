package widget

import (
	"fmt"
	"slices"
	"strings"

	"telex/ui/text"

	"github.com/charmbracelet/x/ansi"
)

// Themes that the user may choose. Each keeps to the 16 colours of the terminal, on
// its own background.
const (
	ThemeAuto     = "auto"     // dark or light, by what the terminal says of its background; until then readable on both. "" is the same
	ThemeDark     = "dark"     // for light letters on a dark background
	ThemeLight    = "light"    // for dark letters on a light background
	ThemeContrast = "contrast" // bold, reverse and bright red, on any background
	ThemeNone     = "none"     // no colour; bold, underline and reverse stay
)

// Themes are the names of all themes.
func Themes() []string {
	return []string{ThemeAuto, ThemeDark, ThemeLight, ThemeContrast, ThemeNone}
}

// CheckTheme judges the name of a theme as the configuration has it.
func CheckTheme(name string) error {
	if name == "" || slices.Contains(Themes(), name) {
		return nil
	}
	return fmt.Errorf("unknown theme %q; choose one of %s", name, strings.Join(Themes(), ", "))
}

// A Theme is every style there is, by role. It keeps to the 16 colours that the
// user chose for the terminal, on the terminal's own background. Of these only bright
// red is readable on dark and on light, whatever the palette, so it is the only one
// until the background is known. Colour never carries meaning alone. No text that
// changes while typing has a style: each costs bytes on every key.
type Theme struct {
	Title      Style // the one bold thing of a screen
	Step       Style // the step one is at
	Label      Style // before a value
	Focus      Style // label of the field that has the cursor
	Accent     Style // what is picked or pointed at
	Faint      Style // what may be overlooked
	Rule       Style // lines between parts
	Pane       Style // the line between two panes, which pays for its style on each row
	OK         Style // delivered, valid
	Busy       Style // on its way
	Warn       Style
	Danger     Style // failed, refused, wrong
	Sandbox    Style // unmistakable
	Production Style // so, too, and not like it
	Chosen     Style // the selected row of a list
	Key        Style // a key in the footer

	ASCII     bool // the terminal shows nothing but ASCII
	Graphemes bool // it gives a cell or two to what is one sign, not to each of its code points
}

// A Look is how the user wants the console drawn.
type Look struct {
	Theme string            // one of [Themes]; "" is ThemeAuto
	Roles map[string]string // styles of the user's own, by role; see [CheckRole]
	ASCII bool              // the terminal shows nothing but ASCII
}

// New is the theme of a look as long as the background is not known.
func (l Look) New() Theme { return l.theme(l.Theme) }

// On is the theme of a look on a background that is dark or light. Only [ThemeAuto]
// depends on it.
func (l Look) On(dark bool) Theme {
	name := l.Theme
	if l.FollowsBackground() {
		if name = ThemeLight; dark {
			name = ThemeDark
		}
	}
	return l.theme(name)
}

// FollowsBackground reports whether the theme depends on the terminal's background.
func (l Look) FollowsBackground() bool { return l.Theme == "" || l.Theme == ThemeAuto }

func (l Look) theme(name string) Theme {
	s := Style{}
	bold := s.Bold()
	t := Theme{
		Title: bold, Step: bold.Underline(), Label: s.Faint(), Focus: bold, Accent: bold, Faint: s.Faint(), Rule: s.Faint(),
		OK: bold, Busy: s, Warn: bold, Danger: s.in(brightRed).Bold(),
		Sandbox: s.Reverse().Bold(), Chosen: s.Reverse(), Key: bold,
		ASCII: l.ASCII,
	}
	switch name {
	case ThemeDark:
		t.OK, t.Busy, t.Accent = s.in(green), s.in(cyan), s.in(cyan)
		t.Warn = s.in(yellow).Bold()
	case ThemeLight:
		t.OK, t.Busy, t.Accent = s.in(blue), s, s.in(blue)
		t.Warn = s.in(magenta).Bold()
		t.Danger = s.in(red).Bold()
	case ThemeContrast:
		t.Label, t.Faint, t.Rule = s, s, s
	case ThemeNone:
		t.Danger = bold
	}
	t.Production = t.Danger.Reverse()
	for role, words := range l.Roles {
		if style, err := parseStyle(words); err == nil {
			if at := t.role(role); at != nil {
				*at = style
			}
		}
	}
	if l.Roles["rule"] != "" && l.Roles["pane"] == "" {
		t.Pane = t.Rule
	}
	return t
}

// Column is where the terminal has what the text area has in cell x of a line. Some
// signs of several code points, such as syllables of Hindi, are as wide as one sign to the
// one and as wide as all of them to the other.
func (t Theme) Column(line string, x int) int {
	if t.Graphemes || t.ASCII || text.SameCells(line) {
		return x
	}
	line = ansi.Strip(line)
	before := 0
	for x > 0 && before < len(line) {
		sign, cells := ansi.FirstGraphemeCluster(line[before:], ansi.GraphemeWidth)
		before, x = before+len(sign), x-cells
	}
	return text.CellsByParts(line[:before]) + max(x, 0)
}

// Cells is how many cells the terminal gives to clean text.
func (t Theme) Cells(s string) int {
	if t.Graphemes || t.ASCII || text.SameCells(s) {
		return text.Width(s)
	}
	return text.CellsByParts(s)
}

// Fill is [text.Pad] by the cells that the terminal gives.
func (t Theme) Fill(s string, w int) string { return s + strings.Repeat(" ", max(w-t.Cells(s), 0)) }

// Shown is text as the terminal may have it.
func (t Theme) Shown(s string) string {
	if t.ASCII {
		return text.InASCII(s)
	}
	return s
}

// A Tone is what a text is about, for those who hand text to a theme without knowing it.
type Tone int

// The tones.
const (
	Plain    Tone = iota
	Good          // it arrived, it is valid
	OnItsWay      // it goes on by itself
	Doubtful      // nobody knows, or somebody has to look
	Bad           // it failed, it was refused
	Aside         // it may be overlooked
)

// In is the style of a tone.
func (t Theme) In(tone Tone) Style {
	switch tone {
	case Good:
		return t.OK
	case OnItsWay:
		return t.Busy
	case Doubtful:
		return t.Warn
	case Bad:
		return t.Danger
	case Aside:
		return t.Faint
	case Plain:
	}
	return Style{}
}
