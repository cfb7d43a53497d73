package ui

import (
	"testing"
	"testing/synctest"
	"time"

	"telex/messaging/callback"
	"telex/messaging/outbox"
)

// stopped is a callback about what one of five wrote.
func stopped(from, text string) callback.Event {
	return callback.Event{
		Type: callback.MessageReceived, Time: time.Now(), To: "+19195550100", Trust: callback.Trusted,
		Message: callback.Message{ID: "in " + from, Time: time.Now(), From: from, To: []string{"+19195550100"}, Text: text},
	}
}

// tells records what somebody wrote, as a listener in another process does.
func tells(t testing.TB, o *outbox.Outbox, events ...callback.Event) {
	t.Helper()
	if _, err := o.Receive(t.Context(), outbox.By{AccountID: "9900000"}, events); err != nil {
		t.Fatal(err)
	}
}

// TestOptedOutOnReview: who opted out is marked in Recipients and is a problem on Review,
// which leads there; without them the message is sent.
func TestOptedOutOnReview(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &fakeSender{send: accept}
		deps, _ := historyDeps(t, testDeps(s), 0, func(o *outbox.Outbox) {
			tells(t, o, stopped(five[2], "Stop"), stopped(five[3], "please take me off your list "+hostile))
		})
		d := start(t, deps)
		d.typeText("Hi")
		d.press("ctrl+n")
		for _, n := range []string{five[0], five[2], five[3]} {
			d.typeText(n)
			d.press("enter")
		}
		d.size(160, 45)
		d.see(five[2], "! opted out", "! held", "! 2 to check")
		d.press("tab", "i", "ctrl+n", "ctrl+n")
		d.at("Review")
		d.see("CANNOT BE SENT YET", "2 problems", five[2]+": opted out", "they wrote \"Stop\"", five[3]+": held")
		d.enterOnReview()
		d.at("Recipients")
		d.see("> "+five[2], "! opted out")
		if s.calls() != 0 {
			t.Errorf("got %d sends, want none", s.calls())
		}
		d.press("delete", "delete") // both, one after the other
		d.press("ctrl+n", "ctrl+n")
		d.see("READY TO SEND")
		d.enterOnReview()
		d.at("Response")
		if s.calls() != 1 {
			t.Errorf("got %d sends, want the one to who did not opt out", s.calls())
		}
	})
}

// TestOptedOutMeanwhile: STOP between Review and enter counts: nothing is sent, and Review
// says why.
func TestOptedOutMeanwhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &fakeSender{send: accept}
		deps, _ := historyDeps(t, testDeps(s), 0, func(*outbox.Outbox) {})
		d := start(t, deps)
		listener, err := deps.OpenOutbox(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = listener.Close() }()
		d.write("Hi", five[0])
		d.see("READY TO SEND")
		tells(t, listener, stopped(five[0], "stop"))
		d.enterOnReview()
		d.at("Review")
		d.see("CANNOT BE SENT YET", five[0]+": opted out", "nothing was sent: "+five[0]+" opted out")
		if s.calls() != 0 {
			t.Errorf("got %d sends, want none", s.calls())
		}
		if d.a.form.Text != "Hi" {
			t.Errorf("the text is %q, want it kept", d.a.form.Text)
		}
	})
}

// TestOptedOutPlain: line by line it is a problem too, and there is nothing to send.
func TestOptedOutPlain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &fakeSender{send: accept}
		deps, _ := historyDeps(t, testDeps(s), 0, func(o *outbox.Outbox) { tells(t, o, stopped(five[0], "Stop")) })
		d := startPlain(t, deps)
		got := d.say(written("Hi", five[0])...)
		want(t, got, "Problem: To "+five[0]+": opted out", "What next? (json,")
		got = d.say("send")
		want(t, got, "Please answer one of")
		d.say("quit")
		if err := d.end(); err != nil {
			t.Error(err)
		}
		if s.calls() != 0 {
			t.Errorf("got %d sends, want none", s.calls())
		}
	})
}
