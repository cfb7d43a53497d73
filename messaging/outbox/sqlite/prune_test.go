package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// private is a message, and what it leaves in the files: its parts, and a character
// that the index has, too.
func private() (m messaging.Message, traces []string) {
	m = sample.SMS("Zwiebelkuchen "+inIndex, "+13165550189")
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
	path, c := place(t), sample.NewClock()
	o := opened(t, path, outbox.Options{Now: c.Now})
	m, traces := private()
	old := sample.In(t, o, m, outbox.Delivered)
	started := sample.In(t, o, sample.SMS("still going"), outbox.Sending)
	c.Advance(time.Hour)
	cut := c.Now()
	young := sample.In(t, o, sample.SMS("young"), outbox.Failed)
	wantSomewhere(t, path, traces...)

	n, err := o.Prunable(t.Context(), cut)
	sample.Must(t, err)
	// The messages before them, which the helper makes, are still being sent.
	if deleted, err := o.Prune(t.Context(), cut); err != nil || deleted != 1 || n != 1 {
		t.Errorf("Prune = %d, %v; Prunable = %d; want 1", deleted, err, n)
	}
	wantNowhere(t, path, traces...)
	if _, err := o.Detail(t.Context(), old); !errors.Is(err, outbox.ErrNotFound) {
		t.Errorf("Detail of a deleted one = %v, want ErrNotFound", err)
	}
	sample.WantState(t, o, started, outbox.Sending)
	sample.WantState(t, o, young, outbox.Failed)
	for search, want := range map[string]int{"zwiebel": 0, inIndex: 0, "young": 1, "still": 1} {
		if got := sample.IDsIn(t, o, outbox.Filter{Search: search}); len(got) != want {
			t.Errorf("search %q: %v, want %d", search, got, want)
		}
	}
	sound(t, o)
	if id := sample.Begun(t, o, sample.SMS("new"))[0]; id <= young {
		t.Errorf("a new message is %d, want an id that was never used", id)
	}
	if deleted, err := o.Prune(t.Context(), cut); err != nil || deleted != 0 {
		t.Errorf("Prune again = %d, %v, want 0", deleted, err)
	}
}

// written makes the files of an outbox as old as the clock says.
func written(t *testing.T, path string, c *sample.Clock) {
	t.Helper()
	sample.Must(t, os.Chtimes(path, c.Now(), c.Now()))
}

// kept opens an outbox that keeps messages for so many days, and returns how many are
// left of those that are settled.
func kept(t *testing.T, path string, c *sample.Clock, keep int) int {
	t.Helper()
	o := opened(t, path, outbox.Options{Now: c.Now, Keep: keep})
	n := sample.Value[int](t, eng(o), "SELECT count(*) FROM messages WHERE state <> 'sending'")
	sample.Must(t, o.Close())
	return n
}

const day = 24 * time.Hour

// TestKeep: in steady use each day's messages go when they are old enough.
func TestKeep(t *testing.T) {
	sample.Alone(t)
	days := []int{1, 2, 7, 30}
	if testing.Short() {
		days = days[:2]
	}
	for _, keep := range days {
		path, c := place(t), sample.NewClock()
		for d := range 3 * keep {
			o := opened(t, path, outbox.Options{Now: c.Now, Keep: keep})
			sample.Bare(t, eng(o), 8, outbox.Delivered, c.Now())
			sample.Must(t, o.Close())
			written(t, path, c)
			if want := 8 * min(d+1, keep+1); d > 0 && kept(t, path, c, keep) > want {
				t.Errorf("kept %d days: more than %d messages are left on day %d", keep, want, d)
			}
			c.Advance(day)
		}
		if got := kept(t, path, c, keep); got < 8*keep {
			t.Errorf("kept %d days: %d messages are left, want %d", keep, got, 8*keep)
		}
		if got := kept(t, path, c, 0); got < 8*keep {
			t.Errorf("kept for ever: %d messages are left, want %d", got, 8*keep)
		}
	}
}

