package ui

import (
	"testing"
	"time"

	"telex/ui/page"
)

// TestFigures: the page counts what the outbox has, by what is chosen, and again when that
// changes; it is left as it was come to.
func TestFigures(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		d.press("f8")
		d.at("Figures")
		d.see("[7 days]", "[state]", "No messages in this time.", "b by code")
		hears(d, "Thanks!", five[0])
		hears(d, "Where?", five[1])
		d.advance(newsEvery)
		d.see("incoming", "2 messages", "received")
		d.press("b", "b")
		d.see("[sender]", "+19195550100")
		d.press("B", "right")
		d.see("[code]", "[30 days]", "Nothing to count by code.")
		d.press("left", "left", "shift+tab")
		d.see("[today]", "[state]")
		hears(d, "Once more", five[2])
		d.advance(2 * newsEvery)
		d.see("3 messages")
		d.size(40, 12)
		d.press("B")
		d.see("[reaction]  6 of 6", "[today]")
		d.size(160, 45)
		d.see("state  code  sender", "[reaction]")
		d.size(80, 24)
		d.press("esc")
		if d.a.page != page.Compose {
			t.Errorf("esc leads to %s", d.a.page)
		}
		d.press("ctrl+x")
		d.typeText("figures")
		d.press("enter")
		d.at("Figures")
		d.press("f8")
		d.at("Compose")
		hears(d, "Unseen", five[0])
		d.advance(time.Minute)
	})
}
