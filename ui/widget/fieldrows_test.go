package widget

import (
	"strings"
	"testing"
)

// Every word stands in the row in which the field shows it.
func TestFieldRows(t *testing.T) {
	texts := []string{
		"", "Hello", "Your order 4471 has shipped and will arrive on Tuesday before noon. Reply STOP to opt out",
		"ends at the edge ab", "one\n\ntwo three four five six seven\n", strings.Repeat("x", 70),
		"a " + strings.Repeat("y", 45) + " b", "wide 日本語日本語日本語日本語 and on", "two  spaces   and    more     here      there",
		"exactly nineteen  a\nb", "🎉 party 🎉 all 🎉 night 🎉 long",
	}
	for _, s := range texts {
		f := NewField(true)
		f.Resize(20, 100)
		f.Set(s)
		f.Focus()
		lines, _ := f.View()
		for at, r := range s {
			if r == ' ' || r == '\n' {
				continue
			}
			row := f.Rows([]int{at})[0]
			before := strings.Count(squeezed(s[:at]), string(r))
			shown := 0
			for i := 0; i <= row && i < len(lines); i++ {
				shown += strings.Count(lines[i], string(r))
			}
			above := shown - strings.Count(lines[row], string(r))
			if above > before || shown <= before {
				t.Errorf("%q: got row %d for %q at %d, want where it is shown:\n%s", s, row, r, at, strings.Join(lines, "\n"))
			}
		}
	}
}

func squeezed(s string) string { return strings.Join(strings.Fields(s), "") }
