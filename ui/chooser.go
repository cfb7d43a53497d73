package ui

import (
	"errors"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"telex/messaging/outbox"
	"telex/ui/draft"
	"telex/ui/keys"
	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/widget"
)

// A chooser stands in front of the screen and lists the drafts that nobody is
// writing. The user opened it.
type chooser struct {
	preview

	drafts   []outbox.Draft
	bindings keys.Drafts
	now      time.Time // when it was opened, by which days are told
	busy     bool      // a draft is being taken up
	take     func(outbox.Draft) tea.Cmd
	remove   func(outbox.Draft) page.Dialog
}

func (c *chooser) update(msg tea.Msg) (page.Intent, tea.Cmd) {
	k, ok := msg.(tea.KeyPressMsg)
	switch b := c.bindings; {
	case !ok, c.busy:
	case key.Matches(k, b.Take):
		return nil, c.take(c.drafts[c.list.At])
	case key.Matches(k, b.Remove):
		return page.Ask{Dialog: c.remove(c.drafts[c.list.At])}, nil
	case key.Matches(k, b.Leave):
		return closed{c, nil}, nil
	default:
		c.list.Move(k, b.Move)
	}
	return nil, nil
}

func (c *chooser) resize(w, h int) { c.preview.resize(len(c.drafts), w, h) }

func (c *chooser) keys() []key.Binding { return c.bindings.All() }
func (c *chooser) typing() bool        { return false }

// view lists the drafts, a line each, and shows more of the selected one's text.
func (c *chooser) view(t widget.Theme) widget.Frame {
	var body string
	if f, err := draft.Decode(c.drafts[c.list.At].Body); err == nil {
		body = f.Text
	}
	times := dayTimes(len(c.drafts), func(i int) time.Time { return c.drafts[i].Updated }, c.now)
	return c.preview.view(func(i int) string {
		gist, _ := draft.Gist(c.drafts[i])
		return times[i] + gist
	}, body, t)
}

// openDrafts asks the outbox for drafts that nobody is writing.
func (a *app) openDrafts() tea.Cmd {
	why := a.notReady()
	if a.batch.running() {
		why = stillSending
	}
	if why != "" {
		return a.act(page.Warn(why))
	}
	store, ctx := a.store, a.ctx
	return func() tea.Msg {
		drafts, err := store.Drafts(ctx)
		return draftsFound{drafts, err}
	}
}

func (a *app) onDraftsFound(msg draftsFound) {
	a.closeChooser()
	a.withdraw(func(n notice) bool { return n.drafts }) // the list says what it said
	switch {
	case a.moving || a.batch.running():
	case msg.err != nil:
		a.say(page.Status{Text: text.Clean(msg.err.Error()), Kind: page.StatusFailed})
	case len(msg.drafts) == 0:
		a.say(page.Status{Text: "no unfinished messages", Kind: page.StatusDone})
	default:
		c := &chooser{drafts: msg.drafts, bindings: a.keymap.Drafts, now: a.now(), remove: a.deleteDialog}
		c.title = "Unfinished messages"
		c.take = func(d outbox.Draft) tea.Cmd { return a.takeUp(c, d) }
		a.showLate(c)
	}
}

// closeChooser takes the list of drafts away, if it is there.
func (a *app) closeChooser() {
	if c, ok := openOf[*chooser](a.overlays); ok {
		a.overlays.close(c)
	}
}

// takeUp takes up a draft of a list, after a question if that loses words.
func (a *app) takeUp(c *chooser, d outbox.Draft) tea.Cmd {
	return a.orAsk("Continue this draft?", func() tea.Cmd {
		a.closeChooser() // another one may have come meanwhile
		if a.showLate(c); c.busy {
			return nil
		}
		return a.afterSave(func() tea.Cmd {
			if open, ok := openOf[*chooser](a.overlays); !ok || open != c {
				return nil // it was left meanwhile
			}
			c.busy = true
			return a.takeDraft(d)
		})
	})
}

func (a *app) deleteDialog(d outbox.Draft) page.Dialog {
	words, _ := draft.Gist(d)
	store, ctx := a.store, a.ctx
	return page.Dialog{
		Title: "Delete this draft?", Yes: "delete", Body: []string{words, "", "It cannot be brought back."},
		Act: func() tea.Cmd {
			return func() tea.Msg {
				if err := store.DeleteDraft(ctx, d.ID); err != nil {
					return recorded{err}
				}
				drafts, err := store.Drafts(ctx)
				return draftsFound{drafts, err}
			}
		},
	}
}

// takeDraft makes a draft the form. What is in the form now is left as a draft of
// its own first.
func (a *app) takeDraft(d outbox.Draft) tea.Cmd {
	return a.write(a.keeper.Take(d.ID, &a.form), func(w draft.Written) tea.Msg { return draftTaken{w, d.Updated} })
}

func (a *app) onDraftTaken(msg draftTaken) tea.Cmd {
	next := a.keeper.Taken(msg.Written)
	a.closeChooser()
	if errors.Is(msg.Err, outbox.ErrNotFound) {
		a.say(page.Status{Text: "another telex continued that draft, or deleted it", Kind: page.StatusWarn})
		return afterwards(next)
	}
	if msg.Err != nil {
		a.say(page.Status{Text: text.Clean(msg.Err.Error()), Kind: page.StatusFailed})
		return afterwards(next)
	}
	a.replace(msg.Form)
	if a.form.ApplicationID == "" {
		a.form.ApplicationID = a.deps.ApplicationID
	}
	a.withdraw(func(n notice) bool { return n.drafts })
	cmd := a.goTo(page.Compose, page.AtDefault)
	a.say(page.Status{Text: "Draft restored", Kind: page.StatusDone})
	return tea.Batch(cmd, afterwards(next))
}
