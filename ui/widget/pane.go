package widget

import (
	"strings"

	"telex/ui/text"
)

const (
	// Panes is the width from which on a second pane stands beside the first.
	Panes = 76
	// gutter is what stands between two panes: a rule and a space.
	gutter = 2
)

// PaneWidths are the cells of two panes beside each other in w: about three fifths for
// the first, of which what is left over goes to the second.
func PaneWidths(w int) (left, right int) {
	left = w * 3 / 5
	return left, w - left - gutter
}

// Beside puts a frame beside another, with a rule between them, in w by h cells. The
// cursor is the first's, or the second's if that has one and the first has none.
func Beside(left, right Frame, w, h int, t Theme) Frame {
	leftW, rightW := PaneWidths(w)
	left, right = left.Fit(leftW, h), right.Fit(rightW, h)
	out := Frame{Cursor: left.Cursor}
	rule := t.Pane.Render("│")
	for i, l := range left.Lines {
		line := t.Fill(l, leftW) + rule
		if right.Lines[i] != "" {
			line += " " + right.Lines[i]
		}
		out.Add(line)
	}
	if out.Cursor == nil && right.Cursor != nil {
		at := *right.Cursor
		at.X += leftW + gutter
		out.Cursor = &at
	}
	return out
}

// Bubble is a text as a phone shows it, in a border of w cells at most; more than most
// lines of it are left out, and it is said that there are more. The text must be clean.
func Bubble(body string, w, most int) []string {
	inner := max(w-4, 1)
	var lines []string
	for l := range strings.SplitSeq(body, "\n") {
		lines = append(lines, text.Wrap(l, inner)...)
	}
	if len(lines) > most {
		lines = append(lines[:max(most-1, 0)], "…")
	}
	wide := 0
	for _, l := range lines {
		wide = max(wide, text.Width(l))
	}
	out := []string{"╭" + strings.Repeat("─", wide+2) + "╮"}
	for _, l := range lines {
		out = append(out, "│ "+text.Pad(l, wide)+" │")
	}
	return append(out, "╰"+strings.Repeat("─", wide+2)+"╯")
}
