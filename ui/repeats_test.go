package ui

import (
	"context"
	"errors"
	"testing"
	"time"

	"telex/messaging/outbox"
)

// TestChangedListDoesNotRepeat: another recipient or tag does not make the same
// words new to those who got them.
func TestChangedListDoesNotRepeat(t *testing.T) {
	s := &fakeSender{send: accept}
	drive(t, testDeps(s), func(d *driver) {
		d.write("Hi", five[0])
		d.enterOnReview()
		d.press("ctrl+p", "ctrl+p", "ctrl+p", "ctrl+p", "tab")
		d.typeText("order-7")
		d.press("ctrl+n", "ctrl+n", "ctrl+n")
		d.enterOnReview()
		d.see("Send it again?")
		d.press("esc")
		d.advance(outbox.RepeatedWithin + time.Minute)
		d.enterOnReview()
		d.at("Response")
		if s.calls() != 2 {
			t.Errorf("got %d sends, want 2: after ten minutes it is not asked", s.calls())
		}
	})
}

// TestQuitAsksForWords: ctrl+q takes nothing with it unasked. It asks only where
// drafts cannot be kept.
func TestQuitAsksForWords(t *testing.T) {
	deps := testDeps(&fakeSender{send: accept})
	deps.OpenOutbox = func(context.Context) (*outbox.Outbox, error) { return nil, errors.New("no disk") }
	drive(t, deps, func(d *driver) {
		d.typeText("half a message")
		d.press("ctrl+q")
		d.see("what you wrote is not kept", "half a message")
		d.press("x")
		d.seeNot("what you wrote is not kept")
		d.press("ctrl+q")
		d.see("what you wrote is not kept")
		d.advance(time.Hour)
		d.press("ctrl+q")
		if !d.quit {
			t.Error("ctrl+q quit not, though it stands on the screen that it does")
		}
	})
}

// TestLineFeedIsALineEnd: a paste without brackets keeps its lines apart.
func TestLineFeedIsALineEnd(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		d.typeText("one")
		d.press("ctrl+j")
		d.typeText("two")
		if got := d.a.form.Text; got != "one\ntwo" {
			t.Errorf("got %q, want two lines", got)
		}
	})
}
