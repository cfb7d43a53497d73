package ui

import (
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"telex/messaging"
	"telex/ui/page"
)

// tabThrough goes through the fields of Compose and on to Recipients, as the README does.
func tabThrough(d *driver) {
	d.press("tab", "tab", "tab", "tab")
	d.at("Recipients")
}

// inText demands that what is typed goes into the text.
func inText(d *driver, typed string) {
	d.t.Helper()
	d.at("Compose")
	d.typeText(typed)
	if got := d.a.form; !strings.HasSuffix(got.Text, typed) || got.Expires != "" || got.Tag != "" {
		d.t.Errorf("got text %q, tag %q and expiry %q, want %q at the end of the text", got.Text, got.Tag, got.Expires, typed)
	}
}

// Whoever comes to Compose writes the text, whichever field had the cursor before.
func TestComposeBeginsInText(t *testing.T) {
	sendOne := func(d *driver) {
		d.typeText("One")
		tabThrough(d)
		d.typeText(five[0])
		d.press("enter", "ctrl+n", "ctrl+n")
		d.at("Review")
		d.enterOnReview()
		d.at("Response")
	}
	for name, walk := range map[string]func(d *driver){
		"a new message":         func(d *driver) { sendOne(d); d.press("n") },
		"edited and sent again": func(d *driver) { sendOne(d); d.press("e") },
		"back by ctrl+p":        func(d *driver) { tabThrough(d); d.press("ctrl+p") },
		"back by esc":           func(d *driver) { tabThrough(d); d.press("esc") },
		"back from History":     func(d *driver) { d.press("tab", "f2", "f2") },
		"a draft taken up": func(d *driver) {
			d.press("tab", "tab", "tab")
			id, err := d.a.store.SaveDraft(d.t.Context(), 0, "sandbox", []byte(`{"text":"Kept "}`))
			if err != nil {
				d.t.Fatal(err)
			}
			if err := d.a.store.LeaveDraft(d.t.Context(), id); err != nil {
				d.t.Fatal(err)
			}
			d.press("f3", "enter")
		},
	} {
		t.Run(name, func(t *testing.T) {
			drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
				walk(d)
				inText(d, "Test fail")
			})
		})
	}
}

// From is judged while it is typed, and half a number is nobody in the header.
func TestComposeJudgesFrom(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		d.press("shift+tab")
		d.typeText("cut me")
		d.see("! From: not a number", "From   ! +19195550100cut me   no sender")
		d.press("tab")
		d.see("From   ! +19195550100cut me   no sender")
		d.size(40, 12)
		d.see("! From: no sender")
		d.size(160, 45)
		d.see("From   ! +19195550100cut me   not a number, short code or sender id")
		d.size(80, 24)
		d.press("shift+tab")
		if head := d.lines()[0]; strings.Contains(head, "cut me") || strings.Contains(head, "+1") {
			t.Errorf("got %q, want no number that is none", head)
		}
		if got := d.a.form.From; got != "+19195550100cut me" {
			t.Errorf("got %q, want what was typed", got)
		}
		d.press("up", "down")
		d.press("ctrl+u")
		d.typeText("+19195550999")
		d.see("! From: not one of this account's numbers", "From   ! +19195550999   not yours")
		d.press("ctrl+u")
		d.typeText("+19195550101")
		d.seeNot("!")
		if head := d.lines()[0]; !strings.Contains(head, "+19195550101") {
			t.Errorf("got %q, want the number that it is from", head)
		}
	})
}

