package ui

import (
	"context"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
	"telex/ui/page"
)

// later schedules what is on Review, as it was typed.
func (d *driver) later(typed string) {
	d.t.Helper()
	d.press("l")
	d.see("Send it ", "2026-01-31 09:00")
	d.typeText(typed)
	d.advance(time.Second)
	d.press("enter")
	d.settle()
}

// compose goes from History to Compose: nothing that was written is left on a step.
func (d *driver) compose() {
	d.t.Helper()
	if d.a.page == page.Compose {
		return
	}
	d.press("esc")
	d.at("Compose")
}

// TestSendLater: what is sent later is in History, leaves when it is due, once, and not before.
func TestSendLater(t *testing.T) {
	s := &fakeSender{send: accept}
	drive(t, testDeps(s), func(d *driver) { // at midnight of a Saturday
		d.write("Doors open", five[0])
		d.press("l")
		d.typeText("soon")
		d.advance(time.Second)
		d.press("enter")
		d.see(`"soon" is not a time`, "tomorrow 09:00")
		d.press("ctrl+u")
		d.typeText("23:59:59")
		d.see("Sat 2000-01-01 23:59:59 UTC, in 23 hours", "this console sends it if it is open; otherwise telex work --sandbox, which is not running")
		d.press("esc")
		d.see("READY TO SEND")
		d.later("00:03")
		d.at("History")
		d.see("@", "Not sent yet: it is to be sent Sat 2000-01-01 00:03 UTC", "x cancel what waits", "t other time")
		if s.calls() != 0 {
			t.Fatalf("got %d sends before the time", s.calls())
		}
		d.advance(2 * time.Minute)
		if s.calls() != 0 {
			t.Fatalf("got %d sends before the time", s.calls())
		}
		d.advance(2 * time.Minute)
		d.see("Message 1 to +19195551001, which was due, was accepted")
		if s.calls() != 1 || !s.sent[0].Expiration.Equal(testNow().Truncate(24*time.Hour).Add(3*time.Minute+outbox.Grace)) {
			t.Errorf("sent %+v, want it once, with the end of its time", s.sent)
		}
		d.advance(2 * time.Minute)
		if s.calls() != 1 {
			t.Errorf("got %d sends, want one", s.calls())
		}
		d.press("ctrl+n") // the form is a new one
		if !d.a.form.IsEmpty() {
			t.Errorf("the form is %+v, want an empty one", d.a.form)
		}
	})
}

// TestWaitingInHistory: what waits can be cancelled, have another time, and be sent at once.
func TestWaitingInHistory(t *testing.T) {
	s := &fakeSender{send: accept}
	drive(t, testDeps(s), func(d *driver) {
		for _, text := range []string{"one", "two", "three"} {
			d.compose()
			d.write(text, five[0])
			d.later("00:04")
		}
		d.at("History")
		d.press("x") // the newest
		d.see("Cancel message 3?", "enter cancel the message", "esc keep it", "To +19195551001", "three")
		d.advance(time.Second)
		d.press("enter")
		d.settle()
		d.see("Message 3 is cancelled; it will not be sent")
		d.advance(5 * time.Second)
		d.press("down", "t")
		d.see("Send message 2 at another time")
		d.typeText("00:06")
		d.advance(time.Second)
		d.press("enter")
		d.settle()
		d.see("Message 2 is to be sent Sat 2000-01-01 00:06 UTC")
		d.advance(5 * time.Second)
		d.press("down", "n")
		d.see("Send message 1 now?")
		d.advance(time.Second)
		d.press("enter")
		d.settle()
		d.advance(5 * time.Second)
		if s.calls() != 1 || s.sent[0].Text != "one" {
			t.Fatalf("sent %+v, want the first alone", s.sent)
		}
		d.advance(4 * time.Minute)
		if s.calls() != 1 {
			t.Errorf("sent %+v: the others left, want one cancelled and one for later", s.sent)
		}
		d.advance(2 * time.Minute)
		if s.calls() != 2 || s.sent[1].Text != "two" {
			t.Errorf("sent %+v, want the second at its new time", s.sent)
		}
	})
}

