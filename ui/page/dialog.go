package page

import tea "charm.land/bubbletea/v2"

// A Dialog is a question that stands in front of the screen until it is answered
// by enter or esc. Enter is none right behind another key: a letter that opens one may be
// the first of a word that was meant for a text field.
type Dialog struct {
	Title string
	Body  []string
	Yes   string // what enter does
	No    string // what esc does instead; "" is that it cancels what was asked for
	Act   func() tea.Cmd
	Light bool // what enter does can be undone, so it may come at any time
	// Letter closes it when a letter comes, for the one that opened it may have been of a word
	// that was meant for a text field; nil: a letter does nothing.
	Letter func() Intent
	Sends  *Consent // enter sends the message with this; nil: it does act
}
