package ui

import (
	"context"
	"errors"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"telex/ui/account"
	"telex/ui/page"
	"telex/ui/text"
)

// A connection is the way to the API: how far it is, and where it leads.
type connection struct {
	connect func(ctx context.Context, typed account.Typed) (account.Link, error) // nil: the link is there from the start
	link    account.Link                                                         // as far as it is known; without a sender nothing can be sent
	under   bool                                                                 // it is being made
	try     int
	err     error  // why it could not be made; nil if it could, or was not tried yet
	told    string // the notice of that; "" for none
}

// linked is the end of making a link.
type linked struct {
	try  int
	link account.Link
	err  error
}

// first makes the way to the API, once, after the first frame.
func (c *connection) first(ctx context.Context) tea.Cmd {
	if c.try > 0 {
		return nil
	}
	return c.begin(ctx, nil)
}

// begin makes the way to the API with what was typed for it, if it is not being made: a
// keyring can take its time.
func (c *connection) begin(ctx context.Context, typed account.Typed) tea.Cmd {
	if c.connect == nil || c.under {
		return nil
	}
	c.under, c.err = true, nil
	c.try++
	connect, try := c.connect, c.try
	return func() tea.Msg {
		l, err := connect(ctx, typed)
		return linked{try, l, err}
	}
}

// end takes the end of making a link; ok is false for one that nobody waits for. A link
// takes the place of the one before, which it closes.
func (c *connection) end(msg linked) (ok bool) {
	if msg.try != c.try || !c.under {
		return false
	}
	c.under, c.err = false, msg.err
	if msg.err == nil {
		c.close()
		c.link = msg.link
	}
	return true
}

// close ends what was started for the link.
func (c *connection) close() {
	if c.link.Close != nil {
		c.link.Close()
		c.link.Close = nil
	}
}

// asks is what only the user knows and without which there is no link; nil if nothing is
// known to be missing.
func (c *connection) asks() *account.AskError {
	if ask, ok := errors.AsType[*account.AskError](c.err); ok && !c.under {
		return ask
	}
	return nil
}

// why is why nothing can be sent; "" if it can. Setup is the key that helps.
func (c *connection) why(setup key.Binding) string {
	switch {
	case c.link.Sender != nil:
		return ""
	case c.under:
		return "the way to the API is still being made; try again in a moment"
	case c.err != nil:
		return text.Clean(c.err.Error())
	}
	return "no account is connected: " + setup.Help().Key + " does that"
}

// notice is what the user is told of a failure without having asked; "" for nothing.
func (c *connection) notice() string {
	switch ask := c.asks(); {
	case c.err == nil:
		return ""
	case ask != nil:
		return "nothing can be sent before you give " + text.Clean(ask.What) + ": enter on Review asks for it"
	}
	return "nothing can be sent: " + text.Clean(c.err.Error())
}

// onLinked takes a link over for all who ask the API, or tells why there is none.
func (a *app) onLinked(msg linked) tea.Cmd {
	if !a.conn.end(msg) {
		return nil
	}
	a.withdraw(func(n notice) bool { return n.text == a.conn.told })
	a.conn.told = ""
	if u, open := openOf[*unlock](a.overlays); open {
		if ask := a.conn.asks(); ask != nil {
			u.ask(ask)
			return nil
		}
		a.overlays.close(u)
		if a.page == page.Review && a.conn.err == nil {
			a.say(page.Status{Text: "Unlocked. Press enter to send", Kind: page.StatusDone})
		}
	}
	if a.conn.told = a.conn.notice(); a.conn.told != "" {
		n := notice{text: a.conn.told}
		if a.conn.asks() != nil {
			n.rank = aboutLater
		}
		a.add(n)
		return nil
	}
	for _, w := range msg.link.Warnings {
		a.notify(text.Clean(w))
	}
	a.refresh()
	return tea.Batch(a.follow(), a.sendDue(a.now()))
}
