package ui

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"telex/messaging"
	"telex/ui/text"
)

func TestRelativeExpiryIsTheSameMessage(t *testing.T) {
	s := &fakeSender{send: accept}
	drive(t, testDeps(s), func(d *driver) {
		d.typeText("Hi")
		d.press("tab", "tab", "tab")
		d.typeText("2h")
		d.press("ctrl+n")
		d.typeText(five[0])
		d.press("ctrl+n", "ctrl+n")
		d.enterOnReview()
		d.at("Response")
		d.advance(time.Minute)
		d.press("ctrl+p", "ctrl+p", "ctrl+p", "ctrl+p", "ctrl+n", "ctrl+n", "ctrl+n")
		d.enterOnReview()
		if s.calls() != 1 {
			t.Errorf("got %d sends, want 1: 2h is the same message", s.calls())
		}
	})
}

func TestFixingOneSendsToNobodyTwice(t *testing.T) {
	s := &fakeSender{send: refuseSome}
	drive(t, testDeps(s), func(d *driver) {
		d.write("Hi", five...)
		d.press("ctrl+p", "ctrl+p", "tab", "i", "ctrl+n", "ctrl+n")
		d.enterOnReview()
		d.press("enter", "enter") // the cursor is on the one with a problem
		d.at("Recipients")
		d.press("x", "shift+tab", "shift+tab")
		d.typeText("+19195559999")
		d.press("enter", "ctrl+n", "ctrl+n")
		d.enterOnReview()
		seen := map[string]int{}
		for _, m := range s.sent {
			seen[m.To[0]]++
		}
		if seen[five[0]] != 1 {
			t.Errorf("got %v, want nobody to get it twice", seen)
		}
	})
}

func TestEditAgainKeepsWhatWasTyped(t *testing.T) {
	s := &fakeSender{send: refuse()}
	drive(t, testDeps(s), func(d *driver) {
		d.write("Hi", five[0])
		d.enterOnReview()
		d.press("ctrl+p", "ctrl+p", "ctrl+p", "ctrl+p")
		d.typeText(" corrected")
		d.press("ctrl+n", "ctrl+n", "ctrl+n", "ctrl+n", "e")
		if got := d.a.form.Text; got != "Hi corrected" {
			t.Errorf("got %q, want what was typed since", got)
		}
	})
}

func TestNewMessageKeepsWhatWasTyped(t *testing.T) {
	s := &fakeSender{send: refuse()}
	drive(t, testDeps(s), func(d *driver) {
		d.write("Hi", five[0])
		d.enterOnReview()
		d.press("ctrl+p", "ctrl+p", "ctrl+p", "ctrl+p")
		d.typeText(" corrected")
		d.press("ctrl+n", "ctrl+n", "ctrl+n", "ctrl+n", "n")
		d.at("Compose")
		d.see("kept as a draft")
		d.press("f3")
		d.see("Hi corrected")
	})
}

func TestEnterThatClosedHelpCounts(t *testing.T) {
	s := &fakeSender{send: accept}
	drive(t, testDeps(s), func(d *driver) {
		d.write("Hi", five[0])
		d.advance(time.Second)
		d.press("?", "enter", "enter")
		if s.calls() != 0 {
			t.Error("got a send by an enter right after another key, want none")
		}
	})
}

func TestNoSendUnseen(t *testing.T) {
	s := &fakeSender{send: accept}
	drive(t, testDeps(s), func(d *driver) {
		d.write("Hi", five[0])
		d.size(20, 5)
		d.see("telex needs 40×12", "until then keys do nothing")
		d.enterOnReview()
		if s.calls() != 0 {
			t.Error("got a send that could not be seen, want none")
		}
		for _, size := range [][2]int{{1, 1}, {30, 1}, {3, 40}, {39, 2}} {
			d.size(size[0], size[1])
			rows := d.lines()
			for _, l := range rows {
				if len(rows) > size[1] || text.Width(l) > size[0] {
					t.Errorf("%v: got %q", size, rows)
				}
			}
		}
	})
}

