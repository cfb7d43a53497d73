package outboxtest

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

func (on *suite) testDraft(t *testing.T) {
	path, c := on.place(t), sample.NewClock()
	a := on.opened(t, path, outbox.Options{Now: c.Now})
	began := c.Now()
	id := sample.Saved(t, a.Outbox, 0, "He")
	c.Advance(time.Minute)
	if again := sample.Saved(t, a.Outbox, id, "Hello"); again != id {
		t.Errorf("the draft is %d, then %d, want one", id, again)
	}
	b := on.opened(t, path, outbox.Options{Now: c.Now})
	if drafts := sample.DraftsOf(t, b.Outbox); len(drafts) != 0 {
		t.Errorf("drafts while their console lives: %v, want none", drafts)
	}
	if err := b.TakeDraft(t.Context(), id); !errors.Is(err, outbox.ErrNotFound) {
		t.Errorf("TakeDraft of another's = %v, want ErrNotFound", err)
	}
	if d, err := b.Draft(t.Context(), id); !errors.Is(err, outbox.ErrNotFound) {
		t.Errorf("Draft of another's = %+v, %v, want ErrNotFound", d, err)
	}
	a.crash()
	drafts := sample.DraftsOf(t, b.Outbox)
	if len(drafts) != 1 || drafts[0].ID != id || string(drafts[0].Body) != "Hello" || drafts[0].Profile != "default" ||
		!drafts[0].Created.Equal(began) || !drafts[0].Updated.Equal(c.Now()) {
		t.Fatalf("drafts = %+v, want %d with Hello of %s", drafts, id, began)
	}
	if d, err := b.Draft(t.Context(), id); err != nil || string(d.Body) != "Hello" {
		t.Errorf("Draft(%d) = %+v, %v, want Hello", id, d, err)
	}
	sample.Must(t, b.TakeDraft(t.Context(), id))
	if drafts := sample.DraftsOf(t, b.Outbox); len(drafts) != 0 {
		t.Errorf("drafts after it was taken: %v, want none", drafts)
	}
	other := on.opened(t, path, outbox.Options{Now: c.Now})
	if err := other.TakeDraft(t.Context(), id); !errors.Is(err, outbox.ErrNotFound) {
		t.Errorf("TakeDraft of a taken one = %v, want ErrNotFound", err)
	}
	sample.Must(t, b.LeaveDraft(t.Context(), id))
	if drafts := sample.DraftsOf(t, b.Outbox); len(drafts) != 1 {
		t.Errorf("drafts after it was left: %v, want it", drafts)
	}
	sample.Must(t, b.DeleteDraft(t.Context(), id))
	sample.Must(t, b.DeleteDraft(t.Context(), id))
	sample.Must(t, b.DeleteDraft(t.Context(), 0))
	if drafts := sample.DraftsOf(t, other.Outbox); len(drafts) != 0 {
		t.Errorf("drafts after it was deleted: %v, want none", drafts)
	}
	if err := b.TakeDraft(t.Context(), id); !errors.Is(err, outbox.ErrNotFound) {
		t.Errorf("TakeDraft of none = %v, want ErrNotFound", err)
	}
}

// testDraftsOfMany lets consoles write at once, each thinking that it has draft 1.
func (on *suite) testDraftsOfMany(t *testing.T) {
	path := on.place(t)
	const consoles, keys = 4, 20
	var ids [consoles]int64
	var all [consoles]*process
	for i := range all {
		all[i] = on.opened(t, path, outbox.Options{})
	}
	var wait sync.WaitGroup
	for i, o := range all {
		wait.Go(func() {
			ids[i] = 1
			for key := range keys {
				id, err := o.SaveDraft(t.Context(), ids[i], "", fmt.Appendf(nil, "%d %d", i, key))
				if err != nil {
					t.Errorf("SaveDraft = %v, want nil", err)
				}
				ids[i] = id
			}
		})
	}
	wait.Wait()
	for _, o := range all {
		o.crash()
	}
	found := map[int64]string{}
	for _, d := range sample.DraftsOf(t, on.opened(t, path, outbox.Options{}).Outbox) {
		found[d.ID] = string(d.Body)
	}
	latest, kept, err := on.opened(t, path, outbox.Options{}).LatestDrafts(t.Context(), 2)
	if err != nil || kept != consoles || len(latest) != 2 || latest[0].Updated.Before(latest[1].Updated) || found[latest[0].ID] != string(latest[0].Body) {
		t.Errorf("LatestDrafts(2) = %+v, %d, %v, want the latest two of %d", latest, kept, err, consoles)
	}
	for i, id := range ids {
		if want := fmt.Sprintf("%d %d", i, keys-1); found[id] != want {
			t.Errorf("draft %d of console %d says %q, want %q", id, i, found[id], want)
		}
	}
	if len(found) != consoles {
		t.Errorf("%d drafts, want %d", len(found), consoles)
	}
}

