package page

import tea "charm.land/bubbletea/v2"

// A Dialog is a question that stands in front of the screen until it is answered
// by enter or esc. The user opened it, so keys in flight are no danger.
type Dialog struct {
	Title string
	Body  []string
	Yes   string // what enter does
	Act   func() tea.Cmd
	Sends *Consent // enter sends the message with this, so it must not come too soon; nil: it does act
}
