package ui

import (
	"strings"
	"testing"
	"testing/synctest"

	"telex/messaging/outbox/outboxtest/sample"
)

// TestLettersThatDoNothing: on every page without a text field a letter that is no key says
// so, and nothing else happens; q says how to quit.
func TestLettersThatDoNothing(t *testing.T) {
	sample.Whole(t)
	synctest.Test(t, func(t *testing.T) {
		deps, _ := peopled(t)
		d := start(t, deps)
		broadcastOf(d, "people.csv", 8)
		hears(d, "Hello", five[0])
		d.write("Hi", five[4])
		for _, where := range [][]string{{"ctrl+n", "ctrl+n", "ctrl+n"}, {"f2"}, {"f5"}, {"f6"}, {"f7"}, {"f8"}} {
			said := 0
			for _, l := range "abcdefghijklmnopqrstuvwxyzGQ" {
				d.press("esc", "esc", "esc", "esc")
				d.at("Compose")
				d.press(where...)
				before := d.lines()
				d.typeText(string(l))
				after := d.lines()
				status := &after[len(after)-2]
				if !strings.Contains(*status, string(l)+" does nothing here: ") {
					continue
				}
				if said++; l == 'q' && !strings.Contains(*status, "ctrl+q quits") || l != 'q' && !strings.Contains(*status, "f1 shows the keys") {
					t.Errorf("got %q", *status)
				}
				*status = before[len(before)-2]
				if got, want := strings.Join(after, "\n"), strings.Join(before, "\n"); got != want {
					t.Errorf("%c after %q does something:\n%s\nbefore\n%s", l, where, got, want)
				}
			}
			if said < 14 {
				t.Errorf("after %q only %d letters do nothing", where, said)
			}
		}
	})
}
