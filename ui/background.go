package ui

import (
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"telex/ui/terminal"
)

// askBackground asks the terminal for the colour of its background, if the colours depend
// on it. It is asked when the first screen stands there, and nothing waits for the answer.
func (a *app) askBackground() tea.Cmd {
	environ := a.deps.Environ
	if !a.deps.look().FollowsBackground() || !terminal.SaysBackground(environ) || terminal.Colours(environ, a.deps.Theme) == colorprofile.ASCII {
		return nil
	}
	return tea.RequestBackgroundColor
}

// onBackground takes the colours for a background that is dark or light.
func (a *app) onBackground(msg tea.BackgroundColorMsg) {
	graphemes := a.theme.Graphemes
	a.theme = a.deps.look().On(msg.IsDark())
	a.theme.Graphemes = graphemes
}
