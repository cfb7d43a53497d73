package ui

import (
	"slices"

	"telex/ui/keys"
	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/widget"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// A help is the page of all keys. Its lines are made anew for each look at it, for they
// tell what works now.
type help struct {
	lines  func(w int) []string
	global keys.Global
	scroll key.Binding
	page   widget.Pager
	w, h   int
}

func (p *help) update(msg tea.Msg) (page.Intent, tea.Cmd) {
	k, ok := msg.(tea.KeyPressMsg)
	switch {
	case !ok:
	case key.Matches(k, p.global.Help, p.global.HelpLetter, p.global.Back), k.String() == "enter", k.String() == "q":
		return closed{p, nil}, nil
	default:
		p.page.Lines = p.lines(p.w)
		p.page.Scroll(k, p.scroll, p.h)
	}
	return nil, nil
}

func (p *help) resize(w, h int) { p.w, p.h = w, h }

func (p *help) view(widget.Theme) widget.Frame {
	shown := widget.Pager{Lines: p.lines(p.w), Top: p.page.Top}
	return widget.Frame{Lines: shown.Window(p.h)}
}

func (p *help) keys() []key.Binding {
	leave := p.global.Back
	leave.SetHelp("esc", "close help")
	return []key.Binding{p.scroll, leave}
}

func (p *help) typing() bool { return false }

// openHelp shows the keys that work on what is in front now.
func (a *app) openHelp() {
	p := &help{global: a.keys, scroll: a.keymap.Review.Scroll}
	p.lines = func(w int) []string {
		groups := a.keymap.Groups()
		var told []string
		for _, n := range a.notices {
			told = append(told, text.Wrap(n.text, w)...)
		}
		sections := helpSections(a.working(a.overlays.under(p)), groups[a.page+1:a.page+2], groups[:1], a.keys.Commands, columnWidth(w))
		return append(told, inColumns(sections, w)...)
	}
	a.show(p)
}

// columnGap is between two columns of keys.
const columnGap = 2

// columnWidth is that of a column of keys in w: half of it if that is enough for two.
func columnWidth(w int) int {
	if w >= widget.Panes {
		return (w - columnGap) / 2
	}
	return w
}

// inColumns puts sections one below the other, or into two columns of w cells where there
// is room, the second from where the first is longer than what is left.
func inColumns(sections [][]string, w int) []string {
	var all []string
	split := 0
	total := 0
	for _, s := range sections {
		total += len(s) + 1
	}
	for i, s := range sections {
		if i > 0 {
			all = append(all, "")
		}
		if split == 0 && i > 0 && 2*(len(all)+len(s)/2) >= total {
			split = len(all)
		}
		all = append(all, s...)
	}
	col := columnWidth(w)
	if col == w || split == 0 {
		return all
	}
	left, right := all[:split], all[split:]
	var out []string
	for i := range max(len(left), len(right)) {
		line := ""
		if i < len(left) {
			line = left[i]
		}
		if i < len(right) && right[i] != "" {
			line = text.Pad(line, col+columnGap) + right[i]
		}
		out = append(out, line)
	}
	return out
}

// helpSections is what the help page says in w columns: the keys that work now, the other keys
// of this screen, then those that work everywhere. It is made of the bindings
// themselves.
func helpSections(now []key.Binding, here, everywhere []keys.Group, search key.Binding, w int) [][]string {
	const labels = 14
	var out [][]string
	section := func(title string, keys [][2]string) {
		if len(keys) == 0 {
			return
		}
		lines := []string{title}
		for _, k := range keys {
			for i, l := range text.Wrap(k[1], max(w-labels-2, 10)) {
				label := k[0]
				if i > 0 {
					label = ""
				}
				lines = append(lines, "  "+text.Pad(label, labels)+l)
			}
		}
		out = append(out, lines)
	}
	var works [][2]string
	for _, b := range now {
		if b.Enabled() {
			works = append(works, [2]string{b.Help().Key, b.Help().Desc})
		}
	}
	section("Now", works)
	for _, g := range here {
		section(g.Title, slices.DeleteFunc(g.Groups, func(k [2]string) bool { return slices.Contains(works, k) }))
	}
	for _, g := range everywhere {
		section(g.Title, g.Groups)
	}
	prose := func(title, words string) {
		lines := []string{title}
		for _, l := range text.Wrap(words, max(w-2, 10)) {
			lines = append(lines, "  "+l)
		}
		out = append(out, lines)
	}
	prose("Text fields", "The usual keys of a shell's line: ctrl+a ctrl+e ctrl+k ctrl+u ctrl+w, alt+b alt+f, arrows, home, end. Paste as your terminal does it.")
	if search.Enabled() {
		prose("By name", search.Help().Key+" finds what can be done by a few letters of its name, and does it.")
	}
	return out
}
