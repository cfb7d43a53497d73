package ui

import (
	"fmt"
	"strings"

	"telex/messaging"
	"telex/ui/draft"
	"telex/ui/text"
	"telex/ui/widget"
)

// panes reports whether there is room for a second pane.
func (r *recipients) panes() bool { return r.w >= widget.Panes }

// listWidth is how wide the field and the list are.
func (r *recipients) listWidth() int {
	if r.panes() {
		left, _ := widget.PaneWidths(r.w)
		return left
	}
	return r.w
}

// inSight is how many recipients the list has.
func (r *recipients) inSight(f *draft.Form) int {
	if r.sieve.active() {
		return len(r.sieve.rows)
	}
	return len(f.To)
}

// finds reports whether the row is there in which it is typed what is looked for.
func (r *recipients) finds() bool { return r.sieve.typing || r.sieve.active() }

// listRows is how many rows the list has.
func (r *recipients) listRows(f *draft.Form) int {
	above := 2 + max(len(r.badLines()), 1)
	if len(r.bad) > 0 && len(r.alike(f)) > 0 {
		above++
	}
	if r.finds() {
		above++
	}
	if !r.panes() {
		if len(f.To) > 1 {
			above++
		}
		if len(f.Refused) > 0 {
			above++
		}
	}
	return max(r.h-above, 1)
}

// refusedRows is how many rows what was refused has.
func (r *recipients) refusedRows(f *draft.Form) int {
	if !r.panes() {
		return max(r.listRows(f)-2, 1) // below them the reason in full
	}
	return max(r.h-len(r.choiceLines(f, widget.Theme{}))-1-refusedFoot, 1)
}

// refusedFoot is how many rows there are below what was refused.
const refusedFoot = 4

// badLines says why what stands in the field was not taken, as far as there is
// room for it.
func (r *recipients) badLines() []string {
	var lines []string
	most := max(r.h/3, 2)
	for _, why := range r.bad {
		for i, l := range text.Wrap(why, max(r.listWidth()-4, 1)) {
			lines = append(lines, [...]string{"! ", "  "}[min(i, 1)]+l)
		}
	}
	return lines[:min(len(lines), most)]
}

func (r *recipients) View(f *draft.Form, t widget.Theme) widget.Frame {
	left := r.listView(f, t)
	if !r.panes() {
		return left
	}
	return widget.Beside(left, r.sideView(f, t), r.w, r.h, t)
}

func (r *recipients) label(at int, s string, t widget.Theme) string {
	if at == r.at {
		return text.Pad(t.Focus.Render(s), widget.LabelWidth)
	}
	return text.Pad(t.Label.Render(s), widget.LabelWidth)
}

// listView is the field and the recipients.
func (r *recipients) listView(f *draft.Form, t widget.Theme) widget.Frame {
	var out widget.Frame
	lines, cursor := r.in.View()
	at := out.Add(r.label(addField, "Add", t) + lines[0])
	if cursor != nil && r.at == addField {
		cursor.X += widget.LabelWidth
		cursor.Y = at
		out.Cursor = cursor
	}
	r.below(&out, f, t)
	if !r.panes() && len(f.To) > 1 {
		line, x := r.howWords(f, t)
		at := out.Add(r.label(howField, "Send as", t) + line)
		if r.at == howField {
			out.Cursor = widget.Steady(widget.LabelWidth+x, at)
		}
	}
	if !r.panes() && r.at == refusedField {
		r.refusedView(&out, f, r.w, t)
		return out
	}
	count := out.Add(r.label(listField, "To", t) + r.countWords(f))
	if r.at == listField && r.list.N == 0 {
		out.Cursor = widget.Steady(widget.LabelWidth, count)
	}
	if r.finds() {
		r.findRow(&out, t)
	}
	from, to := r.list.Visible()
	for i := from; i < min(to, r.inSight(f)); i++ {
		mark := "  " // no style: to go on to the next row costs its bytes twice
		if r.at == listField && i == r.list.At {
			mark = "> "
			if !r.sieve.typing {
				out.Cursor = widget.Steady(0, len(out.Lines))
			}
		}
		out.Add(text.Truncate(mark+r.words(f.To[r.sieve.row(i)]), r.listWidth()))
	}
	if n := len(f.Refused); !r.panes() && n > 0 {
		for len(out.Lines) < r.h-1 {
			out.Add("")
		}
		out.Add(t.Danger.Render(fmt.Sprintf("! %d not added", n)) + " (" + r.toRefused() + ")")
	}
	return out
}

