package draft

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"

	"telex/messaging"
	"telex/messaging/outbox"
)

var errDisk = errors.New("the disk is full")

// Owners of rows in shelf.
const (
	us    = "us"
	other = "another telex"
	none  = ""
)

// shelf is a Store in memory, with the rules of the outbox.
type shelf struct {
	rows   map[int64]row
	last   int64
	broken bool // every write fails
	gone   bool // the outbox was taken away: Present says so
	omits  bool
}

type row struct {
	owner string
	body  string
}

func newShelf() *shelf { return &shelf{rows: map[int64]row{}} }

func (s *shelf) SaveDraft(_ context.Context, id int64, _ string, body []byte) (int64, error) {
	if s.broken {
		return id, errDisk
	}
	if id == 0 || s.rows[id].owner == other {
		s.last++
		id = s.last
	}
	s.rows[id], s.gone = row{us, string(body)}, false
	return id, nil
}

func (s *shelf) DeleteDraft(_ context.Context, id int64) error {
	if s.broken {
		return errDisk
	}
	delete(s.rows, id)
	return nil
}

func (s *shelf) LeaveDraft(_ context.Context, id int64) error {
	if s.broken {
		return errDisk
	}
	if r := s.rows[id]; r.owner == us {
		s.rows[id] = row{none, r.body}
	}
	return nil
}

func (s *shelf) TakeDraft(_ context.Context, id int64) error {
	r, ok := s.rows[id]
	switch {
	case s.broken:
		return errDisk
	case !ok || r.owner == other:
		return outbox.ErrNotFound
	}
	s.rows[id] = row{us, r.body}
	return nil
}

func (s *shelf) Drafts(context.Context) ([]outbox.Draft, error) {
	var drafts []outbox.Draft
	for _, id := range slices.Sorted(maps.Keys(s.rows)) {
		if r := s.rows[id]; r.owner == none {
			drafts = append(drafts, outbox.Draft{ID: id, Body: []byte(r.body)})
		}
	}
	return drafts, nil
}

func (s *shelf) Present(context.Context) error {
	if s.gone {
		return outbox.ErrGone
	}
	return nil
}
func (s *shelf) OmitsText() bool { return s.omits }
func (s *shelf) Path() string    { return "shelf" }

// texts are the texts of all rows, sorted.
func (s *shelf) texts(t *testing.T) []string {
	t.Helper()
	var texts []string
	for _, r := range s.rows {
		f, err := Decode([]byte(r.body))
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, f.Text)
	}
	slices.Sort(texts)
	return texts
}

func (s *shelf) wants(t *testing.T, texts ...string) {
	t.Helper()
	if got := s.texts(t); !slices.Equal(got, texts) {
		t.Errorf("got drafts %q, want %q", got, texts)
	}
}

