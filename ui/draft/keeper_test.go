package draft

import (
	"context"
	"errors"
	"testing"

	"telex/messaging/outbox"
)

// kept is a keeper whose form is words, in a draft.
func kept(t *testing.T, s *shelf, words string) *Keeper[string] {
	t.Helper()
	k := &Keeper[string]{}
	k.Begin(&Form{})
	k.Open(s, "work")
	if words != "" {
		save(t, k, formOf(words))
	}
	return k
}

// save lets a keeper save f, and ends that.
func save(t *testing.T, k *Keeper[string], f *Form) Written {
	t.Helper()
	if !k.Changed(f) {
		t.Fatalf("%q: got no save, want one after a moment", f.Text)
	}
	work := k.Due(f)
	if work == nil {
		t.Fatalf("%q: got nothing to do, want a save", f.Text)
	}
	w := work(t.Context())
	k.Saved(w)
	return w
}

func TestKeeperSaves(t *testing.T) {
	s := newShelf()
	k := kept(t, s, "")
	if k.Changed(&Form{}) {
		t.Error("got a save of a form as it began")
	}
	if !k.Changed(formOf("a")) || k.Changed(formOf("ab")) {
		t.Error("want one save for a burst of keys")
	}
	work := k.Due(formOf("ab"))
	if k.Changed(formOf("abc")) || k.Due(formOf("abc")) != nil {
		t.Error("got a second save during the first")
	}
	k.Saved(work(t.Context()))
	s.wants(t, "ab")
	save(t, k, formOf("abc"))
	s.wants(t, "abc")
	if k.Changed(formOf("abc")) {
		t.Error("got a save of what is there")
	}
	save(t, k, &Form{})
	s.wants(t)
	save(t, k, formOf("anew"))
	s.wants(t, "anew")
}

// TestKeeperCalledOff: what was to be saved when a send began waits for the next change.
func TestKeeperCalledOff(t *testing.T) {
	k := kept(t, newShelf(), "a")
	if !k.Changed(formOf("ab")) {
		t.Fatal("got no save, want one after a moment")
	}
	k.CallOff()
	if k.Due(formOf("ab")) != nil {
		t.Error("got a save that was called off")
	}
	if !k.Changed(formOf("ab")) {
		t.Error("got no save afterwards")
	}
}

// TestKeeperUndone: keys that take each other back within a moment cost no write.
func TestKeeperUndone(t *testing.T) {
	k := kept(t, newShelf(), "a")
	if !k.Changed(formOf("ab")) || k.Due(formOf("a")) != nil || !k.Changed(formOf("ac")) {
		t.Error("want no write of what is there, and one of the next change")
	}
}

func TestKeeperFails(t *testing.T) {
	s := newShelf()
	k := kept(t, s, "a")
	s.broken = true
	if w := save(t, k, formOf("ab")); !errors.Is(w.Err, errDisk) || !errors.Is(k.Failed(), errDisk) || k.Keeps() {
		t.Errorf("got %v, %v, keeps %v, want that it failed", w.Err, k.Failed(), k.Keeps())
	}
	if k.Changed(formOf("ab")) || !k.IsWorthKeeping(formOf("ab")) {
		t.Error("want it worth keeping, and tried again when it changes")
	}
	s.broken = false
	if saved, err := k.Last(t.Context(), formOf("ab"), false); !saved || err != nil {
		t.Errorf("at the end: got %v, %v, want it kept", saved, err)
	}
	s.wants(t, "ab")
	s.broken = true
	if saved, err := k.Last(t.Context(), formOf("abc"), false); saved || !errors.Is(err, errDisk) {
		t.Errorf("at the end: got %v, %v, want that it failed", saved, err)
	}
}

// TestKeeperKeepsNothing: without an outbox, and where texts are kept out of it.
func TestKeeperKeepsNothing(t *testing.T) {
	closed, omits := &Keeper[string]{}, &Keeper[string]{}
	omits.Open(&shelf{omits: true}, "work")
	for name, k := range map[string]*Keeper[string]{"closed": closed, "texts omitted": omits} {
		f := formOf("a")
		saved, err := k.Last(t.Context(), f, false)
		if k.Keeps() || k.Changed(f) || k.Leave(f) != nil || saved || err != nil {
			t.Errorf("%s: got something kept (%v, %v), want nothing", name, saved, err)
		}
	}
}

