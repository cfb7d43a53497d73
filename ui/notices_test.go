package ui

import (
	"context"
	"errors"
	"strings"
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

// TestNothingCanBeSent: where the outbox cannot be opened no key is named that sends, and a
// notice that has one row says which key shows all of it.
func TestNothingCanBeSent(t *testing.T) {
	deps := testDeps(&fakeSender{send: accept})
	deps.OpenOutbox = func(context.Context) (*outbox.Outbox, error) {
		return nil, errors.New("open the outbox: " + strings.Repeat("a folder is needed there; ", 4) + "that is all")
	}
	drive(t, deps, func(d *driver) {
		d.write("Hi", five[0])
		foot := func() string { l := d.lines(); return l[len(l)-1] }
		if d.see("CANNOT BE SENT"); strings.Contains(foot(), "send") || !strings.Contains(foot(), "JSON") {
			t.Errorf("got %q, want no key that sends", foot())
		}
		for _, size := range [][2]int{{80, 24}, {40, 12}} {
			d.size(size[0], size[1])
			if l := d.lines(); !strings.Contains(l[len(l)-2], "nothing can be sent") || !strings.HasSuffix(l[len(l)-2], "… (f1: more)") {
				t.Errorf("%v: got %q, want where the rest is", size, l[len(l)-2])
			}
		}
		d.press("f1")
		d.see("that is all")
		d.press("esc")
		d.enterOnReview()
		d.at("Review")
		d.see("that is all")
	})
}
