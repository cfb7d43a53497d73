package ui

import (
	"testing"
	"testing/synctest"
	"time"

	"telex/messaging/callback"
	"telex/messaging/outbox"
	"telex/ui/text/texttest"
)

// TestHistoryHearsAListener: what a listener in another process records is seen within a
// second: what became of a message, and what somebody wrote, who may be anybody.
func TestHistoryHearsAListener(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		deps, _ := historyDeps(t, testDeps(&fakeSender{send: accept}), 0, func(o *outbox.Outbox) {
			plan(t, o, outbox.By{}, &fakeSender{send: accept}, messageOf("are you there?", five[0]))
		})
		d := start(t, deps)
		listener, err := deps.OpenOutbox(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = listener.Close() }()
		d.press("f2")
		d.see("● " + five[0])
		sent := rowsOf(t, d.a.store)[0]
		hear := func(events ...callback.Event) {
			t.Helper()
			if _, err := listener.Receive(t.Context(), outbox.By{}, events); err != nil {
				t.Fatal(err)
			}
			d.advance(1100 * time.Millisecond)
		}
		hear(callback.Event{Type: callback.MessageDelivered, Time: time.Now(), To: five[0], Trust: callback.Trusted, Message: callback.Message{ID: sent.MessageID}})
		d.see("✓ " + five[0])
		in := callback.Event{
			Type: callback.MessageReceived, Time: time.Now(), To: "+19195550100", Trust: callback.Trusted,
			Message: callback.Message{ID: "in", From: five[0], To: []string{"+19195550100"}, Text: "yes " + hostile},
		}
		hear(in)
		d.see("◂ "+five[0], "yes ")
		d.press("home", "s")
		d.at("History") // there is nothing to send again
		d.press("r", "enter")
		d.see("received: from "+five[0]+" to +19195550100", "received (callback)")
		d.press("s")
		d.see("message 2 came in")
		d.press("esc", "space", "s")
		d.at("History")
		in.Message.ID, in.Message.From, in.Message.To, in.Trust = "hostile", hostile, []string{hostile, hostile}, callback.Untrusted
		in.Description, in.Message.Media = hostile, []string{hostile}
		hear(in)
		for _, size := range [][2]int{{80, 24}, {40, 12}, {250, 80}} {
			d.size(size[0], size[1])
			for _, k := range []string{"home", "enter", "down", "end", "r", "s", "y", "Y", "esc", "space", "s", "esc"} {
				d.press(k)
				checkTerminal(t, k, d.a.View().Content, texttest.Dangerous)
				checkFits(t, d, size[0], size[1])
			}
		}
	})
}
