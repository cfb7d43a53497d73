package outboxtest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// parallel: several messages on their way at once.
func (on *suite) parallel() []rule {
	return []rule{
		{"Parallel", on.testParallel},
		{"ParallelFirstIsSlow", on.testParallelFirstIsSlow},
		{"ParallelHopeless", on.testParallelHopeless},
		{"ParallelCancelled", on.testParallelCancelled},
		{"ParallelSettledByAnother", on.testParallelSettledByAnother},
		{"ParallelUnrecorded", on.testParallelUnrecorded},
		{"ParallelDeath", on.testParallelDeath},
		{"ParallelPause", on.testParallelPause},
	}
}

// A counterpart is an API that holds each call until the test lets it go.
type counterpart struct {
	t        *testing.T
	arrived  chan *heldCall
	mu       sync.Mutex
	live     int
	most     int // that were live at once
	received map[string]int
}

// A heldCall is a call that waits for how it ends.
type heldCall struct {
	text string
	ctx  context.Context //nolint:containedctx // it is that of the call
	end  chan error
}

func newCounterpart(t *testing.T) *counterpart {
	return &counterpart{t: t, arrived: make(chan *heldCall, 99), received: map[string]int{}}
}

func (c *counterpart) Send(ctx context.Context, m messaging.Message) (*messaging.Receipt, error) {
	h := &heldCall{m.Text, ctx, make(chan error, 1)}
	c.mu.Lock()
	c.received[m.Text]++
	c.live++
	c.most = max(c.most, c.live)
	c.mu.Unlock()
	c.arrived <- h
	err := <-h.end
	c.mu.Lock()
	c.live--
	c.mu.Unlock()
	if err != nil {
		return nil, err
	}
	return sample.Receipt("id of "+m.Text, m), nil
}

// await returns the next n calls, which are all under way then.
func (c *counterpart) await(n int) map[string]*heldCall {
	c.t.Helper()
	calls := map[string]*heldCall{}
	for range n {
		select {
		case h := <-c.arrived:
			calls[h.text] = h
		case <-time.After(time.Minute):
			c.t.Fatalf("%d calls came, want %d at once", len(calls), n)
		}
	}
	return calls
}

// begin runs a batch of n messages, of which the first is accepted, in the background. The
// ends that are told go to the channel, which is closed at the end.
func begin(ctx context.Context, o *process, api *counterpart, n, parallel int) (*outbox.Batch, chan toldEnd) {
	var messages []messaging.Message
	for i := range n {
		messages = append(messages, sample.SMS(fmt.Sprintf("text %d", i)))
	}
	b, err := o.Plan(context.WithoutCancel(ctx), api, outbox.Plan{Messages: messages})
	sample.Must(api.t, err)
	told := make(chan toldEnd, n)
	go func() {
		defer close(told)
		b.Run(ctx, outbox.RunOptions{Parallel: parallel, Patience: time.Hour, After: func(i int, r outbox.Result) { told <- toldEnd{i, r} }})
	}()
	api.await(1)["text 0"].end <- nil
	return b, told
}

// A toldEnd is what a run told of one message.
type toldEnd struct {
	i int
	outbox.Result
}

// testParallel: the first message goes alone, the others as many at once as was asked for,
// and each row says so before its request leaves.
func (on *suite) testParallel(t *testing.T) {
	for asked, most := range map[int]int{-1: 1, 1: 1, 2: 2, 5: 5, 16: 16, 99: outbox.MostParallel} {
		t.Run(fmt.Sprint(asked), func(t *testing.T) {
			const n = 24
			path := on.place(t)
			o, other, api := on.opened(t, path, outbox.Options{}), on.opened(t, path, outbox.Options{}), newCounterpart(t)
			b, told := begin(t.Context(), o, api, n, asked)
			for sent := 1; sent < n; {
				calls := api.await(min(most, n-sent))
				sample.WantState(t, other.Outbox, b.IDs()[0], outbox.Accepted)
				// One that has ended may be about to be recorded, and has its place still.
				counts, err := other.Counts(t.Context())
				if sending := counts[outbox.Sending]; err != nil || sending < len(calls) || sending > most {
					t.Errorf("%d rows are being sent, %v, while %d are, of %d", sending, err, len(calls), most)
				}
				for _, h := range calls {
					h.end <- nil
				}
				sent += len(calls)
			}
			ended := map[int]bool{}
			for e := range told {
				if e.Err != nil || e.Unrecorded != nil || ended[e.i] {
					t.Errorf("message %d is told as %+v, want it accepted, once", e.i, e.Result)
				}
				ended[e.i] = true
			}
			if len(ended) != n || len(api.received) != n || api.most != most {
				t.Errorf("%d ends of %d messages, %d at once; want %d, %d, %d", len(ended), len(api.received), api.most, n, n, most)
			}
			sound(t, other)
		})
	}
}

