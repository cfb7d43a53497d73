package ui

import "testing"

// TestOwnKeys: the user's keys do it, the usual ones do not any more, and the footer
// and the help say so.
func TestOwnKeys(t *testing.T) {
	deps := testDeps(&fakeSender{send: accept})
	deps.Keys = map[string][]string{"next-step": {"f8"}, "quit": {"ctrl+x"}, "review.json": {"J"}}
	drive(t, deps, func(d *driver) {
		d.size(120, 24)
		d.see("f8 Recipients", "ctrl+x quit")
		d.size(80, 24)
		d.typeText("Hi")
		d.press("f8")
		d.typeText(five[0])
		d.press("enter", "f8", "f8")
		d.at("Review")
		d.press("j")
		d.seeNot("The JSON that is sent")
		d.press("J")
		d.see("The JSON that is sent")
		d.size(80, 30)
		d.press("f1", "end")
		d.see("f8", "ctrl+x")
		d.press("esc", "ctrl+q")
		if d.quit {
			t.Error("got an end by ctrl+q, want it free")
		}
		d.press("ctrl+x")
		if !d.quit {
			t.Error("got no end by ctrl+x")
		}
	})
}
