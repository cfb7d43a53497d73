package ui

import (
	"fmt"
	"strings"
	"testing"

	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/widget"
)

// TestStepsHaveOneName: each step has the name that its page has, wherever one is, and keeps
// it in 80 columns beside what is unread; the first of them stands where it did.
func TestStepsHaveOneName(t *testing.T) {
	t.Parallel()
	who := Sender{Sandbox: true}
	for at := page.Compose; at < page.Count; at++ {
		for w, news := range map[int]string{80: "5 new", 120: "f5 5 new"} {
			line := header(at, who, "+19195550100", news, w, widget.Theme{})
			bare := strings.NewReplacer("[", "", "]", "").Replace(line)
			for i, name := range page.Steps {
				if !strings.Contains(bare, name) || w == 120 && !strings.Contains(bare, fmt.Sprintf("%d %s", i+1, name)) {
					t.Errorf("%s in %d columns: got %q, want %s named in it", at, w, line, name)
				}
			}
			if telex := strings.Contains(line, "telex"); telex != (w == 120) || text.Width(line) != w {
				t.Errorf("%s in %d columns: got %q, want the program named by the width alone", at, w, line)
			}
		}
	}
}