// testParallelHopeless: after an end that says that others would fare no better nothing
// is begun; what is on its way ends, and is told, as it did.
func (on *suite) testParallelHopeless(t *testing.T) {
	const n, most, why = 20, 5, "the credentials were refused"
	o, api := on.opened(t, on.place(t), outbox.Options{}), newCounterpart(t)
	b, told := begin(t.Context(), o, api, n, most)
	<-told
	calls := api.await(most)
	calls["text 3"].end <- status(401, messaging.Rejected)
	if e := <-told; e.i != 3 || e.Unrecorded != nil {
		t.Errorf("message %d is told as %+v, want that of the third", e.i, e.Result)
	}
	for i := 1 + most; i < n; i++ {
		sample.WantState(t, o.Outbox, b.IDs()[i], outbox.Unsent) // before anybody hears of it
	}
	for i := 1 + most; i < n; i++ {
		if e := <-told; e.i != i || e.Skipped != why || e.Unrecorded != nil {
			t.Errorf("message %d is told as %+v, want %d, not tried: %s", e.i, e.Result, i, why)
		}
	}
	calls["text 1"].end <- sample.Lost()
	calls["text 2"].end <- status(401, messaging.Rejected)
	calls["text 4"].end <- nil
	calls["text 5"].end <- sample.Refusal("text")
	for e := range told {
		if e.Skipped != "" || e.Unrecorded != nil {
			t.Errorf("message %d is told as %+v, want how it ended", e.i, e.Result)
		}
	}
	for i, want := range []outbox.State{
		outbox.Accepted, outbox.Unknown, outbox.Rejected, outbox.Rejected, outbox.Accepted, outbox.Rejected, outbox.Unsent,
	} {
		sample.WantState(t, o.Outbox, b.IDs()[i], want)
	}
	if len(api.received) != 1+most {
		t.Errorf("%d messages left, want %d", len(api.received), 1+most)
	}
}

