package ui

import (
	"fmt"

	"telex/messaging"
	"telex/messaging/number"
	"telex/ui/draft"
	"telex/ui/text"
	"telex/ui/widget"
)

// above is how many rows stand above the list.
func (r *recipients) above(f *draft.Form) int {
	n := 2 + len(r.badLines())
	if len(f.To) > 1 {
		n++
	}
	if len(r.bad) == 0 {
		n++ // the suggestion, or a blank line
	}
	return n
}

// badLines says why what stands in the field was not taken, as far as there is
// room for it.
func (r *recipients) badLines() []string {
	var lines []string
	most := max(r.h/3, 2)
	for _, why := range r.bad {
		for _, l := range text.Wrap(why, max(r.w-4, 1)) {
			lines = append(lines, "  "+l)
		}
		if len(lines) > most {
			break
		}
	}
	if len(lines) > most {
		lines = append(lines[:most-1], fmt.Sprintf("  and more: %s in all", text.Count(len(r.bad), "number")))
	}
	return lines
}

func (r *recipients) View(f *draft.Form, t widget.Theme) widget.Frame {
	var out widget.Frame
	label := func(at int, s string) string {
		if at == r.at {
			return text.Pad(t.Focus.Render(s), widget.LabelWidth)
		}
		return text.Pad(s, widget.LabelWidth)
	}
	lines, cursor := r.in.View()
	at := out.Add(label(addField, "Add") + lines[0])
	if cursor != nil {
		cursor.X += widget.LabelWidth
		cursor.Y = at
		out.Cursor = cursor
	}
	r.below(&out, f, t)
	if len(f.To) > 1 {
		at := out.Add(label(howField, "Send as") + r.howWords(f, t))
		if r.at == howField {
			out.Cursor = widget.Steady(widget.LabelWidth, at)
		}
	}
	out.Add(label(listField, "To") + text.Count(len(f.To), "recipient"))
	from, to := r.list.Visible()
	for i := from; i < min(to, len(f.To)); i++ {
		mark := "  " // no style: to go on to the next row costs its bytes twice
		if r.at == listField && i == r.list.At {
			mark = "> "
			out.Cursor = widget.Steady(0, len(out.Lines))
		}
		out.Add(mark + r.words(f.To[i]))
	}
	return out
}

// below is what stands under the field: what was wrong with it, or a suggestion.
func (r *recipients) below(out *widget.Frame, f *draft.Form, t widget.Theme) {
	for _, l := range r.badLines() {
		out.Add(t.Danger.Render(l))
	}
	if len(r.bad) > 0 {
		return
	}
	switch s := r.suggestion(f); {
	case s != "" && r.at == addField:
		out.Add("  recent: " + s + " (" + r.bindings.Suggest.Help().Key + ")")
	case len(f.To) == 0:
		out.Add(t.Faint.Render("  a number, or several: (919) 555-1212, +44 20 7946 0958"))
	default:
		out.Add("")
	}
}

func (r *recipients) howWords(f *draft.Form, t widget.Theme) string {
	mark := func(a messaging.Addressing) string {
		if f.Addressing == a {
			return "(x) "
		}
		return "( ) "
	}
	group, each := "one group message", fmt.Sprintf("%d individual messages", len(f.To))
	between, ask := "  ", "  g or i?"
	if r.at == addField {
		ask = "  tab, then g or i"
	}
	if r.w < widget.Narrow {
		group, each = "group", fmt.Sprintf("%d single", len(f.To))
		between, ask = " ", " g/i?"
	}
	words := mark(messaging.Group) + group + between + mark(messaging.Individual) + each
	switch {
	case f.Addressing == messaging.Undecided:
		words += t.Warn.Render(ask)
	case f.Addressing == messaging.Group && len(f.To) > messaging.MaxRecipients:
		words += "  " + t.Danger.Render(fmt.Sprintf("a group has %d at most", messaging.MaxRecipients))
	}
	return words
}

// words is a recipient with what is known of the number.
func (r *recipients) words(to string) string {
	n, ok := r.known[to]
	if !ok {
		var err error
		if n, err = number.Parse(to, r.region); err != nil {
			return text.Clean(to)
		}
	}
	words := text.Pad(text.Clean(n.E164), 17)
	switch {
	case n.Country != "" && r.w >= widget.Narrow:
		words += n.Country
	case n.Region != "":
		words += n.Region
	}
	if n.Kind != "" {
		words += ", " + string(n.Kind)
	}
	if n.Warning != "" && !r.sandbox {
		words += "  ! " + text.Clean(n.Warning)
	}
	return words
}
