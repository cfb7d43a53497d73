package ui

import (
	tea "charm.land/bubbletea/v2"

	"telex/ui/history"
	"telex/ui/page"
	"telex/ui/setup"
)

// Pages are the screens of the console, and which one is in front.
type pages struct {
	page       page.ID
	before     page.ID // where a page beside the steps was opened from
	screens    [page.Count]page.Page
	compose    *compose // some of the screens, by their own types
	review     *review
	recipients *recipients
	history    *history.Page
	setup      *setup.Page
}

// screen is the page in front.
func (p *pages) screen() page.Page { return p.screens[p.page] }

// step shows the next step or the one before. Beyond the ends it stays.
func (a *app) step(by page.ID, how page.Entry) tea.Cmd {
	to := a.page + by
	if to < page.Compose || to > page.Response {
		return nil
	}
	return a.goTo(to, how)
}

// goTo shows another page, or says why not.
func (a *app) goTo(to page.ID, how page.Entry) tea.Cmd {
	switch {
	case to == page.Response && a.batch == nil:
		return a.act(page.Warn("nothing was sent yet: enter on Review sends"))
	case a.batch.running() && to != page.Response:
		return a.act(page.Warn("a message is being sent: esc twice cancels it"))
	}
	said, leave := a.screen().Leave(&a.form)
	if to.Beside() && !a.page.Beside() {
		a.before = a.page
	}
	a.page = to
	a.hush() // it was about the page before
	return tea.Batch(leave, a.screen().Show(&a.form, how), a.act(said))
}
