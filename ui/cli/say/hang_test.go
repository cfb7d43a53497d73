package say

import (
	"strings"
	"testing"

	"telex/ui/text"
)

// TestHang: lines end before the edge of a terminal of 80 columns, however wide their
// characters are, and a word stays in one piece.
func TestHang(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 100)
	for _, s := range []string{strings.Repeat("wide 世界 ", 30), strings.Repeat("narrow ", 30), "a " + long + " b", "a-b " + strings.Repeat("half-and-half ", 20)} {
		got := Hang(s, "    ")
		if strings.Join(strings.Fields(got), " ") != strings.Join(strings.Fields(s), " ") {
			t.Errorf("%q: got %q, want the same words", s, got)
		}
		for i, line := range strings.Split(got, "\n") {
			if i == 0 {
				line = "    " + line
			}
			if text.Width(line) > 79 && strings.TrimSpace(line) != long || !strings.HasPrefix(line, "    ") {
				t.Errorf("%q: got the line %q of %d columns", s, line, text.Width(line))
			}
		}
	}
	if got := Hang("one "+strings.Repeat("y", 75)+" two", "    "); got != "one\n    "+strings.Repeat("y", 75)+"\n    two" {
		t.Errorf("got %q, want a line that is just full", got)
	}
}
