package ui

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"telex/messaging"
	"telex/messaging/outbox/outboxtest/sample"
	"telex/ui/draft"
)

// toRecipients goes to Recipients of a message with a text, and pastes.
func toRecipients(d *driver, paste string) {
	d.typeText("Hi")
	d.press("ctrl+n")
	d.paste(paste)
	d.at("Recipients")
}

// manyNumbers is a list of n numbers of the US.
func manyNumbers(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "+1919556%04d\n", i)
	}
	return b.String()
}

// The choice of how several are served is taken at the choice and in the list, by its
// letters, and at the choice by space and enter. The arrows only move the cursor: a group
// shows all numbers to all, and is nobody's slip.
func TestChoiceIsTakenWhereItIsAskedFor(t *testing.T) {
	sample.Whole(t)
	for _, tt := range []struct {
		keys []string
		want messaging.Addressing
	}{
		{[]string{"type g", "enter"}, messaging.Group}, // in the field they were typed for the choice beside it
		{[]string{"type I", "ctrl+n"}, messaging.Individual},
		{[]string{"tab", "g"}, messaging.Group},
		{[]string{"tab", "i"}, messaging.Individual},
		{[]string{"tab", "tab", "g"}, messaging.Group},
		{[]string{"paste banana, 12", "tab", "g"}, messaging.Group}, // among what was refused, too
		{[]string{"paste banana, 12", "tab", "g", "i"}, messaging.Individual},
		{[]string{"tab", "tab", "left"}, messaging.Undecided},
		{[]string{"tab", "tab", "space"}, messaging.Undecided},
		{[]string{"enter", "tab", "i"}, messaging.Individual},
		{[]string{"tab", "left"}, messaging.Undecided},
		{[]string{"tab", "up"}, messaging.Undecided},
		{[]string{"tab", "down", "right"}, messaging.Undecided},
		{[]string{"tab", "space"}, messaging.Individual},
		{[]string{"tab", "enter"}, messaging.Individual},
		{[]string{"tab", "up", "space"}, messaging.Group},
		{[]string{"tab", "left", "enter"}, messaging.Group},
		{[]string{"tab", "left", "enter", "down", "space"}, messaging.Individual},
		{[]string{"tab", "left", "enter", "down", "enter", "enter", "g"}, messaging.Group}, // went on to the list
		{[]string{"tab", "up", "tab", "shift+tab", "space"}, messaging.Individual},         // back on what shows nobody's number
		{[]string{"tab"}, messaging.Undecided},
	} {
		drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
			toRecipients(d, strings.Join(five[:4], "\n"))
			for _, k := range tt.keys {
				if k == "space" {
					d.typeText(" ")
					continue
				}
				if pasted, found := strings.CutPrefix(k, "paste "); found {
					d.paste(pasted)
					continue
				}
				if typed, found := strings.CutPrefix(k, "type "); found {
					d.typeText(typed)
					continue
				}
				d.press(k)
			}
			if d.a.form.NewTo != "" {
				t.Errorf("%v: %q is left in the field", tt.keys, d.a.form.NewTo)
			}
			if got := d.a.form.Addressing; got != tt.want {
				t.Errorf("%v: got %v, want %v:\n%s", tt.keys, got, tt.want, d.screen())
			}
		})
	}
}

// A group text to more than fit in it is not to be chosen, and why is said before and
// when it is tried; on Review it is no problem that nobody chose.
func TestGroupOfTooMany(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		toRecipients(d, manyNumbers(12))
		d.see("( ) one group text", "no: at most 10 fit in it", "12 separate texts")
		d.press("tab", "g")
		d.see("no group text: at most 10 fit in it, and these are 12")
		d.press("tab")
		d.seeNot("and these are 12")
		d.press("g")
		d.see("no group text: at most 10 fit in it, and these are 12")
		d.press("shift+tab")
		if d.a.form.Addressing != messaging.Undecided {
			t.Errorf("got %v, want it undecided", d.a.form.Addressing)
		}
		d.press("ctrl+n", "ctrl+n")
		d.see("1 problem", "too many for one group message (at most 10): choose individual messages")
		d.seeNot("takes at most 10", "choose one group")
		d.enterOnReview()
		d.press("i")
		d.see("(x) 12 separate texts", "12 SMS x 1 = 12 segments", "US 12")
	})
}

