package say

import (
	"strings"
	"testing"

	"telex/ui/text"
)

// TestFitted: what is said ends before the edge of the terminal, between words, and what can be
// copied stays in one piece.
func TestFitted(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		line    string
		columns int
		want    string
	}{
		{"  telex history lists them", 80, "  telex history lists them"},
		{`telex: there is no message "99" in /home/ana/.local/state/telex/sandbox.db`, 40, "telex: there is no message \"99\" in\n  /home/ana/.local/state/telex/sandbox.db"},
		{"  telex history lists them; for those sent in the sandbox add --sandbox", 40, "  telex history lists them; for those\n    sent in the sandbox add --sandbox"},
		{"  - --to +19995550003: this area code is not in use: check the number", 40, "  - --to +19995550003: this area code\n    is not in use: check the number"},
		{"  look for it first: telex status 12 --profile work; then go on", 30, "  look for it first:\n    telex status 12 --profile work;\n    then go on"},
		{"the other telex may have been killed before it could record anything at all", 40, "the other telex may have been killed\n  before it could record anything at\n  all"},
		{"see (telex send --help) for what it takes", 24, "see (telex send --help)\n  for what it takes"},
		{"a   line that   fits", 21, "a   line that   fits"},
		{strings.Repeat("世界 ", 12) + "end", 20, "世界 世界 世界 世界\n  世界 世界 世界\n  世界 世界 世界\n  世界 世界 end"},
	} {
		got := fitted(tt.line, tt.columns)
		if got != tt.want {
			t.Errorf("%q in %d columns: got\n%s\nwant\n%s", tt.line, tt.columns, got, tt.want)
		}
		for l := range strings.SplitSeq(got, "\n") {
			if text.Width(l) >= tt.columns && strings.Contains(strings.TrimSpace(l), " ") && !strings.Contains(l, " --profile") {
				t.Errorf("%q reaches the edge of %d columns", l, tt.columns)
			}
		}
	}
}
