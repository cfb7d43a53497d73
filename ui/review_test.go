package ui

import (
	"strings"
	"testing"
	"time"
)

// TestChecksInSight: however many get it and however much is sent along, Review says what may
// go wrong without a key, and so does the question before many are sent. What does not fit is
// said to follow, and can be scrolled to.
func TestChecksInSight(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {80, 20}, {100, 18}, {40, 12}, {160, 24}} {
		deps := testDeps(&fakeSender{send: accept})
		deps.Sandbox = false // which has numbers of its own
		drive(t, deps, func(d *driver) {
			d.size(size[0], size[1])
			d.typeText("Sale")
			d.press("tab")
			d.typeText("a tag that is long enough to take some rows of the facts of a message, as tags can be")
			d.press("ctrl+n")
			d.paste(manyNumbers(31) + "+999123456")
			d.press("tab", "i", "ctrl+n", "ctrl+n")
			d.see("READY TO SEND · 1 warning", "32 SMS, one to each recipient", "! To +999123456: no country is known to have such a number")
			for range 40 {
				if !strings.Contains(d.screen(), "more rows") {
					break
				}
				d.press("pgdown")
			}
			d.see("Application", deps.ApplicationID)
			d.seeNot("more rows")
			d.press("home")
			d.enterOnReview()
			d.see("Send 32 texts", "and 30 more", "! To +999123456: no country is known to have such a number")
		})
	}
}

// TestTitleOfRepeats: the title says of how many it is known that they have it, and no more;
// what else may go wrong is counted beside it.
func TestTitleOfRepeats(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		d.write("See bit.ly/abc", five[0], five[1])
		d.press("ctrl+p", "ctrl+p", "tab", "i", "ctrl+n", "ctrl+n")
		d.enterOnReview()
		d.advance(time.Second)
		d.press("ctrl+p")
		d.see("SENT ALREADY · 1 warning 2 SMS", five[0]+" was sent this")
		d.press("ctrl+p", "ctrl+p")
		d.typeText(five[2])
		d.press("enter", "ctrl+n", "ctrl+n")
		d.see("SENT ALREADY to 2 of 3 · 1 warning")
	})
}
