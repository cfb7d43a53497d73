package template_test

import (
	"strings"
	"testing"

	"telex/messaging/broadcast/template"
	"telex/messaging/segment"
)

func TestTally(t *testing.T) {
	var tally template.Tally
	for i, text := range []string{
		strings.Repeat("a", 161), // two segments
		"short",
		"Hi Zoë\u2019s",          // the first that is UCS-2, by the quote
		strings.Repeat("b", 400), // three
		"tiny",
		strings.Repeat("c", 400),
		"日本",
	} {
		tally.Add(i+1, text)
	}
	if tally.Texts != 7 || tally.Segments != 2+1+1+3+1+3+1 {
		t.Errorf("%d texts, %d segments", tally.Texts, tally.Segments)
	}
	if tally.Shortest.Row != 7 || tally.Longest.Row != 4 || tally.Longest.Segments != 3 || tally.Longest.Text != strings.Repeat("b", 400) {
		t.Errorf("shortest in row %d, longest in row %d with %d segments", tally.Shortest.Row, tally.Longest.Row, tally.Longest.Segments)
	}
	if tally.Unicode != 2 || tally.First.Row != 3 || tally.By.Text != "ë" && tally.By.Rune != '\u2019' {
		t.Errorf("%d in UCS-2, first in row %d by %q", tally.Unicode, tally.First.Row, tally.By.Text)
	}
}

// What a tally keeps does not grow with the texts: none of them makes it allocate, once
// the extremes are known.
func TestTallyKeepsNothingOfTheOthers(t *testing.T) {
	var tally template.Tally
	tally.Add(1, "Hi \U0001f389, the first in Unicode")
	text := "Hi Ana, your code is 1234"
	row := 1
	if n := testing.AllocsPerRun(1000, func() { row++; tally.Add(row, text) }); n != 0 {
		t.Errorf("%v allocations a text", n)
	}
	if tally.Texts != 1002 || tally.Unicode != 1 || tally.First.Row != 1 || tally.By.Rune != 0x1f389 {
		t.Errorf("%d texts, %d in UCS-2, first in row %d", tally.Texts, tally.Unicode, tally.First.Row)
	}
	if tally.First.Encoding != segment.UCS2 {
		t.Error("the first in UCS-2 is not")
	}
}
