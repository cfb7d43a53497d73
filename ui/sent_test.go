package ui

import (
	"context"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
	"telex/ui/page"
)

// writeMany writes a text to n people, each of whom gets one of their own, and shows Review.
func (d *driver) writeMany(text string, n int) {
	d.t.Helper()
	var to []string
	for i := range n {
		to = append(to, "+1919555"+itoa(1000+i))
	}
	d.write(text, to...)
	d.press("ctrl+p", "ctrl+p", "tab", "i", "ctrl+n", "ctrl+n")
	d.at("Review")
}

// TestEscClosesWhatCovers: esc leaves JSON and curl on Review, and the raw answer and one of
// several on Response, before it leaves the step.
func TestEscClosesWhatCovers(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		d.write("Hi", five[0])
		for _, k := range []string{"j", "u"} {
			d.press(k)
			d.seeNot("READY TO SEND")
			d.press("esc")
			d.at("Review")
			d.see("READY TO SEND")
		}
		d.press("esc")
		d.at("Media")
		d.press("ctrl+n")
		d.enterOnReview()
		d.at("Response")
		d.press("j")
		d.see("202 Accepted", "Content-Type")
		d.press("esc")
		d.see("On its way")
		d.press("n")
		d.writeMany("Hi all", 3)
		d.enterOnReview()
		d.press("o", "j")
		d.see("Content-Type")
		d.press("esc")
		d.see("On its way")
		d.press("esc")
		d.see("SENT 3 texts")
		d.at("Response")
	})
}

// TestWideReviewCoversNothing: where there is room, JSON and curl stand beside the rest.
func TestWideReviewCoversNothing(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		d.size(160, 45)
		d.write("Hi there", five[0])
		d.see("READY TO SEND", "│ Hi there", "The JSON that is sent", `"text": "Hi there"`)
		d.press("u")
		d.see("READY TO SEND", "curl command")
		d.press("esc") // nothing is covered
		d.at("Media")
	})
}

// TestReviewSplitsTheText: the bubble shows where each segment begins, and that plain
// characters would be fewer.
func TestReviewSplitsTheText(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		d.writeMany("“"+strings.Repeat("a", 100)+"”", 3)
		d.see("├╌╌╌╌", "│ 1", "│ 2", "phones join the 2 parts", "! Unicode costs 6 segments, plain characters")
		var second string
		lines := d.lines()
		for i, l := range lines {
			if strings.Contains(l, "├╌") {
				second = lines[i+1]
			}
		}
		if !strings.Contains(second, "│ 2") {
			t.Errorf("got %q below the line, want the second segment:\n%s", second, d.screen())
		}
	})
}

// TestManyAreAskedFor: twenty messages are not sent by one enter, nineteen are, and
// production asks once and not twice.
func TestManyAreAskedFor(t *testing.T) {
	sample.Whole(t)
	for _, production := range []bool{false, true} {
		s := &fakeSender{send: accept}
		deps := testDeps(s)
		deps.Production, deps.Sandbox = production, !production
		drive(t, deps, func(d *driver) {
			d.writeMany("Hi", askedFrom)
			d.enterOnReview()
			want := "Send 20 texts, 20 segments?"
			if production {
				want = "It makes 20 texts, 20 segments."
			}
			d.see(want)
			d.press("esc")
			d.at("Review")
			if s.calls() != 0 {
				t.Fatalf("got %d sends without a yes, want none", s.calls())
			}
			d.enterOnReview()
			d.enterOnReview()
			d.at("Response")
			d.see("SENT 20 texts")
		})
	}
	s := &fakeSender{send: accept}
	drive(t, testDeps(s), func(d *driver) {
		d.writeMany("Hi", askedFrom-1)
		d.enterOnReview()
		d.at("Response")
	})
}