// testDraftSent: it is gone with the transaction that makes the row, and only then.
func (on *suite) testDraftSent(t *testing.T) {
	path := on.place(t)
	o := on.opened(t, path, outbox.Options{})
	m := sample.SMS("Hi")
	sample.Begun(t, o.Outbox, m)
	id := sample.Saved(t, o.Outbox, 0, "Hi")
	if _, err := o.Begin(t.Context(), outbox.Plan{Messages: []messaging.Message{m}, Draft: id}); err == nil {
		t.Fatal("Begin of a repetition = nil, want a RepeatError")
	}
	if n := sample.Value[int](t, o.engine, "SELECT count(*) FROM drafts"); n != 1 {
		t.Errorf("%d drafts after a refusal, want it to stay", n)
	}
	if _, err := o.Begin(t.Context(), outbox.Plan{Messages: []messaging.Message{m}, Draft: id, Yes: true}); err != nil {
		t.Fatal(err)
	}
	if n := sample.Value[int](t, o.engine, "SELECT count(*) FROM drafts"); n != 0 {
		t.Errorf("%d drafts after it was sent, want none", n)
	}
	// What is typed on is kept, under the same id.
	if again := sample.Saved(t, o.Outbox, id, "Hi again"); again != id {
		t.Errorf("the draft that goes on is %d, want %d", again, id)
	}
}

// testDraftOfAnother: a draft that another process took stays, whoever had it before.
func (on *suite) testDraftOfAnother(t *testing.T) {
	path := on.place(t)
	a, b := on.opened(t, path, outbox.Options{}), on.opened(t, path, outbox.Options{})
	id := sample.Saved(t, a.Outbox, 0, "Hi")
	sample.Must(t, a.LeaveDraft(t.Context(), id))
	sample.Must(t, b.TakeDraft(t.Context(), id))
	sample.Must(t, a.DeleteDraft(t.Context(), id))
	if _, err := a.Begin(t.Context(), outbox.Plan{Messages: []messaging.Message{sample.SMS("Hi")}, Draft: id}); err != nil {
		t.Fatal(err)
	}
	b.crash()
	if drafts := sample.DraftsOf(t, a.Outbox); len(drafts) != 1 || drafts[0].ID != id {
		t.Errorf("drafts %v, want that of the other", drafts)
	}
}

func (on *suite) testPruneDrafts(t *testing.T) {
	path, c := on.place(t), sample.NewClock()
	o, alive := on.opened(t, path, outbox.Options{Now: c.Now}), on.opened(t, path, outbox.Options{Now: c.Now})
	sample.Saved(t, alive.Outbox, 0, "of one that lives")
	gone := on.opened(t, path, outbox.Options{Now: c.Now})
	sample.Saved(t, gone.Outbox, 0, "Zwiebelkuchen")
	gone.crash()
	c.Advance(time.Hour)
	gone = on.opened(t, path, outbox.Options{Now: c.Now})
	young := sample.Saved(t, gone.Outbox, 0, "young")
	gone.crash()
	if n := sample.Value[int](t, o.engine, "SELECT count(*) FROM drafts"); n != 3 {
		t.Errorf("%d drafts before the deletion, want all", n)
	}
	if n, err := o.Prune(t.Context(), c.Now().Add(time.Hour)); err != nil || n != 0 {
		t.Errorf("Prune = %d, %v, want no message", n, err)
	}
	if n := sample.Value[int](t, o.engine, "SELECT count(*) FROM drafts"); n != 3 {
		t.Errorf("%d drafts after the messages were deleted, want all", n)
	}
	if n, err := o.PrunableDrafts(t.Context(), c.Now()); err != nil || n != 1 {
		t.Errorf("PrunableDrafts = %d, %v, want 1", n, err)
	}
	if n, err := o.PruneDrafts(t.Context(), c.Now()); err != nil || n != 1 {
		t.Errorf("PruneDrafts = %d, %v, want 1", n, err)
	}
	if drafts := sample.DraftsOf(t, o.Outbox); len(drafts) != 1 || drafts[0].ID != young {
		t.Errorf("drafts: %v, want %d alone", drafts, young)
	}
	if n := sample.Value[int](t, o.engine, "SELECT count(*) FROM drafts"); n != 2 {
		t.Errorf("%d drafts, want the young one and that of the living", n)
	}
}
