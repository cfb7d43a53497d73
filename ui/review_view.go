package ui

import (
	"fmt"
	"strings"

	"telex/ui/draft"
	"telex/ui/text"
	"telex/ui/widget"
	"telex/ui/words"
)

// threePanes is the width from which JSON or curl stands beside facts and bubble, so that
// it covers neither.
const threePanes = 128

// panes reports whether the bubble stands beside the facts.
func (r *review) panes() bool { return r.w >= widget.Panes && !r.covered() }

// wide reports whether there is room for what goes over the wire, too.
func (r *review) wide() bool { return r.w >= threePanes }

// covered reports whether JSON or curl has taken the place of the facts.
func (r *review) covered() bool { return r.mode != showSummary && !r.wide() }

// showsWire reports whether JSON or curl is to be seen.
func (r *review) showsWire() bool { return r.mode != showSummary || r.wide() }

// closeInner puts the facts back where JSON or curl covers them.
func (r *review) closeInner(f *draft.Form) bool {
	if !r.covered() {
		return false
	}
	r.toggle(showSummary, f)
	return true
}

// widths are the cells of the facts, of the bubble, and of what goes over the wire; those
// that are not shown have none.
func (r *review) widths() (facts, phone, wire int) {
	facts = r.w
	if !r.panes() {
		return facts, 0, 0
	}
	if r.wide() {
		facts, wire = widget.PaneWidths(facts)
	}
	facts, phone = widget.PaneWidths(facts)
	return facts - 1, phone, wire // the rule touches no word
}

func (r *review) factsWidth() int {
	w, _, _ := r.widths()
	return w
}

// longest is what scrolls the furthest.
func (r *review) longest() []string {
	longest := r.sheet.Lines
	for _, s := range []sheet{r.phone, r.body} {
		if len(s.Lines) > len(longest) {
			longest = s.Lines
		}
	}
	return longest
}

// View is what is sent, in words, as a phone shows it, and as it goes over the wire, as
// far as there is room.
func (r *review) View(f *draft.Form, t widget.Theme) widget.Frame {
	var left widget.Frame
	left.Lines = r.head(f, t)
	for _, l := range r.problemLines() {
		if at := left.Add(l); strings.HasPrefix(l, ">") {
			left.Cursor = widget.Steady(0, at)
		}
	}
	left.Lines = append(left.Lines, r.window(&r.sheet, r.pageRows(), t)...)
	if !r.panes() {
		return left
	}
	r.phone.Top, r.body.Top = r.sheet.Top, r.sheet.Top
	phone := widget.Frame{Lines: r.window(&r.phone, r.h, t)}
	if !r.wide() {
		return widget.Beside(left, phone, r.w, r.h, t)
	}
	inner, _ := widget.PaneWidths(r.w)
	wire := widget.Frame{Lines: append([]string{t.Label.Render(r.modeTitle(f)), ""}, r.window(&r.body, r.h-2, t)...)}
	return widget.Beside(widget.Beside(left, phone, inner, r.h, t), wire, r.w, r.h, t)
}

// window is what of a sheet is in sight. Where more follows, that is said if it can be
// scrolled to: keys that select a problem do not.
func (r *review) window(s *sheet, h int, t widget.Theme) []string {
	if r.selects() {
		return s.window(h, t)
	}
	return s.windowOf(h, r.bindings.Scroll.Help().Key, t)
}

// selects reports whether the arrows select one of several problems.
func (r *review) selects() bool { return len(r.problems) > 1 && !r.covered() }

// head says whether it can be sent, and what that does, in headRows rows.
func (r *review) head(f *draft.Form, t widget.Theme) []string {
	title, style := r.title(f)
	rows := []string{style(t).Render(title)}
	switch {
	case r.covered() || len(r.problems) > 0:
	case r.headRows == 1:
		rows[0] += "  " + f.Sends()
	default:
		rows = append(rows, f.Sends())
	}
	return rows
}

// title is that in a few words.
func (r *review) title(f *draft.Form) (said string, style func(widget.Theme) widget.Style) {
	warned := ""
	if n := len(r.warned); n > 0 {
		warned = " · " + text.Count(n, "warning")
	}
	warn := func(t widget.Theme) widget.Style { return t.Title.Inherit(t.Warn) }
	switch {
	case r.covered():
		return r.modeTitle(f), func(t widget.Theme) widget.Style { return t.Title }
	case len(r.problems) > 0:
		return "CANNOT BE SENT YET · " + text.Count(len(r.problems), "problem"), func(t widget.Theme) widget.Style { return t.Danger }
	case r.deps.closed() != nil:
		return "CANNOT BE SENT", func(t widget.Theme) widget.Style { return t.Danger }
	case len(r.repeats) > 0:
		return words.RepeatsTitle(r.repeats, max(len(f.To), 1)) + warned, warn
	case warned != "":
		return "READY TO SEND" + warned, warn
	}
	return "READY TO SEND", func(t widget.Theme) widget.Style { return t.Title.Inherit(t.OK) }
}

// measure says how many rows the head takes.
func (r *review) measure(f *draft.Form) {
	r.headRows = 1
	if title, _ := r.title(f); len(r.problems) == 0 && !r.covered() && text.Width(title+"  "+f.Sends()) > r.factsWidth() {
		r.headRows = 2
	}
}

func (r *review) modeTitle(f *draft.Form) string {
	if r.mode == showAll {
		return "Everybody who gets it: " + text.Count(len(f.To), "recipient")
	}
	title := "The JSON that is sent"
	switch {
	case len(r.problems) > 0:
		title = "As it stands, which cannot be sent yet"
	case r.mode == showCurl:
		title = "The same as a curl command, without the secret"
	}
	if n := f.Count(); n > 1 {
		title += fmt.Sprintf(", %d of %d", r.message+1, n)
	}
	return title
}
