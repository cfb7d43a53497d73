package ui

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	tea "charm.land/bubbletea/v2"

	"telex/messaging/outbox"
	"telex/ui/draft"
	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/words"
)

// saveAfter is how long after a key the draft is saved: half of the second that is
// promised, so that a burst of keys costs one write.
const saveAfter = 500 * time.Millisecond

// A keeper knows which draft of the outbox is the form, and what of it is there.
type keeper struct {
	id     int64      // 0: none yet
	saved  draft.Form // as the outbox has it, or a sent row does
	due    bool       // a save is waiting for its time
	saving bool
	inRow  bool           // saved is in rows of the outbox, and not a draft
	made   *atomic.Int64  // the id that the save under way makes, once it has
	failed string         // why the last save failed; "" if it did not
	after  func() tea.Cmd // what waits for the end of a save; nil for nothing
}

// Messages of saving drafts and taking them up.
type (
	draftDue   struct{}
	draftSaved struct {
		id   int64
		form draft.Form
		err  error
	}
	draftsFound struct {
		drafts []outbox.Draft
		err    error
	}
	draftTaken struct {
		draft outbox.Draft
		over  draft.Form // what it takes the place of
		err   error
	}
	draftLeft struct {
		form draft.Form
		then func() tea.Cmd
		err  error
	}
)

// keepsDrafts reports whether what is typed outlasts this telex.
func (a *app) keepsDrafts() bool {
	return a.store != nil && !a.store.OmitsText() && a.keeper.failed == ""
}

// keepDraft sees to it that the form is on the disk within a second. It is called
// after every message.
func (a *app) keepDraft() tea.Cmd {
	k := &a.keeper
	if !a.maySave() || k.due {
		return nil
	}
	k.due = true
	return tea.Tick(saveAfter, func(time.Time) tea.Msg { return draftDue{} })
}

// onDraft takes the messages of saving; ok is false for others.
func (a *app) onDraft(msg tea.Msg) (cmd tea.Cmd, ok bool) {
	switch msg := msg.(type) {
	case draftDue:
		a.keeper.due = false
		return a.saveDraft(), true
	case draftSaved:
		return a.onDraftSaved(msg), true
	case draftsFound:
		a.onDraftsFound(msg)
	case draftTaken:
		return a.onDraftTaken(msg), true
	case draftLeft:
		return a.onDraftLeft(msg), true
	case recorded:
		if msg.err != nil {
			a.say(page.Status{Text: text.Clean(msg.err.Error()), Kind: page.StatusFailed})
		}
	default:
		return nil, false
	}
	return nil, true
}

// maySave reports whether there is something to save, and nothing in the way. While
// messages are sent the form stays as their rows have it.
func (a *app) maySave() bool {
	return a.store != nil && !a.moving && !a.store.OmitsText() && !a.keeper.saving && !a.batch.running() && !a.form.Same(&a.keeper.saved)
}

// saveDraft writes the form as it is now, or deletes the draft of an empty one.
func (a *app) saveDraft() tea.Cmd {
	k := &a.keeper
	if !a.maySave() {
		return nil
	}
	f := a.form.Clone()
	if !f.IsEmpty() {
		return a.saveAs(f, nil, func(id int64, err error) tea.Msg { return draftSaved{id, f, err} })
	}
	k.saving = true
	store, ctx, id := a.store, a.ctx, k.id
	return func() tea.Msg { return draftSaved{0, f, store.DeleteDraft(ctx, id)} }
}

// saveAs writes a form to its draft, goes on with more, which may be nil, and reports
// how that went. No other save begins before its end, and the program waits for it.
func (a *app) saveAs(f draft.Form, more func(ctx context.Context, id int64) error, done func(id int64, err error) tea.Msg) tea.Cmd {
	k := &a.keeper
	k.saving, k.made = true, new(atomic.Int64)
	store, ctx, id, profile, made, flight := a.store, a.ctx, k.id, a.deps.Profile, k.made, &a.inFlight
	return func() tea.Msg {
		flight.begin()
		defer flight.end()
		body, err := f.Encode()
		if err == nil {
			id, err = store.SaveDraft(ctx, id, profile, body)
		}
		if err == nil {
			made.Store(id)
			if more != nil {
				err = more(ctx, id)
			}
		}
		return done(id, err)
	}
}

