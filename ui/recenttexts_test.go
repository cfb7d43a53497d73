package ui

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"telex/messaging/callback"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// TestRecentTexts: each text that went out is offered once, the newest first, with how many
// got it and what became of that; the one that is taken can be undone.
func TestRecentTexts(t *testing.T) {
	drive(t, viewDeps(refuseSome), func(d *driver) {
		const offered = "ctrl+y offers recent texts"
		d.size(160, 45)
		d.seeNot(offered, "recent texts")
		d.size(80, 24)
		d.seeNot(offered)
		d.press("ctrl+y")
		d.see("no text was sent yet")
		d.write("Lunch at noon?\nI am buying", five[0])
		d.enterOnReview()
		d.press("n")
		d.see(offered)
		sendFive(d)
		d.advance(time.Minute)
		d.press("n", "ctrl+y")
		d.see("5 people ✓ 4 ! 1")
		d.press("esc")
		d.write("Hi", five[0]) // again: it is offered once
		d.enterOnReview()
		d.enterOnReview() // it asks about the repetition
		d.press("n")
		d.at("Compose")
		d.typeText("half a text")
		d.press("ctrl+y")
		d.see("Recent texts", "enter use this text")
		var rows []string
		for _, l := range d.lines()[3:6] {
			rows = append(rows, strings.Join(strings.Fields(strings.Split(l, "│")[0]), " "))
		}
		if !strings.Contains(rows[0], "Hi 1 person ●") || !strings.Contains(rows[1], "Lunch at noon? … 1 person ✓") || rows[2] != "" {
			t.Errorf("got rows %q, want each text once, the newest first", rows)
		}
		d.press("down")
		d.see("I am buying")
		d.typeText("x") // types nothing
		d.press("enter")
		d.at("Compose")
		d.see("ctrl+_ brings back what you had written")
		if got := d.a.form.Text; got != "Lunch at noon?\nI am buying" {
			t.Errorf("got text %q, want the one that was taken", got)
		}
		d.press("ctrl+_")
		if got := d.a.form.Text; got != "half a text" {
			t.Errorf("got text %q, want what was written before", got)
		}
		d.press("alt+up", "esc")
		d.at("Compose")
		d.typeText("!")
		if got := d.a.form.Text; got != "half a text!" {
			t.Errorf("got text %q, want nothing taken by esc", got)
		}
	})
}

// TestRecentTextsAreFew: however often one text went out lately, others are offered, and
// never more than fit for choosing.
func TestRecentTextsAreFew(t *testing.T) {
	sample.Whole(t)
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		for i := range mostRecent + 5 {
			d.write(fmt.Sprint("text ", i), five[0])
			d.enterOnReview()
			d.press("n")
		}
		all, err := recentTexts(d.t.Context(), d.a.store)
		if err != nil || len(all) != mostRecent || all[0].text != fmt.Sprint("text ", mostRecent+4) {
			t.Errorf("got %d texts (%v), want the latest %d", len(all), err, mostRecent)
		}
	})
}

// TestRecentTextsOfNobody: where texts are not kept none are offered, and why is said.
func TestRecentTextsOfNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		deps, _ := withOutbox(t, testDeps(&fakeSender{send: accept}), outbox.Options{OmitText: true})
		d := start(t, deps)
		d.write("Hi", five[0])
		d.enterOnReview()
		d.press("n", "ctrl+y")
		d.see("texts are not kept here")
		d.at("Compose")
	})
}

// TestPlainRecentTexts: the same line by line.
func TestPlainRecentTexts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		deps, _ := withOutbox(t, testDeps(&fakeSender{send: accept}), outbox.Options{})
		d := startPlain(t, deps)
		want(t, d.say("", "?"), "No text was sent yet", "Text; end it with a line")
		d.say("Lunch at noon?", "I am buying", ".", five[0], "", "", "", "", "")
		d.say("send")
		<-time.After(time.Minute)
		d.out.take()
		d.say("new", "")
		want(t, d.say("?"), "1  ", "to 1 person: Lunch at noon? …", "Number of the text to use")
		want(t, d.say("none"), "Text; end it with a line")
		d.say("?")
		want(t, d.say("1"), "26 characters")
		d.ends <- os.Interrupt
		_ = d.end()
	})
}

// TestRecentTextsAreOurs: what somebody wrote to us is not offered.
func TestRecentTextsAreOurs(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		d.write("Hi", five[0])
		d.enterOnReview()
		in := callback.Event{
			Type: callback.MessageReceived, Time: testNow(), To: "+19195550100", Trust: callback.Trusted,
			Message: callback.Message{ID: "in", From: five[0], To: []string{"+19195550100"}, Text: "STOP"},
		}
		if _, err := d.a.store.Receive(d.t.Context(), outbox.By{}, []callback.Event{in}); err != nil {
			d.t.Fatal(err)
		}
		all, err := recentTexts(d.t.Context(), d.a.store)
		if err != nil || len(all) != 1 || all[0].text != "Hi" {
			d.t.Errorf("got %+v (%v), want the text that was sent", all, err)
		}
	})
}