// findRow is what is looked for in the list.
func (r *recipients) findRow(out *widget.Frame, t widget.Theme) {
	lines, cursor := r.sieve.in.View()
	label, value := t.Label.Render("Find"), lines[0]
	if r.sieve.typing {
		label = t.Focus.Render("Find")
	}
	if r.sieve.doubtful {
		value += "  only those to check"
	}
	at := out.Add(text.Pad(label, widget.LabelWidth) + value)
	if cursor != nil && r.sieve.typing {
		cursor.X += widget.LabelWidth
		cursor.Y = at
		out.Cursor = cursor
	}
}

// countWords say how many there are, and which of them are in sight.
func (r *recipients) countWords(f *draft.Form) string {
	words := text.Count(len(f.To), "recipient")
	n := r.inSight(f)
	if n < len(f.To) || r.sieve.active() {
		words = fmt.Sprintf("%d of %s", n, text.Count(len(f.To), "recipient"))
	}
	if from, to := r.list.Visible(); to-from < n {
		words += fmt.Sprintf("  %d-%d of %d", from+1, to, n)
	}
	return words
}

// below is what stands under the field: what was wrong with it, and a suggestion.
func (r *recipients) below(out *widget.Frame, f *draft.Form, t widget.Theme) {
	for _, l := range r.badLines() {
		out.Add(t.Danger.Render(l))
	}
	switch put, words := r.suggestion(f); {
	case put != "" && r.at == addField:
		key := " (" + r.bindings.Suggest.Help().Key + ")"
		out.Add("  " + clip(words, max(r.listWidth()-2-len(key), 1)) + key)
	case len(r.bad) > 0 && put != "":
		out.Add("") // its row, so that the list stays where it is
	case len(r.bad) > 0:
	case len(f.To) == 0 && r.listWidth() < 60:
		out.Add(t.Faint.Render("  numbers, such as (919) 555-1212"))
	case len(f.To) == 0:
		out.Add(t.Faint.Render("  numbers, names, @group, or a file such as people.csv"))
	default:
		out.Add("")
	}
}

// mark is the sign before a choice.
func (r *recipients) mark(a messaging.Addressing, f *draft.Form) string {
	if f.Addressing == a {
		return "(x) "
	}
	return "( ) "
}

// howWords are the choice in one line, and at is where the one under the cursor stands.
func (r *recipients) howWords(f *draft.Form, t widget.Theme) (line string, at int) {
	group, each, between := "one group text", fmt.Sprintf("%d separate texts", len(f.To)), "  "
	if r.w < widget.Narrow {
		group, each, between = "group", fmt.Sprintf("%d separate", len(f.To)), " "
	}
	groupMark, groupKey := r.mark(messaging.Group, f), "g "
	if why := f.WhyNoGroup(); why != "" {
		groupMark, groupKey = "no ", "no "
		if r.w >= widget.Narrow {
			group += fmt.Sprintf(" (max %d)", messaging.MaxRecipients)
		}
	}
	before, first, second := "", groupMark+group+between, r.mark(messaging.Individual, f)+each
	at = len("(")
	if f.Addressing == messaging.Undecided {
		before, first, second, at = t.Warn.Render("! "), groupKey+group+" / ", "i "+each, len("! ")
	}
	if r.pick == messaging.Individual {
		at += len(first)
	}
	return before + first + second, at
}

// Columns of the list from which on they are there, and how wide they are.
const (
	numberColumn  = 17 // "+" and 15 digits
	nameColumn    = 20 // where any recipient's name is known
	countryColumn = 24
	countriesFrom = 72
)

// words is a recipient with what is known of the number.
func (r *recipients) words(to string) string {
	n := r.look(to)
	words := text.Pad(text.Clean(n.E164), numberColumn)
	if len(r.people.names) > 0 {
		words += text.Pad(clip(text.Clean(r.people.names[to]), nameColumn-2), nameColumn)
	}
	switch {
	case r.listWidth() >= countriesFrom && len(r.people.names) == 0:
		words += text.Pad(text.Truncate(n.Country, countryColumn-1), countryColumn)
	case n.Region != "" && (n.Warning == "" || len(r.people.names) == 0): // what to look at needs the room
		words += text.Pad(n.Region, 4)
	}
	if n.Warning != "" {
		why := text.Clean(n.Warning)
		if _, todo, ok := strings.Cut(why, ": "); ok && r.listWidth() < countriesFrom {
			why = todo // for more there is no room
		}
		return words + "! " + why
	}
	return words + string(n.Kind)
}
