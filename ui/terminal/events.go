//go:build unix

package terminal

import (
	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
)

// translated is what the terminal said as Bubble Tea names it.
func translated(msg tea.Msg) tea.Msg {
	switch m := msg.(type) {
	case uv.KeyPressEvent:
		return tea.KeyPressMsg(m)
	case uv.KeyReleaseEvent:
		return tea.KeyReleaseMsg(m)
	case uv.PasteEvent:
		return tea.PasteMsg(m)
	case uv.PasteStartEvent:
		return tea.PasteStartMsg(m)
	case uv.PasteEndEvent:
		return tea.PasteEndMsg(m)
	case uv.MouseClickEvent:
		return tea.MouseClickMsg(m)
	case uv.MouseReleaseEvent:
		return tea.MouseReleaseMsg(m)
	case uv.MouseWheelEvent:
		return tea.MouseWheelMsg(m)
	case uv.MouseMotionEvent:
		return tea.MouseMotionMsg(m)
	case uv.FocusEvent:
		return tea.FocusMsg(m)
	case uv.BlurEvent:
		return tea.BlurMsg(m)
	case uv.BackgroundColorEvent:
		return tea.BackgroundColorMsg(m)
	case uv.ModeReportEvent:
		return tea.ModeReportMsg(m)
	case uv.WindowSizeEvent:
		return nil // nobody asked; the terminal is asked itself
	}
	return msg
}
