package ui

import (
	"slices"
	"strings"
	"testing"
)

func TestCheckKeys(t *testing.T) {
	t.Parallel()
	good := []map[string][]string{
		nil,
		{"quit": {"ctrl+x"}},
		{"help": {"f1", "alt+?"}, "history": {"f9"}},
		{"review.json": {"J", "f5"}},
		{"suspend": {}},
		{"next-step": {"ctrl+p"}, "previous-step": {"ctrl+n"}}, // exchanged
	}
	for _, keys := range good {
		if err := CheckKeys(keys); err != nil {
			t.Errorf("%v: got %v, want no error", keys, err)
		}
	}
	bad := []struct {
		keys map[string][]string
		want string
	}{
		{map[string][]string{"qiut": {"ctrl+x"}}, `no action "qiut"`},
		{map[string][]string{"quit": {}}, "quit needs a key"},
		{map[string][]string{"quit": {"q"}}, "missed while typing"},
		{map[string][]string{"compose.editor": {"e"}}, "missed while typing"},
		{map[string][]string{"quit": {"ctrl+c"}}, "a meaning of its own"},
		{map[string][]string{"quit": {"ctrl+m"}}, "the same as another key"},
		{map[string][]string{"quit": {"ctrl+shift+x"}}, "no key that every terminal can send"},
		{map[string][]string{"quit": {"super+x"}}, "no key that every terminal can send"},
		{map[string][]string{"quit": {""}}, "no key that every terminal can send"},
		{map[string][]string{"quit": {"f13"}}, "no key that every terminal can send"},
		{map[string][]string{"quit": {"ctrl+n"}}, "both on ctrl+n"},
		{map[string][]string{"review.json": {"u"}}, "both on u"},
		{map[string][]string{"review.json": {"\x1b[2J"}}, "no key that every terminal can send"},
	}
	for _, tt := range bad {
		if err := CheckKeys(tt.keys); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%v: got %v, want %q in it", tt.keys, err, tt.want)
		}
	}
}

// TestOwnKeys: the user's keys do it, the usual ones do not any more, and the footer
// and the help say so.
func TestOwnKeys(t *testing.T) {
	deps := testDeps(&fakeSender{send: accept})
	deps.Keys = map[string][]string{"next-step": {"f8"}, "quit": {"ctrl+x"}, "review.json": {"J"}}
	drive(t, deps, func(d *driver) {
		d.see("f8 Recipients", "ctrl+x quit")
		d.typeText("Hi")
		d.press("f8")
		d.typeText(five[0])
		d.press("enter", "f8", "f8")
		d.at("Review")
		d.press("j")
		d.seeNot("The JSON that is sent")
		d.press("J")
		d.see("The JSON that is sent")
		d.press("f1", "end")
		d.see("f8", "ctrl+x")
		d.press("esc", "ctrl+q")
		if d.quit {
			t.Error("got an end by ctrl+q, want it free")
		}
		d.press("ctrl+x")
		if !d.quit {
			t.Error("got no end by ctrl+x")
		}
	})
}

// TestActionsAreUnique: the configuration can name each of them.
func TestActionsAreUnique(t *testing.T) {
	t.Parallel()
	names := Actions()
	for i, name := range names {
		if slices.Contains(names[i+1:], name) {
			t.Errorf("got %q twice", name)
		}
	}
}
