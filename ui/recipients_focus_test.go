package ui

import (
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"telex/messaging"
)

// The cursor is where it was when one comes back to the same recipients, from a step or
// from a page beside them; with other recipients, and by tab, it is where one types.
func TestCursorStaysInRecipients(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		toRecipients(d, manyNumbers(3))
		d.press("tab", "i", "tab", "down")
		for _, away := range [][]string{{"f2", "f2"}, {"f4", "f4"}, {"ctrl+n", "ctrl+p"}, {"ctrl+p", "ctrl+n"}} {
			d.press(away...)
			if d.at("Recipients"); d.a.recipients.at != listField {
				t.Errorf("%v: got the cursor in field %d, want it in the list", away, d.a.recipients.at)
			}
		}
		d.press("shift+tab", "shift+tab", "shift+tab", "tab")
		if d.at("Recipients"); d.a.recipients.at != addField {
			t.Errorf("by tab: got the cursor in field %d, want it where one types", d.a.recipients.at)
		}
		d.press("tab", "ctrl+n", "ctrl+n")
		d.enterOnReview()
		d.advance(time.Second)
		d.press("n", "ctrl+n")
		if d.a.recipients.at != addField {
			t.Errorf("a new message: got the cursor in field %d, want it where one types", d.a.recipients.at)
		}
	})
}

// A number is typed or pasted wherever the cursor is among the recipients; what waits in
// the field is not mixed with it.
func TestNumberTypedInList(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		toRecipients(d, manyNumbers(3))
		d.press("tab", "tab")
		d.typeText(five[0][2:])
		d.press("enter")
		if got := d.a.form.To; !slices.Contains(got, five[0]) || len(got) != 4 {
			t.Errorf("got %q, want %s added", got, five[0])
		}
		d.press("tab")
		d.paste(five[1])
		d.press("enter")
		if got := d.a.form.To; !slices.Contains(got, five[1]) || len(got) != 5 {
			t.Errorf("got %q, want %s added", got, five[1])
		}
		d.typeText("12")
		d.press("tab", "tab")
		d.typeText("9")
		d.paste(five[2])
		d.see("pasted nothing")
		if d.a.form.NewTo != "12" {
			t.Errorf("got %q in the field, want what waited there", d.a.form.NewTo)
		}
	})
}

// TestClickOnChoice: a click chooses how several are served where the choice stands, and
// nowhere else in its row.
func TestClickOnChoice(t *testing.T) {
	deps := testDeps(&fakeSender{send: accept})
	deps.Mouse = true
	drive(t, deps, func(d *driver) {
		toRecipients(d, manyNumbers(3))
		d.press("tab")
		click := func(x int, said string) {
			for y, l := range d.lines() {
				if strings.Contains(l, said) {
					d.send(tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft})
					return
				}
			}
			t.Fatalf("got no %q:\n%s", said, d.screen())
		}
		click(3, "one group text") // in the pane of the list
		if got := d.a.form.Addressing; got != messaging.Undecided {
			t.Errorf("got %v by a click beside it, want nothing chosen", got)
		}
		for said, want := range map[string]messaging.Addressing{"one group text": messaging.Group, "3 separate texts": messaging.Individual} {
			click(60, said)
			if got := d.a.form.Addressing; got != want {
				t.Errorf("got %v by a click on %q, want %v", got, said, want)
			}
		}
	})
}
