package sqlite

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"telex/messaging/outbox"
)

// TestChanges: what is written to an outbox is told of, what is written beside it or only
// read is not, and the end of the context ends it.
func TestChanges(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "outbox.db")
	o, err := outbox.Open(t.Context(), At(path), outbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = o.Close() }()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	changes := Changes(ctx, path)
	if changes == nil {
		t.Skip("this file system tells of nothing")
	}
	none := func(what string) {
		t.Helper()
		// A second watch is told of a mark behind what was done, so the first has been by then.
		marks := Changes(ctx, filepath.Join(dir, "mark"))
		if err := os.WriteFile(filepath.Join(dir, "mark"), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		told(t, marks)
		select {
		case <-changes:
			t.Errorf("got told of a change by %s, want nothing", what)
		default:
		}
	}
	if _, err := o.Version(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "other"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	none("reading, and another file")
	if _, err := o.SaveDraft(t.Context(), 0, "", []byte(`{"text":"x"}`)); err != nil {
		t.Fatal(err)
	}
	told(t, changes)
	cancel()
	for {
		select {
		case _, more := <-changes:
			if !more {
				return
			}
		case <-time.After(time.Minute):
			t.Fatal("the watch does not end with its context")
		}
	}
}

func told(t *testing.T, changes <-chan struct{}) {
	t.Helper()
	select {
	case _, more := <-changes:
		if !more {
			t.Fatal("got the end of a watch, want a change")
		}
	case <-time.After(time.Minute):
		t.Fatal("a change is never told of")
	}
}

// TestChangesNowhere: where there is no folder nothing is told, and nobody waits for it.
func TestChangesNowhere(t *testing.T) {
	t.Parallel()
	if changes := Changes(t.Context(), filepath.Join(t.TempDir(), "none", "outbox.db")); changes != nil {
		t.Error("got a watch of a folder that is not there")
	}
}
