package ui

import (
	"fmt"
	"strings"

	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/widget"
)

// stepNames are the steps as they are called beside the one that is in front, which has
// its full name, in brackets.
var stepNames = [len(page.Steps)]string{"Compose", "To", "Media", "Review", "Sent"}

// A span is a part of a line, and the cells that it has.
type span struct {
	text  string
	cells int
}

// header is the first line: the steps with the current one marked, what is unread, and who sends. What
// does not fit goes in this order: all but the last digits of the sender's number, the
// name of the program, the names of the other steps, their numbers, its own number.
func header(at page.ID, d Sender, from, news string, w int, t widget.Theme) string {
	who := sender(d, t)
	if news != "" {
		who = span{t.Accent.Render(news) + "  " + who.text, text.Width(news) + 2 + who.cells}
	}
	long, short := stepLine(at, true, t), stepLine(at, false, t)
	named := span{" telex   " + long.text, len(" telex   ") + long.cells}
	long = span{" " + long.text, long.cells + 1}
	number, digits := text.Clean(from), text.LastDigits(from)
	for _, try := range []struct {
		left   span
		number string
	}{{named, number}, {named, digits}, {long, digits}, {short, digits}, {stepAlone(at, t), digits}, {short, ""}} {
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

// stepLine names the steps, or only numbers those that are not in front, and the page
// beside them if it is one.
func stepLine(at page.ID, names bool, t widget.Theme) span {
	var parts []string
	cells := 0
	add := func(number, name, marked string) {
		if number != "" && name+marked != "" {
			number += " "
		}
		parts = append(parts, number+name+t.Step.Render(marked))
		cells += len(number) + len(name) + len(marked)
	}
	for i, name := range stepNames {
		number := fmt.Sprint(i + 1)
		switch {
		case page.ID(i) == at:
			add(number, "", "["+at.String()+"]")
		case names:
			add(number, name, "")
		default:
			add(number, "", "")
		}
	}
	if at.Beside() {
		add("", "", "["+at.String()+"]")
	}
	between := "  "
	if !names {
		between = " "
	}
	return span{strings.Join(parts, between), cells + (len(parts)-1)*len(between)}
}
