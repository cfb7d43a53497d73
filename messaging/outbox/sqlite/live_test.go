package sqlite

import (
	"context"
	"fmt"
	"runtime"
	"testing"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// TestLiveMemoryOfARun: what came back for a message is on the disk. In memory stays what it
// takes to record it again if the outbox is taken away, and the message itself.
func TestLiveMemoryOfARun(t *testing.T) {
	sample.Deep(t)
	sample.Alone(t)
	const few, many, most = 500, 2500, 600 // bytes a message, of which an answer alone has more than 2,000
	live := func(n int) int64 {
		o := opened(t, place(t), outbox.Options{})
		messages := make([]messaging.Message, n)
		for i := range messages {
			messages[i] = sample.SMS("the same to all", fmt.Sprintf("+1919555%04d", i))
		}
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		batch, err := o.Plan(t.Context(), sample.API{OnSend: func(_ context.Context, m messaging.Message) (*messaging.Receipt, error) {
			r := sample.Receipt("api-"+m.To[0], m)
			r.Answer.Body = append(r.Answer.Body, make([]byte, 2000)...)
			return r, nil
		}}, outbox.Plan{Messages: messages})
		sample.Must(t, err)
		batch.Run(t.Context(), outbox.RunOptions{Parallel: outbox.MostParallel, After: func(_ int, r outbox.Result) {
			if r.Err != nil || r.Unrecorded != nil {
				t.Errorf("%+v, want it accepted", r)
			}
		}})
		runtime.GC()
		runtime.ReadMemStats(&after)
		runtime.KeepAlive(batch)
		return int64(after.HeapAlloc) - int64(before.HeapAlloc)
	}
	live(few) // what is made once
	a, b := live(few), live(many)
	each := (b - a) / (many - few)
	t.Logf("%d bytes a message", each)
	if each > most {
		t.Errorf("%d bytes a message stay in memory, want %d at most", each, most)
	}
}
