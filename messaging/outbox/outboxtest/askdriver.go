package outboxtest

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// account is whose messages are asked about.
var account = outbox.By{AccountID: "9900000", BaseURL: "https://api.example"}

// A remote is an API that notes what it was asked, and when.
type remote struct {
	clock *sample.Clock
	asked []messaging.Query
	at    []time.Time
	// answer is what it says; nil says nothing.
	answer func(q messaging.Query) (*messaging.Page, error)
}

func (r *remote) List(_ context.Context, q messaging.Query) (*messaging.Page, error) {
	r.asked, r.at = append(r.asked, q), append(r.at, r.clock.Now())
	if r.answer == nil {
		return &messaging.Page{}, nil
	}
	return r.answer(q)
}

// says answers with a status about whatever is asked by id.
func (r *remote) says(status string) {
	r.answer = func(q messaging.Query) (*messaging.Page, error) {
		return &messaging.Page{Total: 1, Records: sample.Told(q.MessageID, sample.SMS("Hi"), status)}, nil
	}
}

// askable is an outbox by a clock, and an API that answers with a status.
func (on *suite) askable(t *testing.T, status string) (*sample.Clock, *process, *remote) {
	t.Helper()
	c := sample.NewClock()
	api := &remote{clock: c}
	api.says(status)
	return c, on.opened(t, on.place(t), outbox.Options{Now: c.Now}), api
}

// A driven asker waits when it is told, and for what it is told.
type driven struct {
	process *process
	asker   *outbox.Asker
	paused  chan time.Duration
	fire    chan time.Time
	due     time.Time // of its next step
	news    []outbox.AskNews
	end     func()
}

// drive runs an asker in a process. Its first step is done when drive returns.
func drive(t *testing.T, p *process, c *sample.Clock, api outbox.Lister) *driven {
	t.Helper()
	return driveWith(t, p, c, outbox.AskOptions{API: api, By: account})
}

// driveWith is drive with more that the asker is told.
func driveWith(t *testing.T, p *process, c *sample.Clock, how outbox.AskOptions) *driven {
	t.Helper()
	d := &driven{process: p, paused: make(chan time.Duration), fire: make(chan time.Time)}
	ctx, cancel := context.WithCancel(t.Context())
	how.Tell = func(n outbox.AskNews) { d.news = append(d.news, n) }
	how.After = func(pause time.Duration) <-chan time.Time {
		select {
		case d.paused <- pause:
		case <-ctx.Done():
		}
		return d.fire
	}
	d.asker = p.Asker(how)
	over := make(chan error, 1)
	go func() { over <- d.asker.Run(ctx) }()
	d.end = func() {
		t.Helper()
		cancel()
		if err := <-over; err != nil {
			t.Errorf("Run() = %v, want nil", err)
		}
		d.end = func() {}
	}
	t.Cleanup(func() { d.end() })
	d.wait(c)
	return d
}

// wait waits until it has done its step.
func (d *driven) wait(c *sample.Clock) { d.due = c.Now().Add(<-d.paused) }

// until lets time go by to the end, for all askers together, step by step.
func until(c *sample.Clock, end time.Time, all ...*driven) {
	for {
		next := slices.MinFunc(all, func(a, b *driven) int { return a.due.Compare(b.due) })
		if next.due.After(end) {
			c.Advance(end.Sub(c.Now()))
			return
		}
		if next.due.After(c.Now()) {
			c.Advance(next.due.Sub(c.Now()))
		}
		next.fire <- c.Now()
		next.wait(c)
	}
}

// taken makes so many messages of the account that the API took, called "api-1" and so
// on.
func taken(t *testing.T, p *process, n int) []int64 {
	t.Helper()
	var messages []messaging.Message
	for i := range n {
		messages = append(messages, sample.SMS(fmt.Sprintf("Hi %d", i)))
	}
	ids, err := p.Begin(t.Context(), outbox.Plan{By: account, Messages: messages, Yes: true})
	sample.Must(t, err)
	for i, id := range ids {
		if i > 0 {
			sample.Must(t, p.Start(t.Context(), id))
		}
		sample.Must(t, p.Settle(t.Context(), id, sample.Receipt(fmt.Sprint("api-", id), messages[i]), nil))
	}
	return ids
}

// ages are when it was asked, after a time.
func (r *remote) ages(from time.Time) []time.Duration {
	var all []time.Duration
	for _, at := range r.at {
		all = append(all, at.Sub(from))
	}
	return all
}

// schedule is when an asker asks about one message, up to an age.
func schedule(until time.Duration) []time.Duration {
	var all []time.Duration
	for age := time.Duration(0); ; {
		next, ok := outbox.NextAsk(age)
		if !ok || next > until {
			return all
		}
		all, age = append(all, next), next
	}
}
