package ui

import (
	"context"
	"strings"
	"testing"
	"time"

	"telex/messaging"
	"telex/ui/page"
)

// TestWalk sends one message, step by step, and sees what the design promises.
func TestWalk(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {40, 12}} {
		s := &fakeSender{send: accept}
		drive(t, testDeps(s), func(d *driver) {
			d.size(size[0], size[1])
			d.at("Compose")
			if !d.a.screens[page.Compose].Typing() || d.a.View().Cursor == nil {
				t.Error("got no cursor in a text field, want it in Text")
			}
			d.typeText("Hello, world")
			d.see("Hello, world", "12 of 2048", "1 segment")
			if size[0] >= 76 {
				d.see("standard (GSM-7)")
			}
			d.press("ctrl+n")
			d.at("Recipients")
			d.typeText("(919) 555-1212")
			d.press("enter")
			d.see("+19195551212", "1 added")
			d.press("ctrl+n")
			d.at("Media")
			d.press("ctrl+n")
			d.at("Review")
			d.see("READY TO SEND", "+19195550100", "one SMS")
			d.enterOnReview()
			d.at("Response")
			d.see("Accepted", "202 Accepted", "15910549216812k7u5v3ldq6ytzbn")
			if got := s.calls(); got != 1 {
				t.Errorf("got %d sends, want 1", got)
			}
			d.press("enter", "enter")
			if got := s.calls(); got != 1 {
				t.Errorf("got %d sends after more enters, want 1", got)
			}
			var all strings.Builder
			for range 80 {
				all.WriteString(d.screen())
				d.press("down")
			}
			for _, name := range []string{"id", "owner", "time", "direction", "to", "from", "text", "applicationId", "tag", "segmentCount", "priority"} {
				if !strings.Contains(all.String(), `"`+name+`":`) {
					t.Errorf("got no field %q at %v in:\n%s", name, size, all.String())
				}
			}
			m := s.sent[0]
			if m.Text != "Hello, world" || m.From != "+19195550100" || len(m.To) != 1 || m.To[0] != "+19195551212" {
				t.Errorf("got %+v sent, want what was typed", m)
			}
			d.press("ctrl+q")
			if !d.quit {
				t.Error("got no quit after ctrl+q")
			}
		})
	}
}

var five = []string{"+19195551001", "+19195551002", "+19195551003", "+19195551004", "+19195551005"}

func TestGroupIsAskedForNeverAssumed(t *testing.T) {
	s := &fakeSender{send: accept}
	drive(t, testDeps(s), func(d *driver) {
		d.write("Hi", five...)
		d.see("1 problem")
		d.enterOnReview()
		d.at("Recipients")
		if s.calls() != 0 {
			t.Fatal("got a send while undecided")
		}
		d.press("g")
		d.see("(x) one group text")
		d.press("ctrl+n", "ctrl+n")
		d.see("one group MMS to 5 recipients", "everybody sees everybody's number")
		d.enterOnReview()
		d.at("Response")
		if s.calls() != 1 || len(s.sent[0].To) != 5 {
			t.Errorf("got %+v, want one message to 5", s.sent)
		}
		d.see("Accepted", "+19195551005")
	})
}

func TestIndividualMessagesHaveTheirOwnOutcome(t *testing.T) {
	s := &fakeSender{}
	s.send = func(ctx context.Context, m messaging.Message) (*messaging.Receipt, error) {
		if m.To[0] == five[2] {
			return refuse(messaging.FieldError{Name: "to[0]", Description: "is not valid"})(ctx, m)
		}
		return accept(ctx, m)
	}
	drive(t, testDeps(s), func(d *driver) {
		d.write("Hi", five...)
		d.enterOnReview()
		d.press("i")
		d.press("ctrl+n", "ctrl+n")
		d.see("5 SMS, one to each recipient", "= 5 segments")
		d.enterOnReview()
		d.at("Response")
		if s.calls() != 5 {
			t.Fatalf("got %d sends, want 5", s.calls())
		}
		d.see("SENT 4 of 5 texts · 1 REFUSED", "! 1 refused ● 4 accepted", "PROBLEMS FIRST", "> ! "+five[2], "! Refused by Bandwidth", "e send to the 1 left")
		d.press("o")
		d.see("! Refused by Bandwidth", "enter go to the field")
		d.seeNot("does nothing here", "PROBLEMS FIRST")
		d.press("esc")
		d.see("PROBLEMS FIRST", "enter open")
		d.press("enter")
		d.see("! Refused by Bandwidth", "error HTTP 400 Bad Request", five[2], "is not valid")
		d.press("enter")
		d.at("Recipients")
		d.see(five[2])
		d.see("1 recipient", "kept the 1 recipient that it was certainly not sent to")
		d.seeNot(five[0], five[1], five[3], five[4])
		d.press("ctrl+n", "ctrl+n", "ctrl+n")
		d.at("Response")
		d.press("e")
		d.at("Compose")
		if got := d.a.form.To; len(got) != 1 || got[0] != five[2] {
			t.Errorf("got %v, want only %s", got, five[2])
		}
		d.see("Hi")
	})
}

