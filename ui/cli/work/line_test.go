package work

import (
	"strings"
	"testing"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/cli/clitest"
)

// TestWorkTellsOfUnrecorded: of a message whose end is known and not in the outbox it is said
// so, and not that it was accepted.
func TestWorkTellsOfUnrecorded(t *testing.T) {
	unrecorded := outbox.Result{ID: 12, Receipt: &messaging.Receipt{ID: "api-12"}, Unrecorded: &outbox.Error{Op: "record what became of the message", Err: outbox.ErrUnreachable}}
	for asJSON, want := range map[bool][]string{
		false: {"warning: message 12 to +19195551212 of broadcast 3 is accepted, but that could not be recorded; note it down"},
		true:  {`"state":"accepted"`, `"message_id":"api-12"`, `"unrecorded":"`},
	} {
		out := clitest.NewPaper()
		w := &worker{flags: flags{asJSON: asJSON}, Options: Options{World: newOffice(t, "").world(out, clitest.NewPaper())}}
		w.lines = w.feed()
		w.sent(line{Broadcast: 3, To: []string{"+19195551212"}}, "+19195551212", unrecorded)
		w.lines.End(nil)
		for _, part := range want {
			if got := out.String(); !strings.Contains(got, part) {
				t.Errorf("got %q, want it to say %q", got, part)
			}
		}
	}
}
