package ui

import (
	"testing"

	"telex/messaging/outbox"
	"telex/ui/page"
)

// TestEscClosesTheInnermost: of all that can stand in front esc takes one away at a time,
// and what comes late takes no key that was meant for what was there.
func TestEscClosesTheInnermost(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		d.typeText("Hi")
		d.press("ctrl+n")
		d.at("Recipients")
		d.a.notify("a notice")
		d.press("f1")
		d.see("close help")
		d.send(draftsFound{drafts: []outbox.Draft{{ID: 1, Body: []byte(`{"text":"kept"}`)}}})
		d.see("close help")
		d.seeNot("Unfinished messages")
		d.press("esc")
		d.see("Unfinished messages", "kept")
		d.press("x")
		d.see("Delete this draft?")
		d.press("esc")
		d.see("Unfinished messages")
		d.paste("words")
		d.see("pasted nothing: no text field is in front")
		d.press("esc")
		d.seeNot("Unfinished messages")
		d.see("pasted nothing")
		d.press("esc")
		d.see("a notice", "esc dismiss")
		d.press("esc")
		d.seeNot("a notice")
		d.at("Recipients")
		d.press("esc")
		d.at("Compose")
	})
}

// TestEscAfterSuccess: what merely tells of a success takes no esc from what is below it.
func TestEscAfterSuccess(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		d.press("ctrl+n")
		d.a.say(page.Status{Text: "done", Kind: page.StatusDone})
		d.see("done")
		d.press("esc")
		d.at("Compose")
		d.a.say(page.Status{Text: "look out", Kind: page.StatusWarn})
		d.press("ctrl+n")
		d.a.say(page.Status{Text: "look out", Kind: page.StatusWarn})
		d.press("esc")
		d.at("Recipients")
		d.seeNot("look out")
	})
}

// TestSeenWhileSending: a notice that esc takes away while a message is being sent counts
// as told, as at any other time.
func TestSeenWhileSending(t *testing.T) {
	s := &fakeSender{send: accept}
	drive(t, testDeps(s), func(d *driver) {
		d.write("Hi", five[0])
		d.enterOnReview()
		d.see("Accepted")
		rows := rowsOf(d.t, d.a.store)
		if err := d.a.store.Remind(d.t.Context(), []int64{rows[0].ID}); err != nil {
			d.t.Fatal(err)
		}
		untold, err := d.a.store.Untold(d.t.Context())
		if err != nil || len(untold) != 1 {
			d.t.Fatalf("got %v, %v, want a message that is to be told", untold, err)
		}
		s.send = hang
		d.press("n")
		d.write("Ho", five[1])
		d.enterOnReview()
		d.a.notices = []notice{{text: "what became of it", untold: untold}}
		d.press("esc")
		d.see("press esc again to stop")
		if untold, err = d.a.store.Untold(d.t.Context()); err != nil || len(untold) != 0 {
			d.t.Errorf("got %v, %v left to be told, want it seen", untold, err)
		}
		d.press("esc", "esc")
	})
}

// TestStack: an overlay is closed wherever it stands, and what it stood in front of is
// known.
func TestStack(t *testing.T) {
	t.Parallel()
	var s stack
	a, b, late := &help{}, &help{}, &help{}
	if s.top() != nil || s.under(a) != nil {
		t.Error("got something on an empty stack")
	}
	s.open(a)
	s.open(b)
	s.arrive(late)
	if s.top() != overlay(b) || s.under(b) != overlay(a) || s.under(a) != overlay(late) || s.under(late) != nil {
		t.Errorf("got %v, want the late one at the bottom", s)
	}
	s.close(a)
	s.close(a)
	if len(s) != 2 || s.under(b) != overlay(late) {
		t.Errorf("got %v, want one taken out of the middle", s)
	}
	if _, ok := openOf[*unlock](s); ok {
		t.Error("got an overlay of a kind that is not open")
	}
	if p, ok := openOf[*help](s); !ok || p != late {
		t.Errorf("got %v, want the outermost of its kind", p)
	}
}
