package ui

import (
	"context"
	"strings"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
)

func TestCancelTellsWhatIsKnown(t *testing.T) {
	s := &fakeSender{}
	s.send = func(ctx context.Context, m messaging.Message) (*messaging.Receipt, error) {
		if m.To[0] == five[0] {
			return accept(ctx, m)
		}
		return hang(ctx, m)
	}
	drive(t, testDeps(s), func(d *driver) {
		d.write("Hi", five...)
		d.press("ctrl+p", "ctrl+p", "tab", "i", "ctrl+n", "ctrl+n")
		d.at("Review")
		d.enterOnReview()
		d.at("Response")
		d.advance(time.Second + time.Millisecond)
		d.see("● 1 accepted 4 to go", "1 of 5", "waiting for "+five[1]+", 1 s", "esc twice to stop")
		d.advance(2 * time.Second)
		d.see("waiting for " + five[1] + ", 3 s")
		d.press("ctrl+p")
		d.at("Response")
		d.see("a message is being sent")
		for _, k := range []string{"f2", "f3", "f5", "f8"} {
			d.a.hush()
			d.seeNot("so no other page opens")
			d.press(k)
			d.at("Response")
			d.see("so no other page opens: esc twice stops it")
		}
		d.press("e", "n", "enter", "ctrl+n")
		d.at("Response")
		if lines := d.a.batch.unfinished(); len(lines) != 4 || !strings.Contains(lines[0], "may or may not be on its way") ||
			!strings.Contains(lines[0], five[1]) || !strings.Contains(lines[3], "not sent") {
			t.Errorf("got unfinished %q, want one unknown and 3 not sent", lines)
		}
		d.press("esc")
		d.see("press esc again to stop")
		d.press("down")
		d.seeNot("press esc again") // and so the next one is the first again
		d.press("esc")
		d.see("press esc again to stop", "SENDING")
		d.advance(10 * time.Second)
		d.see("press esc again to stop")
		d.press("esc")
		d.at("Response")
		d.see("? 1 unknown – 3 not sent ● 1 accepted", "We don't know yet", "stopped after the request was written")
		d.press("down", "down", "o")
		d.see("Not sent: stopped before")
		d.press("esc")
		if s.calls() != 2 {
			t.Errorf("got %d sends, want 2", s.calls())
		}
		if lines := d.a.batch.unfinished(); len(lines) != 1 || !strings.Contains(lines[0], five[1]) {
			t.Errorf("got unfinished %q, want the unknown one", lines)
		}
		d.press("e")
		d.at("Compose")
		if got := d.a.form.To; len(got) != 3 || got[0] != five[2] {
			t.Errorf("got %v to send again, want those never started", got)
		}
	})
}

func TestNeverStarted(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: hang}), func(d *driver) {
		d.write("Hi", five...)
		d.press("ctrl+p", "ctrl+p", "tab", "i", "ctrl+n", "ctrl+n")
		d.enterOnReview()
		d.press("esc", "esc", "esc")
		d.see("? 1 unknown – 4 not sent")
		d.press("G", "o")
		d.see("Not sent: stopped before", five[4])
	})
}

// TestFailsInTheMiddle: the same in the console, whose rows have their end when it says so.
func TestFailsInTheMiddle(t *testing.T) {
	for _, tt := range fiveInTheMiddle {
		t.Run(tt.name, func(t *testing.T) {
			s := &fakeSender{send: failing(five[2], tt.err)}
			deps, _ := withOutbox(t, testDeps(s), outbox.Options{})
			drive(t, deps, func(d *driver) {
				d.write("Hi", five...)
				d.press("ctrl+p", "ctrl+p", "tab", "i", "ctrl+n", "ctrl+n")
				d.enterOnReview()
				d.at("Response")
				if s.calls() != tt.calls || d.a.batch.running() {
					t.Errorf("got %d sends, running %v, want %d and an end", s.calls(), d.a.batch.running(), tt.calls)
				}
				d.press("G", "o")
				d.see(five[4], tt.why)
				wantRows(d.t, deps, tt.rows, tt.why) // beside the open one
			})
		})
	}
}

// TestQuitWhileSending: the run ends by itself, with all that it knows on the disk.
func TestQuitWhileSending(t *testing.T) {
	deps, _ := withOutbox(t, testDeps(&fakeSender{send: hang}), outbox.Options{})
	drive(t, deps, func(d *driver) {
		d.write("Hi", five[:3]...)
		d.press("ctrl+p", "ctrl+p", "tab", "i", "ctrl+n", "ctrl+n")
		d.enterOnReview()
		lines := strings.Join(d.a.end(d.t.Context(), false), "\n")
		want(t, lines, five[0]+": no clear answer", five[1]+": not sent", five[2]+": not sent")
		wantRows(d.t, deps, []outbox.State{outbox.Unknown, outbox.Unsent, outbox.Unsent}, "")
	})
}

