package ui

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"telex/messaging"
)

// act does what a screen asked for.
func (a *app) act(in intent) tea.Cmd {
	switch in := in.(type) {
	case nil:
	case tell:
		a.status = in.status
	case nextPage:
		return a.goTo(a.page+1, atStart)
	case prevPage:
		return a.goTo(a.page-1, atEnd)
	case goToField:
		if in.field == messaging.FieldApplicationID {
			a.status = status{"the application id is not part of the message: leave telex and set BW_MESSAGING_APPLICATION_ID", statusFailed}
			return nil
		}
		cmd := a.goTo(pageOf(in.field), atDefault)
		a.screen().jump(in.field, in.index, &a.form)
		return cmd
	case submit:
		return a.submit()
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
		a.status = status{in.what + " sent to the terminal's clipboard (OSC 52), if it takes it", statusDone}
		return tea.SetClipboard(in.value)
	case edit:
		return a.openEditor()
	}
	return nil
}

// submit sends the form, once: a second enter finds a batch under way.
func (a *app) submit() tea.Cmd {
	if a.batch.running() {
		return nil
	}
	a.asked = false
	send := a.startBatch()
	return tea.Batch(a.goTo(responsePage, atDefault), send)
}

// again goes back to Compose with what there is to send again.
func (a *app) again() tea.Cmd {
	if a.batch == nil || a.batch.running() {
		return nil
	}
	var kept string
	a.form, kept = a.batch.less(a.form)
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

// fresh begins a new message. It asks if that would lose words that did not go out.
func (a *app) fresh() tea.Cmd {
	begin := func() tea.Cmd {
		a.reset()
		return a.goTo(composePage, atDefault)
	}
	if a.batch == nil || a.form.isEmpty() || a.batch.settledAs(a.form) {
		return begin()
	}
	a.dialog = &dialog{
		title: "Begin a new message?", yes: "begin anew", act: begin,
		body: []string{"What you wrote was not accepted as it stands now. A new message discards it."},
	}
	return nil
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
