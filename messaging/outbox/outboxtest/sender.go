package outboxtest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// planned is a batch of messages with different texts, sent by send.
func planned(t *testing.T, o *process, n int, send func(ctx context.Context, m messaging.Message) (*messaging.Receipt, error)) *outbox.Batch {
	t.Helper()
	var messages []messaging.Message
	for i := range n {
		messages = append(messages, sample.SMS(fmt.Sprintf("text %d", i)))
	}
	batch, err := o.Plan(t.Context(), sample.API{OnSend: send}, outbox.Plan{Messages: messages})
	sample.Must(t, err)
	if len(batch.IDs()) != n {
		t.Fatalf("%d ids, want %d", len(batch.IDs()), n)
	}
	return batch
}

// testBatch looks at the disk, as another process would, while the API is called
// and after each call.
func (on *suite) testBatch(t *testing.T) {
	path := on.place(t)
	o, other := on.opened(t, path, outbox.Options{}), on.opened(t, path, outbox.Options{})
	var batch *outbox.Batch
	calls := 0
	outcomes := []struct {
		err  error
		want outbox.State
	}{{nil, outbox.Accepted}, {sample.Refusal("text"), outbox.Rejected}, {sample.Lost(), outbox.Unknown}, {sample.NeverLeft(), outbox.Unsent}}
	batch = planned(t, o, len(outcomes), func(_ context.Context, m messaging.Message) (*messaging.Receipt, error) {
		if m.Text != fmt.Sprintf("text %d", calls) {
			t.Errorf("call %d sends %q", calls, m.Text)
		}
		for i, id := range batch.IDs() {
			want := outbox.Queued
			if i < calls {
				want = outcomes[i].want
			} else if i == calls {
				want = outbox.Sending
			}
			sample.WantState(t, other.Outbox, id, want)
		}
		calls++
		if err := outcomes[calls-1].err; err != nil {
			return nil, err
		}
		return sample.Receipt("a", m), nil
	})
	for i, outcome := range outcomes {
		r := batch.Send(t.Context(), i)
		if r.ID != batch.IDs()[i] || !errors.Is(r.Err, outcome.err) || (r.Receipt != nil) != (outcome.err == nil) || r.Unrecorded != nil {
			t.Errorf("Send(%d) = %+v, want %v", i, r, outcome.err)
		}
		sample.WantState(t, other.Outbox, r.ID, outcome.want)
	}
	for i := range outcomes { // once more: a mistake that must not send
		if r := batch.Send(t.Context(), i); r.Err == nil || messaging.OutcomeOf(r.Err) != messaging.Unsent {
			t.Errorf("Send(%d) again = %v, want that nothing was sent", i, r.Err)
		}
		sample.WantState(t, other.Outbox, batch.IDs()[i], outcomes[i].want)
	}
	if calls != len(outcomes) {
		t.Errorf("%d calls, want %d", calls, len(outcomes))
	}
}

// testBatchNamesake: an answer with the id of another message is no receipt, whether that was
// recorded, and by whom, or is on its way still; and it stays unknown when the API is asked.
func (on *suite) testBatchNamesake(t *testing.T) {
	path := on.place(t)
	o, other := on.opened(t, path, outbox.Options{}), on.opened(t, path, outbox.Options{})
	same := func(_ context.Context, m messaging.Message) (*messaging.Receipt, error) {
		return sample.Receipt("same", m), nil
	}
	one := func(o *process, text string, send func(context.Context, messaging.Message) (*messaging.Receipt, error)) *outbox.Batch {
		batch, err := o.Plan(t.Context(), sample.API{OnSend: send}, outbox.Plan{Messages: []messaging.Message{sample.SMS(text)}})
		sample.Must(t, err)
		return batch
	}
	first := planned(t, o, 2, same)
	if r := first.Send(t.Context(), 0); r.Err != nil {
		t.Fatal(r.Err)
	}
	again, elsewhere := first.Send(t.Context(), 1), one(other, "elsewhere", same).Send(t.Context(), 0)
	for _, r := range []outbox.Result{again, elsewhere, one(other, "and again", same).Send(t.Context(), 0)} {
		want := fmt.Sprintf("it has the id of message %d", first.IDs()[0])
		if messaging.OutcomeOf(r.Err) != messaging.Unknown || r.Receipt != nil || r.Unrecorded != nil || !strings.Contains(fmt.Sprint(r.Err), want) {
			t.Errorf("Send = %+v, want unknown, for %s", r, want)
		}
		d := sample.RowOf(t, o.Outbox, r.ID)
		if d.State != outbox.Unknown || d.MessageID != "" || d.Answer == nil || d.Answer.Status != 202 {
			t.Errorf("message %d is %s, %q, with the answer %+v; want unknown, with what came back", r.ID, d.State, d.MessageID, d.Answer)
		}
	}
	f, err := o.Check(t.Context(), sample.Lists(sample.RecordsOf("same", first.Messages()[1], time.Now())...), again.ID)
	if err != nil || f.Entry.State != outbox.Unknown {
		t.Errorf("Check = %+v, %v, want it unknown", f, err)
	}

	var called sync.WaitGroup // both are on their way when they are answered
	called.Add(2)
	meet := func(_ context.Context, m messaging.Message) (*messaging.Receipt, error) {
		called.Done()
		called.Wait()
		return sample.Receipt("both", m), nil
	}
	results := make(chan outbox.Result, 2)
	for _, text := range []string{"this", "that"} {
		batch := one(o, text, meet)
		go func() { results <- batch.Send(t.Context(), 0) }()
	}
	if a, b := <-results, <-results; (a.Err == nil) == (b.Err == nil) || a.Unrecorded != nil || b.Unrecorded != nil {
		t.Errorf("Send = %+v and %+v, want one of them accepted", a, b)
	}
}

