package ui

import (
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/draft"
)

// A depot is Bandwidth's store of files.
type depot struct {
	mu     sync.Mutex
	stored map[string]string
	refuse error
	wait   chan struct{} // uploads end when it is closed; nil: at once
}

func (d *depot) MediaURL(name string) string { return "https://depot.example/media/" + name }

func (d *depot) Upload(ctx context.Context, name, _ string, content []byte) error {
	if d.wait != nil {
		select {
		case <-d.wait:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.refuse != nil {
		return d.refuse
	}
	d.stored[name] = string(content)
	return nil
}

// attached stands for what makes files fit: it reads them, and refuses HEIC.
func attached(paths []string, from string) (all []Attached, wrong []error) {
	for _, path := range paths {
		b, err := os.ReadFile(path)
		switch {
		case err != nil:
			wrong = append(wrong, fmt.Errorf("%s: there is no such file", path))
			continue
		case strings.HasSuffix(path, ".heic"):
			wrong = append(wrong, fmt.Errorf("%s: is a HEIC picture", path))
			continue
		}
		stored := fmt.Sprintf("%08x/%s", crc32.ChecksumIEEE(append(b, from...)), strings.ReplaceAll(filepath.Base(path), " ", "-"))
		all = append(all, Attached{
			File: draft.File{Path: path, Stored: stored, Bytes: len(b), SHA256: fmt.Sprintf("of %s", b), Said: fmt.Sprintf("3×4 9 MB → 1×2 %d bytes, location removed", len(b))}, Type: "image/jpeg", Content: b,
		})
	}
	return all, wrong
}

// withFiles are deps with a folder that has some files.
func withFiles(t *testing.T, s *fakeSender) (Deps, *depot, string) {
	t.Helper()
	folder := t.TempDir()
	for _, name := range []string{"menu.jpg", "menu two.jpg", "photo.heic", "other.png"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte("content of "+name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(folder, "pictures"), 0o700); err != nil {
		t.Fatal(err)
	}
	d := &depot{stored: map[string]string{}}
	deps := testDeps(s)
	deps.Attach, deps.Link.Uploads = attached, d
	deps.Environ = append(slices.Clone(deps.Environ), "HOME="+folder)
	return deps, d, folder
}

// toMedia writes a message up to Media.
func (d *driver) toMedia(text string) {
	d.typeText(text)
	d.press("ctrl+n")
	d.typeText(five[0])
	d.press("enter", "ctrl+n")
	d.at("Media")
}

// TestOwnFile: a path is taken, what becomes of the file is said there and on Review, and it
// is uploaded before the message leaves.
func TestOwnFile(t *testing.T) {
	s := &fakeSender{send: accept}
	deps, depot, folder := withFiles(t, s)
	drive(t, deps, func(d *driver) {
		d.toMedia("look")
		d.see("Add file", "optional: a path or a link")
		d.typeText(folder + "/menu.jpg")
		d.press("enter")
		d.see("menu.jpg", "✓ 3×4 9 MB → 1×2 19 bytes, location removed", "1 of 10 files")
		if f := d.a.form; len(f.Media) != 1 || !strings.HasPrefix(f.Media[0], "https://depot.example/media/") || f.NewMedia != "" {
			t.Errorf("got %+v", f)
		}
		d.press("ctrl+n")
		d.at("Review")
		d.see("READY TO SEND", "menu.jpg: 3×4 9 MB → 1×2 19 bytes, location removed")
		if len(depot.stored) > 0 {
			t.Error("it was uploaded before anybody confirmed")
		}
		url := d.a.form.Media[0]
		d.enterOnReview()
		d.at("Response")
		if got := depot.stored[strings.TrimPrefix(url, depot.MediaURL(""))]; got != "content of menu.jpg" {
			t.Errorf("stored is %q", depot.stored)
		}
		if m := s.sent[0]; len(m.Media) != 1 || m.Media[0] != url {
			t.Errorf("sent %+v", m)
		}
		row, err := d.a.store.Detail(t.Context(), 1)
		if want := (outbox.SentFile{URL: url, Path: folder + "/menu.jpg", Bytes: 19, SHA256: "of content of menu.jpg"}); err != nil || len(row.Files) != 1 || row.Files[0] != want {
			t.Errorf("its row has the files %+v, %v, want %+v", row.Files, err, want)
		}
	})
}

// TestOwnFileRefused: what cannot be taken stays in the field with its reason, and the rest
// is taken; so is a path with spaces.
func TestOwnFileRefused(t *testing.T) {
	deps, _, folder := withFiles(t, &fakeSender{send: accept})
	drive(t, deps, func(d *driver) {
		d.toMedia("look")
		d.paste("~/photo.heic '" + folder + "/menu two.jpg' https://example.org/b.png " + folder + "/nothing.jpg")
		d.see("is a HEIC picture", "2 files could not be taken and stayed in the field")
		if f := d.a.form; len(f.Media) != 2 || f.NewMedia != "~/photo.heic "+folder+"/nothing.jpg" || len(f.OwnFiles()) != 1 || f.OwnFiles()[0].Name() != "menu two.jpg" {
			t.Errorf("got %+v", f)
		}
		d.press("ctrl+n")
		d.see("1 problem", "but did not add it")
		d.press("ctrl+p", "ctrl+u", "tab", "down", "x")
		d.see("removed menu two.jpg")
		if f := d.a.form; len(f.OwnFiles()) != 0 || len(f.Media) != 1 || f.Reading != 0 {
			t.Errorf("got %+v", f)
		}
	})
}

// TestOwnFilesInTurn: a file that is added or removed while others are read costs none of
// these, and who leaves amid that finds them in the field of the draft.
func TestOwnFilesInTurn(t *testing.T) {
	deps, _, _ := withFiles(t, &fakeSender{send: accept})
	var wait chan struct{}
	deps.Attach = func(paths []string, from string) ([]Attached, []error) {
		if wait != nil {
			<-wait
		}
		return attached(paths, from)
	}
	drive(t, deps, func(d *driver) {
		d.toMedia("look")
		d.typeText("~/other.png https://example.org/a.png")
		d.press("enter")
		wait = make(chan struct{})
		d.typeText("~/menu.jpg")
		d.press("enter")
		d.typeText("'~/menu two.jpg'")
		d.press("enter")
		d.see("reading 2 files")
		body, err := d.a.form.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if f, err := draft.Decode(body); err != nil || f.NewMedia != `~/menu.jpg ~/menu\ two.jpg` || f.Reading != 0 {
			t.Errorf("the draft is %+v, %v, want both paths in its field", f, err)
		}
		d.press("tab", "down", "x")
		d.see("removed other.png")
		close(wait)
		d.settle()
		d.see("2 added")
		if own := d.a.form.OwnFiles(); len(own) != 2 || own[0].Name() != "menu.jpg" || own[1].Name() != "menu two.jpg" || len(d.a.form.Media) != 3 {
			t.Errorf("got %+v, want both files", d.a.form)
		}
	})
}

// TestOwnFileLeft: what is left in the field and is no file is a problem on Review, and in
// the way of no other page: esc leads back.
func TestOwnFileLeft(t *testing.T) {
	deps, _, _ := withFiles(t, &fakeSender{send: accept})
	drive(t, deps, func(d *driver) {
		d.write("Hello", "+19195551212")
		d.press("ctrl+p")
		d.typeText("[A")
		d.press("ctrl+p")
		d.at("Recipients")
		d.seeNot("could not be taken")
		d.press("esc")
		d.at("Compose")
		d.press("ctrl+n", "ctrl+n", "ctrl+n")
		d.see("[A")
	})
}

// TestPathsAreCompleted: tab completes as in a shell, and goes on where there is nothing to
// complete.
func TestPathsAreCompleted(t *testing.T) {
	deps, _, folder := withFiles(t, &fakeSender{send: accept})
	drive(t, deps, func(d *driver) {
		d.toMedia("look")
		for _, tt := range []struct{ typed, want string }{
			{"~/o", "~/other.png"},
			{"~/me", "~/menu"},
			{"~/menu\\ ", "~/menu\\ two.jpg"},
			{folder + "/pi", folder + "/pictures/"},
			{"https://example.org/a.png ~/ph", "https://example.org/a.png ~/photo.heic"},
		} {
			d.press("ctrl+u")
			d.typeText(tt.typed)
			d.press("tab")
			d.at("Media")
			if got := d.a.form.NewMedia; got != tt.want {
				t.Errorf("%q became %q, want %q", tt.typed, got, tt.want)
			}
			if tt.want == "~/menu" {
				d.see("menu two.jpg  menu.jpg")
			}
		}
		d.press("ctrl+u")
		d.typeText("~/other.png")
		d.press("tab") // nothing is left to complete
		d.at("Review")
		if f := d.a.form; len(f.OwnFiles()) != 1 || f.OwnFiles()[0].Path != folder+"/other.png" {
			t.Errorf("got %+v", f)
		}
	})
}

// TestOwnFileChanged: another file by the name is not sent before somebody saw it, and
// neither is one that is gone, nor anything if the upload fails.
func TestOwnFileChanged(t *testing.T) {
	s := &fakeSender{send: accept}
	deps, depot, folder := withFiles(t, s)
	drive(t, deps, func(d *driver) {
		d.toMedia("look")
		d.typeText("~/menu.jpg")
		d.press("enter", "ctrl+n")
		if err := os.WriteFile(filepath.Join(folder, "menu.jpg"), []byte("another"), 0o600); err != nil {
			t.Fatal(err)
		}
		d.enterOnReview()
		d.at("Review")
		d.see("nothing was sent: menu.jpg became another one since you added it", "1×2 7 bytes")
		if len(depot.stored) > 0 || len(s.sent) > 0 {
			t.Errorf("stored %q, sent %+v", depot.stored, s.sent)
		}
		depot.refuse = &messaging.Error{Op: "upload media", Outcome: messaging.Unsent, Err: errors.New("no route")}
		d.enterOnReview()
		d.at("Review")
		d.see("nothing was sent: menu.jpg could not be uploaded: no connection to the API")
		depot.refuse = nil
		if err := os.Rename(filepath.Join(folder, "menu.jpg"), filepath.Join(folder, "gone.jpg")); err != nil {
			t.Fatal(err)
		}
		d.enterOnReview()
		d.see("nothing was sent: ", "there is no such file")
		if err := os.Rename(filepath.Join(folder, "gone.jpg"), filepath.Join(folder, "menu.jpg")); err != nil {
			t.Fatal(err)
		}
		d.enterOnReview()
		d.at("Response")
		if len(depot.stored) != 1 || len(s.sent) != 1 {
			t.Errorf("stored %q, sent %+v", depot.stored, s.sent)
		}
	})
}

// TestLeavingWhileUploading: who goes on while files are uploaded has confirmed nothing.
func TestLeavingWhileUploading(t *testing.T) {
	s := &fakeSender{send: accept}
	deps, depot, _ := withFiles(t, s)
	drive(t, deps, func(d *driver) {
		depot.wait = make(chan struct{})
		d.toMedia("look")
		d.typeText("~/menu.jpg")
		d.press("enter", "ctrl+n")
		d.enterOnReview()
		d.see("uploading 1 file; then it is sent")
		d.enterOnReview() // once is enough
		d.press("ctrl+p")
		close(depot.wait)
		d.settle()
		d.see("nothing was sent: you went on while files were uploaded")
		d.at("Media")
		if len(s.sent) > 0 {
			t.Errorf("sent %+v", s.sent)
		}
		d.press("ctrl+n")
		d.enterOnReview()
		d.at("Response")
		if len(s.sent) != 1 {
			t.Errorf("sent %+v, want one", s.sent)
		}
	})
}

// TestPlainOwnFile: the same line by line.
func TestPlainOwnFile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &fakeSender{send: accept}
		deps, depot, folder := withFiles(t, s)
		deps, _ = withOutbox(t, deps, outbox.Options{})
		d := startPlain(t, deps)
		d.say("", "look", ".", five[0])
		want(t, d.say("~/photo.heic"), "is a HEIC picture")
		want(t, d.say("~/nothing"), "there is no such file")
		want(t, d.say("'~/menu two.jpg'"), "menu two.jpg: 3×4 9 MB")
		d.say("", "", "", "")
		want(t, d.say("send"), "Uploading 1 file")
		if len(depot.stored) != 1 || len(s.sent) != 1 || !strings.HasPrefix(s.sent[0].Media[0], depot.MediaURL("")) {
			t.Errorf("stored %q, sent %+v; the folder is %s", depot.stored, s.sent, folder)
		}
		d.ends <- os.Interrupt
		_ = d.end()
	})
}

func TestSplitPaths(t *testing.T) {
	for typed, want := range map[string][]string{
		"": nil, "  ": nil, "a b": {"a", "b"}, `a\ b`: {"a b"}, `'a b' c`: {"a b", "c"}, `"a 'b"`: {"a 'b"}, `''`: {""}, `'a\b'`: {`a\b`}, "a\nb\tc": {"a", "b", "c"}, `a"b c"d`: {"ab cd"}, `a\`: {"a"},
	} {
		if got := splitPaths(typed); !slices.Equal(got, want) {
			t.Errorf("splitPaths(%q) = %q, want %q", typed, got, want)
		}
	}
	for _, path := range []string{"a b", `a\b"c'd`, "ä", ""} {
		if got := splitPaths(quotePath(path)); path != "" && (len(got) != 1 || got[0] != path) {
			t.Errorf("%q is read back as %q", path, got)
		}
	}
}
