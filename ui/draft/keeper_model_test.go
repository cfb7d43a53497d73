package draft

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

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