func TestTimeLimitIsUnknown(t *testing.T) {
	deps := testDeps(&fakeSender{send: hang})
	deps.TimeLimit = 10 * time.Second
	drive(t, deps, func(d *driver) {
		d.write("Hi", five[0])
		d.enterOnReview()
		d.see("Sending")
		d.advance(11 * time.Second)
		d.see("We don't know yet", "no answer came within the time limit")
		d.press("ctrl+p")
		d.at("Review")
		d.enterOnReview()
		d.at("Review")
		d.see("Send it again?", five[0]+" may have got this", "message 1, unknown")
		d.press("esc")
		d.at("Review")
		d.see("MAY HAVE BEEN SENT ALREADY one SMS")
	})
}

func TestFieldErrorsJump(t *testing.T) {
	s := &fakeSender{send: refuse(
		messaging.FieldError{Name: "text", Description: "is too long"},
		messaging.FieldError{Name: "media[1]", Description: "cannot be read"},
		messaging.FieldError{Name: "nonsense", Description: "is odd"},
	)}
	drive(t, testDeps(s), func(d *driver) {
		d.press("ctrl+n")
		d.typeText(five[0])
		d.press("enter", "ctrl+n")
		d.paste("https://example.com/a https://example.com/b")
		d.press("ctrl+n")
		d.enterOnReview()
		d.at("Response")
		d.see("Refused by Bandwidth", "400 Bad Request", "request-validation", "Text: is too long", "Media 2: cannot be read", "nonsense: is odd",
			"not sent and is not billed")
		d.press("enter")
		d.at("Compose")
		d.press("ctrl+n", "ctrl+n", "ctrl+n", "ctrl+n")
		d.at("Response")
		d.press("enter", "ctrl+n", "ctrl+n", "ctrl+n", "ctrl+n")
		// A rejected message may be sent again as it is.
		d.press("ctrl+p")
		s.mu.Lock()
		s.send = accept
		s.mu.Unlock()
		d.enterOnReview()
		d.see("Accepted")
	})
}

func TestAcceptedIsNotSentTwice(t *testing.T) {
	s := &fakeSender{send: accept}
	drive(t, testDeps(s), func(d *driver) {
		d.write("Hi", five[0])
		d.enterOnReview()
		d.see("Accepted")
		d.press("ctrl+p")
		d.enterOnReview()
		d.at("Review")
		d.see("Send it again?", five[0]+" was sent this")
		if s.calls() != 1 {
			t.Fatalf("got %d sends before the yes, want 1", s.calls())
		}
		d.press("esc", "ctrl+n", "y")
		if !strings.Contains(d.copied, "15910549216812k7u5v3ldq6ytzbn") {
			t.Errorf("got %q copied, want the id", d.copied)
		}
		d.press("e")
		d.at("Compose")
		d.see("Hi")
		d.press("ctrl+n")
		d.see(five[0])
		d.press("ctrl+n", "ctrl+n")
		d.enterOnReview()
		d.press("enter")
		if s.calls() != 1 {
			t.Errorf("got %d sends, want 1: the second enter came with the first", s.calls())
		}
		d.advance(time.Second)
		d.press("enter")
		if s.calls() != 2 {
			t.Errorf("got %d sends after an explicit yes, want 2", s.calls())
		}
		d.press("n")
		d.at("Compose")
		if f := d.a.form; f.Text != "" || len(f.To) != 0 || f.From != "+19195550100" {
			t.Errorf("got %+v, want a new message", d.a.form)
		}
		// What was written to is suggested now.
		d.press("ctrl+n")
		d.typeText("+1919")
		d.see("recent: " + five[0])
		d.press("ctrl+y")
		d.see("1 added", five[0])
	})
}

