package ui

import (
	"strings"
	"testing"
	"time"

	"telex/messaging/outbox"
)

// TestUntoldIsTheNewest: of a message of an earlier run is told what is known of it by now.
func TestUntoldIsTheNewest(t *testing.T) {
	for state, want := range map[outbox.State]string{
		outbox.Accepted:  "waiting for the carrier",
		outbox.Delivered: "it is delivered: ",
		outbox.Failed:    "it failed",
		outbox.Unknown:   "may or may not be on its way",
	} {
		e := outbox.Entry{ID: 2, State: state}
		e.Message.To = five[:1]
		got := strings.Join(untoldWords([]outbox.Entry{e}, time.UTC, "History", ""), "\n")
		if !strings.HasPrefix(got, "message 2 to "+five[0]+": ") || !strings.Contains(got, want) || (state != outbox.Accepted) == strings.Contains(got, "waiting for the carrier") {
			t.Errorf("of one that is %s it says %q, want %q in it", state, got, want)
		}
	}
}
