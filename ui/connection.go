package ui

import (
	"errors"

	tea "charm.land/bubbletea/v2"

	"telex/ui/account"
	"telex/ui/page"
	"telex/ui/text"
)

// linked is the end of making a link.
type linked struct {
	try  int
	link account.Link
	err  error
}

// linking is how far the way to the API is.
type linking struct {
	under bool // it is being made
	try   int
	err   error  // why it could not be made; nil if it could, or was not tried yet
	told  string // the notice of that; "" for none
	close func() // of the link there is
}

// connect makes the way to the API, after the first frame: a keyring can take its
// time.
func (a *app) connect(typed account.Typed) tea.Cmd {
	if a.deps.Connect == nil || a.linking.under {
		return nil
	}
	a.linking.under, a.linking.err = true, nil
	a.linking.try++
	connect, ctx, try := a.deps.Connect, a.ctx, a.linking.try
	return func() tea.Msg {
		l, err := connect(ctx, typed)
		return linked{try, l, err}
	}
}

func (a *app) onLinked(msg linked) {
	if msg.try != a.linking.try {
		return
	}
	a.linking.under, a.linking.err = false, msg.err
	a.withdraw(func(n notice) bool { return n.text == a.linking.told })
	a.linking.told = ""
	if msg.err == nil {
		a.unlock = nil
		a.useLink(msg.link)
		return
	}
	ask, asks := errors.AsType[*account.AskError](msg.err)
	switch {
	case asks && a.unlock != nil:
		a.unlock.ask(ask)
	case asks:
		a.linking.told = "nothing can be sent before you give " + text.Clean(ask.What) + ": enter on Review asks for it"
	default:
		a.unlock = nil
		a.linking.told = "nothing can be sent: " + text.Clean(msg.err.Error())
	}
	if a.linking.told != "" {
		a.notify(a.linking.told)
	}
}

// useLink takes a link over, for all who ask the API.
func (a *app) useLink(l account.Link) {
	a.closeLink()
	a.linking.close = l.Close
	a.deps.Sender, a.deps.Lister, a.deps.Curl, a.deps.BaseURL = l.Sender, l.Lister, l.Curl, l.BaseURL
	a.review.deps = a.deps
	a.history.lister, a.history.by = l.Lister, a.by()
	for _, w := range l.Warnings {
		a.notify(text.Clean(w))
	}
	if a.page == page.Review {
		a.review.build(&a.form)
	}
}

// closeLink ends what was started for the link.
func (a *app) closeLink() {
	if a.linking.close != nil {
		a.linking.close()
		a.linking.close = nil
	}
}

// notLinked is why the API cannot be reached; "" if it can.
func (a *app) notLinked() string {
	switch {
	case a.deps.Sender != nil:
		return ""
	case a.linking.under:
		return "the way to the API is still being made; try again in a moment"
	case a.linking.err != nil:
		return text.Clean(a.linking.err.Error())
	}
	return "no account is connected: " + a.keys.Setup.Help().Key + " does that"
}
