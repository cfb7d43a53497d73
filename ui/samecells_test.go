package ui

import (
	"testing"
	"time"

	"telex/ui/text"
)

// TestScreensOfSameCells: no page and nothing in front of one is made of signs that
// terminals count in several ways, so that none needs the tables for those (2 MB, and
// milliseconds of the start).
func TestScreensOfSameCells(t *testing.T) {
	driveSandbox(t, func(d *driver) {
		see := func(where string) {
			t.Helper()
			content := d.a.View().Content
			for _, r := range content {
				if !text.SameCells(string(r)) {
					t.Errorf("%s: got %q, of which terminals do not agree:\n%s", where, r, d.screen())
					return
				}
			}
		}
		see("Compose")
		d.press("f1")
		see("the keys")
		d.press("esc", "ctrl+x")
		see("the commands")
		d.press("esc")
		d.write("Grüße – “hello”", "+12345678902")
		see("Review")
		d.enterOnReview()
		see("Response")
		d.advance(time.Minute)
		see("Response, delivered")
		d.press("f2")
		see("History")
		d.press("enter")
		see("a message")
		d.press("esc", "f4")
		see("Setup")
		d.size(200, 60)
		see("Setup, wide")
		d.press("f2")
		see("History, wide")
	})
}
