package ui

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
)

// toMedia goes to Media with files in the list, and the cursor on the first.
func toMedia(d *driver, files ...string) {
	d.press("ctrl+n", "ctrl+n")
	d.at("Media")
	for _, f := range files {
		d.paste(f)
		d.press("enter")
	}
	d.press("tab", "home")
}

// TestMediaUndo: what was removed comes back where it was, also if nothing is left, and when
// one comes back from another step; not into another message.
func TestMediaUndo(t *testing.T) {
	a, b, c := "https://example.com/a.png", "https://example.com/b.png", "https://example.com/c.png"
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		toMedia(d, a, b, c)
		d.press("down", "x")
		d.see("removed "+b+"; u puts it back", "u undo", "2 of 10 files")
		d.press("u")
		d.see(b + " put back")
		if !slices.Equal(d.a.form.Media, []string{a, b, c}) {
			t.Errorf("got %q, want it where it was", d.a.form.Media)
		}
		d.press("x", "x", "x")
		d.see("0 of 10 files", "u puts it back", "u undo")
		d.press("x", "K", "down", "r", "ctrl+n", "ctrl+p", "tab", "u", "u", "u", "u")
		d.see("nothing to undo")
		if got := slices.Sorted(slices.Values(d.a.form.Media)); !slices.Equal(got, []string{a, b, c}) || d.a.form.NewMedia != "" {
			t.Errorf("got %q and %q in the field, want all back", got, d.a.form.NewMedia)
		}
		d.press("x", "x", "x")
		d.typeText("https://example.com/d.png")
		d.press("enter")
		if got := d.a.form.Media; !slices.Equal(got, []string{"https://example.com/d.png"}) {
			t.Errorf("got %q, want what was typed added", got)
		}
		d.press("tab", "x")
		d.paste(a)
		d.press("enter")
		if got := d.a.form.Media; !slices.Equal(got, []string{a}) {
			t.Errorf("got %q, want what was pasted added", got)
		}
		d.press("tab", "x")
		d.a.reset()
		d.press("u")
		if f := d.a.form; len(f.Media) > 0 {
			t.Errorf("got %q in another message", f.Media)
		}
	})
}

// TestMediaUndoOwn: a file of this machine comes back too.
func TestMediaUndoOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		deps, _, folder := withFiles(t, &fakeSender{send: accept})
		d := start(t, deps)
		toMedia(d, filepath.Join(folder, "menu.jpg"))
		d.press("x")
		d.see("removed menu.jpg; u puts it back", "0 of 10 files")
		d.press("u")
		d.see("1 of 10 files")
		if own := d.a.form.OwnFiles(); len(own) != 1 || own[0].Name() != "menu.jpg" {
			t.Errorf("got %v, want the file", own)
		}
	})
}

// TestOneMarkForAFile: what is doubted of a file and does not keep the message from being sent
// has one mark on Media and on Review.
func TestOneMarkForAFile(t *testing.T) {
	drive(t, testDeps(&fakeSender{send: accept}), func(d *driver) {
		d.typeText("Hi")
		d.press("ctrl+n")
		d.typeText(five[0])
		d.press("enter", "ctrl+p")
		toMedia(d, "http://127.0.0.1/none.png")
		d.see("! is on a loopback address")
		d.seeNot("✗")
		d.press("ctrl+n")
		d.see("READY TO SEND", "1 warning")
		if !strings.Contains(d.screen(), "! Media") {
			t.Errorf("got no such mark on Review:\n%s", d.screen())
		}
	})
}