// TestFailedNumberWarns: a number that failed for good is named on Review when it is written
// to again.
func TestFailedNumberWarns(t *testing.T) {
	driveSandbox(t, func(d *driver) {
		d.write("Hi", "+19995554720")
		d.enterOnReview()
		d.advance(6 * time.Minute)
		d.see("✗ Not delivered: 4720 number not valid")
		d.press("f2", "s")
		d.at("Review")
		d.see("Checks", "! +19995554720 failed 5 minutes ago – 4720", "check it")
		d.seeNot("✓ no problem found")
	})
}

// TestSlowRecipientIsNamed: who a batch waits for is said with the seconds, and how far the
// batch is; the rest of a batch that was stopped is named on the key that sends it.
func TestSlowRecipientIsNamed(t *testing.T) {
	s := &fakeSender{}
	s.send = func(ctx context.Context, m messaging.Message) (*messaging.Receipt, error) {
		if m.To[0] == "+19195551002" {
			return hang(ctx, m)
		}
		return accept(ctx, m)
	}
	drive(t, testDeps(s), func(d *driver) {
		d.writeMany("Hi", 6)
		d.enterOnReview()
		d.advance(12 * time.Second)
		d.see("SENDING 6 texts", "2 of 6", "waiting for +19195551002, 12 s", "● 2 accepted", "4 to go")
		d.press("esc", "esc")
		d.advance(time.Second)
		d.see("STOPPED · SENT 2 of 6 texts", "? 1 unknown", "– 3 not sent", "> ? +19195551002", "e send to the 3 left")
		d.press("e")
		if got := len(d.a.form.To); got != 3 {
			t.Errorf("got %d recipients left, want 3", got)
		}
	})
}

// TestCheckAll: those of a batch that were never asked about are counted, and one key asks
// about all of them, in one question.
func TestCheckAll(t *testing.T) {
	l := &fakeLister{list: func(_ context.Context, q messaging.Query) (*messaging.Page, error) {
		return &messaging.Page{Total: 1, Records: []messaging.Record{{MessageID: q.MessageID, Destination: "+19195551000", Status: messaging.StatusDelivered}}}, nil
	}}
	deps := testDeps(&fakeSender{send: accept})
	deps.Link.Lister = l
	drive(t, deps, func(d *driver) {
		d.writeMany("Hi", 15)
		d.enterOnReview()
		d.see("15 not asked about yet: R checks all")
		d.press("R")
		d.advance(time.Millisecond)
		if got := l.calls(); got != 1 {
			t.Errorf("got %d questions, want one for all 15", got)
		}
		d.see("checked")
		d.seeNot("not asked about yet")
	})
}

// TestBatchExport: the messages of a batch go to a file, each with its state.
func TestBatchExport(t *testing.T) {
	t.Chdir(t.TempDir())
	drive(t, testDeps(&fakeSender{send: refuseSome}), func(d *driver) {
		sendFive(d)
		d.press("E")
		d.see("5 messages written to")
		files, err := os.ReadDir(".")
		if err != nil || len(files) != 1 {
			t.Fatalf("got %v, %v, want one file", files, err)
		}
		body, err := os.ReadFile(files[0].Name())
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Count(string(body), ",accepted,"); got != 4 || !strings.Contains(string(body), ",rejected,") {
			t.Errorf("got %s, want four accepted and one rejected", body)
		}
	})
}

// TestBatchList: j and k go through the list, the message under the cursor stands beside it
// a moment later, and news leaves the cursor where it is.
func TestBatchList(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: refuseSome}), func(d *driver) {
		sendFive(d)
		d.see("> ! "+five[1], "! Refused by Bandwidth")
		d.press("j", "j")
		d.see("> ● " + five[2])
		d.seeNot("Refused by Bandwidth", "On its way")
		d.advance(detailAfter)
		d.see("● On its way")
		d.press("G")
		d.see("> ● " + five[4])
		d.press("k")
		d.a.screens[page.Response].Update(batchChanged{}, &d.a.form)
		d.see("> ● " + five[3])
	})
}