// TestKeepOfMany: an opening deletes some of many, the next ones go on, and none
// deletes more in a day than the day's share.
func TestKeepOfMany(t *testing.T) {
	sample.Long(t)
	path, c := place(t), sample.NewClock()
	o := opened(t, path, outbox.Options{Now: c.Now})
	sample.Bare(t, eng(o), 6000, outbox.Delivered, c.Now())
	sample.Must(t, o.Close())
	c.Advance(2 * day)
	written(t, path, c)
	if n := kept(t, path, c, 30); n != 6000 {
		t.Fatalf("%d rows are left after two days of thirty, want all", n)
	}
	o = opened(t, path, outbox.Options{Now: c.Now})
	sample.Change(t, eng(o), "UPDATE messages SET created_at = ?", sample.Micros(c.Now().Add(-40*day)))
	sample.Bare(t, eng(o), 1, outbox.Delivered, c.Now())
	sample.Must(t, o.Close())
	c.Advance(day)
	written(t, path, c)
	for _, want := range []int{5001, 4500, 4500} {
		if n := kept(t, path, c, 30); n != want {
			t.Errorf("%d rows are left, want %d", n, want)
		}
		written(t, path, c)
	}
	c.Advance(day)
	written(t, path, c)
	if n := kept(t, path, c, 30); n != 4500-1000 {
		t.Errorf("%d rows are left on the next day, want %d", n, 3500)
	}
}

// TestKeepUnderWrongClock: a clock that jumped takes nothing, or a share at most.
func TestKeepUnderWrongClock(t *testing.T) {
	sample.Whole(t)
	const rows, keep = 40, 30
	spread := func(t *testing.T) (string, *sample.Clock) {
		path, c := place(t), sample.NewClock()
		o := opened(t, path, outbox.Options{Now: c.Now})
		for range rows {
			sample.Bare(t, eng(o), 1, outbox.Delivered, c.Now())
			c.Advance(day / 2)
		}
		sample.Must(t, o.Close())
		written(t, path, c)
		return path, c
	}
	for name, jump := range map[string]time.Duration{"ahead": 20 * 365 * day, "a month ahead": 31 * day, "behind": -50 * 365 * day} {
		t.Run(name, func(t *testing.T) {
			path, c := spread(t)
			c.Advance(jump)
			for range 3 {
				if n := kept(t, path, c, keep); n != rows {
					t.Fatalf("%d messages are left, want all %d", n, rows)
				}
				written(t, path, c) // whoever opens it writes to it
				c.Advance(day)
			}
			// Somebody sends a message under that clock: it vouches for it, and still most stays.
			o := opened(t, path, outbox.Options{Now: c.Now, Keep: keep})
			sample.Bare(t, eng(o), 1, outbox.Delivered, c.Now())
			sample.Must(t, o.Close())
			written(t, path, c)
			c.Advance(day)
			if n := kept(t, path, c, keep); n < rows*3/4 {
				t.Errorf("%d messages are left, want %d at least", n, rows*3/4)
			}
			c.Advance(-jump)
			written(t, path, c)
			if n := kept(t, path, c, keep); n < rows*3/4 {
				t.Errorf("%d messages are left once the clock is right, want %d at least", n, rows*3/4)
			}
		})
	}
	t.Run("made while it was behind", func(t *testing.T) {
		path, c := spread(t)
		o := opened(t, path, outbox.Options{Now: c.Now})
		sample.Bare(t, eng(o), 2, outbox.Delivered, time.Unix(1000, 0))
		sample.Bare(t, eng(o), 1, outbox.Delivered, c.Now())
		sample.Must(t, o.Close())
		written(t, path, c)
		if n := kept(t, path, c, keep); n != rows+3 {
			t.Errorf("%d messages are left, want all %d", n, rows+3)
		}
	})
}

