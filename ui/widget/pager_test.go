package widget

import (
	"fmt"
	"slices"
	"testing"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// TestPagerPages: page by page every row comes by, and the last row of a page is on the next
// one too, so that a row may be covered there.
func TestPagerPages(t *testing.T) {
	b := key.NewBinding(key.WithKeys("pgdown", "pgup"))
	for _, h := range []int{1, 2, 7} {
		var p Pager
		for i := range 30 {
			p.Lines = append(p.Lines, fmt.Sprint(i))
		}
		seen := p.Window(h)
		for range 30 {
			before := p.Window(h)
			if p.Scroll(tea.KeyPressMsg{Code: tea.KeyPgDown}, b, h); h > 1 && !slices.Contains(p.Window(h), before[h-1]) {
				t.Errorf("%d rows: after %q comes %q, want the last row of a page on the next", h, before, p.Window(h))
			}
			seen = append(seen, p.Window(h)...)
		}
		for _, l := range p.Lines {
			if !slices.Contains(seen, l) {
				t.Errorf("%d rows: row %s is on no page", h, l)
			}
		}
	}
}
