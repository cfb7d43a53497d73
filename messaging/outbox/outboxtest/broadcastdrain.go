package outboxtest

import (
	"context"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// broadcastDrains: how the sending of a run begins, waits and ends.
func (on *suite) broadcastDrains() []rule {
	return []rule{
		{"BroadcastLeavesAtOnce", on.testBroadcastLeavesAtOnce},
	}
}

// testBroadcastLeavesAtOnce: what is recorded as being sent leaves then, however long whoever
// is told of the one before takes: hours, where nobody reads what a terminal shows.
func (on *suite) testBroadcastLeavesAtOnce(t *testing.T) {
	o := on.opened(t, on.place(t), outbox.Options{Now: sample.NewClock().Now})
	id := startedPeople(t, o, toPeople(), people(3))
	left := make(chan struct{}, 3)
	api := sample.API{OnSend: func(_ context.Context, m messaging.Message) (*messaging.Receipt, error) {
		left <- struct{}{}
		return sample.Receipt("api-"+m.To[0], m), nil
	}}
	seen := 0
	drained(t, o, api, id, fast(outbox.DrainOptions{Parallel: 1, Told: func(outbox.Person, messaging.Message, outbox.Result) {
		for ; seen < sample.Value[int](t, o.engine, "SELECT count(*) FROM messages"); seen++ {
			select {
			case <-left:
			case <-time.After(10 * time.Second):
				t.Fatal("a message is recorded as being sent, and waits for who is told of another")
			}
		}
	}}))
}
