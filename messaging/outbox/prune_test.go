package outbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"telex/messaging"
)

// private is a message, and what it leaves in the files: its parts, and a character
// that the index has, too.
func private() (m messaging.Message, traces []string) {
	m = sms("Zwiebelkuchen "+inIndex, "+13165550189")
	m.Tag = "visit-8812"
	return m, []string{"Zwiebelkuchen", inIndex, "3165550189", "visit-8812"}
}

const inIndex = "\u2603"

// somewhere names the texts that some file holds.
func somewhere(t testing.TB, path string, texts ...string) []string {
	t.Helper()
	return slices.DeleteFunc(slices.Clone(texts), func(text string) bool {
		for _, content := range contents(t, path) {
			if strings.Contains(content, text) {
				return false
			}
		}
		return true
	})
}

func wantNowhere(t testing.TB, path string, texts ...string) {
	t.Helper()
	if found := somewhere(t, path, texts...); len(found) > 0 {
		t.Errorf("the files hold %q, want nothing of it", found)
	}
}

func wantSomewhere(t testing.TB, path string, texts ...string) {
	t.Helper()
	if found := somewhere(t, path, texts...); len(found) < len(texts) {
		t.Fatalf("the files hold %q of %q only: looking for it would prove nothing", found, texts)
	}
}

func TestPrune(t *testing.T) {
	path, c := place(t), newClock()
	o := opened(t, path, Options{Now: c.Now})
	m, traces := private()
	old := in(t, o, m, Delivered)
	started := in(t, o, sms("still going"), Sending)
	c.advance(time.Hour)
	cut := c.Now()
	young := in(t, o, sms("young"), Failed)
	wantSomewhere(t, path, traces...)

	n, err := o.Prunable(t.Context(), cut)
	must(t, err)
	// The messages before them, which the helper makes, are still being sent.
	if deleted, err := o.Prune(t.Context(), cut); err != nil || deleted != 1 || n != 1 {
		t.Errorf("Prune = %d, %v; Prunable = %d; want 1", deleted, err, n)
	}
	wantNowhere(t, path, traces...)
	if _, err := o.Detail(t.Context(), old); !errors.Is(err, ErrNotFound) {
		t.Errorf("Detail of a deleted one = %v, want ErrNotFound", err)
	}
	wantState(t, o, started, Sending)
	wantState(t, o, young, Failed)
	for search, want := range map[string]int{"zwiebel": 0, inIndex: 0, "young": 1, "still": 1} {
		if got := idsIn(t, o, Filter{Search: search}); len(got) != want {
			t.Errorf("search %q: %v, want %d", search, got, want)
		}
	}
	sound(t, o)
	if id := begun(t, o, sms("new"))[0]; id <= young {
		t.Errorf("a new message is %d, want an id that was never used", id)
	}
	if deleted, err := o.Prune(t.Context(), cut); err != nil || deleted != 0 {
		t.Errorf("Prune again = %d, %v, want 0", deleted, err)
	}
}

func TestPruneDrafts(t *testing.T) {
	path, c := place(t), newClock()
	o, alive := opened(t, path, Options{Now: c.Now}), opened(t, path, Options{Now: c.Now})
	saved(t, alive, 0, "of one that lives")
	gone := opened(t, path, Options{Now: c.Now})
	saved(t, gone, 0, "Zwiebelkuchen")
	gone.crash()
	c.advance(time.Hour)
	gone = opened(t, path, Options{Now: c.Now})
	young := saved(t, gone, 0, "young")
	gone.crash()
	wantSomewhere(t, path, "Zwiebelkuchen")
	if n, err := o.Prune(t.Context(), c.Now()); err != nil || n != 0 {
		t.Errorf("Prune = %d, %v, want no message", n, err)
	}
	if drafts := draftsOf(t, o); len(drafts) != 1 || drafts[0].ID != young {
		t.Errorf("drafts: %v, want %d alone", drafts, young)
	}
	if n := value[int](t, o, "SELECT count(*) FROM drafts"); n != 2 {
		t.Errorf("%d drafts, want the young one and that of the living", n)
	}
}

