package people

import (
	"fmt"
	"strings"

	"telex/ui/draft"
	"telex/ui/text"
	"telex/ui/widget"
)

const (
	// labelWidth is the column at which fields begin.
	labelWidth = 8
	// heads is how many rows stand above the list.
	heads = 2
	// mostNamed bounds the column of names.
	mostNamed   = 28
	numberWidth = 16 // "+" and 15 digits
)

// listRows is how many rows the list has.
func (p *Page) listRows() int { return max(p.h-heads-p.footRows(), 1) }

// footRows is how many rows there are below the list for all of a reason.
func (p *Page) footRows() int {
	if p.kind == contacts || p.h < 8 {
		return 0
	}
	return 3
}

// View is the list, or the fields of somebody who is being added.
func (p *Page) View(_ *draft.Form, t widget.Theme) widget.Frame {
	var out widget.Frame
	out.Add(p.head(t))
	if p.add != nil {
		p.addView(&out, t)
		return out.Fit(p.w, p.h)
	}
	lines, cursor := p.find.View()
	label := text.Pad(t.Label.Render("Find"), labelWidth)
	if p.finds {
		label = text.Pad(t.Focus.Render("Find"), labelWidth)
	}
	at := out.Add(label + lines[0])
	if cursor != nil && p.finds {
		cursor.X += labelWidth
		cursor.Y = at
		out.Cursor = cursor
	}
	from, to := p.list.Visible()
	names := 0
	for _, r := range p.rows[from:min(to, len(p.rows))] {
		names = max(names, min(text.Width(text.Clean(r.name)), mostNamed, max(p.w/2-numberWidth, 8)))
	}
	for i := from; i < min(to, len(p.rows)); i++ {
		mark := "  "
		if i == p.list.At && !p.finds {
			mark = "> "
			out.Cursor = widget.Steady(0, len(out.Lines))
		}
		out.Add(text.Truncate(mark+p.rows[i].line(names, t), p.w))
	}
	if at, some := p.selected(); some && p.footRows() > 0 {
		for len(out.Lines) < p.h-p.footRows()+1 {
			out.Add("")
		}
		lines := text.Wrap(at.rest, max(p.w-2, 1))
		for _, l := range lines[:min(len(lines), p.footRows()-1)] {
			out.Add(t.Faint.Render("  " + l))
		}
	}
	if len(p.rows) == 0 {
		for _, l := range text.Wrap(p.none(), max(p.w-2, 1)) {
			out.Add("  " + l)
		}
	}
	return out.Fit(p.w, p.h)
}

// line is a person in one line.
func (r row) line(names int, t widget.Theme) string {
	parts := []string{text.Pad(text.Clean(r.number), numberWidth)}
	if names > 0 {
		parts = append([]string{text.Pad(text.Truncate(text.Clean(r.name), names), names)}, parts...)
	}
	if r.warn != "" {
		parts = append(parts, t.Warn.Render("! "+r.warn))
	}
	return strings.TrimRight(strings.Join(append(parts, r.rest), " "), " ")
}

// head says which kind is listed, and how many there are.
func (p *Page) head(t widget.Theme) string {
	var parts []string
	for k, name := range kindNames {
		if kind(k) == p.kind {
			parts = append(parts, t.Title.Render("["+name+p.many()+"]"))
			continue
		}
		parts = append(parts, " "+name+" ")
	}
	return text.Truncate(strings.Join(parts, " "), p.w)
}

// many is how many there are of the kind that is listed, once that is known.
func (p *Page) many() string {
	switch {
	case !p.read:
		return ""
	case p.count > len(p.rows):
		return fmt.Sprintf(": first %d of %d", len(p.rows), p.count)
	}
	return fmt.Sprintf(" %d", p.count)
}

// none says why no row is there.
func (p *Page) none() string {
	switch {
	case p.failed != "":
		return p.failed
	case p.deps.Store() == nil:
		return "The outbox is still being opened."
	case !p.read:
		return ""
	case p.find.Value() != "":
		return "Nobody is like that."
	case p.kind == contacts:
		return "No contacts yet: " + p.bindings.Add.Help().Key + " adds one, and " + p.deps.Shell.Command("contacts", "import") + " adds a list."
	case p.kind == optedOut:
		return "Nobody opted out."
	}
	return "Nobody is held."
}

// addView is the fields of somebody who is being added.
func (p *Page) addView(out *widget.Frame, t widget.Theme) {
	for i := range p.add.fields {
		lines, cursor := p.add.fields[i].View()
		label := t.Label.Render(addLabels[i])
		if i == p.add.at {
			label = t.Focus.Render(addLabels[i])
		}
		at := out.Add(text.Pad(label, labelWidth) + lines[0])
		if cursor != nil && i == p.add.at {
			cursor.X += labelWidth
			cursor.Y = at
			out.Cursor = cursor
		}
	}
	if p.add.wrong == "" {
		out.Add(t.Faint.Render(text.Truncate("  several groups with commas; enter behind the last field adds", p.w)))
		return
	}
	for _, l := range text.Wrap("! "+p.add.wrong, max(p.w-2, 1)) {
		out.Add(t.Danger.Render("  " + l))
	}
}
