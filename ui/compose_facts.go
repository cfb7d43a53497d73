package ui

import (
	"fmt"

	"telex/messaging"
	"telex/ui/draft"
	"telex/ui/text"
	"telex/ui/widget"
	"telex/ui/words"
)

// facts is the pane beside the text: who gets it, what that costs and what is to be seen
// to. Nothing in it changes with every key of the text, and while one writes nothing above
// the fields comes or goes.
func (c *compose) facts(out *widget.Frame, f *draft.Form, t widget.Theme) {
	roomy := c.h >= roomyPane
	row := func(label, value string) {
		out.Add(text.Pad(t.Label.Render(label), composeLabel) + value)
	}
	gap := func() {
		if roomy {
			out.Add("")
		}
	}
	c.toRows(f, roomy, row)
	gap()
	row("Sends", c.sends(f))
	if roomy {
		row("", c.encoding(f))
	}
	media := "none"
	if n := len(f.Media); n > 0 {
		media = text.Count(n, "file")
	}
	row("Media", media)
	gap()
	if !c.wide {
		c.field(out, tagField, f, t)
		c.field(out, priorityField, f, t)
		c.field(out, expiresField, f, t)
		gap()
	}
	for _, check := range c.checks(f) {
		mark := t.Danger.Render("!") + " "
		for _, said := range check.said {
			for _, l := range text.Wrap(said, c.rightW-len("! ")) {
				out.Add(mark + l)
				mark = "  "
			}
		}
	}
	c.help(out, f, t)
}

// help says at the bottom of the pane what belongs into the field that has the cursor, if
// its row is too short for that.
func (c *compose) help(out *widget.Frame, f *draft.Form, t widget.Theme) {
	hint, bad := c.about(c.at, f)
	if hint == "" || bad || c.wide || c.at == fromField {
		return
	}
	lines := text.Wrap(hint, c.rightW)
	for len(out.Lines) < c.h-len(lines) {
		out.Add("")
	}
	for _, l := range lines {
		out.Add(t.Faint.Render(l))
	}
}

// shownTo is how many recipients are named.
func (c *compose) shownTo(roomy bool) int {
	switch {
	case c.wide:
		return 6
	case roomy:
		return 2
	}
	return 0
}

// toRows are how many get it, and the first of them.
func (c *compose) toRows(f *draft.Form, roomy bool, row func(label, value string)) {
	n := len(f.To)
	who := headcount(n)
	switch {
	case n == 1:
		row("To", c.person(f.To[0]))
		return
	case n == 0:
	case f.Addressing == messaging.Individual:
		who += ", one each"
	case f.Addressing == messaging.Group:
		who += ", one group"
	default:
		who += ", undecided"
	}
	row("To", who)
	most := c.shownTo(roomy)
	for i := range min(n, most) {
		row("", c.person(f.To[i]))
	}
	if n > most && most > 0 {
		row("", fmt.Sprintf("and %d more", n-most))
	}
}

// person is a recipient and, where there is room, what is known of the number.
func (c *compose) person(to string) string {
	n, ok := c.known[to]
	if !ok || !c.wide {
		return text.Clean(to)
	}
	return text.Pad(text.Clean(to), numberColumn) + text.Clean(n.Country)
}

// sends is what is sent and billed for, as far as it is written.
func (c *compose) sends(f *draft.Form) string {
	n := max(len(f.To), 1)
	switch {
	case f.Text == "" && len(f.Media) == 0:
		return "nothing yet"
	case len(f.To) > 1 && f.Addressing == messaging.Undecided:
		return fmt.Sprintf("%d SMS, or a group", n)
	case f.IsMMS() && n > 1 && f.Addressing == messaging.Group:
		return fmt.Sprintf("1 group MMS to %d", n)
	case f.IsMMS():
		return fmt.Sprintf("%d MMS", n)
	case c.wide && n > 1:
		return fmt.Sprintf("%d SMS x %s = %s", n, text.Count(c.count.Segments, "segment"), text.Count(c.count.Segments*n, "segment"))
	}
	return fmt.Sprintf("%d SMS, %s", n, text.Count(c.count.Segments*n, "segment"))
}

// encoding is how the text travels; an MMS goes in whatever encoding.
func (c *compose) encoding(f *draft.Form) string {
	if f.IsMMS() || f.Text == "" {
		return ""
	}
	return words.Encoding(c.count.Encoding)
}
