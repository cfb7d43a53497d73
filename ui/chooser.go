package ui

import (
	"errors"
	"slices"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"telex/messaging/outbox"
	"telex/ui/draft"
	"telex/ui/keys"
	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/widget"
	"telex/ui/words"
)

// A chooser stands in front of the screen and lists the drafts that nobody is
// writing. The user opened it.
type chooser struct {
	drafts   []outbox.Draft
	list     widget.List
	bindings keys.Drafts
	now      time.Time // when it was opened, by which ages are told
	busy     bool      // a draft is being taken up
}

// view lists the drafts, a line each, and shows more of the selected one's text.
func (c *chooser) view(w, h int, t widget.Theme) widget.Frame {
	var out widget.Frame
	out.Add(t.Title.Render("Drafts kept from earlier"))
	from, to := c.list.Visible()
	for i := from; i < min(to, len(c.drafts)); i++ {
		mark := "  "
		if i == c.list.At {
			mark = "> "
		}
		phrase, _ := draftWords(c.drafts[i])
		at := out.Add(ansi.Truncate(mark+text.Pad(words.Age(c.now.Sub(c.drafts[i].Updated))+" ago", 16)+phrase, w, "…"))
		if i == c.list.At {
			out.Cursor = widget.Steady(0, at)
		}
	}
	out.Add("")
	if f, err := draft.Decode(c.drafts[c.list.At].Body); err == nil {
		for l := range strings.SplitSeq(text.CleanLines(clip(f.Text)), "\n") {
			for _, part := range text.Wrap(l, w) {
				if len(out.Lines) < h {
					out.Add(part)
				}
			}
		}
	}
	return out
}

// openDrafts asks the outbox for drafts that nobody is writing.
func (a *app) openDrafts() tea.Cmd {
	if why := a.notReady(); why != "" {
		return a.act(page.Warn(why))
	}
	store, ctx := a.store, a.ctx
	return func() tea.Msg {
		drafts, err := store.Drafts(ctx)
		return draftsFound{drafts, err}
	}
}

func (a *app) onDraftsFound(msg draftsFound) {
	a.chooser = nil
	switch {
	case a.moving || a.batch.running():
	case msg.err != nil:
		a.status = page.Status{Text: text.Clean(msg.err.Error()), Kind: page.StatusFailed}
	case len(msg.drafts) == 0:
		a.status = page.Status{Text: "no other draft is kept", Kind: page.StatusDone}
	default:
		a.chooser = &chooser{drafts: msg.drafts, bindings: a.keymap.Drafts, now: a.now()}
		a.sizeChooser()
	}
}

// sizeChooser gives half of the room to the list, the rest to the text.
func (a *app) sizeChooser() {
	if a.chooser != nil {
		a.chooser.list.Resize(len(a.chooser.drafts), max(a.layout.BodyH/2-1, 1))
	}
}

func (a *app) pressChooser(msg tea.KeyPressMsg) tea.Cmd {
	c := a.chooser
	switch k := c.bindings; {
	case c.busy, a.moving:
	case key.Matches(msg, k.Take):
		d := c.drafts[c.list.At]
		return a.orAsk("Take this draft up?", func() tea.Cmd {
			if a.chooser = c; c.busy {
				return nil
			}
			return a.afterSave(func() tea.Cmd {
				if a.chooser != c {
					return nil // it was left meanwhile
				}
				return a.takeDraft(d)
			})
		})
	case key.Matches(msg, k.Remove):
		a.dialog = a.deleteDialog(c.drafts[c.list.At])
	case key.Matches(msg, k.Leave):
		a.chooser = nil
	default:
		c.list.Move(msg, k.Move)
	}
	return nil
}

func (a *app) deleteDialog(d outbox.Draft) *page.Dialog {
	words, _ := draftWords(d)
	store, ctx := a.store, a.ctx
	return &page.Dialog{
		Title: "Delete this draft?", Yes: "delete it", Body: []string{words, "", "It cannot be brought back."},
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
	a.chooser.busy = true
	return a.write(a.keeper.Take(d.ID, &a.form), func(w draft.Written) tea.Msg { return draftTaken{w, d.Updated} })
}

func (a *app) onDraftTaken(msg draftTaken) tea.Cmd {
	next := a.keeper.Taken(msg.Written)
	a.chooser = nil
	if errors.Is(msg.Err, outbox.ErrNotFound) {
		a.status = page.Status{Text: "another telex took that draft up, or deleted it", Kind: page.StatusWarn}
		return afterwards(next)
	}
	if msg.Err != nil {
		a.status = page.Status{Text: text.Clean(msg.Err.Error()), Kind: page.StatusFailed}
		return afterwards(next)
	}
	a.form = msg.Form
	if a.form.ApplicationID == "" {
		a.form.ApplicationID = a.deps.ApplicationID
	}
	a.notices = slices.DeleteFunc(a.notices, func(n notice) bool { return n.drafts })
	cmd := a.goTo(page.Compose, page.AtDefault)
	a.status = page.Status{Text: "taken up as it was " + words.Age(a.now().Sub(msg.updated)) + " ago", Kind: page.StatusDone}
	return tea.Batch(cmd, afterwards(next))
}
