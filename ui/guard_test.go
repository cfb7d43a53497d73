package ui

import (
	"testing"
	"time"

	"telex/messaging"
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
		d.advance(recently + time.Minute)
		d.enterOnReview()
		d.at("Response")
		if s.calls() != 2 {
			t.Errorf("got %d sends, want 2: after ten minutes it is not asked", s.calls())
		}
	})
}

// TestUnknownCountsForEver: nothing makes an unknown outcome known but the API.
func TestUnknownCountsForEver(t *testing.T) {
	l := sentLog{{messaging.Message{From: "+1", To: []string{"+12"}, Text: "Hi"}, time.Time{}, true}}
	f := &form{Draft: messaging.Draft{From: "+1", To: []string{"+12"}, Text: "Hi"}}
	if got := l.repeats(f, time.Time{}.Add(1000*time.Hour)); len(got) != 1 {
		t.Errorf("got %q, want one line", got)
	}
	f.Text = "Ho"
	if got := l.repeats(f, time.Time{}); got != nil {
		t.Errorf("got %q for another text, want none", got)
	}
}

// TestQuitAsksForWords: ctrl+q takes nothing with it unasked.
func TestQuitAsksForWords(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		d.typeText("half a message")
		d.press("ctrl+q")
		d.see("what you wrote is not kept", "half a message")
		d.press("x")
		d.seeNot("what you wrote is not kept: x")
		if d.a.asked {
			t.Error("got the question still open after another key, want it closed")
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
