// Command bubbletea is the least program of its framework that does what Compose does: a
// text area in a border, and a counter of characters. Telex is measured beside it.
package main

import (
	"fmt"
	"os"

	"charm.land/bubbles/v2/textarea"
	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
)

var (
	header = lipgloss.NewStyle().Bold(true).Foreground(lipgloss.Color("#FFFFFF")).Background(lipgloss.Color("#5A56E0"))
	box    = lipgloss.NewStyle().Border(lipgloss.RoundedBorder()).BorderForeground(lipgloss.Color("#5A56E0"))
	footer = lipgloss.NewStyle().Foreground(lipgloss.Color("#888888"))
)

type model struct {
	text textarea.Model
	w    int
}

func (m model) Init() tea.Cmd { return nil }

func (m model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.w = msg.Width
		m.text.SetWidth(msg.Width - 2)
		m.text.SetHeight(msg.Height - 4)
	case tea.KeyPressMsg:
		if msg.String() == "ctrl+c" {
			return m, tea.Quit
		}
	}
	var cmd tea.Cmd
	m.text, cmd = m.text.Update(msg)
	return m, cmd
}

func (m model) View() tea.View {
	if m.w == 0 {
		return tea.NewView("")
	}
	v := tea.NewView(lipgloss.JoinVertical(
		lipgloss.Left,
		header.Width(m.w).Render(" Compose"), box.Render(m.text.View()),
		footer.Width(m.w).Render(fmt.Sprintf(" %d characters   ctrl+c quit", m.text.Length())),
	))
	v.AltScreen = true
	if c := m.text.Cursor(); c != nil { // the terminal's own, as telex has it
		c.X++
		c.Y += 2
		v.Cursor = c
	}
	return v
}

func main() {
	text := textarea.New()
	text.ShowLineNumbers = false
	text.CharLimit = 2048
	text.SetVirtualCursor(false)
	text.Focus()
	if _, err := tea.NewProgram(model{text: text}).Run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
