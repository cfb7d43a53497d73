package ui

import (
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"telex/messaging/outbox"
	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/widget"
)

// A statusLine is what stands above the keys: what was said last and, while that is
// nothing, the notices, one at a time.
type statusLine struct {
	status  page.Status
	notices []notice // what there is to be told, until esc
}

// A notice is something to be told that stays until esc.
type notice struct {
	text   string         // clean
	untold []outbox.Entry // the messages it tells of; they count as told when it was seen
	drafts bool           // it offers drafts
	along  bool           // it goes along to the next account, if it was not seen before
}

// say puts words in the place of what was said before.
func (l *statusLine) say(s page.Status) { l.status = s }

// hush takes away what was said.
func (l *statusLine) hush() { l.status = page.Status{} }

// clearDone takes away a success, as the next key does.
func (l *statusLine) clearDone() {
	if l.status.Kind == page.StatusDone {
		l.hush()
	}
}

// notify adds a notice. Its text is clean.
func (l *statusLine) notify(text string) { l.add(notice{text: text}) }

// add adds notices behind those there are.
func (l *statusLine) add(n ...notice) { l.notices = append(l.notices, n...) }

// withdraw takes away notices that nobody needs to see any more.
func (l *statusLine) withdraw(gone func(notice) bool) {
	l.notices = slices.DeleteFunc(l.notices, gone)
}

// along are the notices that the app of the next account shows too.
func (l *statusLine) along() []notice {
	var along []notice
	for _, n := range l.notices {
		if n.along {
			along = append(along, n)
		}
	}
	return along
}

// dismiss takes away the innermost of what is shown, as esc does: what was said, else
// the first notice, which then was seen. It reports whether there was anything, and the
// messages of which the user knows by that.
func (l *statusLine) dismiss() (told []outbox.Entry, ok bool) {
	switch {
	case l.status.Text != "":
		l.hush()
	case len(l.notices) > 0:
		told = l.notices[0].untold
		l.notices = l.notices[1:]
	default:
		return nil, false
	}
	return told, true
}

// lines are what is shown in w columns. They take rows of the page's part, which has h,
// when that is long: half of a warning is none.
func (l *statusLine) lines(w, h int, t widget.Theme) []string {
	style, said := t.Danger, l.status
	most := max(h/2, 1)
	if said.Text == "" && len(l.notices) > 0 { // one at a time: on a small screen no more are read
		said = page.Status{Text: l.notices[0].text + " (esc: seen)", Kind: page.StatusWarn}
		if n := len(l.notices) - 1; n > 0 {
			said.Text = fmt.Sprintf("%s (esc: seen; %d more)", l.notices[0].text, n)
		}
		most = max(h*3/4, 1)
	}
	switch said.Kind {
	case page.StatusDone:
		style = lipgloss.NewStyle()
	case page.StatusWarn:
		style = t.Warn
	case page.StatusFailed:
	}
	lines := text.Wrap(said.Text, w)
	if len(lines) > most {
		lines = lines[:most]
	}
	for i, line := range lines {
		lines[i] = style.Render(line)
	}
	return lines
}

// escape takes away the innermost of what stands above the keys; ok is false if there
// is nothing.
func (a *app) escape() (cmd tea.Cmd, ok bool) {
	told, ok := a.dismiss()
	if len(told) == 0 || a.store == nil {
		return nil, ok
	}
	store, ctx := a.store, a.ctx
	return func() tea.Msg { return recorded{store.Told(ctx, told)} }, ok
}