// Enter on the problem of the choice lands on the choice, also while something that was
// typed is a problem of its own.
func TestProblemOfChoiceLandsOnChoice(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		d.write("Hi", five[0], five[1], "banana")
		d.see("2 problems")
		d.press("down")
		d.enterOnReview()
		d.at("Recipients")
		d.press("i")
		if f := d.a.form; f.Addressing != messaging.Individual || f.NewTo != "banana" {
			t.Errorf("got %v and %q in the field, want the choice taken and banana", f.Addressing, f.NewTo)
		}
	})
}

// What was said of the field goes with what is in it, and is not said on another step.
func TestWordsOfFieldGoWithIt(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		toRecipients(d, "")
		d.typeText("banana")
		d.press("enter")
		d.see("1 not found", "no contact is called \"banana\"")
		d.press("ctrl+u")
		d.seeNot("not found", "no contact")
		d.typeText("banana")
		d.press("ctrl+n")
		d.at("Media")
		d.seeNot("not found")
		d.press("ctrl+n")
		d.see(`To: you typed "banana" under Recipients but did not add it`)
	})
}

// What of a paste is no number becomes rows with their reasons: enter corrects one, x
// drops one, and nothing is sent while there are any.
func TestRefusedRows(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {40, 12}} {
		drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
			d.size(size[0], size[1])
			toRecipients(d, "\"Smith, Al\",9195550101\n911\ncall me\n12345\n+44 20 7946 0018\tbanana")
			d.see("2 added, 4 not phone numbers", "2 recipients")
			if size[0] < 76 {
				d.see("! 4 not added (tab)")
			} else {
				d.see("NOT ADDED · 4", "911", "short code", "call me", "not in People", "banana")
			}
			d.press("shift+tab") // from where it leads to Compose
			d.at("Compose")
			d.press("ctrl+n", "tab", "tab")
			d.see("shift+tab")
			d.press("ctrl+n", "ctrl+n")
			d.see("4 entries are not phone numbers")
			d.enterOnReview()
			d.at("Recipients")
			d.see("emergency numbers cannot be")
			d.press("x", "down", "x") // 911, 12345
			if got := strings.Join(d.a.form.Refused, "|"); got != "call me|banana" {
				t.Errorf("got %q left, want call me|banana", got)
			}
			d.press("u")
			if got := strings.Join(d.a.form.Refused, "|"); got != "call me|12345|banana" {
				t.Errorf("got %q after undo, want call me|12345|banana", got)
			}
			d.press("enter")
			if f := d.a.form; f.NewTo != "call me" && f.NewTo != "12345" && f.NewTo != "banana" || len(f.Refused) != 2 {
				t.Errorf("got %q in the field and %q refused, want one of them in the field", f.NewTo, f.Refused)
			}
			d.press("ctrl+u")
			d.typeText("9195550199")
			d.press("enter")
			d.see("1 added", "3 recipients")
			d.press("ctrl+n", "ctrl+p", "tab")
			d.press("X")
			if len(d.a.form.Refused) != 0 {
				t.Errorf("got %q, want all dropped", d.a.form.Refused)
			}
			d.seeNot("NOT ADDED", "not added")
		})
	}
}

// What stands in the field is not lost when something refused is taken into it.
func TestCorrectingLosesNothing(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		toRecipients(d, "+19195550101, banana")
		d.typeText("apple")
		d.press("tab", "enter")
		if f := d.a.form; f.NewTo != "banana" || strings.Join(f.Refused, "|") != "apple" {
			t.Errorf("got %q in the field and %q, want banana there and apple refused", f.NewTo, f.Refused)
		}
	})
}

