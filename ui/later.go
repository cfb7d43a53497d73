package ui

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"telex/messaging"
	"telex/messaging/broadcast/hours"
	"telex/messaging/outbox"
	"telex/ui/draft"
	"telex/ui/history"
	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/words"
)

// A laterSend is what is sent later: by this console too, if it is open then; see dueSends.
type laterSend struct{ recording bool }

// askLater asks when the form is to be sent.
func (a *app) askLater() tea.Cmd {
	if why := a.notReady(); why != "" {
		return a.act(page.Failed(why))
	}
	a.show(newWhen(whenOptions{
		title: "Send " + a.form.Sends() + " later", yes: "send it then", byWhom: words.ByWhom(a.deps.shell(), a.news.workHere, true), bindings: a.keymap.Question, quiet: &a.quiet, now: a.now,
		read: func(typed string) (outbox.When, error) {
			w, err := readWhen(typed, draft.NamedZone(a.now()), a.now())
			if err != nil {
				return w, err
			}
			return w, lastsUntil(&a.form, w, a.now())
		},
		then: func(w outbox.When) page.Intent { return page.Submit{Consent: page.Consent{At: w}} },
	}))
	return nil
}

// readWhen reads a time; one without a zone is by the clocks of zone.
func readWhen(typed string, zone *time.Location, now time.Time) (outbox.When, error) {
	l, err := draft.ReadLater(typed, now)
	if err != nil {
		return outbox.When{}, err
	}
	return l.When(zone, now)
}

// lastsUntil is why a form would not leave then.
func lastsUntil(f *draft.Form, w outbox.When, now time.Time) error {
	switch {
	case !f.Expiration.IsZero() && !f.Expiration.After(w.At):
		return fmt.Errorf("it expires %s, so it would never be sent", words.Time(f.Expiration.In(now.Location())))
	case len(f.OwnFiles()) > 0 && w.At.Sub(now) > draft.FilesLast:
		return fmt.Errorf("files of yours are gone from Bandwidth after %d hours, before it leaves", int(messaging.MediaLife.Hours()))
	}
	return nil
}

// scheduled is the end of recording a form that is to be sent later.
type scheduled struct {
	form    draft.Form
	consent page.Consent
	err     error
}

// laterBy is who the rows say sends what is sent later. Each sandbox has an address of its
// own, and any of them will do.
func (d Deps) laterBy(by outbox.By) outbox.By {
	if d.Sandbox {
		by.BaseURL = ""
	}
	return by
}

func (a *app) laterBy() outbox.By { return a.deps.laterBy(a.by()) }

// schedule records the form, to be sent at the time that was agreed to.
func (a *app) schedule(c page.Consent) tea.Cmd {
	if a.laterSend.recording {
		return nil
	}
	a.laterSend.recording = true
	form, store, ctx, by, may, within := a.form.Clone(), a.store, a.ctx, a.laterBy(), a.deps.MayText, a.deps.within
	return a.afterSave(func() tea.Cmd {
		p := outbox.Plan{By: by, Messages: form.Messages(), Files: form.SentFiles(), ResendOf: form.ResendOf, Draft: a.keeper.ID(), Yes: c.Repeat}
		return func() tea.Msg {
			_, err := recordLater(ctx, store, p, c.At, may, within)
			return scheduled{form, c, err}
		}
	})
}

// recordLater records messages that are to be sent later, unless it is known by now that they
// would not leave then.
func recordLater(ctx context.Context, store *outbox.Outbox, p outbox.Plan, at outbox.When,
	may func(outbox.Entry, map[string]string, time.Time) string,
	within func([]messaging.Message, time.Time) outbox.Judge,
) (ids []int64, err error) {
	if err := mayLeaveThen(ctx, store, p, at, may); err != nil {
		return nil, err
	}
	p.May = within(p.Messages, at.At)
	return store.Schedule(ctx, p, at)
}

// errNotThen is a time at which a message would not leave.
var errNotThen = errors.New("it would not be sent then")

// mayLeaveThen asks what is asked when the messages leave, and known by now.
func mayLeaveThen(ctx context.Context, store *outbox.Outbox, p outbox.Plan, at outbox.When, may func(outbox.Entry, map[string]string, time.Time) string) error {
	if may == nil {
		return nil
	}
	zones := map[string]string{}
	for _, m := range p.Messages {
		known, err := store.Contacts(ctx, outbox.ContactFilter{Numbers: m.To})
		if err != nil {
			return err
		}
		for _, c := range known {
			zones[c.Number] = c.Zone
		}
		if why := may(outbox.Entry{By: p.By, Message: m}, zones, at.At); why != "" {
			return fmt.Errorf("%w: %s", errNotThen, why)
		}
	}
	return nil
}

// onScheduled shows what was recorded, or why nothing was.
func (a *app) onScheduled(msg scheduled) tea.Cmd {
	a.laterSend.recording = false
	if repeat, ok := errors.AsType[*outbox.RepeatError](msg.err); ok {
		a.showLate(a.question(againDialog(repeat.Repeats, a.review.deps.names, msg.consent)))
		return nil
	}
	if msg.err != nil {
		return a.act(page.Failed("nothing was scheduled: " + text.Clean(msg.err.Error())))
	}
	a.dueSends.nudge()
	a.keeper.Sent(&msg.form)
	gone := a.form.Same(&msg.form)
	if gone {
		a.reset()
	} else {
		a.keeper.Apart()
	}
	cmd := a.goTo(page.History, page.AtDefault)
	if gone {
		a.trail = nil // to a new message, not to a step that has nothing to show
	}
	a.say(page.Status{Text: "Not sent yet: it is to be sent " + words.When(msg.consent.At, a.now().Location()) + "; " + words.ByWhom(a.deps.shell(), a.news.workHere, true), Kind: page.StatusDone})
	return cmd
}

