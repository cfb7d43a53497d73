package terminal

import (
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
)

// Options say where a [Program] runs, and what stands between it and its model.
type Options struct {
	In      *Keyboard // a terminal
	Out     *TTY      // a terminal
	Environ []string  // tells what the terminal can do
	Colours colorprofile.Profile
	// Filter returns what the model is given in place of a message, nil for nothing. It
	// runs where Update does.
	Filter func(msg tea.Msg) tea.Msg
}