// What makes a text Unicode has names, and ctrl+r is told of only where it gains.
func TestComposeNamesWhatForcesUnicode(t *testing.T) {
	for _, tt := range []struct {
		text       string
		want, miss []string
	}{
		{"He said “no”’ — …", []string{"! Unicode: curly quotes (3), dash, ellipsis", "ctrl+r makes room for 160"}, nil},
		{strings.Repeat("“quoted” ", 10), []string{"curly quotes (20)", "ctrl+r saves 1 segment"}, nil},
		{"“so” 🎉", []string{"! Unicode: curly quotes (2), emoji"}, []string{"ctrl+r", "🎉…"}},
		{strings.Repeat("word ", 16) + "🎉", []string{"! Unicode: emoji", "without emoji: 1 segment"}, []string{"ctrl+r"}},
		{"日本語", []string{"! Unicode: Chinese/Japanese (3)"}, []string{"without"}}, // of which nothing would be left
	} {
		for _, environ := range [][]string{{"TERM=xterm-256color", "LANG=C.UTF-8"}, {"TERM=xterm-256color", "LANG=C"}} {
			deps := testDeps(&fakeSender{send: accept})
			deps.Environ = environ
			drive(t, deps, func(d *driver) {
				d.paste(tt.text)
				d.see(tt.want...)
				d.seeNot(tt.miss...)
			})
		}
	}
}

// With several messages it is said what all of them save.
func TestComposeSavesForAll(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		d.a.form.To, d.a.form.Addressing = five, messaging.Individual
		d.paste(strings.Repeat("“quoted” ", 10))
		d.see("5 people, one each", "5 SMS, 10 segments", "ctrl+r saves 5 segments")
	})
}

// Who gets it, what it costs and where a segment begins are seen while writing.
func TestComposeShowsCostAndSegments(t *testing.T) {
	for _, size := range [][2]int{{40, 12}, {60, 24}, {80, 24}, {160, 45}} {
		drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
			d.size(size[0], size[1])
			d.a.form.To, d.a.form.Addressing = five[:2], messaging.Individual
			d.a.recipients.Show(&d.a.form, page.AtDefault)
			d.paste(strings.Repeat("letters ", 25)) // 200 of them: the second segment begins in the 20th word
			d.see("2 people", "4 segments", "200 of 2048")
			mark := map[bool]string{true: " 2│", false: "─2─"}[size[0] < gutterFrom]
			if size[0] >= wideForm {
				mark = "─ seg 2 ─"
			}
			lines := d.lines()
			if n := len(slices.DeleteFunc(slices.Clone(lines), func(l string) bool { return !strings.Contains(l, mark) })); n != 1 {
				t.Errorf("%v: got %d marks of the second segment, want 1:\n%s", size, n, d.screen())
			}
			if size[0] < 80 {
				return
			}
			at := slices.IndexFunc(lines, func(l string) bool { return strings.Contains(l, mark) })
			top := slices.IndexFunc(lines, func(l string) bool { return strings.Contains(l, "╭") })
			if got := at - top - 1; got != 153/8/4 { // four words a row
				t.Errorf("%v: got the second segment in row %d, want %d:\n%s", size, got, 153/8/4, d.screen())
			}
		})
	}
}

// With a key that is typed nothing changes but the letter and the counter, on rows of
// their own, as long as no row and no segment is full and the meter stands still.
func TestComposeChangesLittle(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {160, 45}} {
		drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
			d.size(size[0], size[1])
			d.paste("Hello Hello Hello “x”")
			before := d.lines()
			d.typeText("e")
			changed := 0
			for i, l := range d.lines() {
				if l != before[i] && !strings.Contains(l, "undo") {
					changed++
				}
			}
			if changed != 2 {
				t.Errorf("%v: got %d rows changed, want the text's and the counter's:\n%s", size, changed, d.screen())
			}
		})
	}
}

// Too long a text says so with a sign, and how much of it has to go.
func TestComposeTooLong(t *testing.T) {
	for _, size := range [][2]int{{40, 12}, {80, 24}} {
		drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
			d.size(size[0], size[1])
			d.paste(strings.Repeat("x", 2600))
			d.see("! 552 too many", "! Too long: at most 2048 characters")
		})
	}
}

