package ui

import (
	"fmt"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"telex/messaging/segment"
	"telex/ui/keys"
	"telex/ui/text"
	"telex/ui/widget"
)

// A dialog is a question that stands in front of the screen until it is answered
// by enter or esc. The user opened it, so keys in flight are no danger.
type dialog struct {
	title string
	body  []string
	yes   string // what enter does
	act   func() tea.Cmd
	sends *consent // enter sends the message with this, so it must not come too soon; nil: it does act
	page  widget.Pager
}

func (d *dialog) keys() []key.Binding {
	k := keys.NewQuestion()
	k.Yes.SetHelp("enter", d.yes)
	return k.All()
}

func (d *dialog) view(w, h int, t widget.Theme) widget.Frame {
	var out widget.Frame
	out.Add(t.Title.Render(d.title))
	p := widget.Pager{Top: d.page.Top, Lines: d.lines(w)}
	for _, l := range p.Window(h - 1) {
		out.Add(l)
	}
	return out
}

// lines is the body as it stands in w columns.
func (d *dialog) lines(w int) []string {
	var lines []string
	for _, l := range d.body {
		lines = append(lines, text.Wrap(l, w)...)
	}
	return lines
}

// replaceDialog shows what writing a text in GSM-7 would change, and what for.
func replaceDialog(changes []segment.Replacement, before, after segment.Count, act func() tea.Cmd) dialog {
	d := dialog{title: "Replace what GSM-7 does not have?", yes: "replace", act: act}
	for _, c := range changes {
		to := c.To
		if to == "" {
			to = "(nothing)"
		}
		from := []rune(c.From)
		d.body = append(d.body, fmt.Sprintf("  %s  becomes  %s   %s", nameOfChar(c.From, from[0]), to, text.Count(c.Count, "time")))
	}
	d.body = append(d.body, "", fmt.Sprintf("Now %s, %s; then %s, %s.",
		before.Encoding, text.Count(before.Segments, "segment"), after.Encoding, text.Count(after.Segments, "segment")))
	return d
}
