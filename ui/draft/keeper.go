package draft

import (
	"context"
	"errors"
	"sync/atomic"

	"telex/messaging/outbox"
)

// A Store is where drafts are kept, as [outbox.Outbox] does.
type Store interface {
	SaveDraft(ctx context.Context, id int64, profile string, body []byte) (int64, error)
	DeleteDraft(ctx context.Context, id int64) error
	LeaveDraft(ctx context.Context, id int64) error
	TakeDraft(ctx context.Context, id int64) error
	Draft(ctx context.Context, id int64) (outbox.Draft, error)
	Drafts(ctx context.Context) ([]outbox.Draft, error)
	Present(ctx context.Context) error
	OmitsText() bool
	Path() string
}

// A Keeper sees to it that what is typed outlasts the console. It knows which draft of
// the outbox is the form and what of it is there, and begins one write at a time: a
// console calls Changed after every key, Due when the time that Changed asked for is
// over, and Last at its end.
//
// Its methods are for one goroutine and touch no disk, but for Last. Those that begin a
// write return it as [Work], for whichever goroutine may wait for a disk; the method
// named for its end takes what it returns: Saved after Due and Inherit, Left after Leave,
// Taken after Take. Leave, Take and Inherit may be called only while no write is under
// way; see After.
//
// N is what a console does when a write has ended. The zero Keeper keeps nothing until
// it is opened.
type Keeper[N any] struct {
	store    Store // nil until it is open
	profile  string
	id       int64 // of the draft that is the form; 0: none yet
	kept     Form  // what the form is compared with
	standing standing
	phase    phase
	after    N             // what waits for the end of the write; only if awaited
	made     *atomic.Int64 // the draft that the write under way has made or changed; nil before the first
	over     *atomic.Bool  // what is under way and has not begun is not to be done any more; nil before the first
	failed   error         // of the last save; nil if it did not fail
}

// A phase is what of a save is to come.
type phase int

const (
	still   phase = iota // nothing
	due                  // it waits for its time
	writing              // a write is under way
	awaited              // one is, and something waits for its end
)

// A standing is what kept is.
type standing int

const (
	noted  standing = iota // in the draft; or how the form began, or what could not be saved
	sent                   // in rows of the outbox, and in no draft
	unsure                 // nothing: the draft may be others', or hold other words than the form
)

// Work is a write, for any goroutine; it touches nothing of its keeper's. It is done once.
type Work func(ctx context.Context) Written

// Written is the end of a write.
type Written struct {
	ID   int64 // of the draft that is the form now; 0: none
	Form Form  // as it is there
	Err  error // why the write failed; what it had done by then is undone by nobody
	left int64 // of the draft that what was typed was left in; 0 for none
}

// Open gives the keeper a store. Drafts are saved as profile's.
func (k *Keeper[N]) Open(store Store, profile string) { k.store, k.profile = store, profile }

// Begin notes that a message begins as f is, of which nothing is worth keeping.
func (k *Keeper[N]) Begin(f *Form) { k.id, k.kept, k.standing = 0, f.Clone(), noted }

// Apart notes that the form is another message now: it gets a draft of its own.
func (k *Keeper[N]) Apart() { k.id = 0 }

// ID is that of the draft that is the form; 0: none yet.
func (k *Keeper[N]) ID() int64 { return k.id }

// Failed is why the last save failed; nil if it did not.
func (k *Keeper[N]) Failed() error { return k.failed }

// Keeps reports whether what is typed outlasts this console.
func (k *Keeper[N]) Keeps() bool { return k.keeps() && k.failed == nil }

func (k *Keeper[N]) keeps() bool { return k.store != nil && !k.store.OmitsText() }

// IsWorthKeeping reports whether f has words that are in no row yet, and can be kept.
func (k *Keeper[N]) IsWorthKeeping(f *Form) bool {
	return k.keeps() && !f.IsEmpty() && !(k.standing == sent && f.Same(&k.kept))
}

// stands reports whether there is nothing to save of f.
func (k *Keeper[N]) stands(f *Form) bool { return k.standing != unsure && f.Same(&k.kept) }

// Changed is told of the form after whatever may have changed it, and reports whether
// Due is to be called when a moment is over. A form that could not be saved is tried
// again when it has changed.
func (k *Keeper[N]) Changed(f *Form) bool {
	if !k.keeps() || k.phase != still || k.stands(f) {
		return false
	}
	k.phase = due
	return true
}

