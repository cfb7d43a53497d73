package ui

import (
	"slices"
	"strings"
	"testing"
	"time"

	"telex/messaging/outbox"
)

// ledger is who opted out and who is held, by number.
func ledger(d *driver) (lines []string) {
	d.t.Helper()
	for _, held := range []bool{false, true} {
		all, err := d.a.store.OptOuts(d.t.Context(), outbox.OptOutFilter{Held: held})
		if err != nil {
			d.t.Fatal(err)
		}
		for _, out := range all {
			word := "out "
			if held {
				word = "held "
			}
			lines = append(lines, word+out.Number)
		}
	}
	return lines
}

// TestDecide: who wrote what may be an opt-out is marked and counted, is found among the
// others, and a person ends texts or lets them go again where the words stand.
func TestDecide(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		hears(d, "please take me off the list", five[0])
		hears(d, "see you", five[1])
		hears(d, "wrong number", five[2])
		hears(d, "STOP", five[3])
		d.advance(newsEvery)
		d.see("f5 4 new 2 held")
		d.press("f5")
		d.see("! held", "see you", "! opted out")
		d.press("h")
		d.see("please take", "wrong number", "Held")
		d.seeNot("see you", "! opted out")
		d.press("down", "enter") // the older one
		d.see("please take me off", "opt out", "keep", "Did they mean to opt out?", "they wrote")
		d.press("k")
		d.see("Keep texting "+five[0]+"?", "please take me off", "enter keep texting", "esc cancel")
		d.press("esc")
		d.seeNot("Keep texting +")
		d.press("k", "k") // which is no answer, and no other key for one
		d.seeNot("Keep texting +")
		d.press("enter")
		if got := ledger(d); !slices.Contains(got, "held "+five[0]) {
			t.Errorf("two letters let texts go: %v", got)
		}
		d.advance(4 * time.Second)
		d.press("k")
		d.yes()
		d.see("again", "1 held", "Reply")
		d.press("esc", "enter")
		d.see("wrong number")
		d.press("o")
		d.see("Send nothing to "+five[2]+" any more?", "wrong number")
		d.yes()
		d.see("opted out: "+five[2], "somebody here opted out")
		d.advance(newsEvery)
		d.seeNot("1 held", "2 held")
		if got, want := ledger(d), []string{"out " + five[3], "out " + five[2]}; !slices.Equal(got, want) {
			t.Errorf("the ledger has %v, want %v", got, want)
		}
		all, err := d.a.store.OptOuts(d.t.Context(), outbox.OptOutFilter{Numbers: []string{five[2]}})
		if err != nil || len(all) != 1 || all[0].By != outbox.OptedByPerson || all[0].Words != "wrong number" {
			t.Errorf("the entry is %+v, %v, want a person's, with the words", all, err)
		}
		d.press("esc")
		d.see("Nobody is held")
		d.press("esc")
		d.see("see you")
	})
}

// TestDecideNothing: in a conversation where nobody is held the keys decide nothing.
func TestDecideNothing(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		hears(d, "see you", five[1])
		d.press("f5", "enter", "esc", "o", "k", "k")
		if got := ledger(d); len(got) != 0 {
			t.Errorf("the ledger has %v", got)
		}
		d.seeNot("held", "opt out")
	})
}

// TestWordsDecideNothing: who types a word where an answer would stand, and enter, decides
// nothing about who is held, however slow they type and whichever letters the word has.
func TestWordsDecideNothing(t *testing.T) {
	for _, pace := range []time.Duration{80 * time.Millisecond, 600 * time.Millisecond} {
		drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
			hears(d, "please take me off the list", five[0])
			d.press("f5", "enter")
			for word := range strings.FieldsSeq("trekker back ok kok good okk kiosk book stuck") {
				for _, letter := range word {
					d.press(string(letter))
					d.advance(pace)
				}
				d.press("enter")
				if got, want := ledger(d), []string{"held " + five[0]}; !slices.Equal(got, want) {
					t.Errorf("%q in %v a letter: the ledger has %v, want %v", word, pace, got, want)
				}
				d.advance(pace)
				if d.press("esc"); !strings.Contains(d.screen(), "opt out") { // out of the question, if one is open, or else of the conversation
					d.press("enter")
				}
				d.see("opt out", "please take me")
			}
		})
	}
}
