package sqlite

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// edit gives a text to an editor.
func edit(t *testing.T, o *outbox.Outbox, text string) string {
	t.Helper()
	f, err := o.EditFile(t.Context())
	sample.Must(t, err)
	_, err = f.WriteString(text)
	sample.Must(t, err)
	sample.Must(t, f.Close())
	info, err := os.Stat(f.Name())
	sample.Must(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the file for the editor has mode %v, want 0600", info.Mode())
	}
	return f.Name()
}

// TestLeftEdits: what a dead process left in an editor is given to one process, with its
// draft; what a living one edits is nobody else's.
func TestLeftEdits(t *testing.T) {
	path := place(t)
	dead, alive := hooked(t, path, outbox.Options{}, hooks{}), opened(t, path, outbox.Options{})
	id, err := dead.SaveDraft(t.Context(), 0, "work", []byte(`{"words":"before"}`))
	sample.Must(t, err)
	edit(t, dead, "after")
	edit(t, alive, "other words")
	sample.Must(t, os.WriteFile(filepath.Join(filepath.Dir(path), "outbox.db-edit-notes.txt"), []byte("somebody's own"), 0o600))
	if left, err := alive.LeftEdits(t.Context()); err != nil || len(left) != 0 {
		t.Fatalf("LeftEdits with both alive = %v, %v, want none", left, err)
	}
	crash(dead)
	left, err := alive.LeftEdits(t.Context())
	sample.Must(t, err)
	if len(left) != 1 || left[0].Draft == nil || left[0].Draft.ID != id || left[0].Draft.Profile != "work" {
		t.Fatalf("LeftEdits = %+v, want one with draft %d", left, id)
	}
	if b, err := os.ReadFile(left[0].Path); err != nil || string(b) != "after" {
		t.Errorf("the file holds %q, %v, want the words", b, err)
	}
	third := opened(t, path, outbox.Options{})
	if left, err := third.LeftEdits(t.Context()); err != nil || len(left) != 0 {
		t.Errorf("LeftEdits of another process = %v, %v, want none: they are taken", left, err)
	}
	crash(alive)
	left, err = third.LeftEdits(t.Context())
	sample.Must(t, err)
	if len(left) != 2 || left[0].Draft != nil || !strings.HasPrefix(left[0].Path, path+"-edit-") {
		t.Errorf("LeftEdits = %+v, want both, for whoever took them died too", left)
	}
}
