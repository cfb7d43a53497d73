package ui

import (
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"telex/messaging/outbox"
	"telex/ui/page"
	"telex/ui/terminal"
	"telex/ui/text"
)

// An attention knows whether the user looks at the terminal, as far as that tells.
type attention struct {
	elsewhere bool // the terminal said that it is not looked at
}

// calls reports whether the user wants to be called.
func (a *app) calls() bool { return terminal.Notice(a.deps.Environ, a.deps.Notify, "") != "" }

// watch does what news of a batch asks for, and calls the user if a message failed or the
// run ended while they look elsewhere.
func (a *app) watch(msg batchMessage) tea.Cmd {
	if !a.calls() {
		return a.onBatch(msg)
	}
	ran, failed := a.batch.running(), a.failed(msg)
	cmd := a.onBatch(msg)
	switch {
	case ran && !a.batch.running() && a.elsewhere:
		return tea.Batch(cmd, a.call(fmt.Sprintf("telex: the sending of %s has ended", text.Count(len(a.batch.results), "message"))))
	case !failed && a.failed(msg) && (a.elsewhere || a.page != page.Response):
		return tea.Batch(cmd, a.call("telex: a message was not delivered"))
	}
	return cmd
}

// failed reports whether a message that news is about was not delivered.
func (a *app) failed(msg batchMessage) bool {
	if a.batch == nil || msg.ofBatch() != a.batch.try {
		return false
	}
	switch msg := msg.(type) {
	case listed:
		return a.batch.results[msg.index].stateNow() == outbox.Failed
	case followed:
		about := map[int64]bool{}
		for _, e := range msg.entries {
			about[e.ID] = true
		}
		return slices.ContainsFunc(a.batch.results, func(r result) bool { return about[r.id] && r.stateNow() == outbox.Failed })
	}
	return false
}

// call calls the user.
func (a *app) call(words string) tea.Cmd {
	return tea.Raw(terminal.Notice(a.deps.Environ, a.deps.Notify, a.theme.Shown(words)))
}
