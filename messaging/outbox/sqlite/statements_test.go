package sqlite

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// TestStatementsAreCompiledOnce: what many messages take is compiled for the first few of
// them, and a process that sends one compiles nothing twice within a transaction.
func TestStatementsAreCompiledOnce(t *testing.T) {
	var mu sync.Mutex
	compiled := map[string]int{}
	o := hooked(t, place(t), outbox.Options{}, hooks{compiling: func(query string) {
		mu.Lock()
		defer mu.Unlock()
		compiled[query]++
	}})
	sent := func(i int) {
		m := sample.SMS(fmt.Sprint("text ", i))
		ids, err := o.Begin(t.Context(), outbox.Plan{Messages: []messaging.Message{m, m}, Yes: true})
		sample.Must(t, err)
		id := fmt.Sprint("api-", i)
		sample.Must(t, o.Settle(t.Context(), ids[0], sample.Receipt(id, m), nil))
		records := sample.RecordsOf(id, m, time.Time{}, func(r *messaging.Record) { r.Status = messaging.StatusDelivered })
		if s, err := o.Deliver(t.Context(), ids[0], records); err != nil || s != outbox.Delivered {
			t.Errorf("it is %s, %v, want it delivered", s, err)
		}
		sample.Must(t, o.Start(t.Context(), ids[1]))
		sample.Must(t, o.Settle(t.Context(), ids[1], nil, sample.Lost()))
	}
	for i := range 3 {
		sent(i)
	}
	for query, n := range compiled {
		if n > seenBefore+1 {
			t.Errorf("compiled %d times in 3 rounds: %s", n, query)
		}
	}
	clear(compiled)
	for i := range 20 {
		sent(3 + i)
	}
	for query, n := range compiled {
		t.Errorf("compiled %d times in 20 more: %s", n, query)
	}
}

// TestStatementsOfReading: who looks at many people at once has each question compiled once.
func TestStatementsOfReading(t *testing.T) {
	compiled := map[string]int{}
	o := hooked(t, place(t), outbox.Options{}, hooks{compiling: func(query string) { compiled[query]++ }})
	var messages []messaging.Message
	for i := range 50 {
		messages = append(messages, sample.SMS("Hi", fmt.Sprintf("+1919555%04d", i)))
	}
	sample.Begun(t, o, messages[:25]...) // who are not new
	clear(compiled)
	_, err := o.Foresee(t.Context(), outbox.Broadcast{}, messages, 5)
	sample.Must(t, err)
	for query, n := range compiled {
		if n > 1 {
			t.Errorf("compiled %d times for %d people: %s", n, len(messages), query)
		}
	}
	if len(compiled) == 0 {
		t.Error("nothing was asked")
	}
}

// TestStatementsAreBounded: what comes once is not kept, and what cannot be compiled fails
// as it would.
func TestStatementsAreBounded(t *testing.T) {
	o := opened(t, place(t), outbox.Options{})
	kept := eng(o).writer.kept
	for range 3 {
		for i := range 3 * mostKept {
			sample.Must(t, eng(o).Write(t.Context(), func(ctx context.Context, tx outbox.Tx) error {
				var got int
				if err := tx.QueryRowContext(ctx, fmt.Sprintf("SELECT %d + ?", i), 1).Scan(&got); err != nil || got != i+1 {
					t.Errorf("got %d, %v, want %d", got, err, i+1)
				}
				if _, err := tx.ExecContext(ctx, "UPDATE nowhere SET nothing = ?", 1); err == nil {
					t.Error("a statement about no table went well")
				}
				return nil
			}))
		}
	}
	if len(kept.compiled) > mostKept || len(kept.seen) > mostKept+1 {
		t.Errorf("%d statements are kept and %d noted, want %d at most", len(kept.compiled), len(kept.seen), mostKept)
	}
}
