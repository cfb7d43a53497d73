package ui

import (
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/account"
	"telex/ui/conversations"
	"telex/ui/draft"
	"telex/ui/history"
	"telex/ui/page"
	"telex/ui/setup"
	"telex/ui/text"
	"telex/ui/words"
)

// act does what a screen asked for.
func (a *app) act(in page.Intent) tea.Cmd {
	switch in := in.(type) {
	case nil:
	case closed:
		return a.onClosed(in)
	case doing:
		return in()
	case page.Tell:
		a.say(in.Status)
	case page.Twice:
		a.promise(in, false)
	case page.Here:
		return a.act(in.Intent)
	case page.NextPage:
		return a.step(1, page.AtStart)
	case page.PrevPage:
		return a.step(-1, page.AtEnd)
	case page.GoToField:
		return a.goToField(in)
	case page.Submit:
		return a.submit(in.Consent)
	case history.SendAgain, history.SendAllAgain, history.Cancel, history.Retime, history.SendNow:
		return a.recorded(in)
	case sendLater:
		return a.askLater()
	case conversations.Reply, conversations.Continue, conversations.Decided, conversations.Read:
		return a.talk(in)
	case page.Back:
		return a.goBack()
	case setup.UseAccount:
		for _, w := range in.Warnings {
			a.add(notice{text: w, along: true})
		}
		return a.useAccount(in.Account)
	case page.Stop:
		a.stop()
	case page.Again:
		return a.shown("Edit the message that is shown?", a.again)
	case page.New:
		return a.fresh()
	case page.Repair:
		return a.shown("Correct the message that is shown?", func() tea.Cmd { return a.repair(in) })
	case page.Ask:
		a.show(a.question(in.Dialog))
	case showPicture:
		return a.showPicture(in.file)
	case page.CopyOut:
		return a.copyOut(in)
	case page.Edit:
		return a.openEditor()
	}
	return nil
}

// onClosed takes an overlay away, with what was said of it, and does what it led to.
func (a *app) onClosed(in closed) tea.Cmd {
	a.overlays.close(in.overlay)
	if a.said != nil && a.said == in.overlay {
		a.hush()
	}
	return a.act(in.then)
}

// goToField goes to where a field is filled in.
func (a *app) goToField(in page.GoToField) tea.Cmd {
	if in.Field == messaging.FieldApplicationID {
		a.say(page.Status{Text: a.applicationWords(), Kind: page.StatusFailed})
		return nil
	}
	cmd := a.goTo(pageOf(in.Field), page.AtDefault)
	a.screen().Jump(in.Field, in.Index, &a.form)
	return cmd
}

// recorded does what History asks for about recorded messages.
func (a *app) recorded(in page.Intent) tea.Cmd {
	switch in := in.(type) {
	case history.SendAgain:
		return a.sendAgain(in.Entry)
	case history.SendAllAgain:
		return a.sendAllAgain(in.Entries)
	case history.Cancel:
		return a.cancelDue(in)
	case history.Retime:
		return a.retime(in.Entry)
	case history.SendNow:
		return a.askLeaveNow(in)
	}
	return nil
}

// submit sends the form, once: a second enter finds a batch under way.
func (a *app) submit(c page.Consent) tea.Cmd {
	if a.batch.running() {
		return nil
	}
	if why := a.notReady(); why != "" {
		return a.act(page.Failed(why))
	}
	if ask := a.conn.asks(); ask != nil {
		a.show(newUnlock(ask, a.keymap.Question, func(typed account.Typed) tea.Cmd { return a.conn.begin(a.ctx, typed) }))
		return nil
	}
	if why := a.conn.why(a.keys.Setup); why != "" {
		return a.act(page.Failed(why))
	}
	if a.deps.Production && !c.Production {
		a.show(a.question(a.productionDialog(c)))
		return nil
	}
	if n := a.form.Count(); n >= askedFrom && !c.Many {
		a.show(a.question(a.manyDialog(c)))
		return nil
	}
	if len(a.form.OwnFiles()) > 0 {
		return a.uploadFirst(c)
	}
	return a.send(c)
}

