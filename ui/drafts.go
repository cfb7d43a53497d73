package ui

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"telex/messaging/outbox"
	"telex/ui/draft"
	"telex/ui/page"
	"telex/ui/text"
)

// saveAfter is how long after a key the draft is saved: half of the second that is
// promised, so that a burst of keys costs one write.
const saveAfter = 500 * time.Millisecond

// A keeper keeps the form; what waits for the end of a write makes a command.
type keeper = draft.Keeper[func() tea.Cmd]

// Messages of saving drafts and taking them up.
type (
	draftDue    struct{}
	draftAgain  struct{} // what could not be saved is to be tried again
	draftSaved  struct{ draft.Written }
	draftsFound struct {
		drafts []outbox.Draft
		err    error
	}
	draftTaken struct {
		draft.Written
		updated time.Time // when it was written last
	}
	draftLeft struct {
		draft.Written
		then func() tea.Cmd
	}
)

// keepDraft sees to it that the form is on the disk within a second. It is called
// after every message.
func (a *app) keepDraft() tea.Cmd {
	if a.holdsDraft() || !a.keeper.Changed(&a.form) {
		return nil
	}
	return tea.Tick(saveAfter, func(time.Time) tea.Msg { return draftDue{} })
}

// holdsDraft reports whether the form is not to be saved now. While messages are sent it
// stays as their rows have it.
func (a *app) holdsDraft() bool { return a.moving || a.batch.running() || a.laterSend.recording }

// onDraft takes the messages of saving; ok is false for others.
func (a *app) onDraft(msg tea.Msg) (cmd tea.Cmd, ok bool) {
	switch msg := msg.(type) {
	case draftDue:
		return a.saveDraft(), true
	case draftAgain:
		a.keeper.Again()
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

// saveDraft writes the form as it is now, or deletes the draft of an empty one.
func (a *app) saveDraft() tea.Cmd {
	if a.holdsDraft() {
		a.keeper.CallOff()
		return nil
	}
	work := a.keeper.Due(&a.form)
	if work == nil {
		return nil
	}
	return a.write(work, func(w draft.Written) tea.Msg { return draftSaved{w} })
}

// write is the command of a keeper's write. The program waits for it at its end.
func (a *app) write(work draft.Work, done func(draft.Written) tea.Msg) tea.Cmd {
	ctx, flight := a.ctx, &a.inFlight
	return func() tea.Msg {
		flight.begin()
		defer flight.end()
		return done(work(ctx))
	}
}

// notSaved begins what is said of a form that could not be saved.
const notSaved = "what you are writing cannot be saved: "

// onDraftSaved ends a save. A failure is told once, and until it is saved. Where the database
// is away it is tried again also if nobody types.
func (a *app) onDraftSaved(msg draftSaved) tea.Cmd {
	was := a.keeper.Failed()
	next := a.keeper.Saved(msg.Written)
	switch told := strings.HasPrefix(a.status.Text, notSaved); {
	case msg.Err == nil && told:
		a.hush()
	case msg.Err != nil && (was == nil || was.Error() != msg.Err.Error()):
		a.say(page.Status{Text: notSaved + text.Clean(msg.Err.Error()), Kind: page.StatusFailed})
	}
	cmd := afterwards(next)
	if errors.Is(msg.Err, outbox.ErrUnreachable) {
		cmd = tea.Batch(cmd, tea.Tick(openEvery, func(time.Time) tea.Msg { return draftAgain{} }))
	}
	return cmd
}

// afterwards does what waited for the end of a write, which may be nothing.
func afterwards(next func() tea.Cmd) tea.Cmd {
	if next == nil {
		return nil
	}
	return next()
}

// afterSave does something that must not meet a write under way. One thing can wait.
func (a *app) afterSave(do func() tea.Cmd) tea.Cmd {
	switch now, later := a.keeper.After(do); {
	case now:
		return do()
	case later:
		return nil
	}
	return a.act(page.Warn("the draft is still being saved; try again in a moment"))
}

// leaveDraft keeps what is in the form as a draft that nobody is writing, and goes on
// with then when it is.
func (a *app) leaveDraft(then func() tea.Cmd) tea.Cmd {
	work := a.keeper.Leave(&a.form)
	if a.leftDraft = false; work == nil {
		return then()
	}
	return a.write(work, func(w draft.Written) tea.Msg { return draftLeft{w, then} })
}

func (a *app) onDraftLeft(msg draftLeft) tea.Cmd {
	left, next := a.keeper.Left(msg.Written, &a.form)
	switch {
	case msg.Err != nil:
		a.say(page.Status{Text: "nothing was changed, because what you are writing cannot be kept: " + text.Clean(msg.Err.Error()), Kind: page.StatusFailed})
		return afterwards(next)
	case !left:
		a.say(page.Status{Text: "you went on writing, so nothing was changed; try again", Kind: page.StatusWarn})
		return afterwards(next)
	}
	a.leftDraft = true
	cmd := msg.then()
	if a.status.Text == "" {
		a.say(page.Status{Text: "what you wrote is kept as a draft: " + a.keys.Drafts.Help().Key + " lists it", Kind: page.StatusDone})
	}
	return tea.Batch(cmd, afterwards(next))
}

// saveLast saves what is typed when the program is over, and reports whether there
// is a draft then.
func (a *app) saveLast(ctx context.Context) (kept bool, err error) {
	return a.keeper.Last(ctx, &a.form, a.batch != nil && a.batch.settledAs(a.form))
}

// draftNotice offers what earlier runs left behind: the latest of so many drafts.
func draftNotice(latest outbox.Draft, kept int, now time.Time, draftsKey string) notice {
	what := "Unfinished message from " + dayTime(latest.Updated, now)
	if kept > 1 {
		what = fmt.Sprintf("%d unfinished messages, the latest from %s", kept, dayTime(latest.Updated, now))
	}
	words, ok := draft.Gist(latest)
	if _, said, some := strings.Cut(words, "“"); ok && some {
		words = "“" + said // of what a row holds it says most
	}
	return notice{
		text:   what + ": " + draftsKey + " to continue. " + words,
		short:  draftsKey + ": unfinished message from " + dayTime(latest.Updated, now),
		drafts: true, rank: aboutDrafts,
	}
}

// dayTime is a time in the past: the time of day, and the day if that is not today. It does
// not grow old on a screen, as an age does.
func dayTime(at, now time.Time) string {
	at = at.In(now.Location())
	switch {
	case at.Format(time.DateOnly) == now.Format(time.DateOnly):
		return at.Format("15:04")
	case now.Sub(at) < 6*24*time.Hour && now.After(at):
		return at.Format("Mon 15:04")
	}
	return at.Format("2006-01-02 15:04")
}
