package outbox

import (
	"testing"

	"telex/messaging"
)

// TestLessonOfTheDead: who is taken for dead sends nobody anew whose message may have been
// created in an earlier try.
func TestLessonOfTheDead(t *testing.T) {
	for outcome, again := range map[messaging.Outcome]bool{messaging.Unsent: true, messaging.Unknown: false} {
		r := Result{Err: &messaging.Error{Op: "send message", Outcome: outcome, Err: &Error{Op: "send the message", Err: ErrTakenForDead}}}
		if l := lessonOf(r, ""); l.again != again || l.offline || l.stop != (Reason{}) {
			t.Errorf("%v: %+v, want again: %v", outcome, l, again)
		}
		if Hopeless(r) == "" {
			t.Errorf("%v: a batch goes on", outcome)
		}
	}
}