// Due begins the save that Changed asked for, of f as it is by now; nil: there is none to
// do. The draft of an empty form is deleted.
func (k *Keeper[N]) Due(f *Form) Work {
	if k.phase != due {
		return nil // another write came before it
	}
	k.phase = still
	if k.stands(f) {
		return nil
	}
	if !f.IsEmpty() {
		return k.write(f, nil)
	}
	k.begin()
	store, id, over, form := k.store, k.id, k.over, f.Clone()
	return func(ctx context.Context) Written {
		if over.Load() {
			return Written{Form: form, Err: errOver}
		}
		return Written{Form: form, Err: store.DeleteDraft(ctx, id)}
	}
}

// Again has a form that could not be saved be saved by the next Changed, though it is the same.
func (k *Keeper[N]) Again() {
	if k.failed != nil && k.standing == noted {
		k.standing = unsure
	}
}

// CallOff makes the save that Due would begin wait for another Changed, as while messages
// are sent: the form stays as their rows have it.
func (k *Keeper[N]) CallOff() {
	if k.phase == due {
		k.phase = still
	}
}

// Saved ends a save and returns what waited for it; the zero N if nothing did. A send
// that waited begins now: its transaction deletes the draft, which must not be written
// again after that.
func (k *Keeper[N]) Saved(w Written) N {
	k.kept, k.standing, k.failed = w.Form, noted, w.Err // also after a failure, which the next change tries again
	if w.Err == nil {
		k.id = w.ID
	}
	return k.end()
}

// Leave makes f a draft that nobody is writing; nil: nothing of it is worth keeping.
func (k *Keeper[N]) Leave(f *Form) Work {
	if !k.IsWorthKeeping(f) {
		return nil
	}
	return k.write(f, k.store.LeaveDraft)
}

// Left ends that. It is done if the form may be replaced now; it is not if the write
// failed or now, the form, is another by now, which goes on being written then, in the
// draft that it has. Next is what waited.
func (k *Keeper[N]) Left(w Written, now *Form) (done bool, next N) {
	if w.Err != nil || !now.Same(&w.Form) {
		k.takeBack(w)
		return false, k.end()
	}
	k.id, k.standing, k.failed = 0, unsure, nil
	return true, k.end()
}

// takeBack goes on with the draft that a write left, or was about to leave, to others.
func (k *Keeper[N]) takeBack(w Written) {
	if w.left != 0 {
		k.id, k.standing = w.left, unsure
	}
}

// Take makes a draft that nobody is writing the one that is written, as it is by now: it
// may be long since it was listed. What is in the form, over, is left as a draft of its
// own first, if it is worth that. The error is [outbox.ErrNotFound] if the draft is gone
// or somebody writes it.
func (k *Keeper[N]) Take(id int64, over *Form) Work {
	if id == k.id { // it was left, and written on since: its words must not take the place of those
		k.id = 0
	}
	leave := k.Leave(over)
	if leave == nil {
		k.begin()
	}
	store := k.store
	return func(ctx context.Context) Written {
		w := Written{}
		if leave != nil {
			if w = leave(ctx); w.Err != nil {
				return w
			}
		}
		f, err := take(ctx, store, id)
		return Written{ID: id, Form: f, Err: err, left: w.left}
	}
}

// take takes a draft over, unless it cannot be read.
func take(ctx context.Context, store Store, id int64) (Form, error) {
	d, err := store.Draft(ctx, id)
	if err != nil {
		return Form{}, err
	}
	f, err := Decode(d.Body)
	if err != nil {
		return Form{}, err
	}
	return f, store.TakeDraft(ctx, id)
}

// Taken ends that and returns what waited. Unless it failed, the form of w is what is
// written now.
func (k *Keeper[N]) Taken(w Written) N {
	if w.Err != nil {
		k.takeBack(w)
		return k.end()
	}
	k.id, k.kept, k.standing, k.failed = w.ID, w.Form.Clone(), noted, nil
	return k.end()
}

// Sent notes that f as it is now is in rows of the outbox, and its draft gone.
func (k *Keeper[N]) Sent(f *Form) { k.id, k.kept, k.standing = 0, f.Clone(), sent }

