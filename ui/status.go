package ui

import (
	"fmt"
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"telex/messaging/outbox"
	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/widget"
)

// A statusLine is what stands above the keys: what was said last and, while that is
// nothing, the notices, one at a time.
type statusLine struct {
	status    page.Status
	said      overlay  // what of all that is open said it; nil for the page, or others
	promised  *promise // what a key does if it comes once more, as the words of status say; nil for nothing
	notices   []notice // what there is to be told, the most important first, until esc
	offers    []notice // those of drafts, while they wait for Compose
	allOf     string   // the key that shows them whole
	toldASCII bool     // that the terminal shows ASCII only
	folded    bool     // the first of them has had a key since, so it has one row from now on
}

// A notice is something to be told that stays until esc, or until it has passed.
type notice struct {
	text   string
	short  string         // the same for a narrow terminal, where that is not its beginning; "" for none
	untold []outbox.Entry // the messages it tells of; they count as told when it was seen
	drafts bool           // it offers drafts
	along  bool           // it goes along to the next account, if it was not seen before
	rank   rank
}

// A rank is how important a notice is.
type rank int

const (
	aboutTrouble  rank = iota // something is wrong, or is not as the user thinks
	aboutUnknown              // messages that may be on their way
	aboutDrafts               // words that were not sent
	aboutMessages             // what became of others
	aboutLater                // it need not be known before something is done that asks for it
)

// say puts words in the place of what was said before.
func (l *statusLine) say(s page.Status) {
	s.Text = text.Clean(s.Text) // it tells of people, files and broadcasts by their names
	l.status, l.said, l.promised = s, nil, nil
}

// hush takes away what was said.
func (l *statusLine) hush() { l.status, l.said, l.promised = page.Status{}, nil, nil }

// A promise is what a key does if it comes once more. It stands as long as its words do.
type promise struct {
	page.Twice

	front overlay // what the words are about, if that is no page
	ends  bool    // it ends the program, whatever is in front
}

// promise says what a key does if it comes once more.
func (a *app) promise(t page.Twice, ends bool) {
	a.say(page.Status{Text: t.Text, Kind: page.StatusWarn})
	a.promised = &promise{t, a.overlays.top(), ends}
}

// keep does what was promised if that is the key for it. Any other key takes the promise
// away with its words.
func (a *app) keep(msg tea.KeyPressMsg) (cmd tea.Cmd, ok bool) {
	p := a.promised
	if p == nil {
		return nil, false
	}
	a.hush()
	if !key.Matches(msg, p.Key) || !p.ends && (a.layout.TooSmall || a.overlays.top() != p.front) {
		return nil, false
	}
	return p.Act(), true
}

// clearDone takes away a success, as the next key does.
func (l *statusLine) clearDone() {
	if l.status.Kind == page.StatusDone {
		l.hush()
	}
}

// notify adds a notice.
func (l *statusLine) notify(text string) { l.add(notice{text: text}) }

// add adds notices, cleaned, each behind those that are as important.
func (l *statusLine) add(all ...notice) {
	for _, n := range all {
		n.text, n.short = text.Clean(n.text), text.Clean(n.short)
		i := slices.IndexFunc(l.notices, func(other notice) bool { return other.rank > n.rank })
		if i < 0 {
			i = len(l.notices)
		}
		l.notices = slices.Insert(l.notices, i, n)
		l.folded = l.folded && i > 0
	}
}

// fold gives a notice no more than a row from now on, as the next key does: what it covers
// is not to stay covered. The page of keys has all of its words.
func (l *statusLine) fold() { l.folded = true }

// passes reports whether a notice has done its work when it was read: what it tells of is a
// key away, or is asked for when it is needed.
func (n notice) passes() bool { return n.rank == aboutDrafts || n.rank == aboutLater }

// turnTo sees to what stands above the keys when another page comes: a notice that passes
// goes with the page on which it was read, so that esc is the way out again.
func (l *statusLine) turnTo(to page.ID) {
	if len(l.notices) > 0 {
		n := l.notices[0]
		waits := n.drafts && (to.Beside() || to == page.Compose)
		if n.passes() && !waits {
			l.notices, l.folded = l.notices[1:], false
		}
	}
	l.hold(to)
}

