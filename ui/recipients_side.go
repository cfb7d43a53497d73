package ui

import (
	"fmt"
	"sort"
	"strings"

	"telex/messaging"
	"telex/messaging/number"
	"telex/ui/draft"
	"telex/ui/text"
	"telex/ui/widget"
)

// A tally is how many recipients each country has, and how many are doubtful, as long as
// the recipients stay the same.
type tally struct {
	list      []string
	countries []countryCount // those of most recipients first
	doubtful  int
}

type countryCount struct {
	region string // "" for those of which no country is known
	n      int
}

// learn finds out what is known of recipients, and counts.
func (r *recipients) learn(to []string) {
	if draft.Shared(r.tally.list, to) && (len(to) > 0 || r.tally.countries == nil) {
		return
	}
	r.tally = tally{list: to}
	at := map[string]int{}
	for _, one := range to {
		if _, ok := r.known[one]; !ok {
			if n, err := number.Parse(one, r.region); err == nil {
				r.known[one] = n
			}
		}
		n := r.look(one)
		if n.Warning != "" {
			r.tally.doubtful++
		}
		i, ok := at[n.Region]
		if !ok {
			i = len(r.tally.countries)
			at[n.Region] = i
			r.tally.countries = append(r.tally.countries, countryCount{region: n.Region})
		}
		r.tally.countries[i].n++
	}
	sort.SliceStable(r.tally.countries, func(i, j int) bool { return r.tally.countries[j].n < r.tally.countries[i].n })
}

// words are the countries, those of most recipients first.
func (t tally) words() string {
	const most = 6
	var parts []string
	for i, c := range t.countries {
		if i == most {
			parts = append(parts, fmt.Sprintf("%d more", len(t.countries)-most))
			break
		}
		if c.region == "" {
			parts = append(parts, fmt.Sprintf("%d without a country", c.n))
			continue
		}
		parts = append(parts, fmt.Sprintf("%s %d", c.region, c.n))
	}
	return strings.Join(parts, "   ")
}

// roomySide is the height from which on blank lines and explanations are affordable.
const roomySide = 16

// sideView is the second pane: the choice, the cost, the countries, what was refused.
func (r *recipients) sideView(f *draft.Form, t widget.Theme) widget.Frame {
	var out widget.Frame
	_, w := widget.PaneWidths(r.w)
	for i, l := range r.choiceLines(f, t) {
		out.Add(l)
		if r.at == howField && (strings.HasPrefix(l, r.mark(r.pick, f)) && r.pickedLine(l)) {
			out.Cursor = widget.Steady(1, i)
		}
	}
	if len(f.Refused) > 0 {
		r.refusedView(&out, f, w, t)
	}
	return out
}

// isOnChoice reports whether column x is that of the choice in its pane, and the cursor is
// there.
func (r *recipients) isOnChoice(x int) bool {
	return r.at == howField && r.panes() && x > r.listWidth()
}

// pickedLine reports whether a line is that of the choice with the cursor.
func (r *recipients) pickedLine(l string) bool {
	return strings.Contains(l, "group") == (r.pick == messaging.Group)
}

// choiceLines are what stands above what was refused.
func (r *recipients) choiceLines(f *draft.Form, t widget.Theme) []string {
	roomy := r.h >= roomySide
	var lines []string
	if n := len(f.To); n > 1 {
		head := t.Label.Render("SEND AS")
		if r.at == howField {
			head = t.Focus.Render("SEND AS")
		}
		if f.Addressing == messaging.Undecided {
			head += t.Warn.Render("  ! " + r.toChoice(f) + "g or i")
		}
		lines = append(lines, head, r.mark(messaging.Group, f)+"one group text")
		switch why := f.WhyNoGroup(); {
		case why != "":
			lines = append(lines, "    "+t.Warn.Render("no: "+why))
		case roomy:
			lines = append(lines, t.Faint.Render("    everybody sees all numbers"))
		}
		lines = append(lines, r.mark(messaging.Individual, f)+fmt.Sprintf("%d separate texts", n))
		if roomy {
			lines = append(lines, t.Faint.Render("    nobody sees the others"))
		}
	} else if n == 0 && roomy {
		return append(lines, t.Faint.Render("Paste a list, or a column of"), t.Faint.Render("a sheet: one text each, or"), t.Faint.Render("one for a group, as you like."), "")
	}
	if cost := f.Cost(); cost != "" && len(f.To) > 0 {
		lines = appendPart(lines, roomy, cost)
	}
	if len(r.tally.countries) > 0 && draft.Shared(r.tally.list, f.To) {
		_, w := widget.PaneWidths(r.w)
		lines = appendPart(lines, roomy, text.Wrap(r.tally.words(), max(w, 1))...)
		if n := r.tally.doubtful; n > 0 {
			lines = append(lines, t.Warn.Render(fmt.Sprintf("! %d to check", n))+" ("+r.bindings.Doubtful.Help().Key+" in the list)")
		}
	}
	if roomy {
		lines = append(lines, "")
	}
	return lines
}

// appendPart puts lines below others, with a blank one between them if there is room.
func appendPart(lines []string, blank bool, part ...string) []string {
	if blank && len(lines) > 0 {
		lines = append(lines, "")
	}
	return append(lines, part...)
}

// refusedView is what was refused, each with the reason, and that of the one with the
// cursor in full.
func (r *recipients) refusedView(out *widget.Frame, f *draft.Form, w int, t widget.Theme) {
	n := len(f.Refused)
	head := t.Label.Render("NOT ADDED")
	if r.at == refusedField {
		head = t.Focus.Render("NOT ADDED")
	}
	from, to := r.refused.Visible()
	head += fmt.Sprintf(" · %d", n)
	if to-from < n {
		head += fmt.Sprintf("  %d-%d", from+1, to)
	}
	out.Add(head)
	typedWidth := max(min(w*2/5, 30), 8)
	for i := from; i < min(to, n); i++ {
		mark := "  "
		if r.at == refusedField && i == r.refused.At {
			mark = "> "
			out.Cursor = widget.Steady(0, len(out.Lines))
		}
		typed := text.Pad(clip(text.Clean(f.Refused[i]), typedWidth), typedWidth)
		out.Add(clip(mark+t.Danger.Render("✗")+" "+typed+" "+r.briefly(f.Refused[i]), w))
	}
	if r.at != refusedField {
		out.Add(t.Faint.Render("  " + r.toRefused() + " to correct or drop"))
		return
	}
	lines := text.Wrap(r.fully(f.Refused[min(r.refused.At, n-1)]), max(w-2, 1))
	for _, l := range lines[:min(len(lines), max(r.h-len(out.Lines), 1))] {
		out.Add("  " + l)
	}
}

// toChoice is what leads to the letter that chooses: in the field letters are typed.
func (r *recipients) toChoice(f *draft.Form) string {
	if r.at != addField || r.exists(refusedField, f) {
		return "choose: "
	}
	return r.global.NextField.Help().Key + ", then "
}

// toRefused is the key that leads to what was refused.
func (r *recipients) toRefused() string {
	if r.at < refusedField {
		return r.global.NextField.Help().Key
	}
	return r.global.PrevField.Help().Key
}

// clip cuts a line to w cells, and says so.
func clip(s string, w int) string { return text.Truncate(s, w) }
