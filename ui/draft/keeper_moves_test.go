package draft

import (
	"errors"
	"testing"

	"telex/messaging/outbox"
)

// TestKeeperSent: what is in rows is no draft, until it changes.
func TestKeeperSent(t *testing.T) {
	s := newShelf()
	k := kept(t, s, "a")
	sends("a")(k, s)
	if k.Changed(formOf("a")) || k.IsWorthKeeping(formOf("a")) || k.Leave(formOf("a")) != nil || k.ID() != 0 {
		t.Error("got a draft of what was sent")
	}
	save(t, k, formOf("ab"))
	s.wants(t, "ab")
	if k.Apart(); k.ID() != 0 {
		t.Error("got another message in the draft of this one")
	}
}

// TestKeeperLeaves: a draft that is left is nobody's, and words that come meanwhile go on
// in the draft that they had.
func TestKeeperLeaves(t *testing.T) {
	s := newShelf()
	k := kept(t, s, "a")
	id := k.ID()
	w := k.Leave(formOf("a"))(t.Context())
	if done, _ := k.Left(w, formOf("ab")); done {
		t.Error("got the form replaced, though somebody went on writing")
	}
	if s.rows[id].owner != none || k.ID() != id {
		t.Errorf("got draft %d of %q, want %d, left", k.ID(), s.rows[id].owner, id)
	}
	save(t, k, formOf("a")) // as it was left, but it is theirs again
	if s.rows[id].owner != us {
		t.Errorf("got a draft of %q, want it ours", s.rows[id].owner)
	}
	w = k.Leave(formOf("a"))(t.Context())
	if done, _ := k.Left(w, formOf("a")); !done || k.ID() != 0 {
		t.Errorf("got %v, draft %d, want it left", done, k.ID())
	}
	save(t, k, formOf("a")) // another message of the same words
	s.wants(t, "a", "a")
	s.broken = true
	w = k.Leave(formOf("a"))(t.Context())
	if done, _ := k.Left(w, formOf("a")); done || !errors.Is(w.Err, errDisk) {
		t.Errorf("got %v, %v, want that it failed", done, w.Err)
	}
}

func TestKeeperTakes(t *testing.T) {
	s := newShelf()
	k := kept(t, s, "a")
	id, d := k.ID(), earlier(s)
	w := k.Take(d.ID, formOf("a"))(t.Context())
	if k.Taken(w); w.Err != nil || w.Form.Text != "earlier" || k.ID() != d.ID {
		t.Errorf("got %+v, draft %d, want %d", w, k.ID(), d.ID)
	}
	if s.rows[id].owner != none || s.rows[d.ID].owner != us || k.Changed(&w.Form) {
		t.Errorf("got drafts of %q and %q, want the first left and the second ours", s.rows[id].owner, s.rows[d.ID].owner)
	}
	// Another telex was quicker: the form stays, in the draft that it had.
	s.rows[id] = row{other, s.rows[id].body}
	w = k.Take(id, &w.Form)(t.Context())
	if k.Taken(w); !errors.Is(w.Err, outbox.ErrNotFound) || k.ID() != d.ID || s.rows[d.ID].owner != none {
		t.Errorf("got %v, draft %d of %q, want %d, left", w.Err, k.ID(), s.rows[d.ID].owner, d.ID)
	}
	save(t, k, formOf("earlier"))
	if s.rows[d.ID].owner != us {
		t.Errorf("got a draft of %q, want it ours again", s.rows[d.ID].owner)
	}
	// The draft that was left is taken up, but the form has other words by now.
	w = k.Leave(formOf("earlier"))(t.Context())
	k.Left(w, formOf("later"))
	w = k.Take(d.ID, formOf("later"))(t.Context())
	if k.Taken(w); w.Err != nil || w.Form.Text != "earlier" || k.ID() != d.ID {
		t.Errorf("got %+v, draft %d, want the words that were left", w, k.ID())
	}
	s.wants(t, "a", "earlier", "later")
	// What cannot be read is not taken.
	s.rows[9] = row{none, "{"}
	w = k.Take(9, formOf("earlier"))(t.Context())
	if k.Taken(w); w.Err == nil || k.ID() != d.ID || s.rows[9].owner != none {
		t.Errorf("got %v, draft %d, want it left alone", w.Err, k.ID())
	}
}

