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

// TestOtherSender: that a sender is none that the account is known to have is said on Review
// as it is while it is typed, and keeps nobody from sending.
func TestOtherSender(t *testing.T) {
	s := &fakeSender{send: accept}
	drive(t, testDeps(s), func(d *driver) {
		d.press("shift+tab", "ctrl+u")
		d.typeText("+19195550999")
		d.press("tab")
		d.write("Hi", five[0])
		d.see("READY TO SEND · 1 warning", "! From +19195550999: not one of this account's numbers")
		d.enterOnReview()
		if s.calls() != 1 {
			t.Errorf("got %d sends, want 1", s.calls())
		}
	})
}

// TestProblemsInFull: of several problems each is said to its end where there is room, and not
// only the one with the cursor.
func TestProblemsInFull(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		d.write("", "12")
		d.see("3 problems", "Text: empty; a message needs text or media", `To: you typed "12" under Recipients but did not add it`)
		d.press("ctrl+p", "ctrl+p", "ctrl+u", "ctrl+n", "ctrl+n")
		d.see("2 problems", "Text: empty; a message needs text or media", "To: no recipient; give a number like +19195551212")
	})
}

// TestOneGroupIsOneMessage: one group text is not called several.
func TestOneGroupIsOneMessage(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		toRecipients(d, manyNumbers(7))
		d.press("tab", "g")
		d.see("(x) one group text", "one group MMS, billed as 7")
		d.press("ctrl+n", "ctrl+n")
		d.see("one group MMS to 7 recipients", "one group MMS, billed as 7; everybody sees everybody's number")
		d.seeNot("7 MMS")
	})
}
