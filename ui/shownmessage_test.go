package ui

import (
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
)

// TestEditsWhatIsShown: editing or correcting on Response is about the message that stands
// there, also where another one was begun since; that one is kept as a draft.
func TestEditsWhatIsShown(t *testing.T) {
	refused := refuse(messaging.FieldError{Name: "text", Description: "is not good"})
	for key, send := range map[string]*fakeSender{"e": {send: accept}, "f": {send: refused}} {
		drive(t, testDeps(send), func(d *driver) {
			if key == "f" {
				key = d.a.keymap.Response.Fix.Keys()[0]
			}
			d.write("First text", five[0])
			d.enterOnReview()
			d.advance(time.Second)
			d.press("n")
			d.write("Second text", five[1])
			d.press("ctrl+n")
			d.at("Response")
			d.see("First text")
			d.press(key)
			d.advance(time.Second)
			d.at("Compose")
			if f := d.a.form; f.Text != "First text" || len(f.To) != 1 || f.To[0] != five[0] {
				t.Errorf("%s edits %q to %q, want what was shown", key, f.Text, f.To)
			}
			d.see("kept as a draft")
			d.press("f3")
			d.see("Second text")
			d.press("enter")
			d.advance(time.Second)
			if f := d.a.form; f.Text != "Second text" || f.To[0] != five[1] {
				t.Errorf("the draft is %q to %q, want what was written second", f.Text, f.To)
			}
		})
	}
}

// TestEditsWhatIsShownUnkept: words that would be lost by that are asked about.
func TestEditsWhatIsShownUnkept(t *testing.T) {
	deps, _ := withOutbox(t, testDeps(&fakeSender{send: accept}), outbox.Options{OmitText: true})
	drive(t, deps, func(d *driver) {
		d.write("First text", five[0])
		d.enterOnReview()
		d.advance(time.Second)
		d.press("n")
		d.write("Second text", five[1])
		d.press("ctrl+n", "e")
		d.see("Edit the message that is shown?", "Going on discards it")
		d.press("esc")
		if got := d.a.form.Text; got != "Second text" {
			t.Errorf("after esc the text is %q", got)
		}
		d.press("e")
		d.yes()
		d.at("Compose")
		if got := d.a.form.Text; got != "First text" {
			t.Errorf("after a yes the text is %q", got)
		}
	})
}
