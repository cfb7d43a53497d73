package ui

import (
	"fmt"
	"strings"

	"telex/ui/page"
	"telex/ui/widget"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// View composes the header, the screen or what stands in front of it, the status
// line and the keys. It changes nothing.
func (a *app) View() tea.View {
	v := tea.NewView("")
	v.AltScreen = true
	v.KeyboardEnhancements.ReportAlternateKeys = true // see latin
	v.WindowTitle = "telex"
	if a.deps.Sandbox {
		v.WindowTitle = "telex (sandbox)"
	}
	l := a.layout
	switch {
	case l.W == 0 || l.H == 0:
		return v
	case l.TooSmall:
		v.Content = a.theme.Shown(ansi.Truncate(fmt.Sprintf("telex needs %d×%d", widget.MinWidth, widget.MinHeight), l.W, ""))
		return v
	}
	status := a.statusLine.lines(l.W, l.BodyH, a.theme)
	body := a.body().Fit(l.W, l.BodyH-(len(status)-1))
	lines := make([]string, 0, l.H)
	lines = append(lines, header(a.page, a.deps.Sender, a.form.From, l.W, a.theme))
	for len(lines) < l.BodyTop {
		lines = append(lines, "")
	}
	lines = append(lines, body.Lines...)
	lines = append(append(lines, status...), a.keyLine())
	v.Content = a.theme.Shown(strings.Join(lines, "\n"))
	if body.Cursor != nil {
		v.Cursor = body.Cursor
		v.Cursor.Y += l.BodyTop
		v.Cursor.X = min(a.theme.Column(lines[v.Cursor.Y], v.Cursor.X), l.W-1)
	}
	return v
}

func (a *app) body() widget.Frame {
	switch {
	case a.help != nil:
		p := widget.Pager{Lines: a.helpText(), Top: a.help.Top}
		return widget.Frame{Lines: p.Window(a.layout.BodyH)}
	case a.unlock != nil:
		return a.unlock.view(a.layout.W, a.theme)
	case a.dialog != nil:
		return a.dialog.View(a.layout.W, a.layout.BodyH, a.theme)
	case a.chooser != nil:
		return a.chooser.view(a.layout.W, a.layout.BodyH, a.theme)
	}
	return a.screen().View(&a.form, a.theme)
}

// working are the keys that work now, the screen's own first.
func (a *app) working() []key.Binding {
	k := a.keys
	if a.unlock != nil {
		return a.keymap.Question.All()
	}
	if a.dialog != nil {
		return a.dialog.Keys()
	}
	if a.chooser != nil {
		return a.chooser.bindings.All()
	}
	next, back := k.NextStep, k.Back
	next.SetEnabled(a.page < page.Review || a.page == page.Review && a.batch != nil)
	if a.page < page.Response {
		next.SetHelp(next.Help().Key, page.Steps[a.page+1])
	}
	back.SetEnabled(a.page > page.Compose && a.page < page.Response)
	own := a.screen().Keys(&a.form)
	if a.page.Beside() {
		return append(own, k.Quit)
	}
	if k.History.SetEnabled(!a.batch.running()); k.History.Enabled() {
		own = append(own, k.History)
	}
	if a.page < page.Review {
		return append([]key.Binding{next}, append(own, back, k.Quit)...) // the way on comes first
	}
	return append(own, next, back, k.Quit)
}

func (a *app) keyLine() string {
	if a.help != nil {
		leave := a.keys.Back
		leave.SetHelp("esc", "close help")
		return keyLine([]key.Binding{a.keymap.Review.Scroll}, leave, a.layout.W, a.theme)
	}
	if a.unlock != nil {
		k := a.keymap.Question
		return keyLine([]key.Binding{k.Yes}, k.No, a.layout.W, a.theme)
	}
	if a.dialog != nil {
		k := a.dialog.Keys()
		return keyLine(k[:1], k[1], a.layout.W, a.theme)
	}
	if a.chooser != nil {
		k := a.chooser.bindings
		return keyLine([]key.Binding{k.Take, k.Move, k.Remove}, k.Leave, a.layout.W, a.theme)
	}
	return keyLine(a.working(), a.keys.Help, a.layout.W, a.theme)
}

func (a *app) helpText() []string {
	groups := a.keymap.Groups()
	return helpLines(a.working(), groups[a.page+1:a.page+2], groups[:1], a.layout.W)
}
