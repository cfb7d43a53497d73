package page

import (
	"strings"

	"telex/ui/text"
	"telex/ui/widget"
	"telex/ui/words"
)

// FactRows are facts as rows of w cells, as far as a person will read them.
func FactRows(facts []words.Fact, w int) []string {
	var rows []string
	for _, f := range facts {
		label := f.Label
		for l := range strings.SplitSeq(text.Clip(f.Value), "\n") {
			rows = append(rows, widget.Rows(label, l, w)...)
			label = ""
		}
	}
	return rows
}