// send sends the form, and shows what becomes of it; or records it, if it is sent later.
func (a *app) send(c page.Consent) tea.Cmd {
	if !c.At.IsZero() {
		return a.schedule(c)
	}
	send := a.startBatch(c)
	return tea.Batch(send, a.goTo(page.Response, page.AtDefault))
}

// productionDialog asks once more before something is sent in earnest.
func (a *app) productionDialog(c page.Consent) page.Dialog {
	c.Production, c.Many = true, true
	return page.Dialog{
		Title: "Send in production?", Yes: "send", Sends: &c,
		Body: append([]string{
			fmt.Sprintf("%s goes out through %s, which is marked as production.", text.Count(a.form.Count(), "message"), text.Clean(a.deps.Profile)),
			"To " + words.NamedRecipients(a.form.To, a.review.deps.names),
			"It makes " + a.totals() + ".",
		}, a.review.warnings()...),
	}
}

// totals is what sending it makes, and what that comes to where there are figures.
func (a *app) totals() string {
	if price := a.form.Price(a.deps.Figures); price != "" {
		return a.form.Totals() + ", " + price
	}
	return a.form.Totals()
}

// askedFrom is how many messages are not sent without a question.
const askedFrom = 20

// manyDialog asks once more before many messages go out.
func (a *app) manyDialog(c page.Consent) page.Dialog {
	c.Many = true
	return page.Dialog{
		Title: "Send " + a.form.Totals() + "?", Yes: "send " + text.Count(a.form.Count(), "text"), Sends: &c,
		Body: a.manyBody(),
	}
}

// manyBody is what a question about many messages says below its title.
func (a *app) manyBody() []string {
	body := []string{"Each recipient gets a text of their own.", "To " + words.NamedRecipients(a.form.To, a.review.deps.names)}
	if price := a.form.Price(a.deps.Figures); price != "" {
		body = append(body, "It is "+price+".")
	}
	return append(body, a.review.warnings()...)
}

// shown does something to the message that Response shows. Where another one is written by
// now, that is left as a draft first, and the one that is shown takes its place.
func (a *app) shown(title string, do func() tea.Cmd) tea.Cmd {
	if a.batch == nil || a.batch.running() {
		return nil
	}
	if !a.batch.apart {
		return do()
	}
	return a.orAsk(title, func() tea.Cmd {
		return a.afterSave(func() tea.Cmd {
			return a.leaveDraft(func() tea.Cmd {
				a.form, a.batch.apart = a.batch.form.Clone(), false
				a.keeper.Apart()
				return do()
			})
		})
	})
}

// again goes back to Compose with what there is to send again.
func (a *app) again() tea.Cmd {
	var kept string
	a.form, kept = a.batch.less(a.form)
	a.form.ResendOf = a.batch.only()
	cmd := a.goTo(page.Compose, page.AtDefault)
	if kept != "" {
		a.say(page.Status{Text: kept, Kind: page.StatusWarn})
	}
	return cmd
}

// repair goes to a field that was refused. Of individual messages those that went
// out are left behind.
func (a *app) repair(in page.Repair) tea.Cmd {
	var kept string
	a.form, kept = a.batch.less(a.form)
	a.form.ResendOf = a.batch.only()
	index := in.Index
	if in.To != "" {
		index = slices.Index(a.form.To, in.To)
	}
	cmd := a.act(page.GoToField{Field: in.Field, Index: index})
	if kept != "" {
		a.say(page.Status{Text: kept, Kind: page.StatusWarn})
	}
	return cmd
}