// TestKeeperLast: the end, by what was under way.
func TestKeeperLast(t *testing.T) {
	for name, c := range map[string]struct {
		begin   func(k *Keeper[string], s *shelf)
		form    string
		settled bool
		want    bool
		texts   []string
	}{
		"saved":   {form: "a", want: true, texts: []string{"a"}},
		"changed": {form: "ab", want: true, texts: []string{"ab"}},
		"waiting": {form: "ab", want: true, texts: []string{"ab"}, begin: func(k *Keeper[string], _ *shelf) { k.Changed(formOf("ab")) }},
		"emptied": {form: "", texts: []string{"a"}},
		"a write that has not begun": {form: "ab", want: true, texts: []string{"ab"}, begin: func(k *Keeper[string], _ *shelf) {
			k.Changed(formOf("ab"))
			k.Due(formOf("ab"))
		}},
		"a write whose end was not heard of": {form: "abc", want: true, texts: []string{"abc"}, begin: func(k *Keeper[string], _ *shelf) {
			k.Changed(formOf("ab"))
			k.Due(formOf("ab"))(context.Background())
		}},
		"taken back during a write": {form: "a", want: true, texts: []string{"a"}, begin: func(k *Keeper[string], _ *shelf) {
			k.Changed(formOf("ab"))
			k.Due(formOf("ab"))(context.Background())
		}},
		"the first write, whose end was not heard of": {form: "new", want: true, texts: []string{"a", "new"}, begin: func(k *Keeper[string], _ *shelf) {
			k.Left(k.Leave(formOf("a"))(context.Background()), formOf("a"))
			k.Changed(formOf("ne"))
			k.Due(formOf("ne"))(context.Background())
		}},
		"a taking whose end was not heard of": {form: "a", want: true, texts: []string{"a", "earlier"}, begin: func(k *Keeper[string], s *shelf) {
			k.Take(earlier(s).ID, formOf("a"))(context.Background())
		}},
		"the outbox was taken away": {form: "a", want: true, texts: []string{"a"}, begin: func(_ *Keeper[string], s *shelf) {
			clear(s.rows)
			s.gone = true
		}},
		"sent":                              {form: "a", begin: sends("a")},
		"sent, and changed":                 {form: "ab", want: true, texts: []string{"ab"}, begin: sends("a")},
		"sent as it stands, read otherwise": {form: "a ", settled: true, begin: sends("a")},
		"sent, and another is being taken up": {form: "a", texts: []string{"earlier"}, begin: func(k *Keeper[string], s *shelf) {
			sends("a")(k, s)
			k.Take(earlier(s).ID, formOf("a"))(context.Background())
		}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShelf()
			k := kept(t, s, "a")
			if c.begin != nil {
				c.begin(k, s)
			}
			if got, err := k.Last(t.Context(), formOf(c.form), c.settled); got != c.want || err != nil {
				t.Errorf("got %v, %v, want %v", got, err, c.want)
			}
			s.wants(t, c.texts...)
		})
	}
}

// TestKeeperLastWord: a write that comes to its turn after the end changes nothing.
func TestKeeperLastWord(t *testing.T) {
	for _, before := range []string{"", "ab"} {
		s := newShelf()
		k := kept(t, s, "a")
		k.Changed(formOf(before))
		late := k.Due(formOf(before))
		if saved, err := k.Last(t.Context(), formOf("abc"), false); !saved || err != nil {
			t.Errorf("got %v, %v, want it kept", saved, err)
		}
		late(t.Context())
		s.wants(t, "abc")
	}
}

// sends lets the transaction of a batch take the draft.
func sends(words string) func(*Keeper[string], *shelf) {
	return func(k *Keeper[string], s *shelf) {
		delete(s.rows, k.ID())
		k.Sent(formOf(words))
	}
}

// earlier puts a draft of an earlier console on the shelf.
func earlier(s *shelf) outbox.Draft {
	body, err := formOf("earlier").Encode()
	if err != nil {
		panic(err)
	}
	s.last++
	s.rows[s.last] = row{none, string(body)}
	return outbox.Draft{ID: s.last, Body: body}
}