// Undo takes back what was typed, pasted, erased, replaced and edited, step by step.
func TestComposeUndo(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		want := func(text string) {
			t.Helper()
			d.press("ctrl+_")
			if got := d.a.form.Text; got != text {
				t.Errorf("got %q, want %q", got, text)
			}
		}
		d.typeText("One two")
		d.paste(" “three” four")
		d.press("ctrl+w")
		d.press("ctrl+u")
		want("One two “three” ")
		want("One two “three” four")
		d.press("home", "ctrl+k")
		want("One two “three” four")
		d.press("ctrl+r", "enter")
		if got := d.a.form.Text; got != `One two "three" four` {
			t.Errorf("got %q, want plain quotes", got)
		}
		want("One two “three” four")
		d.see("Unicode (UCS-2)", "curly quotes (2)")
		want("One two")
		want("One ")
		want("One")
		want("")
		d.press("ctrl+_")
		d.see("nothing to undo")
		d.press("tab", "ctrl+_")
		d.see("put the cursor there first")
	})
}

// A new message has nothing of the last one to undo.
func TestComposeUndoEndsWithTheMessage(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		d.write("Secret of the one before", five[0])
		d.enterOnReview()
		d.press("n", "ctrl+_")
		if got := d.a.form.Text; got != "" {
			t.Errorf("got %q, want nothing", got)
		}
	})
}

// What the editor made of the text can be undone as well.
func TestComposeUndoesTheEditor(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		d.typeText("before")
		path, err := writeEdit(t.Context(), nil, "after\n")
		if err != nil {
			t.Fatal(err)
		}
		d.send(edited{path: path})
		if got := d.a.form.Text; got != "after" {
			t.Errorf("got %q, want what the editor left", got)
		}
		d.press("ctrl+_")
		if got := d.a.form.Text; got != "before" {
			t.Errorf("got %q, want the text before", got)
		}
	})
}

// A text of many lines takes more of the room that there is.
func TestComposeGrows(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		d.size(80, 45)
		d.paste(strings.Repeat("line\n", 25))
		d.send(tea.PasteMsg{Content: "last"})
		if n := strings.Count(d.screen(), "│line "); n != 25 {
			t.Errorf("got %d lines shown, want 25:\n%s", n, d.screen())
		}
	})
}

// TestComposeHintsFit: what is said of a field ends with a whole word, also in the narrowest
// terminal.
func TestComposeHintsFit(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		d.size(40, 12)
		for range composeFields {
			if got := d.screen(); strings.Contains(got, "…\n") {
				t.Errorf("got a line cut off:\n%s", got)
			}
			d.press("tab")
			if d.a.page != page.Compose {
				return
			}
		}
	})
}

// TestAnEmptiedFrom: up and down bring a number back, and it is said so, also where the
// account has no other.
func TestAnEmptiedFrom(t *testing.T) {
	for _, tt := range []struct {
		numbers  []string
		hint     string
		down, up string
	}{
		{five[:1], "up/down: " + five[0], five[0], five[0]},
		{five[:2], "up/down: your 2 numbers", five[0], five[1]},
	} {
		deps := testDeps(&fakeSender{send: accept})
		deps.Numbers = tt.numbers
		drive(t, deps, func(d *driver) {
			for _, size := range [][2]int{{80, 24}, {40, 12}} {
				d.size(size[0], size[1])
				d.press("shift+tab")
				for key, want := range map[string]string{"down": tt.down, "up": tt.up} {
					d.press("ctrl+u")
					d.see(tt.hint)
					if got := strings.Count(d.screen(), "up/down: "); got != 1 {
						t.Errorf("%v: it is said %d times", size, got)
					}
					if d.press(key); d.a.form.From != want {
						t.Errorf("%s of %d: got %q, want %q", key, len(tt.numbers), d.a.form.From, want)
					}
					d.seeNot(tt.hint)
				}
				d.press("tab")
			}
			d.press("shift+tab")
			d.press("ctrl+u")
			d.typeText("+19195550999") // which is a choice as well
			if len(tt.numbers) > 1 {
				d.press("up")
				d.seeNot("not yours")
				d.press("down")
			}
			d.see("not yours")
			if d.a.form.From != "+19195550999" {
				t.Errorf("got %q, want what was typed", d.a.form.From)
			}
		})
	}
}