// onDraftSaved ends a save. A send that waited for it begins: its transaction
// deletes the draft, which must not be written again after that.
func (a *app) onDraftSaved(msg draftSaved) tea.Cmd {
	k := &a.keeper
	k.saving = false
	k.saved, k.inRow = msg.form, false // also after a failure, which the next change tries again
	if msg.err == nil {
		k.id, k.failed = msg.id, ""
	} else if words := "what you are writing cannot be saved: " + text.Clean(msg.err.Error()); words != k.failed {
		k.failed = words
		a.say(page.Status{Text: words, Kind: page.StatusFailed})
	}
	return a.afterwards()
}

// afterwards does what waited for the end of a save.
func (a *app) afterwards() tea.Cmd {
	next := a.keeper.after
	if next == nil {
		return nil
	}
	a.keeper.after = nil
	return next()
}

// afterSave does something that must not meet a save under way. One thing can wait.
func (a *app) afterSave(do func() tea.Cmd) tea.Cmd {
	switch {
	case a.keeper.after != nil:
		return a.act(page.Warn("the draft is still being saved; try again in a moment"))
	case a.keeper.saving:
		a.keeper.after = do
		return nil
	}
	return do()
}

// saveLast saves what is typed when the program is over, and reports whether there
// is a draft then.
func (a *app) saveLast(ctx context.Context) (kept bool, err error) {
	if a.form.IsEmpty() || a.store.OmitsText() {
		return false, nil
	}
	if a.keeper.saving && a.keeper.made != nil && a.keeper.id == 0 {
		a.keeper.id = a.keeper.made.Load()
	}
	if a.form.Same(&a.keeper.saved) && a.keeper.failed == "" && (a.keeper.id == 0 || a.store.Present(ctx) == nil) {
		return a.keeper.id != 0, nil
	}
	if a.batch != nil && a.batch.settledAs(a.form) {
		return false, nil
	}
	body, err := a.form.Encode()
	if err != nil {
		return false, err
	}
	a.keeper.id, err = a.store.SaveDraft(ctx, a.keeper.id, a.deps.Profile, body)
	return err == nil, err
}

// sentAs notes that the form as it is now is in rows of the outbox, and its draft gone.
func (k *keeper) sentAs(f *draft.Form) { k.id, k.saved, k.inRow = 0, f.Clone(), true }

// sent reports whether a form is in rows of the outbox as it stands.
func (k *keeper) sent(f *draft.Form) bool { return k.inRow && f.Same(&k.saved) }

// draftNotice offers what earlier runs left behind.
func draftNotice(drafts []outbox.Draft, now time.Time, draftsKey string) string {
	what := "what you wrote " + words.Age(now.Sub(drafts[0].Updated)) + " ago is kept"
	if n := len(drafts); n > 1 {
		what = fmt.Sprintf("%d drafts are kept, the latest from %s ago", n, words.Age(now.Sub(drafts[0].Updated)))
	}
	words, _ := draftWords(drafts[0])
	return what + ": " + words + "; " + draftsKey + " takes it up"
}

// draftWords is a draft in one line: its recipients and how its text begins.
func draftWords(d outbox.Draft) (words string, ok bool) {
	f, err := draft.Decode(d.Body)
	if err != nil {
		return text.Clean(err.Error()), false
	}
	to := "no recipient"
	if len(f.To) > 0 {
		to = "to " + text.Clean(strings.Join(firstOf(f.To, 2), ", "))
	}
	first, _, more := strings.Cut(f.Text, "\n")
	if r := []rune(first); len(r) > 30 {
		first, more = string(r[:29]), true
	}
	if more {
		first += "…"
	}
	if f.Text == "" {
		return to + ", no text", true
	}
	return to + ", “" + text.Clean(first) + "”", true
}