func TestEndingKeys(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		d.typeText("Hi")
		d.press("esc", "esc", "esc", "ctrl+c")
		d.see("press ctrl+c again to quit", "Hi")
		d.press("x")
		d.seeNot("press ctrl+c again")
		d.press("ctrl+c")
		if d.quit {
			t.Fatal("got a quit by ctrl+c, key, ctrl+c, want none")
		}
		d.advance(4 * time.Second)
		d.see("press ctrl+c again to quit")
		d.press("ctrl+c")
		if !d.quit {
			t.Error("got no quit by ctrl+c though it stands on the screen that it does")
		}
	})
	drive(t, testDeps(&fakeSender{send: hang}), func(d *driver) {
		d.write("Hi", five[0])
		d.enterOnReview()
		d.press("ctrl+q")
		d.see("ctrl+q again ends telex")
		if d.quit {
			t.Fatal("got a quit while sending, want to be asked")
		}
		_, quit := d.a.Update(keyOf(t, "ctrl+q"))
		if lines := d.a.batch.unfinished(); len(lines) != 1 || !strings.Contains(lines[0], "may or may not be on its way") {
			t.Errorf("got unfinished %q, want one unknown", lines)
		}
		d.run(quit)
		d.settle()
		if !d.quit {
			t.Error("got no quit by ctrl+q twice, want one")
		}
	})
	drive(t, testDeps(&fakeSender{send: hang}), func(d *driver) {
		d.write("Hi", five[0])
		d.enterOnReview()
		d.send(endNow{})
		if !d.quit || !d.a.batch.cancelled {
			t.Errorf("got quit %v, cancelled %v after a signal, want both", d.quit, d.a.batch.cancelled)
		}
	})
}

func TestHelp(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		d.typeText("What?")
		d.see("What?")
		d.press("f1")
		d.see("Now", "use plain characters", "ctrl+n")
		d.paste("lost")
		for range 30 {
			d.press("down")
		}
		d.see("Text fields")
		d.press("esc")
		d.see("What?")
		d.seeNot("lost")
		d.press("ctrl+n")
		d.typeText(five[0])
		d.press("enter", "tab", "?")
		d.see("remove", "select")
		d.press("?", "ctrl+n", "ctrl+n", "?")
		d.see("Review", "curl")
		d.press("ctrl+c")
		d.press("q")
		d.at("Review")
	})
}

func TestLateResultsAreDropped(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		d.write("Hi", five[0])
		d.enterOnReview()
		d.press("e", "ctrl+n", "ctrl+n", "ctrl+n")
		d.enterOnReview()
		d.advance(time.Second)
		d.press("enter")
		d.see("Accepted")
		old := d.a.batch.try - 1
		d.send(ran{try: old, news: []runEvent{{index: 7}}})
		d.send(listed{try: old, index: 7, row: &outbox.Detail{}})
		d.send(lookDue{old})
		d.send(sendTick{old})
		d.see("Accepted")
	})
}

func TestDeliveryIsFollowedUntilFinal(t *testing.T) {
	l := &fakeLister{list: records(messaging.StatusSending)}
	deps := testDeps(&fakeSender{send: accept})
	deps.Link.Lister = l
	drive(t, deps, func(d *driver) {
		d.write("Hi", "+19195551212")
		d.enterOnReview()
		d.see("no delivery news yet")
		d.advance(2500 * time.Millisecond)
		d.see("sending", "again at 00:00:06; r asks now")
		l.mu.Lock()
		l.list = records(messaging.StatusDelivered)
		l.mu.Unlock()
		d.advance(5 * time.Second)
		d.see("the carrier says it arrived", "asked 00:00:")
		d.seeNot("again at", "On its way")
		if head := d.headAt(); head != "Delivered: the carrier says it arrived" {
			t.Errorf("got headline %q, want the newest: Delivered", head)
		}
		n := l.calls()
		d.advance(10 * time.Minute)
		if got := l.calls(); got != n {
			t.Errorf("got %d looks after it was final, want none", got-n)
		}
		d.press("r")
		if got := l.calls(); got != n+1 {
			t.Errorf("got %d looks by r, want 1", got-n)
		}
		d.see("the carrier says it arrived", "checked")
	})
}

func TestDeliveryFailures(t *testing.T) {
	l := &fakeLister{}
	l.list = func(context.Context, messaging.Query) (*messaging.Page, error) {
		return nil, &messaging.Error{Op: "list messages", Outcome: messaging.Rejected, Status: 403}
	}
	deps := testDeps(&fakeSender{send: accept})
	deps.Link.Lister = l
	drive(t, deps, func(d *driver) {
		d.write("Hi", "+19195551212")
		d.enterOnReview()
		d.advance(20 * time.Minute)
		d.see("Accepted", "no delivery news yet", "HTTP 403")
		if got := l.calls(); got < 5 || got > 20 {
			t.Errorf("got %d looks in 20 minutes, want some and an end", got)
		}
		l.mu.Lock()
		l.list = func(_ context.Context, q messaging.Query) (*messaging.Page, error) {
			return &messaging.Page{Records: []messaging.Record{{MessageID: q.MessageID, Status: messaging.StatusFailed, ErrorCode: 4720}}}, nil
		}
		l.mu.Unlock()
		d.press("r")
		d.see("Not delivered: 4720", "not delivered – 4720", "next Check the number")
		d.seeNot("On its way: Bandwidth accepted it")
	})
}
