package ui

import (
	"context"
	"errors"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"telex/messaging/outbox"
)

// switched is the end of going over to another account.
type switched struct {
	deps  Deps
	store storeOpened
	draft int64 // of what is being written, in the new outbox
	form  form  // as it was kept there
	err   error
}

// useAccount goes over to another account, or to the sandbox. What is being written
// comes along: it is kept in the new outbox before it leaves the old one.
func (a *app) useAccount(name string) tea.Cmd {
	switch {
	case a.batch.running():
		return a.act(warn("a message is being sent: esc twice cancels it"))
	case a.moving:
		return nil
	}
	a.moving = true
	a.status = status{"opening " + orName(name), statusDone}
	return a.afterSave(func() tea.Cmd {
		accounts, ctx, old, id, f := a.deps.Accounts, a.ctx, a.store, a.keeper.id, a.form.clone()
		if a.batch != nil && a.batch.settledAs(f) {
			f, id = form{}, 0 // its words went out
		}
		return func() tea.Msg {
			deps, err := accounts.Use(ctx, name)
			if err != nil {
				return switched{err: err}
			}
			return moveTo(ctx, deps, old, id, f)
		}
	})
}

func orName(name string) string {
	if name == "" {
		return "the sandbox"
	}
	return Clean(name)
}

// moveTo opens the outbox of the new account and takes the draft there.
func moveTo(ctx context.Context, deps Deps, old *outbox.Outbox, id int64, f form) switched {
	f.From, f.ApplicationID, f.resendOf = newForm(deps).From, deps.ApplicationID, 0 // the old ones are of the old account
	m := switched{deps: deps, form: f, store: readStore(ctx, deps.OpenOutbox)}
	if m.store.err != nil {
		return m // it is told, and the words stay in the form
	}
	if !f.isEmpty() && !m.store.store.OmitsText() {
		body, err := f.encode()
		if err == nil {
			m.draft, err = m.store.store.SaveDraft(ctx, 0, deps.Profile, body)
		}
		if err != nil {
			_ = m.store.store.Close() // nothing was written to it
			return switched{err: fmt.Errorf("what you are writing cannot be kept there: %w", err)}
		}
	}
	if old != nil {
		// A draft that stays behind is offered once more; none is lost.
		m.store.odd = errors.Join(m.store.odd, old.DeleteDraft(ctx, id), old.Close())
	}
	return m
}

// onSwitched makes the console that of the new account.
func (a *app) onSwitched(msg switched) tea.Cmd {
	a.moving = false
	if msg.err != nil {
		a.status = status{Clean(msg.err.Error()), statusFailed}
		return nil
	}
	if a.linking.close != nil {
		a.linking.close()
	}
	a.linking = linking{try: a.linking.try + 1}
	d := msg.deps
	d.Environ, d.In, d.Out = a.deps.Environ, a.deps.In, a.deps.Out
	typed := a.form // the user may have typed on
	if a.batch != nil && a.batch.settledAs(typed) {
		typed = form{} // its words went out
	}
	a.deps, a.batch, a.earlier, a.notices = d, nil, nil, nil
	a.store, a.storeErr = nil, nil
	a.build()
	a.form = typed
	a.form.From, a.form.ApplicationID, a.form.resendOf = msg.form.From, msg.form.ApplicationID, 0
	a.keeper = keeper{id: msg.draft, saved: msg.form}
	a.resize(a.layout.w, a.layout.h)
	opened := a.onStoreOpened(msg.store)
	link := a.connect(nil)
	a.page = composePage
	show := a.screen().show(&a.form, atDefault)
	words := "sending through " + orName(d.Profile) + " now"
	if d.Sandbox {
		words = "the sandbox is in use now: nothing is really sent"
	}
	a.status = status{words, statusDone}
	return tea.Batch(opened, link, show)
}
