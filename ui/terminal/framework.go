package terminal

import (
	"io"
	"runtime"

	tea "charm.land/bubbletea/v2"
)

// framework is Bubble Tea's own program, which draws 60 times a second. It is for
// systems where this package does not draw itself.
func framework(m tea.Model, o Options) *tea.Program {
	var input io.Reader = o.In
	if runtime.GOOS == "windows" { // whose console is read otherwise
		input = o.In.File
	}
	return tea.NewProgram(
		m, tea.WithInput(input), tea.WithOutput(o.Out), tea.WithEnvironment(Environ(o.Environ)), tea.WithColorProfile(o.Colours),
		tea.WithFilter(func(_ tea.Model, msg tea.Msg) tea.Msg { return o.Filter(msg) }), tea.WithoutSignalHandler(),
	)
}