// TestMissedIsAsked: what nobody sent in time is told at the start, and never leaves by itself.
func TestMissedIsAsked(t *testing.T) {
	s := &fakeSender{send: accept}
	deps := testDeps(s)
	deps.Notify = "osc9"
	drive(t, deps, func(d *driver) {
		d.send(tea.BlurMsg{})
		_, err := d.a.store.Schedule(d.t.Context(), outbox.Plan{
			By: d.a.laterBy(), Messages: []messaging.Message{{From: "+19195550100", To: []string{five[0]}, Text: "Doors open at 7", ApplicationID: "a"}},
		}, outbox.WhenAt(testNow().Add(-16*time.Minute)))
		if err != nil {
			t.Fatal(err)
		}
		d.advance(2 * time.Second)
		d.see("message 1 to +19195551001: it was to be sent Fri 1999-12-31 23:44 UTC and was not; in History you decide")
		if want := "\x1b]9;telex: a message that was due was not sent\a"; d.raw != want {
			t.Errorf("the user is called by %q, want %q", d.raw, want)
		}
		d.send(tea.FocusMsg{})
		if s.calls() != 0 {
			t.Fatalf("sent %+v, want nothing", s.sent)
		}
		d.press("f2")
		d.advance(2 * time.Second)
		d.see("^", "Missed: it was not sent when it was due")
		d.press("n")
		d.advance(time.Second)
		d.press("enter")
		d.settle()
		d.advance(5 * time.Second)
		if s.calls() != 1 {
			t.Errorf("sent %+v, want it, for somebody said so\n%s", s.sent, d.screen())
		}
	})
}

// TestDueWithoutConnection: what cannot leave is tried again, and said.
func TestDueWithoutConnection(t *testing.T) {
	sample.Whole(t)
	offline := true
	s := &fakeSender{}
	s.send = func(ctx context.Context, m messaging.Message) (*messaging.Receipt, error) {
		if offline {
			return nil, &messaging.Error{Op: "send message", Outcome: messaging.Unsent, Err: context.DeadlineExceeded}
		}
		return accept(ctx, m)
	}
	drive(t, testDeps(s), func(d *driver) {
		d.write("Hi", five[0])
		d.later("1m")
		d.advance(90 * time.Second)
		d.see("what is due could not be sent: there is no connection; it is tried again in a minute")
		offline = false
		d.advance(2 * time.Minute)
		d.see("Message 1 to +19195551001, which was due, was accepted")
	})
}

// TestLaterIsRefused: what the outbox would not let leave is not scheduled without a word.
func TestLaterIsRefused(t *testing.T) {
	s := &fakeSender{send: accept}
	deps := testDeps(s)
	deps.MayText = func(_ outbox.Entry, _ map[string]string, at time.Time) string {
		if at.Hour() > 20 {
			return "it is night there"
		}
		return ""
	}
	drive(t, deps, func(d *driver) {
		d.write("Hi", five[0])
		d.later("22:00")
		d.see("nothing was scheduled: it would not be sent then: it is night there")
		d.later("10:00")
		d.at("History")
		d.compose()
		d.write("Hi", five[0])
		d.later("10:05")
		d.see("Send it again?", "is about to get this")
		d.press("esc")
		if all, err := d.a.store.ScheduledDue(d.t.Context()); err != nil || len(all) != 1 {
			t.Errorf("scheduled are %+v, %v, want the first", all, err)
		}
		if strings.Contains(d.screen(), "History]") {
			t.Error("it went on to History")
		}
	})
}

// TestWhenAtItsSmallest: on the smallest terminal the whole reason why a time is not taken is
// to be read, and all of what one that is taken means.
func TestWhenAtItsSmallest(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		d.write("Doors open at 7", five[0])
		d.size(40, 12)
		d.press("l")
		d.see("Send", "later", "tomorrow 09:00") // the times that can be typed
		_, err := readWhen("banana", testNow().Location(), testNow())
		if err == nil {
			t.Fatal("banana is a time")
		}
		d.typeText("banana")
		d.advance(time.Second) // past the quiet moment
		d.press("enter")
		shown := strings.Join(strings.Fields(d.screen()), " ")
		if want := strings.Join(strings.Fields(err.Error()), " "); !strings.Contains(shown, want) {
			t.Errorf("want all of %q, got\n%s", want, d.screen())
		}
		d.press("ctrl+u")
		d.typeText("2h")
		if shown := strings.Join(strings.Fields(d.screen()), " "); !strings.Contains(shown, "in 119 minutes") || !strings.Contains(shown, "not running here") {
			t.Errorf("what 2h is does not stand there:\n%s", d.screen())
		}
	})
}