// TestCountedOncePerSecond: while messages leave, the page changes with the clock and not
// with each of them.
func TestCountedOncePerSecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &fakeSender{send: func(ctx context.Context, m messaging.Message) (*messaging.Receipt, error) {
			<-time.After(100 * time.Millisecond)
			return accept(ctx, m)
		}}
		d := start(t, testDeps(s))
		d.writeMany("Hi", 19)
		d.enterOnReview()
		seen := map[string]bool{}
		for range 15 { // 1.5 s
			d.advance(100 * time.Millisecond)
			seen[d.screen()] = true
		}
		if len(seen) > 3 {
			t.Errorf("got %d different screens in 1.5 s, want one a second", len(seen))
		}
		d.advance(time.Second)
		d.see("SENT 19 texts")
	})
}

// TestNextIsNotWhatWasDone: what to do about a message that was looked for is not to look for
// it by the key that was just pressed.
func TestNextIsNotWhatWasDone(t *testing.T) {
	cut := func(context.Context, messaging.Message) (*messaging.Receipt, error) {
		return nil, &messaging.Error{Op: "send message", Outcome: messaging.Unknown}
	}
	deps := testDeps(&fakeSender{send: cut})
	deps.Link.Lister = &fakeLister{list: func(context.Context, messaging.Query) (*messaging.Page, error) { return &messaging.Page{}, nil }}
	drive(t, deps, func(d *driver) {
		d.size(75, 30)
		d.write("Hi", five[0])
		d.enterOnReview()
		d.see("? We don't know yet whether it was sent", "next r looks for it at Bandwidth")
		d.press("r")
		d.advance(time.Second)
		d.see("Not found so far; it is too early to be sure", "ask again in a minute")
		d.seeNot("r looks for it")
		if got := d.a.batch.results[0].stateNow(); got != outbox.Unknown {
			t.Errorf("got %s, want unknown", got)
		}
	})
}

// TestTitleCountsEveryMessage: the title has each message once, as sent or with what is known
// against it, in words or, where there is no room, by signs.
func TestTitleCountsEveryMessage(t *testing.T) {
	deps := testDeps(&fakeSender{send: refuseSome})
	deps.Link.Lister = &fakeLister{list: records(messaging.StatusFailed)}
	drive(t, deps, func(d *driver) {
		d.write("Hi", five[:3]...)
		d.press("ctrl+p", "ctrl+p", "tab", "i", "ctrl+n", "ctrl+n")
		d.enterOnReview()
		d.see("SENT 2 of 3 texts · 1 REFUSED")
		d.seeNot("NOT DELIVERED")
		d.advance(time.Minute)
		d.see("SENT 0 of 3 texts · 2 NOT DELIVERED · 1 REFUSED")
		d.size(40, 12)
		d.see("SENT 0 of 3  ✗2 !1")
	})
}

// TestTitleCountsWhatWasFound: a message whose outcome was unknown counts as sent once it is
// known that it was created.
func TestTitleCountsWhatWasFound(t *testing.T) {
	unknown := &messaging.Error{Op: "send message", Outcome: messaging.Unknown}
	b := &batch{results: []result{{state: answered, err: unknown}, {state: answered, err: unknown}}, ended: 2}
	b.results[1].row = &outbox.Detail{Entry: outbox.Entry{State: outbox.Delivered}}
	var o overview
	if o.count(b); o.sent != 1 {
		t.Errorf("got %d sent, want the one that was found", o.sent)
	}
}

// TestEscAfterSending: behind a message that was sent is the step that sends, so esc stays
// and says what to press.
func TestEscAfterSending(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		d.write("Hi", five[0])
		d.enterOnReview()
		d.press("esc")
		d.at("Response")
		d.see("n begins a new message, e edits the message to send it again")
		d.press("n")
		d.at("Compose")
	})
	drive(t, testDeps(&fakeSender{send: hang}), func(d *driver) {
		d.write("Hi", five[0])
		d.enterOnReview()
		d.press("esc", "esc", "esc", "esc")
		d.at("Response")
		d.see("r looks for it at Bandwidth, n begins a new message")
	})
}