// TestKeeperMeetsAnother: a draft that another telex took is that one's; what is typed
// here gets a draft of its own.
func TestKeeperMeetsAnother(t *testing.T) {
	s := newShelf()
	k := kept(t, s, "a")
	id := k.ID()
	s.rows[id] = row{other, s.rows[id].body}
	save(t, k, formOf("ab"))
	if k.ID() == id {
		t.Error("got the other's draft overwritten")
	}
	s.wants(t, "a", "ab")
}

// TestKeeperAfter: one thing waits for the end of a write, and gets it, however it ends.
func TestKeeperAfter(t *testing.T) {
	s := newShelf()
	k := kept(t, s, "a")
	d := earlier(s)
	if now, later := k.After("x"); !now || later {
		t.Error("want it done at once when there is no write")
	}
	for name, c := range map[string]struct {
		begin func() Work
		end   func(Written) string
	}{
		"save": {func() Work { k.Changed(formOf("ab")); return k.Due(formOf("ab")) }, k.Saved},
		"leave": {func() Work { return k.Leave(formOf("ab")) }, func(w Written) string {
			_, next := k.Left(w, formOf("abc"))
			return next
		}},
		"take":    {func() Work { return k.Take(d.ID, formOf("ab")) }, k.Taken},
		"inherit": {func() Work { return k.Inherit((&Keeper[string]{}).Bequeath(formOf("old"))) }, k.Saved},
	} {
		for _, s.broken = range []bool{true, false} {
			k.Begin(&Form{})
			work := c.begin()
			if now, later := k.After(name); now || !later {
				t.Errorf("%s: got now %v, later %v, want it to wait", name, now, later)
			}
			if now, later := k.After("second"); now || later {
				t.Errorf("%s: got a second that waits", name)
			}
			if next := c.end(work(t.Context())); next != name {
				t.Errorf("%s: got %q after it", name, next)
			}
			if now, _ := k.After("x"); !now {
				t.Errorf("%s: got a write that does not end", name)
			}
		}
	}
}

// TestKeeperInherits: what was written for another account comes along as one draft.
func TestKeeperInherits(t *testing.T) {
	s := newShelf()
	first := kept(t, s, "a")
	h := first.Bequeath(formOf("a"))
	words, err := formOf("a").Encode()
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		draft outbox.Draft
		path  string
		want  bool
	}{
		"in its own outbox":    {outbox.Draft{ID: first.ID()}, "shelf", true},
		"elsewhere":            {outbox.Draft{ID: first.ID()}, "elsewhere", false},
		"the same words":       {outbox.Draft{ID: 50, Body: words}, "elsewhere", true},
		"what can not be read": {outbox.Draft{ID: 50, Body: []byte("{")}, "shelf", false},
	} {
		if got := h.Is(c.draft, c.path); got != c.want {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
	for name, c := range map[string]struct {
		elsewhere bool
		has       string // left in the heir's outbox
		want      []string
	}{
		"the same outbox":                      {want: []string{"a"}},
		"another outbox":                       {elsewhere: true, want: []string{"a"}},
		"another, in which it is from earlier": {elsewhere: true, has: "a", want: []string{"a"}},
		"another, with a draft of other words": {elsewhere: true, has: "b", want: []string{"a", "b"}},
	} {
		heirs := newShelf()
		if !c.elsewhere {
			heirs.rows = map[int64]row{first.ID(): {none, s.rows[first.ID()].body}}
			heirs.last = first.ID()
		} else if c.has != "" {
			body, err := formOf(c.has).Encode()
			if err != nil {
				t.Fatal(err)
			}
			heirs.last, heirs.rows[50] = 50, row{none, string(body)}
		}
		k := kept(t, heirs, "")
		w := k.Inherit(h)(t.Context())
		if k.Saved(w); w.Err != nil || heirs.rows[k.ID()].owner != us || k.Changed(formOf("a")) {
			t.Errorf("%s: got %+v, want it ours and saved", name, w)
		}
		heirs.wants(t, c.want...)
	}
	lost := newShelf()
	k := kept(t, lost, "")
	lost.broken = true
	if w := k.Inherit(h)(t.Context()); !errors.Is(w.Err, errDisk) {
		t.Errorf("got %v, want that it failed", w.Err)
	} else if k.Saved(w); k.Keeps() || !k.IsWorthKeeping(formOf("a")) {
		t.Error("want words that are not kept yet, and worth it")
	}
}
