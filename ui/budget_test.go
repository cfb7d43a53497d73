package ui

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
)

// TestTooDear: what the account must not cost is not sent, now or later: Review says why,
// and what was typed stays.
func TestTooDear(t *testing.T) {
	s := &fakeSender{send: accept}
	deps := testDeps(s)
	var asked []string
	dear := true
	deps.Within = func(messages []messaging.Message, at time.Time) outbox.Judge {
		return func(ctx context.Context, b outbox.Books) error {
			if _, err := b.Runs(ctx); err != nil || at.IsZero() {
				t.Errorf("asked about %v at %v of books that say %v", messages, at, err)
			}
			asked = append(asked, messages[0].Text)
			if dear {
				return errors.New("budget.month of profile main is $1.00\x1b[5m")
			}
			return nil
		}
	}
	drive(t, deps, func(d *driver) {
		d.write("Doors open", five[0])
		d.enterOnReview()
		d.settle()
		d.at("Review")
		d.see("nothing was sent: budget.month of profile main is $1.00␛[5m", "Doors open")
		d.later("00:03")
		d.see("nothing was scheduled: budget.month")
		if s.calls() != 0 {
			t.Errorf("%d messages were sent", s.calls())
		}
		if n, err := d.a.store.Counts(t.Context()); err != nil || len(n) != 0 {
			t.Errorf("there are %v, %v, want no row", n, err)
		}
		dear = false
		d.enterOnReview()
		d.settle()
		if s.calls() != 1 {
			t.Errorf("%d messages were sent once it may be, want 1", s.calls())
		}
	})
	if len(asked) != 3 {
		t.Errorf("asked about %q, want each time", asked)
	}
}

// TestPlainTooDear: the console that goes line by line says so too, and goes on.
func TestPlainTooDear(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &fakeSender{send: accept}
		deps, _ := withOutbox(t, testDeps(s), outbox.Options{})
		deps.Within = func([]messaging.Message, time.Time) outbox.Judge {
			return func(context.Context, outbox.Books) error { return errors.New("budget.month of profile main is $1.00") }
		}
		d := startPlain(t, deps)
		d.say(written("Hello", five[0])...)
		want(t, d.say("send"), "Not sent: budget.month of profile main is $1.00", "What next? (send,")
		d.say("quit")
		if err := d.end(); err != nil {
			t.Error(err)
		}
		if s.calls() != 0 {
			t.Errorf("%d messages were sent", s.calls())
		}
	})
}
