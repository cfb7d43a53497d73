package ui

import (
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"telex/messaging/outbox"
	"telex/ui/draft"
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

// TestBackFromACopy: a message that is to be sent again leads back to History as it was left,
// and from there to no step that shows the copy.
func TestBackFromACopy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		deps, _ := historyDeps(t, testDeps(&fakeSender{send: accept}), 3, nil)
		d := start(t, deps)
		d.typeText("half a message")
		d.press("ctrl+n", "f2")
		d.advance(time.Second)
		d.press("left", "j")
		d.advance(time.Second)
		was := d.a.history.Selected()
		d.press("s")
		d.at("Review")
		d.see("Copy of message 2", "READY TO SEND")
		d.press("esc")
		d.at("History")
		d.advance(time.Second)
		d.see("[– unsent 3]", "nothing was sent; what you wrote before is a draft: f3")
		if now := d.a.history.Selected(); now != was {
			t.Errorf("got the cursor on %d, want it on %d, where it was", now, was)
		}
		d.press("s") // no field is there to take it
		d.see("Copy of message 2", "READY TO SEND")
		d.press("esc", "esc", "esc")
		d.at("Compose")
		if !d.a.form.IsEmpty() {
			t.Errorf("got %+v, want a new message", d.a.form)
		}
		d.press("f3", "enter")
		d.see("half a message")
	})
}

// TestNothingBehindTheFirstScreen: without somebody who sends there are no steps to go back
// to, so esc and f4 stay and say what to press; a draft that is taken up is a step.
func TestNothingBehindTheFirstScreen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		deps, _ := firstDeps(t, &fakeSender{send: accept})
		d := start(t, deps)
		d.seeNot("esc back")
		for _, k := range []string{"esc", "f4"} {
			d.press(k)
			d.at("Setup")
			d.see("nothing to go back to", "esc dismiss")
			d.press("esc")
			d.seeNot("nothing to go back")
		}
		d.press("down", "enter") // the form has a way back, to the list
		d.see("esc accounts")
		d.press("esc")
		d.at("Setup")
		f := draft.New(nil, "")
		f.Text = "from before"
		body, err := f.Encode()
		if err != nil {
			t.Fatal(err)
		}
		id, err := d.a.store.SaveDraft(t.Context(), 0, "", body)
		if err == nil {
			err = d.a.store.LeaveDraft(t.Context(), id)
		}
		if err != nil {
			t.Fatal(err)
		}
		d.press("f3", "enter")
		d.at("Compose")
		d.press("f4")
		d.see("esc back")
		d.press("esc")
		d.at("Compose")
		d.see("from before")
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

// TestEscClosesWhatIsOpenWithin: what is open within a page is further in than what stands
// above the keys, so esc closes that first, and no enter behind it acts on what was closed.
func TestEscClosesWhatIsOpenWithin(t *testing.T) {
	deps := testDeps(&fakeSender{send: accept})
	t.Chdir(t.TempDir())
	drive(t, deps, func(d *driver) {
		d.write("Hi", five[0])
		d.a.act(page.Warn("an old warning"))
		d.press("j")
		d.see(`"applicationId"`)
		d.seeNot("an old warning")
		d.a.notify("a notice")
		d.see("esc back")
		d.press("esc")
		d.at("Review")
		d.see("READY TO SEND", "a notice", "esc dismiss")
		d.press("esc")
		d.at("Review")
		d.seeNot("a notice")
		d.enterOnReview()
		d.press("j")
		d.a.notify("a notice")
		d.press("esc")
		d.see("On its way", "a notice")
		d.press("esc", "f2")
		d.a.act(page.Warn("an old warning"))
		d.press("E")
		d.see("Save as", "esc cancel")
		d.seeNot("an old warning")
		d.a.notify("a notice")
		d.press("esc")
		d.see("nothing was written")
		d.seeNot("Save as")
		d.press("enter")
		d.advance(time.Second)
		if files, err := filepath.Glob("*"); err != nil || len(files) != 0 {
			t.Errorf("got files %v, %v, want none written", files, err)
		}
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
