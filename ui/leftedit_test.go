package ui

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/draft"
)

// killedInEditor is a telex that was killed while a text was in the user's editor.
func killedInEditor(t testing.TB, deps Deps, path string, draft *draft.Form, text string) {
	t.Helper()
	o, err := deps.OpenOutbox(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = o.Close() }()
	if draft != nil {
		body, err := draft.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := o.SaveDraft(t.Context(), 0, deps.Profile, body); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := writeEdit(t.Context(), o, text); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(path + "-owners"); err != nil { // as if the process had died
		t.Fatal(err)
	}
}

// editsBeside are the files for editors beside an outbox.
func editsBeside(t testing.TB, path string) []string {
	t.Helper()
	files, err := filepath.Glob(path + "-edit-*")
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestTextOfAKilledEditor: the words are offered by the next telex, with the rest of
// what was being composed, and the file is gone.
func TestTextOfAKilledEditor(t *testing.T) {
	for name, draft := range map[string]*draft.Form{
		"with a draft":    {Draft: messaging.Draft{Text: "before", To: five[:1]}},
		"without a draft": nil,
	} {
		t.Run(name, func(t *testing.T) {
			deps, path := withOutbox(t, testDeps(&fakeSender{send: accept}), outbox.Options{})
			killedInEditor(t, deps, path, draft, "written in the editor\n")
			drive(t, deps, func(d *driver) {
				d.see("Unfinished message from", "f3 to continue")
				if files := editsBeside(t, path); len(files) != 0 {
					t.Errorf("got %v left, want the words in a draft and no file", files)
				}
				d.press("f3", "enter")
				if f := d.a.form; f.Text != "written in the editor" || draft != nil && (len(f.To) != 1 || f.To[0] != five[0]) {
					t.Errorf("got %+v taken up, want the words of the editor and the recipients of the draft", f)
				}
			})
		})
	}
}

// TestTextOfAKilledEditorPlain: line by line it is offered too.
func TestTextOfAKilledEditorPlain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		deps, path := withOutbox(t, testDeps(&fakeSender{send: accept}), outbox.Options{})
		killedInEditor(t, deps, path, nil, "written in the editor")
		d := startPlain(t, deps)
		want(t, d.out.take(), "Draft from", "written in the editor", "Continue it? (y/n)")
		d.say("y", "quit")
		_ = d.end()
	})
}

// TestTextOfAKilledEditorIsNotKept: where no texts are kept it is said where it is.
func TestTextOfAKilledEditorIsNotKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		deps, path := withOutbox(t, testDeps(&fakeSender{send: accept}), outbox.Options{OmitText: true})
		killedInEditor(t, deps, path, nil, "written in the editor")
		d := startPlain(t, deps)
		got := d.out.take()
		want(t, got, "a text that was in your editor", "texts are not kept here", "delete the file")
		files := editsBeside(t, path)
		if len(files) != 1 || !strings.Contains(squeeze(got), filepath.Base(files[0])) {
			t.Errorf("got %v, want the file kept and named", files)
		}
		close(d.lines)
		_ = d.end()
	})
}

// TestEditorFileIsRemoved: after the editor nothing is left.
func TestEditorFileIsRemoved(t *testing.T) {
	deps, path := withOutbox(t, testDeps(&fakeSender{send: accept}), outbox.Options{})
	drive(t, deps, func(d *driver) {
		file, err := writeEdit(d.t.Context(), d.a.store, "from the editor\n")
		if err != nil {
			d.t.Fatal(err)
		}
		d.send(edited{path: file})
		d.see("from the editor")
		if files := editsBeside(d.t, path); len(files) != 0 {
			d.t.Errorf("got %v left, want none", files)
		}
	})
}
