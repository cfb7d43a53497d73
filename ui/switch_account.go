package ui

import (
	"context"

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

// A switching is the way from one account to another.
type switching struct {
	moving   bool            // what the other account needs is being looked for
	next     *Deps           // what the app after this one needs; nil: there is none
	heritage *draft.Heritage // what the app before left; nil once it is taken over
}

// begin looks for what an account needs; nil is the sandbox.
func (s *switching) begin(ctx context.Context, use func(context.Context, *account.Account) (Deps, error), to *account.Account) tea.Cmd {
	s.moving = true
	return func() tea.Msg {
		deps, err := use(ctx, to)
		return switched{deps, err}
	}
}

// end takes what was found. Then there is a next app, in the same world, or why not.
func (s *switching) end(msg switched, w World) error {
	s.moving = false
	if msg.err != nil {
		return msg.err
	}
	d := msg.deps
	d.World = w
	s.next = &d
	return nil
}

// inherited takes over what the app before left; nil for nothing.
func (s *switching) inherited() *draft.Heritage {
	h := s.heritage
	s.heritage = nil
	return h
}

// useAccount goes over to another account; nil is the sandbox.
func (a *app) useAccount(to *account.Account) tea.Cmd {
	switch {
	case a.batch.running():
		return a.act(page.Warn("a message is being sent: esc twice stops it"))
	case a.isOpening():
		return a.act(page.Warn("the outbox is still being opened; try again in a moment"))
	case a.moving:
		return nil
	}
	a.overlays = nil // they are about the account in use
	words := "opening the sandbox"
	if to != nil {
		words = "opening account " + text.Clean(to.AccountID)
	}
	a.say(page.Status{Text: words, Kind: page.StatusDone})
	return a.switching.begin(a.ctx, a.deps.Use, to)
}

// onSwitched ends this app, for another to go on.
func (a *app) onSwitched(msg switched) tea.Cmd {
	if err := a.switching.end(msg, a.deps.World); err != nil {
		return a.act(page.Failed(text.Clean(err.Error())))
	}
	return tea.Quit
}

// successor is the app of the next account. Call it after end.
func (a *app) successor() *app {
	b := newApp(a.ctx, *a.next, a.now)
	b.setup.Inherit(a.setup)
	b.add(a.along()...)
	b.toldASCII = true // or it is among them
	if f := a.form; !f.IsEmpty() && (a.batch == nil || !a.batch.settledAs(f)) {
		h := a.keeper.Bequeath(&f)
		b.heritage = &h
		f.From, f.ApplicationID, f.ResendOf = b.form.From, b.form.ApplicationID, 0 // those were of the old account
		b.form = f
	}
	words := "Using account " + text.Clean(b.deps.AccountID)
	if b.deps.Profile != "" {
		words = "Using account " + text.Clean(b.deps.Profile)
	}
	if b.deps.Sandbox {
		words = "Sandbox: nothing leaves this machine"
	}
	b.say(page.Status{Text: words, Kind: page.StatusDone})
	return b
}

// inherit makes what was left a draft of this app.
func (a *app) inherit(h draft.Heritage) tea.Cmd {
	return a.write(a.keeper.Inherit(h), func(w draft.Written) tea.Msg { return draftSaved{w} })
}
