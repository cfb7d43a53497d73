package widget

import (
	"fmt"
	"slices"
	"strings"
)

// Roles are the names of the roles whose style the configuration may set.
func Roles() []string {
	return []string{"title", "step", "label", "focus", "accent", "faint", "rule", "pane", "ok", "busy", "warn", "danger", "sandbox", "production", "chosen", "key"}
}

// role is where the style of a role is; nil for a name that is none of [Roles].
func (t *Theme) role(name string) *Style {
	all := []*Style{
		&t.Title, &t.Step, &t.Label, &t.Focus, &t.Accent, &t.Faint, &t.Rule, &t.Pane, &t.OK, &t.Busy, &t.Warn, &t.Danger, &t.Sandbox, &t.Production, &t.Chosen, &t.Key,
	}
	if i := slices.Index(Roles(), name); i >= 0 {
		return all[i]
	}
	return nil
}

// CheckRole judges what the configuration says of a role: words such as "bold green".
// of [styleWords].
func CheckRole(role, words string) error {
	if !slices.Contains(Roles(), role) {
		return fmt.Errorf("unknown role %q; choose one of %s", role, strings.Join(Roles(), ", "))
	}
	if _, err := parseStyle(words); err != nil {
		return fmt.Errorf("%s: %w", role, err)
	}
	return nil
}

// colourNames are the terminal's own 16 colours, by the names that people give them.
var colourNames = []string{
	"black", "red", "green", "yellow", "blue", "magenta", "cyan", "white",
	"bright-black", "bright-red", "bright-green", "bright-yellow", "bright-blue", "bright-magenta", "bright-cyan", "bright-white",
}

// Some of them, by their place there.
const (
	red = 1 + iota
	green
	yellow
	blue
	magenta
	cyan
	brightRed = 9
)

// parseStyle reads a style: a colour, and what the letters are like; "plain" for neither.
func parseStyle(words string) (Style, error) {
	s := Style{}
	given := strings.Fields(words)
	if len(given) == 0 {
		return s, fmt.Errorf("give a style such as %q", "bold green")
	}
	for _, w := range given {
		switch i := slices.Index(colourNames, w); {
		case i >= 0:
			s = s.in(i)
		case w == "bold":
			s = s.Bold()
		case w == "faint":
			s = s.Faint()
		case w == "underline":
			s = s.Underline()
		case w == "reverse":
			s = s.Reverse()
		case w == "plain":
		default:
			return s, fmt.Errorf("unknown word %q in a style; use bold, faint, underline, reverse, plain, and one of the colours %s", w, strings.Join(colourNames, ", "))
		}
	}
	return s, nil
}