// After asks when do may be done, which must not meet a write under way: now, or when it
// ends, whose end returns it then. Neither: something waits already, and do is forgotten.
func (k *Keeper[N]) After(do N) (now, later bool) {
	switch k.phase {
	case awaited:
		return false, false
	case writing:
		k.phase, k.after = awaited, do
		return false, true
	case still, due:
	}
	return true, false
}

// Last saves f at once, as at the end of a console, and reports whether there is a draft
// then. Of a form that went out as it stands, which settled says, it makes none. A write may still
// be under way, though it should have had its time.
func (k *Keeper[N]) Last(ctx context.Context, f *Form, settled bool) (kept bool, err error) {
	if !k.keeps() || f.IsEmpty() {
		return false, nil
	}
	busy := k.phase >= writing
	if busy {
		k.over.Store(true) // its words are older than these
		if made := k.made.Load(); made != 0 {
			k.id = made
		}
	}
	if k.stands(f) && k.failed == nil && (!busy || k.standing == sent) && (k.id == 0 || k.store.Present(ctx) == nil) {
		return k.id != 0, nil
	}
	if settled {
		return false, nil
	}
	body, err := f.Encode()
	if err == nil {
		k.id, err = k.store.SaveDraft(ctx, k.id, k.profile, body)
	}
	if err != nil {
		return false, err
	}
	k.kept, k.standing, k.failed = f.Clone(), noted, nil
	return true, nil
}

// write begins to write f to its draft and to go on with more, which may be nil.
func (k *Keeper[N]) write(f *Form, more func(ctx context.Context, id int64) error) Work {
	k.begin()
	store, id, profile, made, over, form := k.store, k.id, k.profile, k.made, k.over, f.Clone()
	return func(ctx context.Context) Written {
		w := Written{Form: form}
		if over.Load() {
			w.Err = errOver
			return w
		}
		body, err := form.Encode()
		if err == nil {
			id, err = store.SaveDraft(ctx, id, profile, body)
		}
		if err == nil {
			made.Store(id)
			w.ID = id
			if more != nil {
				w.left = id
				err = more(ctx, id)
			}
		}
		w.Err = err
		return w
	}
}

// errOver ends a write that Last came before.
var errOver = errors.New("the form was saved at the end")

func (k *Keeper[N]) begin() { k.phase, k.made, k.over = writing, new(atomic.Int64), new(atomic.Bool) }

// end ends a write.
func (k *Keeper[N]) end() (next N) {
	next, k.after = k.after, next
	k.phase = still
	return next
}

// A Heritage is what one keeper leaves to the next when the console goes over to another
// account.
type Heritage struct {
	form Form   // what was being written, as its draft has it
	id   int64  // of that draft; 0 for none
	path string // of the outbox that it is in; "" for none
}

// Bequeath is f for another keeper. Call it after Last.
func (k *Keeper[N]) Bequeath(f *Form) Heritage {
	h := Heritage{form: f.Clone(), id: k.id}
	if k.store != nil {
		h.path = k.store.Path()
	}
	return h
}

// Is reports whether a draft of the outbox at path is what was left, or the same words from
// earlier.
func (h *Heritage) Is(d outbox.Draft, path string) bool {
	if h.id == d.ID && h.path == path {
		return true
	}
	f, err := Decode(d.Body)
	return err == nil && f.SameWords(&h.form)
}

// Inherit makes what was left a draft of this keeper's, as a save; Saved ends it. The
// draft in another outbox stays there, for a console that comes back to that; so it may
// be here from earlier, too.
func (k *Keeper[N]) Inherit(h Heritage) Work {
	k.begin()
	store, profile, made := k.store, k.profile, k.made
	return func(ctx context.Context) Written {
		drafts, err := store.Drafts(ctx)
		for _, d := range drafts {
			if h.Is(d, store.Path()) && store.TakeDraft(ctx, d.ID) == nil {
				f, _ := Decode(d.Body) // of what cannot be read, or is another by now, it is saved again
				made.Store(d.ID)
				return Written{ID: d.ID, Form: f}
			}
		}
		body, bad := h.form.Encode()
		if err = errors.Join(err, bad); err != nil {
			return Written{Form: h.form, Err: err}
		}
		id, err := store.SaveDraft(ctx, 0, profile, body)
		if err == nil {
			made.Store(id)
		}
		return Written{ID: id, Form: h.form, Err: err}
	}
}
