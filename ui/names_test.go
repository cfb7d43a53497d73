package ui

import (
	"testing"
	"testing/synctest"
	"time"
)

// TestNamesEverywhere: who is a contact is called by name where it is decided whether to send,
// and where one looks at what became of it. Names of others are clean.
func TestNamesEverywhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, deps := knowing(t, choir()...)
		deps.Production = true
		d := start(t, deps)
		d.write("Hi", five[0], five[1], five[4])
		d.press("esc", "esc")
		d.press("i", "ctrl+n", "ctrl+n")
		d.enterOnReview()
		d.see("Send in production?", "To Ana Ruíz "+five[0]+", Ben ")
		d.yes()
		d.at("Response")
		d.see("> ● Ana Ruíz accepted", "to Ana Ruíz "+five[0], five[4]+" accepted")
		d.press("down")
		d.see("● Ben ")
		d.size(160, 45)
		d.see("> ● "+five[1]+" Ben ", five[4]+"         accepted")
		d.press("f2", "enter")
		d.see("● accepted Ana Ruíz ", "● accepted "+five[4])
		d.press("down", "down")
		d.advance(time.Second)
		d.see("to Ana Ruíz " + five[0])
	})
}