// testParallelCancelled: what is on its way when the run is told to end is told as it
// ends, and the rest is not tried.
func (on *suite) testParallelCancelled(t *testing.T) {
	const n, most = 20, 5
	o, api := on.opened(t, on.place(t), outbox.Options{}), newCounterpart(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	b, told := begin(ctx, o, api, n, most)
	calls := api.await(most)
	cancel()
	for _, h := range calls {
		<-h.ctx.Done()
		h.end <- &messaging.Error{Op: "send message", Outcome: messaging.Unknown, Err: h.ctx.Err()}
	}
	ended := 0
	for e := range told {
		ended++
		want, skipped := outbox.Unknown, ""
		switch {
		case e.i == 0:
			want = outbox.Accepted
		case e.i > most:
			want, skipped = outbox.Unsent, outbox.Cancelled
		}
		sample.WantState(t, o.Outbox, b.IDs()[e.i], want)
		if e.Skipped != skipped || e.Unrecorded != nil {
			t.Errorf("message %d is told as %+v, want it skipped as %q", e.i, e.Result, skipped)
		}
	}
	if ended != n || len(api.received) != 1+most {
		t.Errorf("%d ends, %d messages left, want %d and %d", ended, len(api.received), n, 1+most)
	}
}

// testParallelSettledByAnother: a message that another telex settled before its turn is not
// sent and says so; the one whose place it had is recorded all the same, and others go on.
func (on *suite) testParallelSettledByAnother(t *testing.T) {
	const n = 6
	o, api := on.opened(t, on.place(t), outbox.Options{}), newCounterpart(t)
	b, told := begin(t.Context(), o, api, n, 2)
	calls := api.await(2)
	sample.Must(t, o.Abandon(t.Context(), b.IDs()[3:4], "taken for dead"))
	calls["text 1"].end <- nil
	calls["text 2"].end <- nil
	for range 2 {
		for _, h := range api.await(1) {
			h.end <- nil
		}
	}
	for e := range told {
		_, moved := errors.AsType[*outbox.MoveError](e.Err)
		if e.Unrecorded != nil || moved != (e.i == 3) || (e.Err == nil) == moved {
			t.Errorf("message %d is told as %+v, want %d settled by another and the others accepted", e.i, e.Result, 3)
		}
	}
	for i, id := range b.IDs() {
		want := outbox.Accepted
		if i == 3 {
			want = outbox.Unsent
		}
		sample.WantState(t, o.Outbox, id, want)
	}
	if api.received["text 3"] > 0 || len(api.received) != n-1 {
		t.Errorf("%v left, want all but text 3", api.received)
	}
}

// testParallelUnrecorded: where nothing can be recorded any more, what is on its way is told
// with that, and nothing more is sent, nor what had been given a place.
func (on *suite) testParallelUnrecorded(t *testing.T) {
	const n, most = 12, 4
	path := on.place(t)
	o, api := on.opened(t, path, outbox.Options{}), newCounterpart(t)
	b, told := begin(t.Context(), o, api, n, most)
	<-told
	calls := api.await(most)
	sample.Must(t, o.Close())
	for _, h := range calls {
		h.end <- nil
	}
	for e := range told {
		_, was := calls[fmt.Sprintf("text %d", e.i)]
		skipped := e.Skipped == "the outbox cannot be written" || e.Skipped == "" && outbox.NotRecorded(e.Err)
		if was == skipped || was != (e.Receipt != nil) || !errors.Is(e.Unrecorded, outbox.ErrClosed) {
			t.Errorf("message %d is told as %+v; it was on its way: %v", e.i, e.Result, was)
		}
	}
	if len(api.received) != 1+most {
		t.Errorf("%d messages left, want %d", len(api.received), 1+most)
	}
	o = on.opened(t, path, outbox.Options{})
	for i, id := range b.IDs() {
		want := outbox.Unsent
		switch {
		case i == 0:
			want = outbox.Accepted
		case i <= most:
			want = outbox.Unknown
		}
		sample.WantState(t, o.Outbox, id, want)
	}
}

// testParallelDeath: a process that dies leaves as many unknown as were on their way, and
// no others; what it had not begun was not sent.
func (on *suite) testParallelDeath(t *testing.T) {
	const n, most = 40, outbox.MostParallel
	path := on.place(t)
	dying, err := on.open(t.Context(), path, outbox.Options{})
	sample.Must(t, err)
	api := newCounterpart(t)
	b, told := begin(t.Context(), dying, api, n, most)
	calls := api.await(most)
	for i := 2; i < 8; i++ { // others take their places
		calls[fmt.Sprintf("text %d", i)].end <- nil
		delete(calls, fmt.Sprintf("text %d", i))
	}
	for text, h := range api.await(6) {
		calls[text] = h
	}
	dying.crash()
	for _, h := range calls {
		h.end <- nil // the API has taken it
	}
	for e := range told {
		if _, was := calls[fmt.Sprintf("text %d", e.i)]; was && e.Unrecorded == nil {
			t.Errorf("message %d is told as recorded, and the process was dead", e.i)
		}
	}
	o := on.opened(t, path, outbox.Options{})
	unknown := 0
	for i, id := range b.IDs() {
		text := fmt.Sprintf("text %d", i)
		want := outbox.Unsent
		switch _, was := calls[text]; {
		case was:
			want = outbox.Unknown
			unknown++
		case api.received[text] > 0:
			want = outbox.Accepted
		}
		sample.WantState(t, o.Outbox, id, want)
		if api.received[text] > 1 {
			t.Errorf("%s left %d times", text, api.received[text])
		}
	}
	untold, err := o.Untold(t.Context())
	sample.Must(t, err)
	if unknown != most || len(untold) != n-len(api.received)+most {
		t.Errorf("%d are unknown and %d are to be told of, want %d and %d", unknown, len(untold), most, n-len(api.received)+most)
	}
	sound(t, o)
}

// A pausing API wants nothing for a number of questions.
type pausing struct {
	counter
	asked int
}

func (p *pausing) Pause() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.asked++; p.asked <= 5 {
		return time.Microsecond
	}
	return 0
}

// testParallelPause: nothing is begun while the API wants no more, but for the first
// message, and the run goes on afterwards; one that is cancelled meanwhile ends.
func (on *suite) testParallelPause(t *testing.T) {
	o, api := on.opened(t, on.place(t), outbox.Options{}), &pausing{}
	var messages []messaging.Message
	for i := range 4 {
		messages = append(messages, sample.SMS("text", fmt.Sprintf("+1919555010%d", i)))
	}
	api.before = func(messaging.Message) error {
		if len(api.created) > 0 && api.asked <= 5 {
			return errors.New("it wanted no more")
		}
		return nil
	}
	b, err := o.Plan(t.Context(), api, outbox.Plan{Messages: messages})
	sample.Must(t, err)
	for i, r := range ran(t.Context(), t, b, outbox.RunOptions{Parallel: 4}) {
		if r.Err != nil {
			t.Errorf("message %d: %v", i, r.Err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	b, err = o.Plan(t.Context(), forbidding{api}, outbox.Plan{Messages: messages, Yes: true})
	sample.Must(t, err)
	time.AfterFunc(time.Millisecond, cancel)
	for i, r := range ran(ctx, t, b, outbox.RunOptions{Parallel: 4}) {
		if i > 0 && r.Skipped != outbox.Cancelled {
			t.Errorf("message %d = %+v, want it cancelled", i, r)
		}
	}
}

// A forbidding API never wants anything again.
type forbidding struct{ outbox.API }

func (forbidding) Pause() time.Duration { return time.Hour }
