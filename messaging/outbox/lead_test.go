package outbox

import (
	"testing"
	"time"
)

// TestLead: the patience is asked for once, as long as one message keeps another, and gone
// with the first answer.
func TestLead(t *testing.T) {
	asked := 0
	l := newLead(0, func(d time.Duration) <-chan time.Time {
		if asked++; d != 5*time.Second {
			t.Errorf("it waits for %s, want 5 s", d)
		}
		return make(chan time.Time)
	})
	if l.wait(0, 16) != nil || l.wait(1, 1) != nil || asked != 0 {
		t.Error("it waits where nothing keeps a message, or none may leave besides")
	}
	if first := l.wait(1, 2); first == nil || first != l.wait(1, 2) || asked != 1 {
		t.Errorf("it asked %d times, want one wait", asked)
	}
	if l.passed(); l.wait(1, 16) != nil || l.wait(2, 2) != nil || l.wait(2, 3) == nil || asked != 2 {
		t.Errorf("it asked %d times, want a second wait when the second is on its way, for a third", asked)
	}
	if l.answered = true; l.wait(2, 3) != nil {
		t.Error("it waits though one was answered")
	}
}
