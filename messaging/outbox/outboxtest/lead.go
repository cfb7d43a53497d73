package outboxtest

import (
	"fmt"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// testParallelFirstIsSlow: a first message that has no answer keeps the next one waiting for
// the patience of the run, and that one another, until one has its answer; never are more on
// their way than was asked for.
func (on *suite) testParallelFirstIsSlow(t *testing.T) {
	const n, most = 9, 3
	o, api := on.opened(t, on.place(t), outbox.Options{}), newCounterpart(t)
	var messages []messaging.Message
	for i := range n {
		messages = append(messages, sample.SMS(fmt.Sprintf("text %d", i)))
	}
	b, err := o.Plan(t.Context(), api, outbox.Plan{Messages: messages})
	sample.Must(t, err)
	told := make(chan toldEnd, n)
	go func() {
		defer close(told)
		b.Run(t.Context(), outbox.RunOptions{Parallel: most, Patience: time.Millisecond, After: func(i int, r outbox.Result) { told <- toldEnd{i, r} }})
	}()
	calls := api.await(most) // with no answer to any
	slow := calls["text 0"]
	delete(calls, "text 0")
	for ended := 0; ended < n-1; ended++ {
		for text, h := range calls {
			h.end <- nil
			delete(calls, text)
			break
		}
		if e := <-told; e.i == 0 || e.Err != nil {
			t.Errorf("message %d is told as %+v, want another than the slow one, accepted", e.i, e.Result)
		}
		if ended < n-1-(most-1) {
			for text, h := range api.await(1) {
				calls[text] = h
			}
		}
	}
	slow.end <- nil
	if e := <-told; e.i != 0 || e.Err != nil || api.most != most {
		t.Errorf("message %d is told as %+v, %d at once; want the slow one, accepted, and %d", e.i, e.Result, api.most, most)
	}
	if _, more := <-told; more {
		t.Error("an end was told twice")
	}
}

// testBroadcastFirstIsSlow: the same of a run that is drained, where time is the test's.
func (on *suite) testBroadcastFirstIsSlow(t *testing.T) {
	const patience, n, most = 77 * time.Second, 5, 3
	o := on.opened(t, on.place(t), outbox.Options{})
	id := startedPeople(t, o, toPeople(), people(n))
	api, asked, passed := newCounterpart(t), make(chan bool, n), make(chan time.Time)
	ended := make(chan outbox.Run, 1)
	go func() {
		r, err := o.Drain(t.Context(), api, id, fast(outbox.DrainOptions{
			Parallel: most, Patience: patience,
			After: func(d time.Duration) <-chan time.Time {
				if d != patience {
					return time.After(min(d, 5*time.Millisecond))
				}
				asked <- true
				return passed
			},
		}))
		if err != nil {
			t.Errorf("Drain = %v, want nil", err)
		}
		ended <- r
	}()
	calls := oneMoreEach(t, o, api, most, asked, passed)
	calls[1].end <- nil // and the slow one still has no answer
	for range n - most {
		for _, h := range api.await(1) {
			h.end <- nil
		}
	}
	calls[0].end <- nil
	calls[2].end <- nil
	if r := <-ended; r.State != outbox.RunDone || api.most != most {
		t.Errorf("the run is %s, with %d at once, want it done, and %d", r.State, api.most, most)
	}
}

// oneMoreEach awaits calls until most are on their way: the first, and one more each time that
// the patience, which has to be asked for, is over.
func oneMoreEach(t *testing.T, o *process, api *counterpart, most int, asked <-chan bool, passed chan<- time.Time) (calls []*heldCall) {
	t.Helper()
	for begun := 1; ; begun++ {
		for _, h := range api.await(1) {
			calls = append(calls, h)
		}
		if counts, err := o.Counts(t.Context()); err != nil || counts[outbox.Sending] != begun {
			t.Errorf("%v, %v are on their way, want %d", counts, err, begun)
		}
		if begun == most {
			return calls
		}
		select {
		case <-asked:
			passed <- time.Time{}
		case <-time.After(time.Minute):
			t.Fatalf("nobody waits for the patience with %d on their way", begun)
		}
	}
}

// testDueFirstIsSlow: the same of what is sent later.
func (on *suite) testDueFirstIsSlow(t *testing.T) {
	const patience, n, most = 77 * time.Second, 5, 3
	clock := sample.NewClock()
	o := on.opened(t, on.place(t), outbox.Options{Now: clock.Now})
	for i := range n {
		scheduled(t, o.Outbox, sample.SMS(fmt.Sprintf("text %d", i)), outbox.WhenAt(clock.Now().Add(time.Hour)))
	}
	clock.Advance(time.Hour)
	api, asked, passed := newCounterpart(t), make(chan bool, n), make(chan time.Time)
	ended := make(chan outbox.DueEnd, 1)
	go func() {
		end, err := o.SendDue(t.Context(), outbox.DueOptions{
			API: api, By: dueBy, Parallel: most, Patience: patience,
			After: func(d time.Duration) <-chan time.Time {
				if d != patience {
					return nil
				}
				asked <- true
				return passed
			},
		})
		if err != nil {
			t.Errorf("SendDue = %v, want nil", err)
		}
		ended <- end
	}()
	calls := oneMoreEach(t, o, api, most, asked, passed)
	calls[1].end <- nil // and the slow one still has no answer
	for range n - most {
		for _, h := range api.await(1) {
			h.end <- nil
		}
	}
	calls[0].end <- nil
	calls[2].end <- nil
	if end := <-ended; end.Sent != n || api.most != most {
		t.Errorf("%d were sent, %d at once, want %d, and %d", end.Sent, api.most, n, most)
	}
}
