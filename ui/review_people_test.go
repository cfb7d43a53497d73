package ui

import (
	"strings"
	"testing"
	"testing/synctest"

	"telex/messaging"
)

// TestReviewNames: who is a contact has their name on Review, and where recipients are too many
// for the summary a key shows all of them, each in a row.
func TestReviewNames(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, deps := knowing(t, choir()...)
		d := start(t, deps)
		d.write("Hi", five[0])
		d.see("To", "Ana Ruíz "+five[0])
		d.seeNot("shows all", "show everybody")
		d.press("esc", "esc")
		d.paste(strings.Join(numbers(40), "\n"))
		d.press("enter", "i", "ctrl+n", "ctrl+n")
		d.see("Ana Ruíz "+five[0], "more (v shows all)")
		d.seeNot(numbers(40)[39])
		d.press("v")
		d.see("Everybody who gets it: 41 recipients", "1  Ana Ruíz "+five[0])
		d.press("end")
		d.see("41  " + numbers(40)[39])
		d.press("y")
		if got := strings.Split(d.copied, ","); len(got) != 41 || got[40] != numbers(40)[39] {
			t.Errorf("got %q copied, want all 41 numbers", d.copied)
		}
		d.press("j")
		d.see("1 of 41", "enter send 41 messages   left/right other one")
		d.press("right")
		d.see("2 of 41")
		d.press("esc")
		d.see("v shows all")
		d.at("Review")
		d.size(40, 12)
		d.press("v")
		d.see("Everybody who gets it: 41 recipients")
		if want := messaging.Individual; d.a.form.Addressing != want {
			t.Errorf("looking made it %v", d.a.form.Addressing)
		}
	})
}

// numbers are n numbers that are nobody's, in one area code.
func numbers(n int) (all []string) {
	for i := range n {
		all = append(all, "+1919555"+itoa(2000+i))
	}
	return all
}