func TestEditorTextIsAsShown(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		path, err := writeEdit(d.t.Context(), d.a.store, "a\tb\x1b[2Jc\r\nd\n")
		if err != nil {
			t.Fatal(err)
		}
		d.send(edited{path: path})
		before := d.a.form.Text
		d.press("left")
		if got := d.a.form.Text; got != before {
			t.Errorf("got %q after a mere movement, want %q", got, before)
		}
	})
}

// TestEditorFails: it is named, and a file that it did not write in does not stay.
func TestEditorFails(t *testing.T) {
	for left, stays := range map[string]bool{"Hello": false, "Hello, half": true} {
		drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
			d.typeText("Hello")
			path, err := writeEdit(d.t.Context(), d.a.store, "Hello")
			if err == nil {
				err = os.WriteFile(path, []byte(left), 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
			d.size(200, 24)
			d.send(edited{path: path, editor: "/no/such/ed -w", err: errors.New("exit status 127")})
			d.see("the editor, /no/such/ed -w, failed, so the text is as it was: exit status 127")
			if _, err := os.Stat(path); stays != (err == nil) {
				t.Errorf("%q: of its file is said %v", left, err)
			}
			if shown := strings.Contains(d.screen(), "its file is"); shown != stays {
				t.Errorf("%q: its file is named: %t", left, shown)
			}
		})
	}
}

func TestGrowingShowsTheTextFromItsTop(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		d.size(40, 12)
		d.paste("first\nsecond\nthird\nfourth\nfifth")
		d.size(80, 24)
		d.see("first")
	})
}

func TestDownKeepsATypedSender(t *testing.T) {
	deps := testDeps(&fakeSender{send: accept})
	deps.Numbers = deps.Numbers[:1]
	drive(t, deps, func(d *driver) {
		d.press("shift+tab", "ctrl+u")
		d.typeText("MyBrand")
		d.press("down")
		if d.a.form.From != "MyBrand" {
			t.Errorf("got %q, want MyBrand", d.a.form.From)
		}
	})
}

func TestLongProfileIsCut(t *testing.T) {
	deps := testDeps(&fakeSender{send: accept})
	deps.Sandbox, deps.Profile = false, "production-east"
	drive(t, deps, func(d *driver) {
		d.size(40, 12)
		d.press("ctrl+n")
		d.see("produ")
	})
}

func TestUnfinishedAfterQuit(t *testing.T) {
	s := &fakeSender{send: hang}
	drive(t, testDeps(s), func(d *driver) {
		d.write("Hi", five[0])
		d.enterOnReview()
		d.press("n", "e")
		d.send(tea.PasteMsg{Content: "x"})
		d.press("ctrl+c", "ctrl+c")
		if !d.quit {
			t.Error("got no quit by ctrl+c twice, want one")
		}
		if lines := d.a.batch.unfinished(); len(lines) != 1 || !strings.Contains(lines[0], "may or may not be on its way") {
			t.Errorf("got unfinished %q, want one unknown", lines)
		}
	})
}

func TestEachEnterGoesToAnotherField(t *testing.T) {
	s := &fakeSender{send: refuse(messaging.FieldError{Name: "text"}, messaging.FieldError{Name: "to"})}
	drive(t, testDeps(s), func(d *driver) {
		d.write("Hi", five[0])
		d.enterOnReview()
		d.press("enter")
		d.at("Compose")
		d.press("ctrl+n", "ctrl+n", "ctrl+n", "ctrl+n", "enter")
		d.at("Recipients")
	})
}

func TestIDStandsOnOneLine(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		d.size(40, 12)
		d.write("Hi", five[0])
		d.enterOnReview()
		if got := d.screen(); !strings.Contains(got, "15910549216812k7u5v3ldq6ytzbn") {
			t.Errorf("got the id broken, want it whole, as it is copied from there:\n%s", got)
		}
	})
}
