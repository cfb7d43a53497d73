package ui

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"telex/ui/page"
	"telex/ui/terminal"
)

// copyOut copies a value, or says why not. It can be selected on the screen as well.
func (a *app) copyOut(in page.CopyOut) tea.Cmd {
	if n := len(in.Value); n > terminal.MostCopied {
		a.say(page.Status{Text: fmt.Sprintf("the %s is %d KB, more than terminals take: select it on the screen, or use %s", in.What, n/1000, a.deps.shell().Command("show")), Kind: page.StatusFailed})
		return nil
	}
	sequence, words := terminal.Clipboard(a.deps.Environ, in.Value)
	a.say(page.Status{Text: in.What + " " + words, Kind: page.StatusDone})
	return tea.Raw(sequence)
}