func formOf(words string) *Form { return &Form{Draft: messaging.Draft{Text: words}} }

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
	if !h.Is(first.ID(), "shelf") || h.Is(first.ID(), "elsewhere") {
		t.Error("want the draft that was left known again, in its own outbox")
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

// TestKeeperWithOutbox: the rules that shelf has are those of the outbox.
func TestKeeperWithOutbox(t *testing.T) {
	path := filepath.Join(t.TempDir(), "outbox.db")
	o, err := outbox.Open(t.Context(), path, outbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := o.Close(); err != nil {
			t.Error(err)
		}
	}()
	var k Keeper[string]
	k.Open(o, "work")
	save(t, &k, formOf("one"))
	one := k.ID()
	w := k.Leave(formOf("one"))(t.Context())
	if done, _ := k.Left(w, formOf("one")); !done {
		t.Fatalf("got %v, want it left", w.Err)
	}
	save(t, &k, formOf("two"))
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

// TestKeeperModel goes random ways and holds, after each step, that no words are lost:
// those that were left or replaced are in a draft, and at the end, whenever it comes,
// those of the form are.
func TestKeeperModel(t *testing.T) {
	for seed := range uint64(2000) {
		w := &walk{t: t, seed: seed, r: rand.New(rand.NewPCG(seed, 7)), s: newShelf(), form: &Form{}}
		w.k = kept(t, w.s, "")
		for range 40 {
			w.step()
		}
		w.quit()
		if t.Failed() {
			return
		}
	}
}

// A walk is one random way of a keeper, its user and others.
type walk struct {
	t    *testing.T
	seed uint64
	r    *rand.Rand
	s    *shelf
	k    *Keeper[string]
	form *Form
	n    int      // for words that are all different
	lost []string // what must be in some draft, for the user was told so

	work   Work // under way
	done   *Written
	ended  func(Written)
	sent   bool // the form is in rows as it is
	taking bool // the list of drafts is in front until the end of the write
}

func (w *walk) step() {
	if w.taking {
		w.end()
		w.taking = false
	}
	switch w.r.IntN(12) {
	case 0, 1, 2:
		w.n++
		w.form, w.sent = formOf(fmt.Sprintf("words %d", w.n)), false
	case 3:
		w.form, w.sent = &Form{}, false
	case 4, 5:
		w.due()
	case 6:
		w.run()
	case 7:
		w.end()
	case 8:
		w.leave()
	case 9:
		w.take()
	case 10:
		w.send()
	case 11:
		w.others()
	}
	w.k.Changed(w.form)
	w.holds()
}

// others is what the rest of the world does: a disk that fills up or has room again,
// another telex that takes a draft that is nobody's.
func (w *walk) others() {
	if w.r.IntN(2) == 0 {
		w.s.broken = !w.s.broken
		return
	}
	for id, r := range w.s.rows {
		if r.owner == none {
			w.s.rows[id] = row{other, r.body}
			return
		}
	}
}

func (w *walk) due() {
	if work := w.k.Due(w.form); work != nil {
		w.begin(work, func(e Written) { w.k.Saved(e) })
	}
}

func (w *walk) begin(work Work, ended func(Written)) {
	if w.work != nil {
		w.t.Fatalf("seed %d: a second write began during the first", w.seed)
	}
	w.work, w.done, w.ended = work, nil, ended
}

// run does the write; its end is not heard of yet.
func (w *walk) run() {
	if w.work != nil && w.done == nil {
		e := w.work(w.t.Context())
		w.done = &e
	}
}

func (w *walk) end() {
	if w.run(); w.work == nil {
		return
	}
	w.work = nil
	w.ended(*w.done)
}

// free reports whether something may be done that must not meet a write.
func (w *walk) free() bool {
	if w.work == nil {
		return true
	}
	w.end()
	return w.work == nil
}

func (w *walk) leave() {
	if !w.free() {
		return
	}
	if work := w.k.Leave(w.form); work != nil {
		w.begin(work, func(e Written) {
			if done, _ := w.k.Left(e, w.form); done {
				w.lost = append(w.lost, w.form.Text)
				w.form, w.sent = &Form{}, false
			}
		})
	}
}

// take takes a draft up. Nothing is typed meanwhile, for the list is in front.
func (w *walk) take() {
	drafts, err := w.s.Drafts(w.t.Context())
	if err != nil || len(drafts) == 0 || !w.free() {
		return
	}
	over, d := *w.form, drafts[w.r.IntN(len(drafts))]
	worth := w.k.IsWorthKeeping(&over)
	work := w.k.Take(d.ID, &over)
	w.begin(work, func(e Written) {
		if w.k.Taken(e); e.Err != nil {
			return
		}
		if worth {
			w.lost = append(w.lost, over.Text)
		}
		w.lost = slices.DeleteFunc(w.lost, func(s string) bool { return s == e.Form.Text })
		w.form, w.sent = &e.Form, false
	})
	w.run()
	w.taking = true
}

// send records the form as a batch: its transaction takes the draft.
func (w *walk) send() {
	if w.s.broken || !w.free() || w.form.IsEmpty() {
		return
	}
	delete(w.s.rows, w.k.ID())
	w.k.Sent(w.form)
	w.k.CallOff()
	w.sent = true
}

// holds: what the user was told is kept, is.
func (w *walk) holds() {
	has := w.s.texts(w.t)
	for _, words := range w.lost {
		if !slices.Contains(has, words) {
			w.t.Fatalf("seed %d: %q was left as a draft and is in none of %q", w.seed, words, has)
		}
	}
}

// quit ends the console, perhaps during a write.
func (w *walk) quit() {
	w.s.broken = false
	if w.r.IntN(2) == 0 {
		w.run()
	}
	saved, err := w.k.Last(w.t.Context(), w.form, false)
	if err != nil {
		w.t.Fatalf("seed %d: %v", w.seed, err)
	}
	w.holds()
	if !w.form.IsEmpty() && !w.sent && (!saved || !slices.Contains(w.s.texts(w.t), w.form.Text)) {
		w.t.Fatalf("seed %d: got %v and drafts %q, want %q kept", w.seed, saved, w.s.texts(w.t), w.form.Text)
	}
}
