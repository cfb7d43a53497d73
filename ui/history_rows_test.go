package ui

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/account"
	"telex/ui/history"
	"telex/ui/page"
)

// historyDeps are those of a console whose outbox holds n messages that were not
// sent, "text 1" to "text n", and then what seed adds.
func historyDeps(t *testing.T, deps Deps, n int, seed func(o *outbox.Outbox)) (Deps, string) {
	t.Helper()
	deps, path := withOutbox(t, deps, outbox.Options{})
	o, err := deps.OpenOutbox(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := o.Close(); err != nil {
			t.Fatal(err)
		}
	}()
	for from := 1; from <= n; from += 100 {
		p := outbox.Plan{By: outbox.By{AccountID: deps.AccountID}, Yes: true}
		for i := from; i < min(from+100, n+1); i++ {
			p.Messages = append(p.Messages, messageOf(fmt.Sprintf("text %d", i), five[i%len(five)]))
		}
		batch, err := o.Plan(t.Context(), &fakeSender{send: unsent}, p)
		if err != nil {
			t.Fatal(err)
		}
		batch.Send(t.Context(), 0)
		if err := batch.Abandon(t.Context(), 1, "a test"); err != nil {
			t.Fatal(err)
		}
	}
	if seed != nil {
		seed(o)
	}
	return deps, path
}

func unsent(context.Context, messaging.Message) (*messaging.Receipt, error) {
	return nil, &messaging.Error{Op: "send message", Outcome: messaging.Unsent, Err: errors.New("no connection")}
}

func messageOf(text string, to ...string) messaging.Message {
	return messaging.Message{
		From: "+19195550100", To: to, Text: text, Tag: "tag-" + strings.ReplaceAll(text, " ", "-"), ApplicationID: "93de2206-9669-4e07-948d-329f4b722ee2",
	}
}

// plan records messages and sends them.
func plan(t *testing.T, o *outbox.Outbox, by outbox.By, s account.Sender, messages ...messaging.Message) {
	t.Helper()
	batch, err := o.Plan(t.Context(), s, outbox.Plan{By: by, Messages: messages, Yes: true})
	if err != nil {
		t.Fatal(err)
	}
	for i := range messages {
		if r := batch.Send(t.Context(), i); r.Unrecorded != nil {
			t.Fatal(r.Unrecorded)
		}
	}
}

// shownIDs are the ids of the rows of History on the screen, from the top.
func (d *driver) shownIDs() []int64 { return d.a.history.InSight() }

// selectedID is the id of the row of History with the cursor; 0 for none.
func (d *driver) selectedID() int64 { return d.a.history.Selected() }

// useHistory gives a console a history of another store.
func useHistory(a *app, store history.Store) {
	a.history = history.New(a.ctx, func() history.Store { return store }, a.historyAPI, a.keymap, a.now)
	a.history.Resize(a.layout.W, a.layout.BodyH)
	a.screens[page.History] = a.history
}

// showHistory shows the history of another store, with its newest rows read.
func showHistory(a *app, store history.Store) {
	useHistory(a, store)
	a.goTo(page.History, page.AtDefault)
	a.Update(tea.KeyPressMsg{Code: tea.KeyLeft}) // another state as the filter, and back
	_, read := a.Update(tea.KeyPressMsg{Code: tea.KeyRight})
	a.Update(read())
}

// openHistory shows the newest message of another store.
func openHistory(a *app, store history.Store) {
	showHistory(a, store)
	_, read := a.Update(tea.KeyPressMsg{Code: tea.KeyEnter})
	a.Update(read())
}
