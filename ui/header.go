package ui

import (
	"fmt"
	"slices"
	"strings"

	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/widget"
)

// A span is a part of a line, and the cells that it has.
type span struct {
	text  string
	cells int
}

// nameFrom is the width from which the name of the program stands in the header. It goes by
// the width alone, so that no step moves when another page comes.
const nameFrom = 100

// header is the first line: the steps with the current one marked, what is unread, and who sends. What
// does not fit goes in this order: all but the last digits of the sender's number, the room
// between the steps, their names, their numbers, the sender's number. Beside the steps their
// names are the last to go: that number is the one of the message that is written.
func header(at page.ID, d Sender, from, news string, w int, t widget.Theme) string {
	who := sender(d, t)
	if news != "" {
		who = span{t.Accent.Render(news) + "  " + who.text, text.Width(news) + 2 + who.cells}
	}
	indent := " "
	if w >= nameFrom {
		indent = " telex   "
	}
	steps := func(how stepStyle) span {
		line := stepLine(at, how, t)
		return span{indent + line.text, len(indent) + line.cells}
	}
	roomy, tight := steps(stepStyle{true, true, "  "}), steps(stepStyle{true, true, " "})
	short := stepLine(at, stepStyle{true, false, " "}, t)
	type try struct {
		left   span
		number string
	}
	number, digits := text.Clean(from), text.LastDigits(from)
	tries := []try{{roomy, number}, {roomy, digits}, {tight, digits}}
	if at.Beside() {
		tries = []try{{roomy, number}, {roomy, digits}, {roomy, ""}, {tight, digits}, {tight, ""}, {steps(stepStyle{false, true, " "}), ""}}
	}
	for _, try := range append(tries, try{short, digits}, try{stepAlone(at, t), digits}, try{short, ""}) {
		right, rightWidth := who.text, who.cells
		if try.number != "" {
			right += " " + try.number
			rightWidth += 1 + text.Width(try.number)
		}
		if gap := w - try.left.cells - rightWidth; gap >= 1 {
			return try.left.text + strings.Repeat(" ", gap) + right
		}
	}
	room := max(w-short.cells-1, 0)
	return short.text + " " + text.Truncate(who.text, room)
}

// sender is who sends, unmistakable where it matters.
func sender(d Sender, t widget.Theme) span {
	if d.Sandbox {
		return span{t.Sandbox.Render(" SANDBOX "), len(" SANDBOX ")}
	}
	who := text.Clean(d.Profile)
	if d.Production {
		words := " " + who + " PRODUCTION "
		return span{t.Production.Render(words), text.Width(words)}
	}
	return span{who, text.Width(who)}
}

// stepAlone is the step one is at and no other.
func stepAlone(at page.ID, t widget.Theme) span {
	name := "[" + at.String() + "]"
	return span{t.Step.Render(name), len(name)}
}

// How the steps are told of that are not in front.
type stepStyle struct {
	numbers, names bool
	between        string
}

// stepLine is the steps, and the page beside them if it is that one that is in front. The
// one in front has its name.
func stepLine(at page.ID, how stepStyle, t widget.Theme) span {
	var parts []string
	cells := 0
	add := func(words ...string) {
		part := strings.Join(slices.DeleteFunc(words, func(w string) bool { return w == "" }), " ")
		parts = append(parts, part)
		cells += text.Width(part)
	}
	front := t.Step.Render("[" + at.String() + "]")
	for i, name := range page.Steps {
		number := fmt.Sprint(i + 1)
		if !how.numbers {
			number = ""
		}
		switch {
		case page.ID(i) == at:
			name = front
		case !how.names:
			name = ""
		}
		add(number, name)
	}
	if at.Beside() {
		add(front)
	}
	return span{strings.Join(parts, how.between), cells + (len(parts)-1)*len(how.between)}
}