// dueChanged is the end of a change of a scheduled message.
type dueChanged struct {
	entry   outbox.Entry
	names   map[string]string // of recipients who are contacts
	said    string            // if it went well
	repeats []outbox.Repeat
	err     error
}

// onDueChanged tells of it.
func (a *app) onDueChanged(msg dueChanged) tea.Cmd {
	if moved, ok := errors.AsType[*outbox.MoveError](msg.err); ok {
		return a.act(page.Warn(fmt.Sprintf("message %d is %s by now, and nothing was changed", moved.ID, moved.From)))
	}
	if msg.err != nil {
		return a.act(page.Failed("nothing was changed: " + text.Clean(msg.err.Error())))
	}
	if len(msg.repeats) > 0 {
		d := againDialog(msg.repeats, msg.names, page.Consent{})
		d.Sends, d.Act = nil, func() tea.Cmd { return a.leaveNow(history.SendNow{Entry: msg.entry, Names: msg.names}, true) }
		a.showLate(a.question(d))
		return nil
	}
	a.dueSends.nudge()
	a.withdraw(func(n notice) bool { return len(n.untold) == 1 && n.untold[0].ID == msg.entry.ID })
	return a.act(page.Done(msg.said))
}

// cancelDue asks whether a scheduled or missed message is not to be sent.
func (a *app) cancelDue(in history.Cancel) tea.Cmd {
	store, ctx, e := a.store, a.ctx, in.Entry
	a.show(a.question(page.Dialog{
		Title: fmt.Sprintf("Cancel message %d?", e.ID), Yes: "cancel the message", No: "keep it", Body: a.dueBody(e, in.Names),
		Act: func() tea.Cmd {
			return func() tea.Msg {
				err := store.Unschedule(ctx, []int64{e.ID}, words.CancelledInTime)
				return dueChanged{entry: e, said: fmt.Sprintf("Message %d is cancelled; it will not be sent", e.ID), err: err}
			}
		},
	}))
	return nil
}

// dueBody is what a question about a scheduled message says below its title.
func (a *app) dueBody(e outbox.Entry, names map[string]string) []string {
	return []string{
		"To " + words.NamedRecipients(e.Message.To, names), "Due " + words.When(e.Due, a.now().Location()), "", words.Gist(e),
	}
}

// retime asks for another time for a scheduled or missed message.
func (a *app) retime(e outbox.Entry) tea.Cmd {
	store, ctx := a.store, a.ctx
	zone := hours.Location(e.Due.Zone)
	if zone == nil {
		zone = draft.NamedZone(a.now())
	}
	a.show(newWhen(whenOptions{
		title: fmt.Sprintf("Send message %d at another time", e.ID), yes: "send it then", byWhom: words.ByWhom(a.deps.shell(), a.news.workHere, true), bindings: a.keymap.Question, quiet: &a.quiet, now: a.now,
		read: func(typed string) (outbox.When, error) {
			w, err := readWhen(typed, zone, a.now())
			own := e.OwnExpiration()
			if err == nil && !own.IsZero() && !own.After(w.At) {
				err = fmt.Errorf("it expires %s, before that", words.Time(own.In(a.now().Location())))
			}
			return w, err
		},
		then: func(w outbox.When) page.Intent {
			return doing(func() tea.Cmd {
				said := fmt.Sprintf("Message %d is to be sent %s; %s", e.ID, words.When(w, a.now().Location()), words.ByWhom(a.deps.shell(), a.news.workHere, true))
				return func() tea.Msg {
					return dueChanged{entry: e, said: said, err: store.Reschedule(ctx, e.ID, w, false)}
				}
			})
		},
	}))
	return nil
}

// askLeaveNow asks whether a scheduled or missed message is to be sent at once.
func (a *app) askLeaveNow(in history.SendNow) tea.Cmd {
	e := in.Entry
	if why := a.conn.why(a.keys.Setup); why != "" {
		return a.act(page.Failed(why))
	}
	if by := a.laterBy(); e.By.AccountID != by.AccountID || e.By.BaseURL != "" && e.By.BaseURL != by.BaseURL {
		return a.act(page.Warn(fmt.Sprintf("message %d is of account %s at %s, and this console sends for %s", e.ID, text.Clean(e.By.AccountID), text.OrNone(text.Clean(e.By.BaseURL)), text.Clean(by.AccountID))))
	}
	a.show(a.question(page.Dialog{
		Title: fmt.Sprintf("Send message %d now?", e.ID), Yes: "send it now", Body: a.dueBody(e, in.Names),
		Act: func() tea.Cmd { return a.leaveNow(in, false) },
	}))
	return nil
}

// leaveNow has a message leave at once. If somebody got the same, yes is needed for that.
func (a *app) leaveNow(in history.SendNow, yes bool) tea.Cmd {
	store, ctx, now, e := a.store, a.ctx, a.now(), in.Entry
	return func() tea.Msg {
		m := dueChanged{entry: e, names: in.Names, said: fmt.Sprintf("Sending message %d", e.ID)}
		outs, err := store.OptedOut(ctx, e.By, []messaging.Message{e.Message})
		if err == nil && len(outs) > 0 {
			err = &outbox.OptOutError{OptOuts: outs}
		}
		if err == nil && !yes {
			m.repeats, err = store.Repeats(ctx, []messaging.Message{e.Message})
			m.repeats = slices.DeleteFunc(m.repeats, func(r outbox.Repeat) bool { return r.Entry.ID == e.ID })
		}
		if err == nil && len(m.repeats) == 0 {
			err = store.Reschedule(ctx, e.ID, outbox.WhenAt(now), yes)
		}
		m.err = err
		return m
	}
}
