package page

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"telex/ui/keys"
	"telex/ui/text"
	"telex/ui/widget"
)

// A Dialog is a question that stands in front of the screen until it is answered
// by enter or esc. The user opened it, so keys in flight are no danger.
type Dialog struct {
	Title string
	Body  []string
	Yes   string // what enter does
	Act   func() tea.Cmd
	Sends *Consent // enter sends the message with this, so it must not come too soon; nil: it does act
	ID    widget.Pager
}

// Keys are what answers the question, and what enter does.
func (d *Dialog) Keys() []key.Binding {
	k := keys.NewQuestion()
	k.Yes.SetHelp("enter", d.Yes)
	return k.All()
}

// View is the question in w by h cells.
func (d *Dialog) View(w, h int, t widget.Theme) widget.Frame {
	var out widget.Frame
	out.Add(t.Title.Render(d.Title))
	p := widget.Pager{Top: d.ID.Top, Lines: d.Lines(w)}
	for _, l := range p.Window(h - 1) {
		out.Add(l)
	}
	return out
}

// Lines is the body as it stands in w columns.
func (d *Dialog) Lines(w int) []string {
	var lines []string
	for _, l := range d.Body {
		lines = append(lines, text.Wrap(l, w)...)
	}
	return lines
}
