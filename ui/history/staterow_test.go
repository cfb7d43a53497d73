package history

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"telex/messaging/outbox"
	"telex/ui/text"
	"telex/ui/widget"
)

// TestStatesInFewCells: the state that is chosen is in the row at every width, and where not
// all have room, those that a person should look at come before those that can wait.
func TestStatesInFewCells(t *testing.T) {
	h := shown(t, &numbered{n: 9})
	h.counts = map[outbox.State]int{}
	for i, s := range outbox.States() {
		h.counts[s] = 100 + i
	}
	all := append([]outbox.State{""}, outbox.States()...)
	for _, chosen := range all {
		h.state = chosen
		for w := 40; w < 200; w += 8 {
			h.w = w
			row := ansi.Strip(h.stateRow(widget.Theme{}))
			if text.Width(row) > w {
				t.Errorf("%d cells for %q: got %q", w, chosen, row)
			}
			if from, to := strings.Index(row, "["), strings.Index(row, "]"); from < 0 || to < from {
				t.Errorf("%d cells: got %q, want %q whole in it", w, row, chosen)
			}
		}
	}
	h.w, h.state = 40, outbox.Delivered
	h.counts = map[outbox.State]int{outbox.Delivered: 8, outbox.Accepted: 3, outbox.Failed: 2, outbox.Unknown: 2, outbox.Received: 4}
	if got, want := ansi.Strip(h.stateRow(widget.Theme{})), "Show    all 19  [✓ delivered 8]  ? 2  …"; got != want {
		t.Errorf("got %q, want %q: what nobody knows comes first", got, want)
	}
	h.state = ""
	if got, want := ansi.Strip(h.stateRow(widget.Theme{})), "Show    [all 19]  ● 3  ✓ 8  ✗ 2  ? 2  …"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
