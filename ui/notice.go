package ui

import (
	tea "charm.land/bubbletea/v2"

	"telex/messaging/outbox"
)

// A notice is something to be told that stays until esc. They are shown one at a time.
type notice struct {
	text   string         // clean
	untold []outbox.Entry // the messages it tells of; they count as told when it was seen
	drafts bool           // it offers drafts
	along  bool           // it goes along to the next account, if it was not seen before
}

// notify adds a notice. Its text is clean.
func (a *app) notify(text string) { a.notices = append(a.notices, notice{text: text}) }

// alongNotices are those that the app of the next account shows too.
func (a *app) alongNotices() []notice {
	var along []notice
	for _, n := range a.notices {
		if n.along {
			along = append(along, n)
		}
	}
	return along
}

// seen takes the first notice away.
func (a *app) seen() tea.Cmd {
	n := a.notices[0]
	a.notices = a.notices[1:]
	if len(n.untold) == 0 || a.store == nil {
		return nil
	}
	store, ctx := a.store, a.ctx
	return func() tea.Msg { return recorded{store.Told(ctx, n.untold)} }
}
