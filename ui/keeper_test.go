package ui

import (
	"path/filepath"
	"testing"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/sqlite"
	"telex/ui/draft"
)

// TestKeeperWithOutbox: the rules by which the tests of draft.Keeper keep drafts are those of
// the outbox.
func TestKeeperWithOutbox(t *testing.T) {
	path := filepath.Join(t.TempDir(), "outbox.db")
	o, err := outbox.Open(t.Context(), sqlite.At(path), outbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := o.Close(); err != nil {
			t.Error(err)
		}
	}()
	formOf := func(words string) *draft.Form { return &draft.Form{Draft: messaging.Draft{Text: words}} }
	var k draft.Keeper[string]
	k.Open(o, "work")
	save := func(f *draft.Form) {
		t.Helper()
		if !k.Changed(f) {
			t.Fatalf("%q: got no save, want one after a moment", f.Text)
		}
		work := k.Due(f)
		if work == nil {
			t.Fatalf("%q: got nothing to do, want a save", f.Text)
		}
		k.Saved(work(t.Context()))
	}
	save(formOf("one"))
	one := k.ID()
	w := k.Leave(formOf("one"))(t.Context())
	if done, _ := k.Left(w, formOf("one")); !done {
		t.Fatalf("got %v, want it left", w.Err)
	}
	save(formOf("two"))
	drafts, err := o.Drafts(t.Context())
	if err != nil || len(drafts) != 1 || drafts[0].ID != one {
		t.Fatalf("got drafts %v, %v, want the first", drafts, err)
	}
	w = k.Take(drafts[0].ID, formOf("two"))(t.Context())
	if k.Taken(w); w.Err != nil || w.Form.Text != "one" || k.ID() != one {
		t.Errorf("got %+v, want the first", w)
	}
	if saved, err := k.Last(t.Context(), formOf("one, and more"), false); !saved || err != nil {
		t.Errorf("got %v, %v, want it kept", saved, err)
	}
}
