package page

import (
	"strings"

	"telex/ui/text"
	"telex/ui/widget"
	"telex/ui/words"
)

// Rows are facts as rows of w cells. What stands in them may be foreign: it is cleaned here.
func Rows(facts []words.Fact, w int) []string {
	var rows []string
	for _, f := range facts {
		label := f.Label
		for l := range strings.SplitSeq(text.CleanLines(f.Value), "\n") {
			rows = append(rows, widget.Rows(label, l, w)...)
			label = ""
		}
	}
	return rows
}

// ClippedRows are Rows of facts that may be of any length, as far as a person will read
// them.
func ClippedRows(facts []words.Fact, w int) []string {
	short := make([]words.Fact, len(facts))
	for i, f := range facts {
		short[i] = words.Fact{Label: f.Label, Value: text.Clip(f.Value)}
	}
	return Rows(short, w)
}
