package ui

import (
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"telex/ui/account"
	"telex/ui/conversations"
	"telex/ui/page"
)

// talkStore is the outbox as the conversations read it; nil until it is open.
func (a *app) talkStore() conversations.Store {
	if a.store == nil {
		return nil
	}
	return a.store
}

// answers is who answers in a conversation.
func (a *app) answers() conversations.Account {
	return conversations.Account{By: a.by(), Application: a.deps.ApplicationID, Sandbox: a.deps.Sandbox}
}

// files are those that Bandwidth stores for the account; nil while there is no way to it.
func (a *app) files() account.Files { return a.conn.link.Files }

// settled reports whether the form went out as it stands.
func (a *app) settled() bool { return a.batch != nil && a.batch.settledAs(a.form) }

// talk does what the conversations ask for.
func (a *app) talk(in page.Intent) tea.Cmd {
	switch in := in.(type) {
	case conversations.Reply:
		return a.reply(in)
	case conversations.Continue:
		return a.answer()
	case conversations.Decided:
		a.say(page.Status{Text: in.Said, Kind: page.StatusDone})
		return a.countUnread()
	case conversations.Read:
		return a.countUnread()
	}
	return nil
}

// reply makes what is typed in a conversation the form. What is being composed is kept as a
// draft first.
func (a *app) reply(in conversations.Reply) tea.Cmd {
	if why := a.notReady(); why != "" {
		return a.act(page.Failed(why))
	}
	return a.orAsk("Write this answer?", func() tea.Cmd {
		return a.afterSave(func() tea.Cmd {
			return a.leaveDraft(func() tea.Cmd {
				a.reset()
				a.keeper.Apart()
				a.conversations.TakeUp(in.Draft, &a.form)
				a.answerTo = in.Draft
				if in.Review && a.page == page.Conversations {
					return a.answer()
				}
				return nil
			})
		})
	})
}

// isAnswer reports whether the form is an answer, which did not go out yet.
func (a *app) isAnswer() bool {
	return len(a.answerTo.To) > 0 && a.form.From == a.answerTo.From && slices.Equal(a.form.To, a.answerTo.To) && !a.settled()
}

// answer goes on to Review with the answer that is the form.
func (a *app) answer() tea.Cmd {
	cmd := a.goTo(page.Review, page.AtDefault)
	if a.page == page.Review {
		a.origin = origin{page: page.Conversations}
	}
	return cmd
}

// inConversation goes back to the conversation that is answered in.
func (a *app) inConversation() tea.Cmd {
	cmd := a.goTo(page.Conversations, page.AtEnd)
	a.trail = nil // the answer is written there, and nowhere else
	return cmd
}

// answered goes back to the conversation when an answer was accepted. What became of
// another stays in front.
func (a *app) answered() tea.Cmd {
	if !a.answering() || a.page != page.Response || !a.settled() {
		return nil
	}
	said := page.Status{Text: "the answer was accepted by Bandwidth", Kind: page.StatusDone}
	if id := a.batch.only(); id != 0 {
		said.Text = fmt.Sprintf("message %d was accepted by Bandwidth", id)
	}
	a.reset()
	cmd := a.inConversation()
	a.say(said)
	return cmd
}
