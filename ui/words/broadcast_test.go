package words

import (
	"strings"
	"testing"

	"telex/messaging/outbox"
)

// TestRunCommands: every command that is named for a broadcast of the sandbox finds it there.
func TestRunCommands(t *testing.T) {
	for _, kind := range []outbox.ReasonKind{outbox.ReasonCode, outbox.ReasonSeveral, outbox.ReasonCredentials, outbox.ReasonSender, outbox.ReasonFailures, outbox.ReasonLost, outbox.ReasonProxy, outbox.ReasonPerson} {
		r := outbox.Run{ID: 7, State: outbox.RunPaused, Reason: outbox.Reason{Kind: kind, Code: 4720}}
		for _, sandbox := range []bool{true, false} {
			said := NextForRun(r, Shell{Sandbox: sandbox})
			if some, all := strings.Count(said, "--sandbox"), strings.Count(said, " 7")+strings.Count(said, "telex doctor"); sandbox && some != all || !sandbox && some > 0 {
				t.Errorf("of a broadcast that was paused for %s is said (sandbox: %t) %q", kind, sandbox, said)
			}
		}
	}
}