func TestTwoMedia(t *testing.T) {
	s := &fakeSender{send: accept}
	drive(t, testDeps(s), func(d *driver) {
		d.press("ctrl+n")
		d.typeText("9195551212")
		d.press("ctrl+n")
		d.typeText("https://example.com/a.png")
		d.press("enter")
		d.paste("https://example.com/b.png\nftp://example.com/c\n")
		d.see("2 of 10 files", "stayed in the field", "ftp://example.com/c")
		d.press("ctrl+n")
		d.see("1 problem")
		d.press("ctrl+p", "ctrl+u", "tab", "J")
		d.press("ctrl+n")
		d.see("one MMS", "https://example.com/a.png")
		d.enterOnReview()
		d.at("Response")
		if m := s.sent[0]; len(m.Media) != 2 || m.Text != "" {
			t.Errorf("got %+v, want two media", m)
		}
	})
}

func TestCurlyQuote(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		d.typeText("It’s")
		d.see("Unicode (UCS-2)", "! Unicode: curly quote", "ctrl+r makes room for 160")
		d.press("ctrl+r")
		d.see("’ becomes '", "1 time", "then standard (GSM-7)")
		d.press("ctrl+n")
		d.paste("no")
		d.see("’ becomes '")
		d.press("esc")
		d.see("It’s", "UCS-2")
		d.press("ctrl+r", "enter")
		d.see("It's", "standard (GSM-7)")
		d.seeNot("Unicode")
		if got := d.a.form.Text; got != "It's" {
			t.Errorf("got %q, want It's", got)
		}
		d.press("ctrl+r")
		d.see("the text has only plain characters")
		d.typeText("!")
		if got := d.a.form.Text; got != "It's!" {
			t.Errorf("got %q, want the cursor behind the text", got)
		}
	})
}

func TestReviewIgnoresHastyEnterAndPaste(t *testing.T) {
	s := &fakeSender{send: accept}
	drive(t, testDeps(s), func(d *driver) {
		d.write("Hi", "9195551212")
		d.press("enter")
		d.at("Review")
		d.see("too soon")
		d.advance(200 * time.Millisecond)
		d.press("enter")
		d.at("Review")
		d.advance(time.Second)
		d.paste("\n\n\n")
		d.at("Review")
		d.press("enter")
		d.at("Review")
		if s.calls() != 0 {
			t.Fatalf("got %d sends, want none", s.calls())
		}
		d.advance(250 * time.Millisecond)
		d.press("enter")
		d.at("Response")
	})
}

func TestWalkingLosesNothing(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		d.typeText("Line one")
		d.press("enter")
		d.typeText("two")
		d.press("tab")
		d.typeText("tag 7")
		d.press("tab", "down", "tab")
		d.typeText("soon?")
		d.press("ctrl+n")
		d.typeText("12, 9195551212, +1 (919) 555-1212, banana")
		d.press("enter")
		d.see("1 added, 1 there already, 2 not phone numbers")
		d.press("ctrl+n")
		d.typeText("not a url")
		want := d.a.form
		for range 3 {
			d.press("ctrl+n", "ctrl+n", "ctrl+p", "ctrl+p", "ctrl+p", "ctrl+p", "ctrl+n")
			for range 12 {
				d.press("tab")
			}
			for range 12 {
				d.press("shift+tab")
			}
			d.press("esc", "esc", "esc", "esc", "esc")
			d.size(40, 12)
			d.size(10, 3)
			d.size(120, 50)
		}
		got := d.a.form
		if got.Text != "Line one\ntwo" || got.Tag != "tag 7" || got.Expires != "soon?" || got.NewMedia != want.NewMedia ||
			len(got.To) != 1 || strings.Join(got.Refused, "|") != "12|banana" || got.Priority != messaging.PriorityDefault {
			t.Errorf("got %+v, want what was typed", got)
		}
		d.press("ctrl+p", "ctrl+p", "ctrl+p", "ctrl+n")
		d.at("Recipients")
		d.see("12", "banana")
	})
}
