package figures

import (
	"fmt"
	"strings"

	"telex/messaging/outbox"
	"telex/ui/draft"
	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/widget"
	"telex/ui/words"
)

// heads is how many rows stand above what is counted.
const heads = 3

// rows is how many rows there are for it.
func (p *Page) rows() int { return max(p.h-heads, 1) }

// besideFrom is from how many columns on the table stands beside the facts: it has bars.
const besideFrom = 120

// panes reports whether the table stands beside the facts.
func (p *Page) panes() bool { return p.w >= besideFrom }

// layOut makes the rows of what was counted.
func (p *Page) layOut() {
	p.pager.Lines = nil
	if !p.read {
		return
	}
	if p.panes() {
		_, w := widget.PaneWidths(p.w)
		p.pager.Lines = p.table(w)
		return
	}
	p.pager.Lines = append(p.facts(p.w), "")
	p.pager.Lines = append(p.pager.Lines, p.table(p.w)...)
}

// facts are the figures without their table, in w cells.
func (p *Page) facts(w int) []string {
	if p.figures.Total.Out()+p.figures.Total.In() == 0 {
		return text.Wrap("No messages in this time.", w)
	}
	return page.Rows(words.Figures(p.figures), w)
}

// table is the table, in w cells.
func (p *Page) table(w int) (lines []string) {
	for _, t := range p.figures.Tables {
		if len(t.Groups) == 0 {
			lines = append(lines, text.Wrap("Nothing to count "+words.TableTitle(t.By)+".", w)...)
			continue
		}
		for _, l := range words.TableRows(t, w) {
			lines = append(lines, text.Truncate(l, w))
		}
	}
	return lines
}

// View is what can be chosen, and what was counted.
func (p *Page) View(_ *draft.Form, t widget.Theme) widget.Frame {
	var out widget.Frame
	names := make([]string, len(periods))
	for i, of := range periods {
		names[i] = of.name
	}
	out.Add(choice("Time", names, p.period, p.w, t))
	out.Add(choice("By", kinds(), p.by, p.w, t))
	out.Add(t.Faint.Render(p.state()))
	body := p.pager.Window(p.rows())
	if p.read && p.panes() {
		leftW, _ := widget.PaneWidths(p.w)
		var left, right widget.Frame
		for _, l := range p.facts(leftW) {
			left.Add(l)
		}
		for _, l := range body {
			right.Add(l)
		}
		both := widget.Beside(left.Fit(leftW, p.rows()), right.Fit(p.w-leftW, p.rows()), p.w, p.rows(), t)
		body = both.Lines
	}
	for _, l := range body {
		out.Add(l)
	}
	out.Cursor = widget.Steady(0, 0)
	return out.Fit(p.w, p.h)
}

// state says whether what is shown is what was asked for.
func (p *Page) state() string {
	switch {
	case p.failed != "":
		return "could not be counted: " + p.failed
	case p.deps.Store() == nil:
		return "The outbox is not open yet."
	case p.reading.Busy() && (!p.read || p.shown != [2]int{p.period, p.by}):
		return "Counting."
	}
	return ""
}

// kinds are what can be counted by.
func kinds() []string {
	var names []string
	for _, by := range outbox.Breakdowns() {
		names = append(names, string(by))
	}
	return names
}

// labelled is the column at which what can be chosen begins.
const labelled = 6

// choice are names in a row of w cells, of which the chosen one is in brackets, or that one
// alone where there is no room.
func choice(label string, names []string, at, w int, t widget.Theme) string {
	if text.Width(strings.Join(names, "  "))+len("[]")+labelled > w {
		return text.Truncate(text.Pad(label, labelled)+t.Focus.Render("["+names[at]+"]")+fmt.Sprintf("  %d of %d", at+1, len(names)), w)
	}
	parts := make([]string, len(names))
	for i, n := range names {
		if i == at {
			n = t.Focus.Render("[" + n + "]")
		}
		parts[i] = n
	}
	return text.Pad(label, labelled) + strings.Join(parts, "  ")
}
