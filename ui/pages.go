package ui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"telex/messaging"
	"telex/ui/broadcasts"
	"telex/ui/conversations"
	"telex/ui/figures"
	"telex/ui/history"
	"telex/ui/page"
	"telex/ui/people"
	"telex/ui/setup"
	"telex/ui/widget"
)

// Pages are the screens of the console, and which one is in front.
type pages struct {
	page          page.ID
	onePane       bool      // the user wants no second pane
	trail         []page.ID // the way to a page beside the steps: a step, and others beside
	screens       [page.Count]page.Page
	compose       *compose // some of the screens, by their own types
	review        *review
	recipients    *recipients
	media         *media
	history       *history.Page
	setup         *setup.Page
	conversations *conversations.Page
	broadcasts    *broadcasts.Page
	people        *people.Page
	figures       *figures.Page
	origin        origin          // where Review was opened from, if it was not by the steps
	answerTo      messaging.Draft // from and to whom the last answer was written
	leftDraft     bool            // what was written before the form took its place is a draft
}

// An origin is a page beside the steps that put a message on Review, where esc leads back to
// it: the conversation of an answer, or History for what is sent again.
type origin struct {
	page  page.ID // a step for none
	trail []page.ID
}

// answering reports whether Review or Response is about an answer, and leads back to its
// conversation.
func (p *pages) answering() bool { return p.origin.page == page.Conversations }

// width is how many of the w columns of the terminal a page has. Without a second pane
// none gets as many as it takes to show one.
func (p *pages) width(w int) int {
	if p.onePane {
		return min(w, widget.Panes-1)
	}
	return w
}

// togglePanes shows the second panes, or hides them.
func (a *app) togglePanes() tea.Cmd {
	a.onePane = !a.onePane
	said := page.Done("panes are shown; " + a.keys.Panes.Help().Key + " hides them")
	switch {
	case a.layout.W < widget.Panes:
		said = page.Warn(fmt.Sprintf("panes need %d columns; there are %d", widget.Panes, a.layout.W))
	case a.onePane:
		said = page.Done("panes are hidden; " + a.keys.Panes.Help().Key + " shows them")
	}
	return tea.Batch(a.resize(a.layout.W, a.layout.H), a.act(said))
}

// screen is the page in front.
func (p *pages) screen() page.Page { return p.screens[p.page] }

// closes reports whether esc closes something within the page in front.
func (a *app) closes() bool { return a.screen().Closes(&a.form) }

// step shows the next step or the one before. Beyond the ends it stays.
func (a *app) step(by page.ID, how page.Entry) tea.Cmd {
	to := a.page + by
	if to < page.Compose || to > page.Response {
		return nil
	}
	return a.goTo(to, how)
}

// stays reports whether nothing is behind the page in front: telex began with it, and
// without somebody who sends there are no steps to go to.
func (a *app) stays() bool { return a.deps.First && a.page == page.Setup && len(a.trail) == 0 }

// goBack leaves a page beside the steps for the one where it was opened from.
func (a *app) goBack() tea.Cmd {
	if a.stays() {
		return a.act(page.Warn("nothing to go back to: press enter on a line, or " + a.keys.Quit.Help().Key + " to quit"))
	}
	to := page.Compose
	if n := len(a.trail); n > 0 {
		to = a.trail[n-1]
		a.trail = a.trail[:n-1]
	}
	how := page.AsLeft
	answer := a.page == page.Conversations && !to.Beside() && a.isAnswer()
	if answer && strings.TrimSpace(a.form.Text) == "" {
		a.reset() // nothing of it is left, and nobody is to get the next message for it
		answer = false
	}
	if answer {
		to, how = page.Compose, page.AtDefault // and not on Review, where the next enter would send it
	}
	trail := a.trail
	cmd := a.goTo(to, how)
	a.trail = trail
	if answer {
		a.say(page.Status{Text: a.withDraft("this is your answer"), Kind: page.StatusWarn})
	}
	return cmd
}

// withDraft is words with those about what was written before, if that is a draft.
func (a *app) withDraft(said string) string {
	if !a.leftDraft {
		return said
	}
	return said + "; what you wrote before is a draft: " + a.keys.Drafts.Help().Key
}

// toOrigin goes back to where Review was opened from. A copy of a recorded message is not the
// form any more then: the steps have nothing of it.
func (a *app) toOrigin() tea.Cmd {
	if a.answering() {
		return a.inConversation()
	}
	from := a.origin
	a.reset()
	cmd := a.goTo(from.page, page.AsLeft)
	a.trail = from.trail
	if len(a.trail) > 0 && a.trail[0] != page.Response {
		a.trail[0] = page.Compose // no other step has anything to show
	}
	a.say(page.Status{Text: a.withDraft("nothing was sent"), Kind: page.StatusDone})
	return cmd
}

// stillSending is why no other page is shown during a send: what is not over may need its
// user.
const stillSending = "a message is being sent, so no other page opens: esc twice stops it"

// goTo shows another page, or says why not.
func (a *app) goTo(to page.ID, how page.Entry) tea.Cmd {
	switch {
	case to == page.Response && a.batch == nil:
		return a.act(page.Warn("nothing was sent yet: enter on Review sends"))
	case a.batch.running() && to != page.Response:
		return a.act(page.Warn(stillSending))
	}
	if to != page.Review && !(to == page.Response && a.answering()) {
		a.origin = origin{}
	}
	said, leave := a.screen().Leave(&a.form)
	switch {
	case !to.Beside():
		a.trail = nil
	case a.page != to:
		a.trail = append(a.trail, a.page)
	}
	a.page = to
	a.hush() // it was about the page before
	a.turnTo(to)
	var seen tea.Cmd
	if to == page.History {
		seen = a.seenInHistory()
	}
	return tea.Batch(leave, a.screen().Show(&a.form, how), a.act(said), seen)
}
