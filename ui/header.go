package ui

import (
	"strings"

	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/widget"

	"github.com/charmbracelet/x/ansi"
)

// header is the first line: the steps with the current one marked, and who sends.
// What does not fit goes in this order: the sender's number, the long names of
// the other steps, their short ones.
func header(at page.ID, d Sender, from string, w int, t widget.Theme) string {
	who := text.Clean(d.Profile)
	whoWidth := text.Width(who)
	if d.Production {
		who, whoWidth = t.Production.Render(" "+who+" PRODUCTION "), whoWidth+len("  PRODUCTION ")
	}
	if d.Sandbox {
		who, whoWidth = t.Sandbox.Render(" SANDBOX "), len(" SANDBOX ")
	}
	long, longWidth := stepLine(at, len("Recipients"), " · ", t)
	short, shortWidth := stepLine(at, 3, " ", t)
	if at.Beside() {
		name := "[" + at.String() + "]"
		mark := " " + t.Step.Render(name)
		long, longWidth = long+mark, longWidth+1+len(name)
		short, shortWidth = short+mark, shortWidth+1+len(name)
	}
	number := text.Clean(from)
	for _, try := range []struct {
		left      string
		leftWidth int
		number    string
	}{{long, longWidth, number}, {long, longWidth, ""}, {short, shortWidth, number}, {short, shortWidth, ""}} {
		right, rightWidth := who, whoWidth
		if try.number != "" {
			right += " " + try.number
			rightWidth += 1 + text.Width(try.number)
		}
		if gap := w - try.leftWidth - rightWidth; gap >= 1 {
			return try.left + strings.Repeat(" ", gap) + right
		}
	}
	room := max(w-shortWidth-1, 0)
	return short + " " + ansi.Truncate(who, room, "…")
}

// stepLine names the steps, the others cut to most letters.
func stepLine(at page.ID, most int, between string, t widget.Theme) (line string, cells int) {
	parts := make([]string, len(page.Steps))
	for i, name := range page.Steps {
		if page.ID(i) == at {
			parts[i] = t.Step.Render("[" + name + "]")
			cells += len(name) + 2
			continue
		}
		parts[i] = name[:min(len(name), most)]
		cells += len(parts[i])
	}
	return strings.Join(parts, between), cells + (len(parts)-1)*text.Width(between)
}
