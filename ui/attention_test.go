package ui

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"telex/messaging"
)

// TestCalls: the user who looks elsewhere is called when a run ends and when a message
// fails, if they want that, and else nothing is asked of the terminal.
func TestCalls(t *testing.T) {
	for way, want := range map[string]string{"": "", "off": "", "bell": "\a", "osc9": "\x1b]9;telex: the sending of 1 message has ended\a"} {
		deps := testDeps(&fakeSender{send: accept})
		deps.Notify = way
		drive(t, deps, func(d *driver) {
			if got := d.a.View().ReportFocus; got != (want != "") {
				t.Errorf("%q: got focus reports %v", way, got)
			}
			d.write("Hi", five[0])
			d.enterOnReview()
			if d.raw != "" {
				t.Errorf("%q: got %q while the user looks, want nothing", way, d.raw)
			}
			d.press("n")
			d.write("Ho", five[1])
			d.send(tea.BlurMsg{})
			d.enterOnReview()
			if d.raw != want {
				t.Errorf("%q: got %q, want %q", way, d.raw, want)
			}
			d.send(tea.FocusMsg{})
		})
	}
}

// TestCallsForAFailure: it is seen where it is in front, and called out anywhere else.
func TestCallsForAFailure(t *testing.T) {
	for _, away := range []bool{false, true} {
		deps := testDeps(&fakeSender{send: accept})
		deps.Link.Lister = &fakeLister{list: records(messaging.StatusFailed)}
		deps.Notify = "bell"
		drive(t, deps, func(d *driver) {
			d.write("Hi", five[0])
			d.enterOnReview()
			if away {
				d.press("f2")
			}
			d.advance(time.Minute)
			if got := d.raw != ""; got != away {
				t.Errorf("on another page %v: got %q", away, d.raw)
			}
			if strings.Count(d.raw, "\a") > 1 {
				t.Errorf("got %q, want one call", d.raw)
			}
		})
	}
}

// TestMouse: clicks and the wheel are keys if the user wants them, and nothing if not.
func TestMouse(t *testing.T) {
	click := func(d *driver, words string) {
		d.t.Helper()
		for y, l := range d.lines() {
			if before, _, ok := strings.Cut(l, words); ok {
				d.send(tea.MouseClickMsg{X: len([]rune(before)), Y: y, Button: tea.MouseLeft})
				return
			}
		}
		d.t.Fatalf("got no %q to click on:\n%s", words, d.screen())
	}
	deps := viewDeps(refuseSome)
	drive(t, deps, func(d *driver) {
		if d.a.View().MouseMode != tea.MouseModeNone {
			t.Error("got a mouse mode, want none unless the user wants it")
		}
		click(d, "f2 history")
		d.at("Compose")
	})
	deps.Mouse = true
	drive(t, deps, func(d *driver) {
		if d.a.View().MouseMode == tea.MouseModeNone {
			t.Error("got no mouse mode")
		}
		d.typeText("Hi")
		click(d, "Tag")
		d.typeText("order 7")
		if d.a.form.Tag != "order 7" {
			t.Errorf("got the tag %q, want what was typed after a click on it:\n%s", d.a.form.Tag, d.screen())
		}
		d.send(tea.MouseClickMsg{X: 1, Y: 21, Button: tea.MouseLeft})
		d.at("Compose") // below the last field is no other page
		sendFiveFrom(d)
		click(d, "f2 history")
		d.at("History")
		d.press("enter") // they are one row
		click(d, five[3])
		if e := d.lines()[d.a.View().Cursor.Y]; !strings.Contains(e, five[3]) {
			t.Errorf("got the cursor on %q, want it on %s", e, five[3])
		}
		d.send(tea.MouseWheelMsg{Button: tea.MouseWheelDown})
		if e := d.lines()[d.a.View().Cursor.Y]; !strings.Contains(e, five[2]) {
			t.Errorf("got the cursor on %q after the wheel, want it on %s", e, five[2])
		}
		click(d, "esc all messages")
		d.advance(time.Second)
		click(d, "esc back")
		d.at("Response")
	})
}

// sendFiveFrom sends what is on Compose to five recipients.
func sendFiveFrom(d *driver) {
	d.press("ctrl+n")
	for _, n := range five {
		d.typeText(n)
		d.press("enter")
	}
	d.press("tab", "i", "ctrl+n", "ctrl+n")
	d.enterOnReview()
}

// TestASCIIIsTold: once, to be taken away by esc.
func TestASCIIIsTold(t *testing.T) {
	deps := testDeps(&fakeSender{send: accept})
	deps.Environ = []string{"TERM=xterm", "LANG=C"}
	drive(t, deps, func(d *driver) {
		d.see("ASCII only", "export LANG=C.UTF-8")
		d.press("esc")
		d.seeNot("ASCII only")
	})
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) { d.seeNot("ASCII only") })
}