// fresh begins a new message. Words that are in no row yet are left as a draft; it asks
// if they would be lost.
func (a *app) fresh() tea.Cmd {
	begin := func() tea.Cmd {
		a.reset()
		return a.goTo(page.Compose, page.AtDefault)
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

// stop cancels the send at the second esc: on a slow line an arrow key can arrive in pieces,
// of which the first is an esc and the others are not.
func (a *app) stop() {
	a.promise(page.Twice{
		Text: "press esc again to stop; if it is too late, nobody knows whether it was sent", Key: a.keymap.Response.Cancel,
		Act: func() tea.Cmd {
			a.cancelBatch()
			return a.act(page.Warn("stopping; what became of it is shown in a moment"))
		},
	}, false)
}

// sendAgain puts a message of the history before the user as it was, on Review. What
// is being composed is kept as a draft first.
func (a *app) sendAgain(e outbox.Entry) tea.Cmd {
	if why := a.notReady(); why != "" {
		return a.act(page.Failed(why))
	}
	return a.orAsk(fmt.Sprintf("Send message %d again?", e.ID), func() tea.Cmd {
		return a.afterSave(func() tea.Cmd { return a.leaveDraft(func() tea.Cmd { return a.load(e) }) })
	})
}

// sendAllAgain puts the words of several messages before the user, for all of their
// recipients, each of whom gets one of their own.
func (a *app) sendAllAgain(all []outbox.Entry) tea.Cmd {
	if why := a.notReady(); why != "" {
		return a.act(page.Failed(why))
	}
	return a.orAsk(fmt.Sprintf("Send %d messages again?", len(all)), func() tea.Cmd {
		return a.afterSave(func() tea.Cmd {
			return a.leaveDraft(func() tea.Cmd {
				cmd := a.load(all[0])
				said := a.status
				a.form.ResendOf, a.form.Addressing = 0, messaging.Individual
				a.form.To = nil
				for _, e := range all {
					if to := e.Message.To[0]; !slices.Contains(a.form.To, to) {
						a.form.To = append(a.form.To, to)
					}
				}
				again := a.goTo(a.page, page.AtDefault) // with all of them
				if said.Kind == page.StatusDone {
					said.Text = copyOf(all)
				}
				a.say(said)
				return tea.Batch(cmd, again)
			})
		})
	})
}

// copyOf says that what is on Review is a copy.
func copyOf(all []outbox.Entry) string {
	if len(all) == 1 {
		return fmt.Sprintf("Copy of message %d – press enter to send it again", all[0].ID)
	}
	return fmt.Sprintf("Copy of %d messages – press enter to send them again", len(all))
}

// load makes a message of the history the form.
func (a *app) load(e outbox.Entry) tea.Cmd {
	a.replace(draft.FromEntry(e))
	a.keeper.Apart()
	said := page.Status{Text: copyOf([]outbox.Entry{e}), Kind: page.StatusDone}
	switch {
	case e.By.AccountID != a.deps.AccountID: // sender and application are that account's
		fresh := draft.New(a.deps.Numbers, a.deps.ApplicationID)
		a.form.From, a.form.ApplicationID = fresh.From, fresh.ApplicationID
		said = page.Status{Text: fmt.Sprintf("message %d was sent for account %s; now it is from %s", e.ID, text.Clean(e.By.AccountID), text.OrNone(text.Clean(fresh.From))), Kind: page.StatusWarn}
	case !e.Message.Expiration.IsZero():
		said = page.Status{Text: fmt.Sprintf("Copy of message %d, but without its expiration, %s", e.ID, words.Time(e.Message.Expiration)), Kind: page.StatusWarn}
	}
	if a.form.ApplicationID == "" {
		a.form.ApplicationID = a.deps.ApplicationID
	}
	if gone := words.GoneMedia(e, a.now()); gone != "" {
		said = page.Status{Text: gone, Kind: page.StatusWarn}
	}
	to := page.Review
	if e.TextOmitted {
		to, said = page.Compose, page.Status{Text: fmt.Sprintf("the text of message %d was not kept: write it again", e.ID), Kind: page.StatusWarn}
	}
	from := origin{a.page, a.trail}
	cmd := a.goTo(to, page.AtDefault)
	if a.page == page.Review && from.page == page.History {
		a.origin = from
	}
	a.say(said)
	return cmd
}

// orAsk does something that replaces the form, after a question if its words are kept
// nowhere.
func (a *app) orAsk(title string, do func() tea.Cmd) tea.Cmd {
	if !a.unkept() {
		return do()
	}
	a.show(a.question(page.Dialog{
		Title: title, Yes: "go on", Act: do,
		Body: []string{"What you wrote did not go out and is not kept on the disk. Going on discards it."},
	}))
	return nil
}
