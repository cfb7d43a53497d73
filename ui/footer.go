package ui

import (
	"slices"
	"strings"

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
	f.works = slices.DeleteFunc(f.works, func(b key.Binding) bool {
		leaves := b.Help().Key == a.keys.Back.Help().Key
		if leaves && b.Enabled() {
			f.esc = b
		}
		return leaves || b.Help() == a.keys.History.Help()
	})
	return f
}

// item is a key of the footer.
func item(b key.Binding, t widget.Theme) span {
	h := b.Help()
	return span{t.Key.Render(h.Key) + " " + h.Desc, text.Width(h.Key) + 1 + text.Width(h.Desc)}
}

// right is what always stands at the right: on a narrow terminal only the last resort.
func (f footer) right(w int, t widget.Theme) span {
	esc, help, aside := f.esc, f.help, f.aside
	switch {
	case w >= widget.Narrow:
	case f.over:
		help, aside = key.Binding{}, key.Binding{}
	default:
		esc, aside = key.Binding{}, key.Binding{}
	}
	var out span
	for _, b := range []key.Binding{esc, help, aside} {
		if !b.Enabled() {
			continue
		}
		if out.cells > 0 {
			out.text, out.cells = out.text+strings.Repeat(" ", rightGap), out.cells+rightGap
		}
		i := item(b, t)
		out.text, out.cells = out.text+i.text, out.cells+i.cells
	}
	if n := aside.Help(); !aside.Enabled() && n.Key != "" {
		gap := rightGap + text.Width(n.Key) + 1 + text.Width(n.Desc)
		out.text, out.cells = out.text+strings.Repeat(" ", gap), out.cells+gap
	}
	return out
}

// line is the row of w cells.
func (f footer) line(w int, t widget.Theme) string {
	right := f.right(w, t)
	left, used := "", 0
	for _, b := range f.works {
		if !b.Enabled() {
			continue
		}
		i := item(b, t)
		gap := 0
		if used > 0 {
			gap = footerGap
		}
		if used+gap+i.cells+footerGap+right.cells > w {
			break
		}
		left, used = left+strings.Repeat(" ", gap)+i.text, used+gap+i.cells
	}
	return left + strings.Repeat(" ", max(w-used-right.cells, 0)) + right.text
}