func TestKeep(t *testing.T) {
	path, c := place(t), newClock()
	o := opened(t, path, Options{Now: c.Now})
	first := in(t, o, sms("first"), Delivered)
	c.advance(24 * time.Hour)
	second := in(t, o, sms("second"), Delivered)
	must(t, o.Close())
	left := func(keep int) []int64 {
		t.Helper()
		o := opened(t, path, Options{Now: c.Now, Keep: keep})
		ids := slices.DeleteFunc(idsIn(t, o, Filter{State: Delivered}), func(id int64) bool { return id != first && id != second })
		must(t, o.Close())
		return ids
	}
	c.advance(29*24*time.Hour + time.Minute)
	if got := left(0); len(got) != 2 {
		t.Errorf("kept for ever: %v, want both", got)
	}
	if got := left(30); !slices.Equal(got, []int64{second}) {
		t.Errorf("kept 30 days: %v, want %d", got, second)
	}
	c.advance(23 * time.Hour)
	if got := left(29); !slices.Equal(got, []int64{second}) {
		t.Errorf("on the same day: %v, want it to stay", got)
	}
	c.advance(time.Hour)
	if got := left(30); len(got) != 0 {
		t.Errorf("a day later: %v, want none", got)
	}
}

// TestKeepOfMany: an opening deletes some of many, the next ones go on.
func TestKeepOfMany(t *testing.T) {
	path, c := place(t), newClock()
	o := opened(t, path, Options{Now: c.Now})
	bare(t, o, 2*pruneAtOpen+10, Delivered, c.Now())
	must(t, o.Close())
	c.advance(48 * time.Hour)
	for _, want := range []int{pruneAtOpen + 10, 10, 0, 0} {
		o := opened(t, path, Options{Now: c.Now, Keep: 1})
		if n := value[int](t, o, "SELECT count(*) FROM messages"); n != want {
			t.Errorf("%d rows are left, want %d", n, want)
		}
		must(t, o.Close())
	}
}

// TestScrubGoesOn: a deletion that was cut off before it had overwritten everything
// is completed by later openings, and so is that of Options.Keep.
func TestScrubGoesOn(t *testing.T) {
	path, c := place(t), newClock()
	o := opened(t, path, Options{Now: c.Now})
	for i := range 100 {
		begun(t, o, sms(fmt.Sprintf("other %d", i)))
	}
	m, traces := private()
	in(t, o, m, Delivered)
	c.advance(time.Hour)
	_, err := o.deleteBefore(t.Context(), c.Now(), math.MaxInt)
	must(t, err)
	must(t, o.shrink(t.Context()))
	wantSomewhere(t, path, inIndex)
	o.crash()
	openings := 0
	for len(somewhere(t, path, traces...)) > 0 && openings < 20 {
		openings++
		must(t, opened(t, path, Options{Now: c.Now}).Close())
	}
	wantNowhere(t, path, traces...)
	o = opened(t, path, Options{Now: c.Now})
	if n := value[int](t, o, "SELECT count(*) FROM meta WHERE name = 'scrub'"); n != 0 {
		t.Errorf("after %d openings there is something to overwrite, want nothing", openings)
	}
	sound(t, o)
	if got := idsIn(t, o, Filter{Search: "other"}); len(got) != 100 {
		t.Errorf("%d of the others are found, want 100", len(got))
	}
}

// TestTidyWhileLocked: who only wants to read is not kept out by what can wait.
func TestTidyWhileLocked(t *testing.T) {
	path, c := place(t), newClock()
	o := opened(t, path, Options{Now: c.Now})
	in(t, o, sms("old"), Rejected)
	c.advance(48 * time.Hour)
	must(t, o.writer.write(t.Context(), func(ctx context.Context, _ *sql.Tx) error {
		reader, err := openWith(ctx, path, Options{Now: c.Now, Keep: 1}, hooks{busy: time.Millisecond})
		must(t, err)
		if got := idsIn(t, reader, Filter{State: Rejected}); len(got) != 1 {
			t.Errorf("%v is there, want the message that could not be deleted now", got)
		}
		_ = reader.Close() // it cannot write either
		return nil
	}))
	must(t, o.Close())
	o = opened(t, path, Options{Now: c.Now, Keep: 1})
	if got := idsIn(t, o, Filter{State: Rejected}); len(got) != 0 {
		t.Errorf("%v is there, want it deleted", got)
	}
}
