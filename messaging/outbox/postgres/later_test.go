package postgres

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// TestWaits: how often a send waits for the server, from a process that has the outbox open
// and from one that opens it for that. Each time costs a way there and back.
func TestWaits(t *testing.T) {
	at, waits := newPlace(t), &atomic.Int64{}
	at = counted(at, waits)
	var took [3]int64
	for i := range 2 {
		before := waits.Load()
		o, err := outbox.Open(t.Context(), at, outbox.Options{})
		sample.Must(t, err)
		sendOne(t, o, i)
		if i == 1 { // of statements that it knows by now
			opened := waits.Load()
			for n := range took {
				from := waits.Load()
				sendOne(t, o, 10+n)
				took[n] = waits.Load() - from
			}
			before += waits.Load() - opened
		}
		sample.Must(t, o.Close())
		if got := waits.Load() - before; got > 45 {
			t.Errorf("a program that sends once waits %d times, want 45 at most", got)
		}
	}
	if took[2] > 17 {
		t.Errorf("a message waits %v times, want 17 at most when all is known", took)
	}
}

// TestKeptFails: what fails when it is sent at last fails the change that it is of, and no
// other one that was made together with it.
func TestKeptFails(t *testing.T) {
	e := opened(t, newPlace(t)).engine
	count := func(ctx context.Context, tx outbox.Tx, name string) error {
		_, err := tx.ExecContext(ctx, "INSERT INTO counters (name, value) VALUES (?, 1)", name)
		return err
	}
	held, begun := make(chan struct{}), make(chan struct{})
	var all sync.WaitGroup
	all.Go(func() {
		var once sync.Once
		sample.Must(t, e.Write(t.Context(), func(ctx context.Context, tx outbox.Tx) error {
			once.Do(func() { close(begun) })
			<-held
			return count(ctx, tx, "first")
		}))
	})
	<-begun
	var failed [4]error
	for i := range failed {
		all.Go(func() {
			failed[i] = e.Write(t.Context(), func(ctx context.Context, tx outbox.Tx) error {
				if err := count(ctx, tx, fmt.Sprint("good ", i)); err != nil || i != 2 {
					return err
				}
				return count(ctx, tx, "first") // twice
			})
		})
	}
	for e.writer.Waiting() < len(failed) {
		runtime.Gosched()
	}
	close(held)
	all.Wait()
	for i, err := range failed {
		if (err != nil) != (i == 2) {
			t.Errorf("change %d: %v, want an error of the one that is wrong alone", i, err)
		}
	}
	if got := sample.Lines(t, e, "SELECT name FROM counters WHERE name LIKE 'good%' OR name = 'first' ORDER BY name"); len(got) != 4 {
		t.Errorf("recorded: %v, want all but one", got)
	}
}

// TestAffected: how many rows a statement changed is known, also of one that was kept.
func TestAffected(t *testing.T) {
	e := opened(t, newPlace(t)).engine
	sample.Must(t, e.Write(t.Context(), func(ctx context.Context, tx outbox.Tx) error {
		first, err := tx.ExecContext(ctx, "INSERT INTO counters (name, value) VALUES (?, 1), (?, 2)", "one", "two")
		if err != nil {
			return err
		}
		second, err := tx.ExecContext(ctx, "UPDATE counters SET value = 3 WHERE name = ?", "nobody's")
		if err != nil {
			return err
		}
		for want, r := range map[int64]interface{ RowsAffected() (int64, error) }{2: first, 0: second} {
			if got, err := r.RowsAffected(); got != want || err != nil {
				t.Errorf("%d rows, %v, want %d", got, err, want)
			}
		}
		return nil
	}))
}