// TestKeepUndecided: a message whose outcome is unknown stays, however old it is.
func TestKeepUndecided(t *testing.T) {
	sample.Whole(t)
	path, c := place(t), sample.NewClock()
	o := opened(t, path, outbox.Options{Now: c.Now})
	sample.Bare(t, eng(o), 4, outbox.Unknown, c.Now().Add(-400*day))
	sample.Bare(t, eng(o), 4, outbox.Delivered, c.Now().Add(-400*day))
	sample.Bare(t, eng(o), 1, outbox.Delivered, c.Now())
	sample.Must(t, o.Close())
	for range 20 {
		written(t, path, c)
		kept(t, path, c, 7)
		c.Advance(day / 4)
		c.Advance(day)
		o := opened(t, path, outbox.Options{Now: c.Now})
		sample.Bare(t, eng(o), 1, outbox.Delivered, c.Now())
		sample.Must(t, o.Close())
	}
	o = opened(t, path, outbox.Options{Now: c.Now})
	if n, err := o.Undecided(t.Context(), c.Now()); err != nil || n != 4 {
		t.Errorf("Undecided = %d, %v, want 4", n, err)
	}
	if _, err := o.Prune(t.Context(), c.Now().Add(-100*day)); err != nil {
		t.Error(err)
	}
	if n := sample.Value[int](t, eng(o), "SELECT count(*) FROM messages WHERE created_at < ?", sample.Micros(c.Now().Add(-100*day))); n != 4 {
		t.Errorf("%d old messages are left, want the 4 whose outcome is unknown", n)
	}
	if n, err := o.PruneUndecided(t.Context(), c.Now().Add(-100*day)); err != nil || n != 4 {
		t.Errorf("PruneUndecided = %d, %v, want 4", n, err)
	}
}

// TestScrubGoesOn: a deletion that was cut off before it had overwritten everything
// is completed by later openings, and so is that of Options.Keep.
func TestScrubGoesOn(t *testing.T) {
	path, c := place(t), sample.NewClock()
	o := opened(t, path, outbox.Options{Now: c.Now})
	for i := range 100 {
		sample.Begun(t, o, sample.SMS(fmt.Sprintf("other %d", i)))
	}
	m, traces := private()
	sample.In(t, o, m, outbox.Delivered)
	c.Advance(time.Hour)
	sample.Must(t, eng(o).Write(t.Context(), func(ctx context.Context, tx outbox.Tx) error { return deleted(ctx, tx, eng(o), "state = 'delivered'") }))
	sample.Must(t, eng(o).shrink(t.Context()))
	wantSomewhere(t, path, inIndex)
	crash(o)
	openings := 0
	for len(somewhere(t, path, traces...)) > 0 && openings < 20 {
		openings++
		sample.Must(t, opened(t, path, outbox.Options{Now: c.Now}).Close())
	}
	wantNowhere(t, path, traces...)
	o = opened(t, path, outbox.Options{Now: c.Now})
	if n := sample.Value[int](t, eng(o), "SELECT count(*) FROM meta WHERE name = 'scrub'"); n != 0 {
		t.Errorf("after %d openings there is something to overwrite, want nothing", openings)
	}
	sound(t, o)
	if got := sample.IDsIn(t, o, outbox.Filter{Search: "other"}); len(got) != 100 {
		t.Errorf("%d of the others are found, want 100", len(got))
	}
}

// TestTidyWhileLocked: who only wants to read is not kept out by what can wait.
func TestTidyWhileLocked(t *testing.T) {
	path, c := place(t), sample.ClockAt(time.Now()) // the time of the file
	o := opened(t, path, outbox.Options{Now: c.Now})
	sample.In(t, o, sample.SMS("old"), outbox.Rejected)
	c.Advance(48 * time.Hour)
	sample.Must(t, eng(o).writer.Write(t.Context(), func(ctx context.Context, _ outbox.Tx) error {
		reader, err := openWith(ctx, path, outbox.Options{Now: c.Now, Keep: 1}, hooks{busy: time.Millisecond})
		sample.Must(t, err)
		if got := sample.IDsIn(t, reader, outbox.Filter{State: outbox.Rejected}); len(got) != 1 {
			t.Errorf("%v is there, want the message that could not be deleted now", got)
		}
		_ = reader.Close() // it cannot write either
		return nil
	}))
	sample.Must(t, o.Close())
	o = opened(t, path, outbox.Options{Now: c.Now, Keep: 1})
	if got := sample.IDsIn(t, o, outbox.Filter{State: outbox.Rejected}); len(got) != 0 {
		t.Errorf("%v is there, want it deleted", got)
	}
}
