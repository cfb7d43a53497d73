package ui

import (
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"telex/messaging/outbox"
)

// A chooser stands in front of the screen and lists the drafts that nobody is
// writing. The user opened it.
type chooser struct {
	drafts   []outbox.Draft
	list     list
	bindings chooserKeys
	now      time.Time // when it was opened, by which ages are told
}

type chooserKeys struct{ take, move, remove, leave key.Binding }

func newChooserKeys() chooserKeys {
	return chooserKeys{
		take:   bind([]string{"enter"}, "enter", "take it up"),
		move:   bind([]string{"up", "down", "pgup", "pgdown", "home", "end"}, "up/down", "select"),
		remove: bind([]string{"x", "delete", "backspace"}, "x", "delete it"),
		leave:  bind([]string{"esc"}, "esc", "leave them"),
	}
}

func (k chooserKeys) all() []key.Binding {
	return []key.Binding{k.take, k.move, k.remove, k.leave}
}

// view lists the drafts, a line each, and shows more of the selected one's text.
func (c *chooser) view(w, h int, t theme) frame {
	var out frame
	out.add(t.title.Render("Drafts kept from earlier"))
	from, to := c.list.visible()
	for i := from; i < min(to, len(c.drafts)); i++ {
		mark := "  "
		if i == c.list.at {
			mark = "> "
		}
		words, _ := draftWords(c.drafts[i])
		at := out.add(ansi.Truncate(mark+pad(age(c.now.Sub(c.drafts[i].Updated))+" ago", 16)+words, w, "…"))
		if i == c.list.at {
			out.cursor = steady(0, at)
		}
	}
	out.add("")
	if f, err := decodeForm(c.drafts[c.list.at].Body); err == nil {
		for l := range strings.SplitSeq(CleanLines(clip(f.Text)), "\n") {
			for _, part := range wrap(l, w) {
				if len(out.lines) < h {
					out.add(part)
				}
			}
		}
	}
	return out
}

// openDrafts asks the outbox for drafts that nobody is writing.
func (a *app) openDrafts() tea.Cmd {
	if why := a.notReady(); why != "" {
		return a.act(warn(why))
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
	case msg.err != nil:
		a.status = status{Clean(msg.err.Error()), statusFailed}
	case len(msg.drafts) == 0:
		a.status = status{"no other draft is kept", statusDone}
	default:
		a.chooser = &chooser{drafts: msg.drafts, bindings: a.keymap.drafts, now: a.now()}
		a.sizeChooser()
	}
}

// sizeChooser gives half of the room to the list, the rest to the text.
func (a *app) sizeChooser() {
	if a.chooser != nil {
		a.chooser.list.resize(len(a.chooser.drafts), max(a.layout.bodyH/2-1, 1))
	}
}

func (a *app) pressChooser(msg tea.KeyPressMsg) tea.Cmd {
	c := a.chooser
	switch k := c.bindings; {
	case key.Matches(msg, k.take):
		return a.afterSave(func() tea.Cmd { return a.takeDraft(c.drafts[c.list.at]) })
	case key.Matches(msg, k.remove):
		a.dialog = a.deleteDialog(c.drafts[c.list.at])
	case key.Matches(msg, k.leave):
		a.chooser = nil
	default:
		c.list.move(msg, k.move)
	}
	return nil
}

func (a *app) deleteDialog(d outbox.Draft) *dialog {
	words, _ := draftWords(d)
	store, ctx := a.store, a.ctx
	return &dialog{
		title: "Delete this draft?", yes: "delete it", body: []string{words, "", "It cannot be brought back."},
		act: func() tea.Cmd {
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
// its own.
func (a *app) takeDraft(d outbox.Draft) tea.Cmd {
	store, ctx, profile := a.store, a.ctx, a.deps.Profile
	id, now, saved := a.keeper.id, a.form.clone(), a.form.same(&a.keeper.saved)
	return func() tea.Msg {
		if err := store.TakeDraft(ctx, d.ID); err != nil {
			return draftTaken{d, err}
		}
		if now.isEmpty() || saved && id == 0 {
			return draftTaken{d, nil} // empty, or sent already
		}
		body, err := now.encode()
		if err == nil {
			id, err = store.SaveDraft(ctx, id, profile, body)
		}
		if err == nil {
			err = store.LeaveDraft(ctx, id)
		}
		return draftTaken{d, err}
	}
}

func (a *app) onDraftTaken(msg draftTaken) tea.Cmd {
	a.chooser = nil
	if msg.err != nil {
		a.status = status{Clean(msg.err.Error()), statusFailed}
		return nil
	}
	f, err := decodeForm(msg.draft.Body)
	if err != nil {
		a.status = status{Clean(err.Error()), statusFailed}
		return nil
	}
	if f.ApplicationID == "" {
		f.ApplicationID = a.deps.ApplicationID
	}
	a.form = f
	a.keeper.id, a.keeper.saved = msg.draft.ID, f.clone()
	a.notices = nil
	cmd := a.goTo(composePage, atDefault)
	a.status = status{"taken up as it was " + age(a.now().Sub(msg.draft.Updated)) + " ago", statusDone}
	return cmd
}

// leaveDraft keeps what is in the form as a draft that nobody is writing.
func (a *app) leaveDraft() tea.Cmd {
	k := &a.keeper
	if a.store == nil || a.store.OmitsText() || a.form.isEmpty() || k.id == 0 && a.form.same(&k.saved) {
		return nil
	}
	store, ctx, profile, id, f := a.store, a.ctx, a.deps.Profile, k.id, a.form.clone()
	return func() tea.Msg {
		body, err := f.encode()
		if err == nil {
			id, err = store.SaveDraft(ctx, id, profile, body)
		}
		if err == nil {
			err = store.LeaveDraft(ctx, id)
		}
		return recorded{err}
	}
}
