package broadcasts

import (
	"strings"
	"testing"
	"time"

	"telex/messaging/outbox"
	"telex/ui/widget"
)

// TestSignsOfARow: what a person should look at has the signs that it has everywhere, each with
// how many there are.
func TestSignsOfARow(t *testing.T) {
	t.Parallel()
	r := run{
		Run:    outbox.Run{ID: 3, Name: "list", State: outbox.RunDone},
		counts: outbox.RunCounts{People: 9, States: map[outbox.State]int{outbox.Delivered: 2, outbox.Unknown: 1, outbox.Failed: 2, outbox.Rejected: 3, outbox.Unsent: 1}},
	}
	if got, want := line(r, 80, time.UTC, widget.Theme{}), " 9/9 ? 1 ✗ 2 ! 3 – 1 list"; !strings.HasSuffix(got, want) {
		t.Errorf("got %q, want %q at its end", got, want)
	}
	r.counts.States = map[outbox.State]int{outbox.Delivered: 9}
	if got, want := line(r, 80, time.UTC, widget.Theme{}), " 9/9 list"; !strings.HasSuffix(got, want) {
		t.Errorf("got %q, want %q at its end", got, want)
	}
}
