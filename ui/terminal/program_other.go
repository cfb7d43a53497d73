//go:build !unix

package terminal

import (
	"context"
	"os/exec"

	tea "charm.land/bubbletea/v2"
)

// A Program is a model on a terminal, by Bubble Tea's own loop and renderer: what a
// console of Windows needs is in there.
type Program struct{ *tea.Program }

// NewProgram is the program of a model that is not started yet.
func NewProgram(m tea.Model, o Options) *Program {
	return &Program{framework(m, o)}
}

// Run shows the model until it quits, once, and leaves the terminal as it was. The end of
// the context does not end it.
func (p *Program) Run(context.Context) error {
	_, err := p.Program.Run()
	return err //nolint:wrapcheck // whoever runs it says so
}

// Exec hands the terminal to a command, and gives the model what done makes of its end.
func Exec(c *exec.Cmd, done func(err error) tea.Msg) tea.Cmd {
	return tea.ExecProcess(c, done)
}
