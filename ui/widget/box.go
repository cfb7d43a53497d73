package widget

import (
	"strings"

	"telex/ui/text"
)

const (
	// boxWidest is how wide a box gets, at most: lines that are longer are hard to read.
	boxWidest = 72
	boxFrame  = 4 // border and a space, on both sides
)

// BoxRoom is what is left for what stands in a [Box] in w by h cells.
func BoxRoom(w, h int) (innerW, innerH int) {
	return max(min(w-12, boxWidest)-boxFrame, 1), max(h-2, 1)
}

// Box is a frame in a border, in the middle of w by h cells.
func Box(in Frame, w, h int, t Theme) Frame {
	innerW, innerH := BoxRoom(w, h)
	in = in.Fit(innerW, min(len(in.Lines), innerH))
	left, top := max((w-innerW-boxFrame)/2, 0), max((h-len(in.Lines)-2)/3, 0)
	pad, side := strings.Repeat(" ", left), t.Rule.Render("│")
	bar := strings.Repeat("─", innerW+2)
	var out Frame
	for range top {
		out.Add("")
	}
	out.Add(pad + t.Rule.Render("╭"+bar+"╮"))
	for _, l := range in.Lines {
		out.Add(pad + side + " " + l + strings.Repeat(" ", max(innerW-text.Width(l), 0)) + " " + side)
	}
	out.Add(pad + t.Rule.Render("╰"+bar+"╯"))
	if c := in.Cursor; c != nil {
		at := *c
		at.X, at.Y = at.X+left+boxFrame/2, at.Y+top+1
		out.Cursor = &at
	}
	return out
}
