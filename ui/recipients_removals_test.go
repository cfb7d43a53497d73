package ui

import (
	"slices"
	"strings"
	"testing"
)

// TestPromisedUndo: where it is said that a key puts something back, it does, also if nobody
// is left, and when one comes back from another step.
func TestPromisedUndo(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {40, 12}} {
		for name, tt := range map[string]struct {
			pasted string
			keys   []string
		}{
			"all":                     {manyNumbers(210), []string{"tab", "tab", "X"}},
			"the only one":            {five[0], []string{"enter", "tab", "x"}},
			"all, while some refused": {manyNumbers(3) + "banana\n12", []string{"tab", "tab", "tab", "X"}},
			"all that was refused":    {"banana\n12", []string{"tab", "X"}},
			"what was refused":        {"banana\n12", []string{"tab", "x", "x"}},
		} {
			t.Run(name, func(t *testing.T) {
				for _, way := range [][]string{nil, {"ctrl+n", "ctrl+p", "tab"}, {"ctrl+n", "shift+tab"}, {"f2", "f2", "tab"}} {
					drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
						d.size(size[0], size[1])
						toRecipients(d, tt.pasted)
						keys := tt.keys
						last := len(keys) - 1
						d.press(keys[:last]...)
						was := d.a.form.Clone()
						d.press(keys[last])
						d.see("u puts")
						d.press(way...)
						d.at("Recipients")
						d.press("u")
						if f := d.a.form; f.NewTo != "" || !slices.Equal(f.To, was.To) || !slices.Equal(f.Refused, was.Refused) {
							t.Errorf("after %v got %d recipients, %q refused and %q in the field, want %d and %q:\n%s", way, len(f.To), f.Refused, f.NewTo, len(was.To), was.Refused, d.screen())
						}
					})
				}
			})
		}
	}
}

// TestNothingLeftInList: of an empty list nothing is offered but to undo, and a number that is
// typed there is added.
func TestNothingLeftInList(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		toRecipients(d, manyNumbers(3))
		d.press("tab", "tab", "X")
		d.see("removed 3 recipients; u puts them back", "0 recipients", "u undo")
		if foot := d.lines()[23]; strings.Contains(foot, "remove") || strings.Contains(foot, "find") {
			t.Errorf("got %q below an empty list", foot)
		}
		d.press("x", "X", "/", "down")
		d.typeText("9195550199")
		d.press("enter")
		if f := d.a.form; !slices.Equal(f.To, []string{"+19195550199"}) || f.NewTo != "" {
			t.Errorf("got %q and %q in the field, want the number added", f.To, f.NewTo)
		}
	})
}