// The list tells which of many are in sight; / finds, ! keeps the doubtful, x and X remove
// what is in sight, u undoes, esc ends the finding and nothing else.
func TestManyRecipientsAreFoundAndRemoved(t *testing.T) {
	deps := testDeps(&fakeSender{send: accept})
	deps.Sandbox = false
	drive(t, deps, func(d *driver) {
		toRecipients(d, manyNumbers(202)+"+442079460018\n+19995550001")
		d.see("204 recipients", "188-204 of 204", "GB 1", "! 1 to check")
		d.press("tab", "tab", "!")
		d.see("1 of 204 recipients", "+19995550001", "check the number")
		d.press("X")
		d.see("203 recipients", "removed 1 recipient; u puts them back")
		d.press("/")
		d.typeText("kngdm")
		d.see("1 of 203 recipients", "+442079460018")
		d.seeNot("+19195560001")
		d.press("esc")
		d.at("Recipients")
		d.see("203 recipients")
		d.seeNot("Find")
		d.press("/")
		d.typeText("556019")
		d.press("enter")
		d.see("10 of 203 recipients")
		d.press("G", "x")
		d.see("removed +19195560199", "9 of 202 recipients")
		d.press("X")
		d.see("193 recipients")
		d.press("u", "u", "u")
		d.see("204 recipients")
		d.press("u")
		d.see("nothing to undo")
		want := strings.Fields(manyNumbers(202) + "+442079460018\n+19995550001")
		if got := d.a.form.To; strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("got other recipients, or in another order, than there were: %d of them", len(got))
		}
		d.press("X")
		d.see("removed 204 recipients")
		if len(d.a.form.To) != 0 {
			t.Errorf("got %d recipients, want none", len(d.a.form.To))
		}
	})
}

// After all were removed, what is added stays when they are put back; and a new message
// gets none of them.
func TestUndoOfAll(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		toRecipients(d, strings.Join(five[:3], "\n"))
		d.press("tab", "i", "tab", "X")
		d.typeText("9195550199")
		d.press("enter", "tab", "u")
		f := &d.a.form
		if got := strings.Join(f.To, " "); got != "+19195550199 "+strings.Join(five[:3], " ") || f.Addressing != messaging.Individual {
			t.Errorf("got %s, %v, want what was added and then the three, separate", got, f.Addressing)
		}
		d.press("X")
		d.a.reset()
		d.press("ctrl+n", "ctrl+p")
		d.typeText("9195550198")
		d.press("enter", "tab", "u")
		d.see("nothing to undo")
	})
}

// What Bandwidth can never reach is named at once, before anybody looked.
func TestMediaOutOfReach(t *testing.T) {
	deps := testDeps(&fakeSender{send: accept})
	deps.LookAtMedia = func(ctx context.Context, _ string) (messaging.MediaFacts, error) {
		<-ctx.Done()
		return messaging.MediaFacts{}, ctx.Err()
	}
	for _, size := range [][2]int{{80, 24}, {40, 12}} {
		drive(t, deps, func(d *driver) {
			d.size(size[0], size[1])
			d.press("ctrl+n", "ctrl+n")
			d.paste("http://127.0.0.1/a.png")
			d.press("enter")
			d.see("machine or network can reach")
			d.paste("https://example.com/b.png")
			d.press("enter")
			d.see("! is on a loopback address", "not looked at yet", "2 of 10 files")
			d.typeText("./a.png")
			d.press("enter")
			d.see("is not a link starting with")
			if size[0] > 76 {
				d.see("WHAT THE PHONE GETS", "MMS: one price, no segments", "b.png")
			}
		})
	}
}

// A draft keeps what was refused.
func TestDraftKeepsRefused(t *testing.T) {
	f := draft.New(nil, "")
	f.Refuse("banana", "12")
	b, err := f.Encode()
	if err != nil {
		t.Fatal(err)
	}
	got, err := draft.Decode(b)
	if err != nil || !got.Same(&f) || got.IsEmpty() || strings.Join(got.Refused, "|") != "banana|12" {
		t.Errorf("got %+v, %v, want banana and 12 refused", got, err)
	}
	if other := draft.New(nil, ""); other.Same(&f) {
		t.Error("got a form without them the same")
	}
}

// TestSettledIsNotSaidOn: what was refused is told of until it is being corrected, and then
// its reason stands below the field.
func TestSettledIsNotSaidOn(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		toRecipients(d, manyNumbers(3)+"banana\n12")
		d.press("tab", "i")
		d.see("3 added, 2 not phone numbers")
		d.press("down", "enter")
		d.seeNot("3 added", "2 not phone numbers")
		d.see(`! "12" is too short`)
	})
}
