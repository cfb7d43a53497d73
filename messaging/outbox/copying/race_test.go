package copying_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"telex/messaging/outbox"
	"telex/messaging/outbox/copying"
	"telex/messaging/outbox/outboxtest/sample"
)

// TestWritersWhileItIsCopied: what is written to the old outbox is in the new one, or is refused,
// also where it waits for the lock while the old one is marked.
func TestWritersWhileItIsCopied(t *testing.T) {
	for name, place := range map[string]func(testing.TB) outbox.Place{"file": newFile, "server": newDatabase} {
		t.Run(name, func(t *testing.T) {
			from := place(t)
			sample.Must(t, opened(t, from, time.Now).Close())
			to := newFile(t)
			var all sync.WaitGroup
			var written atomic.Int64
			many := make(chan struct{}, 40)
			for w := range 4 {
				// It has claimed nothing, so the copy does not know of it.
				e, err := from.Open(t.Context(), outbox.Opening{Now: time.Now, Gate: &outbox.Gate{}, Settle: func(context.Context, outbox.Engine) error { return nil }})
				sample.Must(t, err)
				all.Go(func() {
					defer func() {
						_ = e.Close(nil)
						e.Release()
					}()
					for i := 0; ; i++ {
						err := e.Write(t.Context(), func(ctx context.Context, tx outbox.Tx) error {
							_, err := tx.ExecContext(ctx, "INSERT INTO paces (name, at, free) VALUES (?, 1, 1)", fmt.Sprint(w, " ", i))
							return err
						})
						switch {
						case errors.Is(err, outbox.ErrMoved):
							return
						case err == nil:
							written.Add(1)
						case !errors.Is(err, outbox.ErrCopying):
							t.Errorf("a change that is not made = %v, want ErrCopying or ErrMoved", err)
							return
						}
						select {
						case many <- struct{}{}:
						default:
						}
					}
				})
			}
			over := make(chan struct{})
			go func() { all.Wait(); close(over) }()
			for range cap(many) {
				select {
				case <-many:
				case <-over: // they failed
				}
			}
			s, err := copying.Copy(t.Context(), from, to, copying.Options{})
			if err != nil {
				t.Fatal(err)
			}
			<-over
			if got := sample.Value[int64](t, raw(t, to), "SELECT count(*) FROM paces"); got != written.Load() || got != s.Rows("paces") {
				t.Errorf("%d changes are in the new outbox, want those %d that were made", got, written.Load())
			}
		})
	}
}