// hold keeps what offers drafts where a message begins: beside the steps it waits for that.
func (l *statusLine) hold(at page.ID) {
	switch {
	case at == page.Compose:
		l.add(l.offers...)
		l.offers = nil
	case at.Beside():
		for _, n := range l.notices {
			if n.drafts {
				l.offers = append(l.offers, n)
			}
		}
		l.remove(func(n notice) bool { return n.drafts })
	}
}

// withdraw takes away notices that nobody needs to see any more.
func (l *statusLine) withdraw(gone func(notice) bool) {
	l.remove(gone)
	l.offers = slices.DeleteFunc(l.offers, gone)
}

// remove takes away notices that stand above the keys.
func (l *statusLine) remove(gone func(notice) bool) {
	l.folded = l.folded && len(l.notices) > 0 && !gone(l.notices[0]) // the next one was not seen yet
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
		l.notices, l.folded = l.notices[1:], false
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
	if said.Text == "" && len(l.notices) > 0 {
		return l.noticeLines(w, h, t)
	}
	switch said.Kind {
	case page.StatusDone:
		style = widget.Style{}
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

// asciiWords say what is missing, and what helps, on a terminal whose locale is not UTF-8.
const asciiWords = "This terminal says it shows ASCII only, so accents and emoji become ?: export LANG=C.UTF-8"

// tellASCII tells of such a terminal, once.
func (a *app) tellASCII() {
	if a.theme.ASCII && !a.toldASCII {
		a.toldASCII = true
		a.add(notice{text: asciiWords, rank: aboutLater, along: true})
	}
}

// noticeLines is the first notice, in w columns: on a small screen no more than one are
// read. Its first row says which of how many it is; what takes it away is in the footer.
func (l *statusLine) noticeLines(w, h int, t widget.Theme) []string {
	which := ""
	if n := len(l.notices); n > 1 {
		which = fmt.Sprintf("1 of %d", n)
	}
	room := w
	if which != "" {
		room -= text.Width(which) + noticeGap
	}
	words := l.notices[0].text
	if short := l.notices[0].short; short != "" && w < widget.Narrow {
		words = short
	}
	switch {
	case l.notices[0].drafts: // what stands at its end is shown by its own key too
		words = text.Truncate(words, room)
	case l.folded && text.Width(words) > room:
		more := " (" + l.allOf + ": more)"
		words = text.Truncate(words, room-len(more)) + more
	}
	switch n := text.Width(words); {
	case n > room:
		if which != "" {
			words += "  " + which
		}
	case which != "":
		return []string{t.Warn.Render(words) + strings.Repeat(" ", room-n+noticeGap) + which}
	}
	lines := text.Wrap(words, w)
	lines = lines[:min(len(lines), max(h*3/4, 1))]
	for i, line := range lines {
		lines[i] = t.Warn.Render(line)
	}
	return lines
}

// noticeGap is between a notice and which of them it is.
const noticeGap = 2

// escape takes away the innermost of what stands above the keys; ok is false if there
// is nothing.
func (a *app) escape() (cmd tea.Cmd, ok bool) {
	told, ok := a.dismiss()
	return a.told(told), ok
}

// told records that the user knows what became of messages.
func (a *app) told(entries []outbox.Entry) tea.Cmd {
	if len(entries) == 0 || a.store == nil {
		return nil
	}
	store, ctx := a.store, a.ctx
	return func() tea.Msg { return recorded{store.Told(ctx, entries)} }
}

// seenInHistory takes away the notices of what became of messages: History shows it.
func (a *app) seenInHistory() tea.Cmd {
	var seen []outbox.Entry
	for _, n := range a.notices {
		seen = append(seen, n.untold...)
	}
	a.withdraw(func(n notice) bool { return len(n.untold) > 0 })
	return a.told(seen)
}
