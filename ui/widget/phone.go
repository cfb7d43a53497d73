package widget

import (
	"strconv"
	"strings"

	"telex/ui/text"
)

// phoneWidth is about how many cells of a line a phone shows.
const phoneWidth = 34

// Phone is a text as a phone shows it, in w cells at most, with a line where each of its
// parts begins and the number of the part beside it. The parts must be clean.
func Phone(parts []string, w int) []string {
	number := 0 // cells that it takes
	if len(parts) > 1 {
		number = 1 + len(strconv.Itoa(len(parts)))
	}
	inner := max(min(w-4-number, phoneWidth), 1)
	out := []string{"╭" + strings.Repeat("─", inner+2) + "╮"}
	for i, part := range parts {
		lines := strings.Split(part, "\n")
		if last := len(lines) - 1; last > 0 && lines[last] == "" && i < len(parts)-1 {
			lines = lines[:last] // the next part begins on a line of its own anyway
		}
		if i > 0 {
			out = append(out, "├"+strings.Repeat("╌", inner+2)+"┤")
		}
		first := true
		for _, l := range lines {
			for _, row := range text.Wrap(l, inner) {
				row = "│ " + text.Pad(row, inner) + " │"
				if first && len(parts) > 1 {
					row += " " + strconv.Itoa(i+1)
				}
				first = false
				out = append(out, row)
			}
		}
	}
	return append(out, "╰"+strings.Repeat("─", inner+2)+"╯")
}
