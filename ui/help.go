package ui

import (
	"strings"

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
		return helpLines(a.working(a.overlays.under(p)), groups[a.page+1:a.page+2], groups[:1], w)
	}
	a.show(p)
}

// helpLines is the help page: the keys that work now, the keys of this screen that
// do not, then those that work everywhere. It is made of the bindings themselves.
func helpLines(now []key.Binding, here, everywhere []keys.Group, w int) []string {
	var out []string
	section := func(title string, keys [][2]string) {
		if len(keys) == 0 {
			return
		}
		if len(out) > 0 {
			out = append(out, "")
		}
		out = append(out, title)
		for _, k := range keys {
			for i, l := range text.Wrap(k[1], max(w-18, 10)) {
				label := k[0]
				if i > 0 {
					label = ""
				}
				out = append(out, "  "+text.Pad(label, 16)+l)
			}
		}
	}
	var works [][2]string
	for _, b := range now {
		if b.Enabled() {
			works = append(works, [2]string{b.Help().Key, b.Help().Desc})
		}
	}
	section("Now", works)
	for _, g := range append(here, everywhere...) {
		section(g.Title, g.Groups)
	}
	out = append(out, "", "Text fields")
	for _, l := range text.Wrap("The usual keys of a shell's line: ctrl+a ctrl+e ctrl+k ctrl+u ctrl+w, alt+b alt+f, arrows, home, end. Paste as your terminal does it.", max(w-2, 10)) {
		out = append(out, "  "+l)
	}
	return out
}

// keyLine is the footer: as many keys as fit, the last one always among them.
func keyLine(bindings []key.Binding, always key.Binding, w int, t widget.Theme) string {
	item := func(b key.Binding) (styled string, cells int) {
		h := b.Help()
		return t.Key.Render(h.Key) + " " + h.Desc, text.Width(h.Key) + 1 + text.Width(h.Desc)
	}
	last, used := item(always)
	var parts []string
	for _, b := range bindings {
		if !b.Enabled() {
			continue
		}
		s, n := item(b)
		if used+3+n > w {
			break
		}
		used += 3 + n
		parts = append(parts, s)
	}
	return strings.Join(append(parts, last), "   ")
}
