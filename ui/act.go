package ui

import (
	"errors"
	"fmt"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/account"
	"telex/ui/draft"
	"telex/ui/text"
	"telex/ui/words"
)

// act does what a screen asked for.
func (a *app) act(in intent) tea.Cmd {
	switch in := in.(type) {
	case nil:
	case tell:
		a.status = in.status
	case nextPage:
		return a.step(1, atStart)
	case prevPage:
		return a.step(-1, atEnd)
	case goToField:
		if in.field == messaging.FieldApplicationID {
			a.status = status{a.applicationWords(), statusFailed}
			return nil
		}
		cmd := a.goTo(pageOf(in.field), atDefault)
		a.screen().jump(in.field, in.index, &a.form)
		return cmd
	case submit:
		return a.submit(in.consent)
	case sendAgain:
		return a.sendAgain(in.entry)
	case leaveHistory, leaveSetup:
		return a.goTo(a.before, atDefault)
	case useAccount:
		return a.useAccount(in.account)
	case stop:
		a.stop()
	case again:
		return a.again()
	case fresh:
		return a.fresh()
	case repair:
		return a.repair(in)
	case ask:
		a.dialog = &in.dialog
	case copyOut:
		return a.copyOut(in)
	case edit:
		return a.openEditor()
	}
	return nil
}

// submit sends the form, once: a second enter finds a batch under way.
func (a *app) submit(c consent) tea.Cmd {
	if a.batch.running() {
		return nil
	}
	if why := a.notReady(); why != "" {
		return a.act(failed(why))
	}
	if ask, ok := errors.AsType[*account.AskError](a.linking.err); ok && !a.linking.under {
		a.unlock = newUnlock(ask, a.layout.W)
		return nil
	}
	if why := a.notLinked(); why != "" {
		return a.act(failed(why))
	}
	if a.deps.Production && !c.production {
		d := a.productionDialog(c)
		a.dialog = &d
		return nil
	}
	a.asked = false
	send := a.startBatch(c)
	return tea.Batch(send, a.goTo(responsePage, atDefault))
}

// productionDialog asks once more before something is sent in earnest.
func (a *app) productionDialog(c consent) dialog {
	messages := a.form.Messages()
	c.production = true
	return dialog{
		title: "Send in production?", yes: "send", sends: &c,
		body: []string{
			fmt.Sprintf("%s goes out through %s, which is marked as production.", text.Count(len(messages), "message"), text.Clean(a.deps.Profile)),
			"To " + recipientWords(&a.form),
		},
	}
}

// again goes back to Compose with what there is to send again.
func (a *app) again() tea.Cmd {
	if a.batch == nil || a.batch.running() {
		return nil
	}
	var kept string
	a.form, kept = a.batch.less(a.form)
	a.form.ResendOf = a.batch.only()
	cmd := a.goTo(composePage, atDefault)
	if kept != "" {
		a.status = status{kept, statusWarn}
	}
	return cmd
}

// repair goes to a field that was refused. Of individual messages those that went
// out are left behind.
func (a *app) repair(in repair) tea.Cmd {
	var kept string
	a.form, kept = a.batch.less(a.form)
	a.form.ResendOf = a.batch.only()
	index := in.index
	if in.to != "" {
		index = slices.Index(a.form.To, in.to)
	}
	cmd := a.act(goToField{in.field, index})
	if kept != "" {
		a.status = status{kept, statusWarn}
	}
	return cmd
}

// fresh begins a new message. Words that are in no row yet are left as a draft; it asks
// if they would be lost.
func (a *app) fresh() tea.Cmd {
	begin := func() tea.Cmd {
		a.reset()
		return a.goTo(composePage, atDefault)
	}
	return a.orAsk("Begin a new message?", func() tea.Cmd {
		return a.afterSave(func() tea.Cmd { return a.leaveDraft(begin) })
	})
}

// applicationWords say where the application's id is set, which no field of the
// message holds.
func (a *app) applicationWords() string {
	if a.deps.Accounts != nil && a.deps.Profile != "" {
		return fmt.Sprintf("the application id belongs to the account, not to the message: %s, then %s on %s changes it",
			a.keys.Setup.Help().Key, a.keymap.Setup.Edit.Help().Key, text.Clean(a.deps.Profile))
	}
	return "the application id is not part of the message: leave telex and set BW_MESSAGING_APPLICATION_ID"
}

// stop cancels the send at the second esc: on a slow line an arrow key can arrive
// in pieces, of which the first is an esc.
func (a *app) stop() {
	if a.stopping.IsZero() || a.now().Sub(a.stopping) > twiceWithin {
		a.stopping = a.now()
		a.status = status{"press esc again to cancel; if it is too late for that its outcome is unknown", statusWarn}
		return
	}
	a.stopping = time.Time{}
	a.cancelBatch()
	a.status = status{"cancelling; what is known is shown in a moment", statusWarn}
}

// sendAgain puts a message of the history before the user as it was, on Review. What
// is being composed is kept as a draft first.
func (a *app) sendAgain(e outbox.Entry) tea.Cmd {
	if why := a.notReady(); why != "" {
		return a.act(failed(why))
	}
	return a.orAsk(fmt.Sprintf("Send message %d again?", e.ID), func() tea.Cmd {
		return a.afterSave(func() tea.Cmd { return a.leaveDraft(func() tea.Cmd { return a.load(e) }) })
	})
}

// load makes a message of the history the form.
func (a *app) load(e outbox.Entry) tea.Cmd {
	a.form = draft.FromEntry(e)
	a.keeper.id = 0
	said := status{fmt.Sprintf("message %d as it was; enter sends it again", e.ID), statusDone}
	switch {
	case e.By.AccountID != a.deps.AccountID: // sender and application are that account's
		fresh := draft.New(a.deps.Numbers, a.deps.ApplicationID)
		a.form.From, a.form.ApplicationID = fresh.From, fresh.ApplicationID
		said = status{fmt.Sprintf("message %d was sent for account %s; now it is from %s", e.ID, text.Clean(e.By.AccountID), orNone(text.Clean(fresh.From))), statusWarn}
	case !e.Message.Expiration.IsZero():
		said = status{fmt.Sprintf("message %d as it was, but without its expiration, %s", e.ID, words.Time(e.Message.Expiration)), statusWarn}
	}
	if a.form.ApplicationID == "" {
		a.form.ApplicationID = a.deps.ApplicationID
	}
	to := reviewPage
	if e.TextOmitted {
		to, said = composePage, status{fmt.Sprintf("the text of message %d was not kept: write it anew", e.ID), statusWarn}
	}
	cmd := a.goTo(to, atDefault)
	a.status = said
	return cmd
}

// orAsk does something that replaces the form, after a question if its words are kept
// nowhere.
func (a *app) orAsk(title string, do func() tea.Cmd) tea.Cmd {
	if !a.unkept() {
		return do()
	}
	a.dialog = &dialog{
		title: title, yes: "go on", act: do,
		body: []string{"What you wrote did not go out and is not kept on the disk. Going on discards it."},
	}
	return nil
}
