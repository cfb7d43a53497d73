package say

import (
	"io"
	"strings"

	"telex/ui/text"
)

// Table lays rows of cells out for where the printer writes to: on a terminal in columns
// below their names, cut to its width, and otherwise for a program, with tabs between the
// cells and without the names. The cells are cleaned.
func Table(to io.Writer, names []string, rows [][]string) string {
	clean := make([][]string, len(rows))
	for i, row := range rows {
		for _, cell := range row {
			clean[i] = append(clean[i], text.Clean(cell))
		}
	}
	var b strings.Builder
	out, isTerminal := TerminalFile(to)
	if !isTerminal {
		for _, row := range clean {
			b.WriteString(strings.Join(row, "\t") + "\n")
		}
		return b.String()
	}
	clean = append([][]string{names}, clean...)
	widths := make([]int, len(names))
	for _, row := range clean {
		for i, cell := range row {
			widths[i] = max(widths[i], text.Width(cell)+2)
		}
	}
	columns := Columns(out)
	for _, row := range clean {
		line := ""
		for i, cell := range row {
			line += text.Pad(cell, widths[i])
		}
		b.WriteString(text.Truncate(strings.TrimRight(line, " "), columns) + "\n")
	}
	return b.String()
}
