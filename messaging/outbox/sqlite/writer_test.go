package sqlite

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"

	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// TestDurable reads back what the promise of the package rests on.
func TestDurable(t *testing.T) {
	durably(t)
	o := opened(t, place(t), outbox.Options{})
	for pragma, want := range map[string]string{
		"journal_mode": "wal", "synchronous": "2", "secure_delete": "1", "auto_vacuum": "2", "busy_timeout": fmt.Sprint(busyTime.Milliseconds()),
	} {
		var got string
		sample.Must(t, eng(o).writer.db.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got))
		if got != want {
			t.Errorf("%s = %s, want %s", pragma, got, want)
		}
	}
	if _, err := eng(o).db.ExecContext(t.Context(), "DELETE FROM messages"); err == nil {
		t.Error("a reader may write")
	}
}

// A jam is an outbox whose writer is busy until it is released, so that changes
// wait behind it.
type jam struct {
	t       *testing.T
	o       *outbox.Outbox
	mu      sync.Mutex
	commits []int // changes in each
	wait    chan struct{}
	done    chan error
}

func jammed(t *testing.T, pragmas ...string) *jam {
	t.Helper()
	j := &jam{t: t, wait: make(chan struct{}), done: make(chan error, 1)}
	j.o = hooked(t, place(t), outbox.Options{}, hooks{pragmas: pragmas, committed: func(changes int) {
		j.mu.Lock()
		defer j.mu.Unlock()
		j.commits = append(j.commits, changes)
	}})
	j.commits = nil // those of the opening
	begun := make(chan struct{})
	go func() {
		j.done <- eng(j.o).writer.Write(t.Context(), func(context.Context, outbox.Tx) error {
			close(begun)
			<-j.wait
			return nil
		})
	}()
	<-begun
	return j
}

// add gives the writer a change and returns when it waits for its turn.
func (j *jam) add(ctx context.Context, do outbox.Change) <-chan error {
	before, result := eng(j.o).writer.Waiting(), make(chan error, 1)
	go func() { result <- eng(j.o).writer.Write(ctx, do) }()
	for eng(j.o).writer.Waiting() == before {
		runtime.Gosched()
	}
	return result
}

// release lets the writer go on, and returns how many changes each later commit had.
func (j *jam) release(results ...<-chan error) (commits []int) {
	j.t.Helper()
	close(j.wait)
	sample.Must(j.t, <-j.done)
	for i, r := range results {
		if err := <-r; err != nil {
			j.t.Errorf("change %d: %v, want nil", i, err)
		}
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.commits[1:])
}

// noting is a change that can be looked for.
// note keeps a word under a name.
func note(ctx context.Context, tx outbox.Tx, name, word string) error {
	_, err := tx.ExecContext(ctx, "INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", name, word)
	return err
}

func noting(name string) outbox.Change {
	return func(ctx context.Context, tx outbox.Tx) error { return note(ctx, tx, name, "noted") }
}

// noted names the changes that are on the disk, as another process sees them.
func (j *jam) noted() string {
	j.t.Helper()
	return sample.Value[string](j.t, eng(opened(j.t, j.o.Path(), outbox.Options{})), "SELECT group_concat(name, ' ' ORDER BY name) FROM meta WHERE value = 'noted'")
}

func TestGroupedCommit(t *testing.T) {
	j := jammed(t)
	ctx := t.Context()
	a, b := j.add(ctx, noting("a")), j.add(ctx, noting("b"))
	no := errors.New("no")
	failing := j.add(ctx, func(ctx context.Context, tx outbox.Tx) error {
		sample.Must(t, note(ctx, tx, "failing", "noted"))
		return no
	})
	gone, leave := context.WithCancel(ctx)
	given := j.add(gone, noting("given up"))
	leave()
	if err := <-given; !errors.Is(err, context.Canceled) {
		t.Errorf("a change whose caller has gone: %v, want %v", err, context.Canceled)
	}
	c := j.add(ctx, noting("c"))
	commits := j.release(a, b, c)
	if err := <-failing; !errors.Is(err, no) {
		t.Errorf("the failing change: %v, want %v", err, no)
	}
	if !slices.Equal(commits, []int{4}) {
		t.Errorf("commits of %v changes, want one of the 4 that were waiting", commits)
	}
	if names := j.noted(); names != "a b c" {
		t.Errorf("noted: %s, want a, b and c", names)
	}
}

// TestGroupWithoutRoom: one change that the disk has no room for fails alone.
func TestGroupWithoutRoom(t *testing.T) {
	j := jammed(t, "max_page_count(100)")
	ctx := t.Context()
	a := j.add(ctx, noting("a"))
	large := j.add(ctx, func(ctx context.Context, tx outbox.Tx) error {
		return note(ctx, tx, "large", string(make([]byte, 1<<20)))
	})
	b := j.add(ctx, noting("b"))
	j.release(a, b)
	if err := failure("", "", <-large); !errors.Is(err, outbox.ErrFull) {
		t.Errorf("the large change: %v, want %v", err, outbox.ErrFull)
	}
	if names := j.noted(); names != "a b" {
		t.Errorf("noted: %s, want a and b", names)
	}
}

// TestBegunIsNotGivenUp: once a change has begun, its caller hears how it ended.
func TestBegunIsNotGivenUp(t *testing.T) {
	o := opened(t, place(t), outbox.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	err := eng(o).writer.Write(ctx, func(ctx context.Context, tx outbox.Tx) error {
		cancel()
		return note(ctx, tx, "a", "noted")
	})
	if n := sample.Value[int](t, eng(o), "SELECT count(*) FROM meta WHERE value = 'noted'"); err != nil || n != 1 {
		t.Errorf("write = %v, %d rows; want nil and its row", err, n)
	}
}

// TestCloseCompletes: changes that wait are made before Close returns, later ones fail.
func TestCloseCompletes(t *testing.T) {
	j := jammed(t)
	a := j.add(t.Context(), noting("a"))
	closed := make(chan error, 1)
	go func() { closed <- j.o.Close() }()
	<-eng(j.o).writer.Closing()
	if err := eng(j.o).writer.Write(t.Context(), noting("late")); !errors.Is(err, outbox.ErrClosed) {
		t.Errorf("a change after Close began: %v, want %v", err, outbox.ErrClosed)
	}
	j.release(a)
	sample.Must(t, <-closed)
	if names := j.noted(); names != "a" {
		t.Errorf("noted: %s, want a", names)
	}
}
