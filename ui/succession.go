package ui

import (
	tea "charm.land/bubbletea/v2"

	"telex/ui/account"
	"telex/ui/draft"
	"telex/ui/page"
	"telex/ui/text"
)

// Going over to another account ends the app and begins a new one, with a new
// program around it: nothing that was asked for the old account can be answered to
// the new one, however late it comes. What is being written comes along.

// switched is what the new account needs.
type switched struct {
	deps Deps
	err  error
}

// useAccount goes over to another account; nil is the sandbox.
func (a *app) useAccount(to *account.Account) tea.Cmd {
	switch {
	case a.batch.running():
		return a.act(page.Warn("a message is being sent: esc twice cancels it"))
	case a.opening && a.store == nil && a.storeErr == nil:
		return a.act(page.Warn("the outbox is still being opened; try again in a moment"))
	case a.moving:
		return nil
	}
	a.moving = true
	a.dialog, a.chooser, a.unlock = nil, nil, nil // they are about the account in use
	words := "opening the sandbox"
	if to != nil {
		words = "opening account " + text.Clean(to.AccountID)
	}
	a.status = page.Status{Text: words, Kind: page.StatusDone}
	use, ctx := a.deps.Use, a.ctx
	return func() tea.Msg {
		deps, err := use(ctx, to)
		return switched{deps, err}
	}
}

// onSwitched ends this app, for another to go on.
func (a *app) onSwitched(msg switched) tea.Cmd {
	a.moving = false
	if msg.err != nil {
		a.status = page.Status{Text: text.Clean(msg.err.Error()), Kind: page.StatusFailed}
		return nil
	}
	d := msg.deps
	d.Environ, d.In, d.Out = a.deps.Environ, a.deps.In, a.deps.Out
	a.next = &d
	return tea.Quit
}

// successor is the app of the next account. Call it after end.
func (a *app) successor() *app {
	b := newApp(a.ctx, *a.next, a.now)
	b.setup.forms = a.setup.forms
	b.notices = append(b.notices, a.alongNotices()...)
	if f := a.form; !f.IsEmpty() && (a.batch == nil || !a.batch.settledAs(f)) {
		h := a.keeper.Bequeath(&f)
		b.heritage = &h
		f.From, f.ApplicationID, f.ResendOf = b.form.From, b.form.ApplicationID, 0 // those were of the old account
		b.form = f
	}
	words := "sending through account " + text.Clean(b.deps.AccountID) + " now"
	if b.deps.Profile != "" {
		words = "sending through " + text.Clean(b.deps.Profile) + " now"
	}
	if b.deps.Sandbox {
		words = "the sandbox is in use now: nothing is really sent"
	}
	b.status = page.Status{Text: words, Kind: page.StatusDone}
	return b
}

// inherit makes what was left a draft of this app.
func (a *app) inherit(h draft.Heritage) tea.Cmd {
	a.heritage = nil
	return a.write(a.keeper.Inherit(h), func(w draft.Written) tea.Msg { return draftSaved{w} })
}