// testBatchGivenUp: what ends the context does not keep the outcome off the disk,
// and what did not begin does not leave.
func (on *suite) testBatchGivenUp(t *testing.T) {
	o := on.opened(t, on.place(t), outbox.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	batch := planned(t, o, 2, func(ctx context.Context, _ messaging.Message) (*messaging.Receipt, error) {
		cancel()
		return nil, &messaging.Error{Op: "send message", Outcome: messaging.Unknown, Err: ctx.Err()}
	})
	if r := batch.Send(ctx, 0); r.Unrecorded != nil {
		t.Errorf("Send = %+v, want it recorded", r)
	}
	sample.WantState(t, o.Outbox, batch.IDs()[0], outbox.Unknown)
	if d := sample.RowOf(t, o.Outbox, batch.IDs()[0]); !errors.Is(d.Err, context.Canceled) {
		t.Errorf("the stored error is %v, want that it was cancelled", d.Err)
	}
	if r := batch.Send(ctx, 1); messaging.OutcomeOf(r.Err) != messaging.Unsent || !errors.Is(r.Err, context.Canceled) || r.Unrecorded != nil {
		t.Errorf("Send after the end = %+v, want unsent", r)
	}
	sample.WantState(t, o.Outbox, batch.IDs()[1], outbox.Unsent)
}

func (on *suite) testBatchAbandoned(t *testing.T) {
	accept := func(_ context.Context, m messaging.Message) (*messaging.Receipt, error) {
		return sample.Receipt("a", m), nil
	}
	o := on.opened(t, on.place(t), outbox.Options{})
	batch := planned(t, o, 3, accept)
	sample.Must(t, batch.Abandon(t.Context(), 0, "enough"))
	for _, id := range batch.IDs() {
		if d := sample.RowOf(t, o.Outbox, id); d.State != outbox.Unsent || d.Error != "enough" {
			t.Errorf("message %d is %s %q, want unsent, enough", id, d.State, d.Error)
		}
	}
	batch, err := o.Plan(t.Context(), sample.API{OnSend: accept}, outbox.Plan{Messages: []messaging.Message{sample.SMS("one"), sample.SMS("two")}})
	sample.Must(t, err) // nobody got them
	sample.Must(t, batch.Send(t.Context(), 0).Err)
	if err := batch.Abandon(t.Context(), 0, "enough"); err == nil {
		t.Error("Abandon of a message that was sent = nil, want an error")
	}
	sample.WantState(t, o.Outbox, batch.IDs()[0], outbox.Accepted)
	sample.WantState(t, o.Outbox, batch.IDs()[1], outbox.Queued) // all or none
	sample.Must(t, batch.Abandon(t.Context(), 1, "enough"))
	sample.Must(t, batch.Abandon(t.Context(), 2, "there is none"))
	sample.WantState(t, o.Outbox, batch.IDs()[1], outbox.Unsent)
}

// testUnrecorded: an outcome that cannot be written is told, and the row does not
// claim anything that is not so.
func (on *suite) testUnrecorded(t *testing.T) {
	path := on.place(t)
	o := on.opened(t, path, outbox.Options{})
	batch := planned(t, o, 2, func(_ context.Context, m messaging.Message) (*messaging.Receipt, error) {
		sample.Must(t, o.Close())
		return sample.Receipt("a", m), nil
	})
	r := batch.Send(t.Context(), 0)
	if r.Err != nil || r.Receipt == nil || !errors.Is(r.Unrecorded, outbox.ErrClosed) {
		t.Errorf("Send = %+v, want it accepted and not recorded", r)
	}
	r = batch.Send(t.Context(), 1)
	if !outbox.NotRecorded(r.Err) || messaging.OutcomeOf(r.Err) != messaging.Unsent || !errors.Is(r.Unrecorded, outbox.ErrClosed) {
		t.Errorf("Send = %+v, want that it could not be recorded and was not sent", r)
	}
	o = on.opened(t, path, outbox.Options{})
	sample.WantState(t, o.Outbox, batch.IDs()[0], outbox.Unknown)
	sample.WantState(t, o.Outbox, batch.IDs()[1], outbox.Unsent)
}
