package ui

import (
	"slices"
	"strings"

	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/widget"

	"charm.land/bubbles/v2/key"
)

const (
	footerGap = 3 // between two keys
	rightGap  = 2 // between those at the right
)

// A footer is the last row, in three places that never move: at the left what one most
// likely wants, then what fits, and at the right the way out, the keys, and History.
type footer struct {
	works []key.Binding // the most useful first
	esc   key.Binding   // the way out; not enabled for none
	help  key.Binding
	aside key.Binding // History; not enabled leaves its place empty
	over  bool        // it is that of an overlay, whose way out is always there
}

// footer is that of what is in front.
func (a *app) footer() footer {
	front := a.overlays.top()
	f := footer{works: a.working(front), help: a.keys.Help, aside: a.keys.History}
	f.help.SetHelp(f.help.Help().Key, "keys")
	f.help.SetEnabled(a.keys.Help.Enabled() && helpsOn(front))
	if front != nil {
		last := len(f.works) - 1
		f.works, f.esc = f.works[:last], f.works[last]
		f.aside, f.over = key.Binding{}, true
		return f
	}
	f.aside.SetEnabled(f.aside.Enabled() && !a.batch.running())
	f.aside.SetHelp(f.aside.Help().Key, strings.ToLower(f.aside.Help().Desc))
	if a.page == page.History {
		f.aside = key.Binding{} // it is there, and esc leads back
	}
	f.works = slices.DeleteFunc(f.works, func(b key.Binding) bool {
		leaves := b.Help().Key == a.keys.Back.Help().Key
		if leaves && b.Enabled() && !(a.stays() && b.Help() == a.keys.Back.Help()) {
			f.esc = b
		}
		return leaves || b.Help() == a.keys.History.Help()
	})
	if (a.status.Kind != page.StatusDone && a.status.Text != "" || len(a.notices) > 0) && !a.closes() {
		f.esc = a.keys.Back
		f.esc.SetHelp(f.esc.Help().Key, "dismiss") // what stands above goes before the page does
	}
	return f
}

// item is a key of the footer.
func item(b key.Binding, t widget.Theme) span {
	h := b.Help()
	if h.Desc == "" {
		return span{t.Key.Render(h.Key), text.Width(h.Key)}
	}
	return span{t.Key.Render(h.Key) + " " + h.Desc, text.Width(h.Key) + 1 + text.Width(h.Desc)}
}

// A placed key is one that the footer has, and where.
type placed struct {
	span

	key key.Binding
	x   int
}

// right are the keys that always stand at the right: on a narrow terminal the way out, and
// the last resort. Cells is what they take, with the place of one that does not work now.
func (f footer) right(w int, t widget.Theme) (keys []placed, cells int) {
	esc, help, aside := f.esc, f.help, f.aside
	switch {
	case w >= widget.Narrow:
	case f.over:
		help, aside = key.Binding{}, key.Binding{}
	default:
		aside = key.Binding{}
		if f.esc.Enabled() && !f.leavesRoom(w, help, t) {
			if help.SetHelp(help.Help().Key, ""); !f.leavesRoom(w, help, t) {
				esc, help = key.Binding{}, f.help
			}
		}
	}
	for _, b := range []key.Binding{esc, help, aside} {
		named := b.Help().Key != ""
		if !b.Enabled() && (!named || b.Help() != f.aside.Help()) {
			continue
		}
		if cells > 0 {
			cells += rightGap
		}
		i := item(b, t)
		if b.Enabled() {
			keys = append(keys, placed{i, b, cells})
		}
		cells += i.cells
	}
	return keys, cells
}

// toRight is the least that is between the keys at the left and those at the right.
func toRight(w int) int {
	if w < widget.Narrow {
		return rightGap
	}
	return footerGap
}

// leavesRoom reports whether the way out has room in w cells beside what one most likely
// wants and the keys.
func (f footer) leavesRoom(w int, help key.Binding, t widget.Theme) bool {
	cells := item(f.esc, t).cells + rightGap + item(help, t).cells
	for _, b := range f.works {
		if b.Enabled() {
			return item(b, t).cells+toRight(w)+cells <= w
		}
	}
	return cells <= w
}

// placed are the keys of the row of w cells.
func (f footer) placed(w int, t widget.Theme) []placed {
	right, cells := f.right(w, t)
	var row []placed
	used := 0
	for _, b := range f.works {
		if !b.Enabled() {
			continue
		}
		i := item(b, t)
		gap := 0
		if used > 0 {
			gap = footerGap
		}
		if used+gap+i.cells+toRight(w)+cells > w {
			break
		}
		row = append(row, placed{i, b, used + gap})
		used += gap + i.cells
	}
	for _, p := range right {
		p.x += max(w-cells, used)
		row = append(row, p)
	}
	return row
}

// line is the row of w cells.
func (f footer) line(w int, t widget.Theme) string {
	var line strings.Builder
	at := 0
	for _, p := range f.placed(w, t) {
		line.WriteString(strings.Repeat(" ", max(p.x-at, 0)) + p.text)
		at = p.x + p.cells
	}
	return line.String()
}
