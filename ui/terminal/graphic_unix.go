//go:build unix

package terminal

import (
	"slices"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
	"golang.org/x/sys/unix"
)

// askGraphics asks which pictures the terminal takes, with the next repaint.
func (p *Program) askGraphics() {
	questions, ok := graphicsQuestions(p.o.Environ)
	if !ok {
		return
	}
	p.takes = &Graphics{}
	p.takes.CellW, p.takes.CellH = p.o.Out.cell()
	p.raw = append(p.raw, p.o.Out.ask(questions)...)
	p.changed()
}

// onGraphics is what the model is told when the terminal has said something of pictures.
func (p *Program) onGraphics(msg tea.Msg) tea.Msg {
	if p.takes == nil {
		return msg
	}
	switch m := msg.(type) {
	case uv.KittyGraphicsEvent:
		p.takes.Kitty = p.takes.Kitty || m.Options.ID == graphicsID && string(m.Payload) == "OK"
	case uv.PrimaryDeviceAttributesEvent:
		p.takes.Sixel = p.takes.Sixel || slices.Contains(m, sixelAttribute)
	}
	return *p.takes
}

// sixelAttribute is among the attributes of a terminal that draws sixel.
const sixelAttribute = 4

// cell is how many pixels a cell has; 0 if the terminal does not tell, as many do not over
// SSH.
func (t *TTY) cell() (w, h int) {
	size, err := unix.IoctlGetWinsize(int(t.out.Fd()), unix.TIOCGWINSZ)
	if err != nil || size.Col == 0 || size.Row == 0 {
		return 0, 0
	}
	return int(size.Xpixel / size.Col), int(size.Ypixel / size.Row)
}
