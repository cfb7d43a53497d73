package words

import (
	"strings"
	"testing"
	"time"

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

// TestCancelled: nobody waits for a broadcast that was cancelled, which is for good.
func TestCancelled(t *testing.T) {
	c := outbox.RunCounts{People: 60, Waiting: 53, States: map[outbox.State]int{outbox.Delivered: 7}}
	for state, want := range map[outbox.RunState]string{
		outbox.RunCancelled: "60 people: 7 delivered, 53 cancelled before their turn",
		outbox.RunPaused:    "60 people: 7 delivered, 53 waiting",
	} {
		if got := RunCounts(state, c); got != want {
			t.Errorf("%s: got %q, want %q", state, got, want)
		}
	}
}

// TestByWhom: why a broadcast stands is said where there is something to say: by hand is how
// most are paused.
func TestByWhom(t *testing.T) {
	for want, why := range map[string]outbox.Reason{
		"paused":                               {Kind: outbox.ReasonPerson},
		"paused: ␛[5mno":                       {Kind: outbox.ReasonPerson, Note: "\x1b[5mno"},
		"paused: by ctrl+c":                    {Kind: outbox.ReasonPerson, Note: "by ctrl+c"},
		"paused: the credentials were refused": {Kind: outbox.ReasonCredentials},
	} {
		if got := RunState(outbox.Run{State: outbox.RunPaused, Reason: why}, time.UTC); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if got := (outbox.Reason{Kind: outbox.ReasonPerson}).String(); got != "by hand" {
		t.Errorf("of a person is said %q", got)
	}
}
