package ui

import (
	"testing"
	"testing/synctest"

	"telex/messaging/outbox"
	"telex/ui/page"
)

// TestBackGoesWhereOneCameFrom: from one page beside the steps to another and back, as far
// as one came, and never in a circle.
func TestBackGoesWhereOneCameFrom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		deps, accounts := firstDeps(t, &fakeSender{send: accept})
		deps.First = false
		_ = accounts
		d := start(t, deps)
		d.press("ctrl+n", "f4", "f2")
		d.at("History")
		d.press("esc")
		d.at("Setup")
		d.press("esc")
		d.at("Recipients")
		d.press("f4", "f2", "f2")
		d.at("Setup")
		d.press("f4")
		d.at("Recipients")
	})
}

// TestEscSaysWhatItDoes: as long as esc takes away what stands above the keys, the footer
// says so.
func TestEscSaysWhatItDoes(t *testing.T) {
	deps := testDeps(&fakeSender{send: accept})
	drive(t, deps, func(d *driver) {
		d.press("ctrl+n")
		d.see("esc back")
		d.a.act(page.Warn("something went wrong"))
		d.see("something went wrong", "esc dismiss")
		d.press("esc")
		d.at("Recipients")
		d.see("esc back")
	})
}

// TestPasteTakesOldWordsAway: what was said of a paste that found no field is gone when
// one finds a field, and pages without a field say so.
func TestPasteTakesOldWordsAway(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		d.write("Hi", five[0])
		d.at("Review")
		d.paste("words")
		d.see("pasted nothing")
		d.press("esc")
		d.press("ctrl+p", "ctrl+p", "ctrl+p")
		d.at("Compose")
		d.a.act(page.Warn("pasted nothing: no text field is in front"))
		d.paste(" there")
		d.see("Hi there")
		d.seeNot("pasted nothing")
	})
}

// TestDraftIsOfferedAtOnce: no success hides that words of an earlier telex are kept.
func TestDraftIsOfferedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		deps, path := withOutbox(t, testDeps(&fakeSender{send: accept}), outbox.Options{})
		first := start(t, deps)
		first.typeText("half a message")
		first.advance(saveAfter * 2)
		die(t, path)
		second := newApp(t.Context(), deps, testNow)
		second.say(page.Status{Text: "Sandbox: nothing leaves this machine", Kind: page.StatusDone})
		m, ok := second.openStore(t.Context(), deps)().(storeOpened)
		if !ok {
			t.Fatal("got no outbox")
		}
		second.onStoreOpened(m)
		if second.status.Text != "" || len(second.notices) != 1 {
			t.Errorf("got %q over %d notices, want the draft offered at once", second.status.Text, len(second.notices))
		}
		_ = m.store.Close()
	})
}
