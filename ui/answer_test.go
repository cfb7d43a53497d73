package ui

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/sqlite/sqlitetest"
)

// TestReply: f5, enter, the words, enter, enter answers; then the conversation is back with
// the answer in it.
func TestReply(t *testing.T) {
	s := &fakeSender{send: accept}
	drive(t, testDeps(s), func(d *driver) {
		hears(d, "Lunch?", five[0], "+19195550101")
		d.press("f5", "enter")
		d.typeText("At noon, jq?")
		d.press("enter")
		d.at("Review")
		d.see("At noon, jq?", five[0])
		d.press("esc")
		d.at("Conversations")
		d.typeText(" ok")
		d.press("ctrl+n")
		d.enterOnReview()
		d.at("Conversations")
		d.see("At noon, jq? ok", "accepted by Bandwidth", "● accepted")
		if len(s.sent) != 1 || s.sent[0].From != "+19195550101" || !slices.Equal(s.sent[0].To, five[:1]) || s.sent[0].Text != "At noon, jq? ok" {
			t.Errorf("got %+v sent, want the answer, from the number that was written to", s.sent)
		}
		d.typeText("And")
		if d.a.form.Text != "And" || !slices.Equal(d.a.form.To, five[:1]) {
			t.Errorf("got %+v, want a second answer in the form", d.a.form)
		}
	})
}

// TestReplyKeeps: what was being composed, and what is typed as an answer, are kept as
// drafts, and an answer stands there again.
func TestReplyKeeps(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		hears(d, "One", five[0])
		hears(d, "Two", five[1])
		d.typeText("Something else")
		d.press("f5", "enter")
		d.typeText("to two")
		d.advance(time.Second)
		if d.a.form.Text != "to two" || !slices.Equal(d.a.form.To, five[1:2]) {
			t.Errorf("got %+v, want the answer in the form", d.a.form)
		}
		d.press("esc", "esc", "down", "enter")
		d.seeNot("to two")
		d.press("esc", "esc", "up", "enter")
		d.see("Reply to two")
		d.press("esc", "esc", "down", "enter")
		d.typeText("to one")
		d.advance(time.Second)
		d.press("esc", "esc", "f2", "f5")
		d.press("f3")
		d.see("Something else", "to two")
		drafts, err := d.a.store.Drafts(d.t.Context())
		if err != nil || len(drafts) != 2 {
			t.Errorf("got %d drafts left, %v, want both", len(drafts), err)
		}
		if d.a.form.Text != "to one" {
			t.Errorf("got %q in the form, want the last answer", d.a.form.Text)
		}
	})
}

// TestReplyIsLeft: an answer that was begun is not on Review when its conversation is left,
// and one that was emptied leaves nobody behind.
func TestReplyIsLeft(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		hears(d, "One", five[0])
		d.write("Dear Mom", five[1])
		d.at("Review")
		d.press("f5", "enter")
		d.typeText("ok")
		d.advance(time.Second)
		d.press("esc", "esc", "esc")
		d.at("Compose")
		d.see("this is your answer; what you wrote before is a draft: f3")
		if d.a.form.Text != "ok" {
			t.Errorf("got %q, want the answer", d.a.form.Text)
		}
		d.press("f5", "enter")
		d.press("backspace", "backspace", "backspace")
		d.advance(time.Second)
		d.press("esc", "esc", "esc")
		d.seeNot("this is your answer")
		if len(d.a.form.To) > 0 {
			t.Errorf("got %v as recipients, want nobody", d.a.form.To)
		}
	})
}

// TestReplyWithoutADraft: of a draft is told only where there is one.
func TestReplyWithoutADraft(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		hears(d, "One", five[0])
		d.press("f5", "enter")
		d.typeText("ok")
		d.advance(time.Second)
		d.press("enter")
		d.at("Review")
		d.press("esc", "f5")
		d.at("Compose")
		d.see("this is your answer")
		d.seeNot("what you wrote before")
	})
}

// TestReplyAsks: words that are kept nowhere are not replaced by an answer without a yes.
func TestReplyAsks(t *testing.T) {
	deps := testDeps(&fakeSender{send: accept})
	path := t.TempDir() + "/outbox.db"
	deps.OpenOutbox = func(ctx context.Context) (*outbox.Outbox, error) {
		return outbox.Open(ctx, sqlitetest.At(path), outbox.Options{Now: testNow, OmitText: true})
	}
	drive(t, deps, func(d *driver) {
		d.typeText("Something else")
		hears(d, "Secret", five[0])
		d.press("f5", "enter")
		d.see("(text not kept)")
		d.typeText("x")
		d.see("Write this answer?")
		d.press("esc")
		if d.a.form.Text != "Something else" {
			t.Errorf("got %q in the form, want what was written", d.a.form.Text)
		}
		d.typeText("yz")
		d.see("Reply xyz")
		d.press("enter")
		d.see("Write this answer?")
		d.advance(time.Second)
		d.press("enter")
		d.at("Review")
		if f := d.a.form; f.Text != "xyz" || !slices.Equal(f.To, five[:1]) {
			t.Errorf("got %+v in the form, want all of the answer", f)
		}
	})
}

// TestReplyRefused: what became of an answer that was not accepted stays in front, and its
// words in the conversation.
func TestReplyRefused(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: refuse()}), func(d *driver) {
		hears(d, "Hi", five[0])
		d.press("f5", "enter")
		d.typeText("No")
		d.press("enter")
		d.enterOnReview()
		d.at("Response")
		d.press("f5", "enter")
		d.see("Reply No")
	})
}

// TestNoReply: it is said who cannot be answered, and a group that is too large is answered
// to one alone.
func TestNoReply(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		d.size(200, 50)
		hears(d, "Your code is 1", "BANK")
		d.press("f5", "enter")
		d.see("BANK is a name and no number")
		hears(d, "Your code is 2", "12345")
		d.press("esc", "f5", "f5", "enter", "r")
		d.see("12345 is a short code, which cannot be answered")
		to := []string{"+19195550100"}
		for i := range 11 {
			to = append(to, fmt.Sprintf("+191955502%02d", i))
		}
		hears(d, "All of you", five[0], to...)
		d.press("esc", "f5", "f5", "enter")
		d.see("the group is too large for an answer: this goes to " + five[0] + " only")
		d.typeText("Me")
		if !slices.Equal(d.a.form.To, five[:1]) {
			t.Errorf("got %v, want the one who wrote", d.a.form.To)
		}
		hears(d, "We three", five[0], "+19195550100", five[1])
		d.press("esc", "esc", "f5", "f5", "enter")
		d.typeText("You")
		d.advance(time.Second)
		if f := d.a.form; !slices.Equal(f.To, five[:2]) || f.Addressing != messaging.Group {
			t.Errorf("got %v, %v, want both as a group", f.To, f.Addressing)
		}
	})
}

// TestOptedOutConversation: who opted out is marked in the list and gets no answer, and who
// may have is marked.
func TestOptedOutConversation(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		d.size(200, 50)
		hears(d, "take me off your list", five[1])
		hears(d, "Stop.", five[0])
		d.press("f5")
		d.see("! opted out", "! held")
		d.press("enter")
		d.see("somebody here opted out, so nothing can be sent")
		d.typeText("Sorry")
		if d.a.form.Text != "" || len(d.a.form.To) > 0 {
			t.Errorf("got %q to %v, want no answer", d.a.form.Text, d.a.form.To)
		}
	})
}
