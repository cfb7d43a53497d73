package ui

import (
	"fmt"
	"strings"

	"telex/ui/page"
	"telex/ui/terminal"
	"telex/ui/text"
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
	if a.deps.Mouse {
		v.MouseMode = tea.MouseModeCellMotion
	}
	v.ReportFocus = a.calls() && terminal.SaysFocus(a.deps.Environ)
	v.WindowTitle = "telex"
	if a.deps.Sandbox {
		v.WindowTitle = "telex (sandbox)"
	}
	l := a.layout
	switch {
	case l.W == 0 || l.H == 0:
		return v
	case l.TooSmall:
		v.Content = a.theme.Shown(strings.Join(tooSmall(l.W, l.H), "\n"))
		return v
	}
	status := a.statusLine.lines(l.W, l.BodyH, a.theme)
	body := a.body().Fit(l.W, l.BodyH-(len(status)-1))
	lines := make([]string, 0, l.H)
	lines = append(lines, header(a.page, a.deps.Sender, a.compose.sender(&a.form), a.newsWords(), l.W, a.theme))
	for len(lines) < l.BodyTop {
		lines = append(lines, a.theme.Rule.Render(strings.Repeat("─", l.W)))
	}
	lines = append(lines, body.Lines...)
	lines = append(append(lines, status...), a.footer().line(l.W, a.theme))
	v.Content = a.theme.Shown(strings.Join(lines, "\n"))
	if body.Cursor != nil {
		v.Cursor = body.Cursor
		v.Cursor.Y += l.BodyTop
		v.Cursor.X = min(a.theme.Column(lines[v.Cursor.Y], v.Cursor.X), l.W-1)
	}
	return v
}

// tooSmall is what is said in a terminal of w by h cells, where nothing can be shown and no key
// does anything but end the program.
func tooSmall(w, h int) []string {
	lines := []string{ansi.Truncate(fmt.Sprintf("telex needs %d×%d", widget.MinWidth, widget.MinHeight), w, "")}
	lines = append(lines, text.Wrap("until then keys do nothing", w)...)
	return lines[:min(h, len(lines))]
}

// body is what has the page's part of the screen.
func (a *app) body() widget.Frame {
	if front := a.overlays.top(); front != nil {
		return shown(front, a.layout.W, a.layout.BodyH, a.theme)
	}
	return a.screen().View(&a.form, a.theme)
}

// working are the keys that work now on an overlay or, if it is nil, on the page, the
// page's own first.
func (a *app) working(on overlay) []key.Binding {
	if on != nil {
		return on.keys()
	}
	k := a.keys
	next, back := k.NextStep, k.Back
	next.SetEnabled(a.page < page.Review || a.page == page.Review && a.batch != nil)
	if a.page < page.Response {
		next.SetHelp(next.Help().Key, page.Steps[a.page+1])
	}
	back.SetEnabled(a.page > page.Compose && a.page < page.Response)
	own := a.screen().Keys(&a.form)
	if a.page.Beside() {
		return append(own, k.Commands, k.Quit)
	}
	if k.History.SetEnabled(!a.batch.running()); k.History.Enabled() {
		own = append(own, k.History)
	}
	own = append(own, k.Commands)
	if a.page < page.Review {
		return append([]key.Binding{next}, append(own, back, k.Quit)...) // the way on comes first
	}
	return append(own, next, back, k.Quit)
}
