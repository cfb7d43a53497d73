package ui

import (
	"context"
	"testing"
	"testing/synctest"

	"telex/messaging/outbox"
)

// TestAnOfferPasses: that there is an unfinished message stands where a message begins. Other
// pages have their way out under esc, and once another message has gone on it does not come
// back.
func TestAnOfferPasses(t *testing.T) {
	offered := notice{text: "Unfinished message from 16:45: f3 to continue.", drafts: true, rank: aboutDrafts}
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		d.a.add(offered)
		d.see("Unfinished message", "esc dismiss")
		d.press("f2")
		d.at("History")
		d.seeNot("Unfinished message", "esc dismiss")
		d.press("esc")
		d.at("Compose")
		d.see("Unfinished message", "esc dismiss")
		d.press("f2", "f3")
		d.press("esc", "esc")
		d.at("Compose")
		d.seeNot("Unfinished message") // the list of drafts said what it says
		d.a.add(offered)
		d.write("Hi", five[0])
		d.seeNot("Unfinished message", "esc dismiss")
		d.see("esc back")
		d.press("esc", "esc", "esc")
		d.at("Compose")
		d.seeNot("Unfinished message")
	})
}

// TestWhatIsAskedForPasses: a notice of what is asked for when it is needed goes with the page
// on which it was read, and no other does. What nobody read yet stands on the page that comes.
func TestWhatIsAskedForPasses(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		d.a.add(notice{text: "give the passphrase", rank: aboutLater})
		d.a.notify("something is wrong")
		d.see("something is wrong", "1 of 2")
		d.press("ctrl+n")
		d.at("Recipients")
		d.see("something is wrong", "1 of 2", "esc dismiss")
		d.press("esc")
		d.see("give the passphrase", "esc dismiss")
		d.press("ctrl+n")
		d.at("Media")
		d.seeNot("give the passphrase")
		d.see("esc back")
	})
}

// TestOfferedBesideTheSteps: an offer that comes while a page beside the steps is in front
// waits for Compose.
func TestOfferedBesideTheSteps(t *testing.T) {
	deps, _ := historyDeps(t, testDeps(&fakeSender{send: accept}), 0, func(o *outbox.Outbox) {
		if _, err := o.SaveDraft(t.Context(), 0, "sandbox", []byte(`{"text":"half a text"}`)); err != nil {
			t.Fatal(err)
		}
	})
	open := deps.OpenOutbox
	var slow chan struct{}
	deps.OpenOutbox = func(ctx context.Context) (*outbox.Outbox, error) {
		<-slow
		return open(ctx)
	}
	synctest.Test(t, func(t *testing.T) {
		slow = make(chan struct{})
		d := start(t, deps)
		d.press("f2")
		close(slow)
		d.settle()
		d.at("History")
		d.seeNot("Unfinished message")
		d.press("esc")
		d.see("Unfinished message")
	})
}
