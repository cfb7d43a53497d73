package conversations

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/page"
)

// shelf has files by their names, at https://api.example/.
type shelf struct {
	files   map[string]string
	fetched []string
}

func (s *shelf) MediaName(address string) (string, bool) {
	return strings.CutPrefix(address, "https://api.example/")
}

func (s *shelf) Download(_ context.Context, name string, w io.Writer) (string, error) {
	s.fetched = append(s.fetched, name)
	content, there := s.files[name]
	if !there {
		return "", errors.New("gone\x1b[2J")
	}
	_, err := io.WriteString(w, content)
	return "text/html", err
}

func cameWith(media ...string) outbox.Entry {
	return outbox.Entry{ID: 7, Direction: outbox.In, Message: messaging.Message{Media: media}}
}

func said(t *testing.T, s saved, kind any, parts ...string) {
	t.Helper()
	tell, ok := s.words().(page.Tell)
	if !ok || tell.Status.Kind != kind {
		t.Errorf("got %+v, want kind %v", tell, kind)
	}
	for _, p := range parts {
		if !strings.Contains(tell.Status.Text, p) || strings.Contains(tell.Status.Text, "\x1b") {
			t.Errorf("got %q, want %q in it, clean", tell.Status.Text, p)
		}
	}
}

// TestSaveFiles: files of the account are saved under names of ours, by what is in them, for
// the user alone; those of others are not fetched.
func TestSaveFiles(t *testing.T) {
	t.Chdir(t.TempDir())
	s := &shelf{files: map[string]string{"a/../../evil.sh": "\x89PNG\x0D\x0A\x1A\x0A", "b": "<html><script>"}}
	got := saveAll(t.Context(), s, cameWith("https://api.example/a/../../evil.sh", "https://evil.example/x.png", "https://api.example/b"))
	said(t, got, page.StatusWarn, "telex-7-1.png", "telex-7-3.bin", "1 file not fetched")
	if len(s.fetched) != 2 {
		t.Errorf("got %q fetched, want the account's alone", s.fetched)
	}
	info, err := os.Stat("telex-7-1.png")
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got %v, %v, want a file for the user alone", info, err)
	}
	entries, err := os.ReadDir(".")
	if err != nil || len(entries) != 2 {
		t.Errorf("got %v, %v, want two files", entries, err)
	}
}

// TestSaveNeverOverwrites: what is there stays, a link that leads nowhere too.
func TestSaveNeverOverwrites(t *testing.T) {
	t.Chdir(t.TempDir())
	s := &shelf{files: map[string]string{"a": "words"}}
	if err := os.WriteFile("telex-7-1.txt", []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	said(t, saveAll(t.Context(), s, cameWith("https://api.example/a")), page.StatusFailed, "is there already, and stays as it is")
	if content, err := os.ReadFile("telex-7-1.txt"); err != nil || string(content) != "mine" {
		t.Errorf("got %q, %v, want it as it was", content, err)
	}
	away := filepath.Join(t.TempDir(), "elsewhere")
	if err := os.Symlink(away, "telex-7-2.txt"); err != nil {
		t.Skip(err)
	}
	said(t, saveAll(t.Context(), s, cameWith("https://evil.example/", "https://api.example/a")), page.StatusFailed, "is there already")
	if _, err := os.Stat(away); err == nil {
		t.Error("got a file where a link led")
	}
	said(t, saveAll(t.Context(), s, cameWith("https://api.example/gone")), page.StatusFailed, "not saved", "48 hours")
}

// TestExtension: what is in a file says what it is called, and nothing gets a name that a
// system runs or opens as a page.
func TestExtension(t *testing.T) {
	for content, want := range map[string]string{
		"\xff\xd8\xff\xe0": ".jpg", "GIF89a": ".gif", "\x00\x00\x00\x18ftyp3gp5\x00\x00": ".3gp", "\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom": ".mp4",
		"BEGIN:VCARD\r\n": ".vcf", "%PDF-1.7": ".pdf", "#!/bin/sh\n": ".txt", "MZ\x90\x00": ".bin", "": ".txt", "<?xml version=\"1.0\"?><svg>": ".bin", "\x00\x01": ".bin",
	} {
		if got := extension([]byte(content)); got != want {
			t.Errorf("%q: got %s, want %s", content, got, want)
		}
	}
}
