package ui

import (
	"charm.land/lipgloss/v2"
)

// A theme is every style there is, by role. It keeps to the 16 colours that the
// user chose for the terminal, on the terminal's own background, so it is readable
// on dark and light and needs no question to the terminal. Colour never carries
// meaning alone. No text that changes while typing has a style: each costs bytes
// on every key.
type theme struct {
	title   lipgloss.Style // the step one is at
	label   lipgloss.Style // before a value
	focus   lipgloss.Style // label of the field that has the cursor
	faint   lipgloss.Style // what may be overlooked
	ok      lipgloss.Style
	warn    lipgloss.Style
	danger  lipgloss.Style
	sandbox lipgloss.Style // unmistakable
	chosen  lipgloss.Style // the selected row of a list
	key     lipgloss.Style // a key in the footer
}

func newTheme() theme {
	s := lipgloss.NewStyle
	return theme{
		title:   s().Bold(true).Underline(true),
		label:   s(),
		focus:   s().Bold(true),
		faint:   s().Faint(true),
		ok:      s().Foreground(lipgloss.Green),
		warn:    s().Bold(true),
		danger:  s().Foreground(lipgloss.Red).Bold(true),
		sandbox: s().Reverse(true).Bold(true),
		chosen:  s().Reverse(true),
		key:     s().Bold(true),
	}
}
