package outboxtest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// status is an answer of the API that is no success.
func status(code int, outcome messaging.Outcome) *messaging.Error {
	return &messaging.Error{Op: "send message", Outcome: outcome, Status: code, Type: "in the API's own words"}
}

// five runs five messages, of which the third ends as fail says, and returns how
// many calls were made, with the results in the order in which they were told.
func five(t *testing.T, o *process, fail func(b *outbox.Batch) error) (b *outbox.Batch, calls []string, results []outbox.Result) {
	t.Helper()
	b = planned(t, o, 5, func(_ context.Context, m messaging.Message) (*messaging.Receipt, error) {
		calls = append(calls, m.Text)
		if m.Text == "text 2" {
			if err := fail(b); err != nil {
				return nil, err
			}
		}
		return sample.Receipt("id of "+m.Text, m), nil
	})
	began := 0
	b.Run(t.Context(), outbox.RunOptions{
		Before: func(i int) {
			if i != began || i != len(results) {
				t.Errorf("Before(%d) with %d begun and %d told, want them in order", i, began, len(results))
			}
			began++
		},
		After: func(i int, r outbox.Result) {
			if i != len(results) {
				t.Errorf("After(%d), want %d", i, len(results))
			}
			results = append(results, r)
		},
	})
	return b, calls, results
}

// ran runs a batch and returns what it told, by message.
func ran(ctx context.Context, t *testing.T, b *outbox.Batch, o outbox.RunOptions) []outbox.Result {
	t.Helper()
	results, told := make([]outbox.Result, len(b.IDs())), map[int]bool{}
	o.After = func(i int, r outbox.Result) {
		if told[i] {
			t.Errorf("the end of message %d is told twice", i)
		}
		results[i], told[i] = r, true
	}
	b.Run(ctx, o)
	if len(told) != len(results) {
		t.Errorf("the ends of %d messages are told, want %d", len(told), len(results))
	}
	return results
}

// testRun: each way in which a message can fail in the middle of five. What would
// happen to the others as well stops the run; what is its own does not. However it
// ends, no row is left queued.
func (on *suite) testRun(t *testing.T) {
	const (
		refused = "the credentials were refused"
		limited = "Bandwidth accepts no more messages for now (HTTP 429)"
		line    = "there is no connection"
	)
	tokenRefused := &messaging.Error{Op: "send message", Outcome: messaging.Unsent, Err: status(401, messaging.Rejected)}
	tokenLimited := &messaging.Error{Op: "send message", Outcome: messaging.Unsent, Err: status(429, messaging.Rejected)}
	for _, tt := range []struct {
		name string
		err  error
		want outbox.State // of the third
		why  string       // of the fourth and fifth; "" if they are sent
	}{
		{"accepted", nil, outbox.Accepted, ""},
		{"rejected", sample.Refusal("text"), outbox.Rejected, ""},
		{"500", status(500, messaging.Rejected), outbox.Rejected, ""},
		{"lost", sample.Lost(), outbox.Unknown, ""},
		{"gateway", sample.GatewayPage(), outbox.Unknown, ""},
		{"no time left", &messaging.Error{Op: "send message", Outcome: messaging.Unknown, Err: context.DeadlineExceeded}, outbox.Unknown, ""},
		{"invalid", &messaging.Error{Op: "send message", Outcome: messaging.Unsent, Err: messaging.ErrInvalid}, outbox.Unsent, ""},
		{"401", status(401, messaging.Rejected), outbox.Rejected, refused},
		{"403", status(403, messaging.Rejected), outbox.Rejected, refused},
		{"token refused", tokenRefused, outbox.Unsent, refused},
		{"no token", tokenLimited, outbox.Unsent, "there is no access token"},
		{"429", status(429, messaging.Rejected), outbox.Rejected, limited},
		{"429 after something unclear", status(429, messaging.Unknown), outbox.Unknown, limited},
		{"no connection", sample.NeverLeft(), outbox.Unsent, line},
		{"no connection in time", &messaging.Error{Op: "send message", Outcome: messaging.Unsent, Err: context.DeadlineExceeded}, outbox.Unsent, line},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := on.opened(t, on.place(t), outbox.Options{})
			b, calls, results := five(t, o, func(*outbox.Batch) error { return tt.err })
			wantCalls, end := 5, outbox.Accepted
			if tt.why != "" {
				wantCalls, end = 3, outbox.Unsent
			}
			if len(calls) != wantCalls || len(results) != 5 {
				t.Fatalf("%d calls and %d results, want %d and 5", len(calls), len(results), wantCalls)
			}
			for i, want := range []outbox.State{outbox.Accepted, outbox.Accepted, tt.want, end, end} {
				id, r := b.IDs()[i], results[i]
				sample.WantState(t, o.Outbox, id, want)
				if r.ID != id || r.Unrecorded != nil || want.Outcome() != messaging.OutcomeOf(r.Err) || (r.Receipt != nil) != (want == outbox.Accepted) {
					t.Errorf("result %d = %+v, want %s of row %d", i, r, want, id)
				}
				why := ""
				if i > 2 {
					why = tt.why
				}
				if r.Skipped != why {
					t.Errorf("result %d was not tried because %q, want %q", i, r.Skipped, why)
				}
				if d := sample.RowOf(t, o.Outbox, id); why != "" && d.Error != "not tried: "+why {
					t.Errorf("row %d says %q, want that it was not tried: %s", id, d.Error, why)
				}
			}
		})
	}
}

// testRunCancelled: the message under way ends as it can, those behind it are not
// tried; a run that is cancelled before it begins sends nothing.
func (on *suite) testRunCancelled(t *testing.T) {
	for at := -1; at < 3; at++ {
		t.Run(fmt.Sprint(at), func(t *testing.T) {
			o := on.opened(t, on.place(t), outbox.Options{})
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			calls := 0
			b := planned(t, o, 3, func(ctx context.Context, m messaging.Message) (*messaging.Receipt, error) {
				if calls++; calls-1 < at {
					return sample.Receipt("id of "+m.Text, m), nil
				}
				cancel()
				return nil, &messaging.Error{Op: "send message", Outcome: messaging.Unknown, Err: ctx.Err()}
			})
			if at < 0 {
				cancel()
			}
			results := ran(ctx, t, b, outbox.RunOptions{Limit: time.Hour})
			if calls != at+1 {
				t.Errorf("%d calls, want %d", calls, at+1)
			}
			for i, id := range b.IDs() {
				want, skipped := outbox.Unsent, outbox.Cancelled
				switch {
				case i < at:
					want, skipped = outbox.Accepted, ""
				case i == at:
					want, skipped = outbox.Unknown, ""
				case i == 0:
					skipped = "" // its row says that it is being sent: it ends as a send does
				}
				sample.WantState(t, o.Outbox, id, want)
				if r := results[i]; r.Skipped != skipped || r.Unrecorded != nil {
					t.Errorf("result %d = %+v, want it skipped as %q", i, r, skipped)
				}
			}
		})
	}
}

// testRunLimit: the time limit is each message's own.
func (on *suite) testRunLimit(t *testing.T) {
	o := on.opened(t, on.place(t), outbox.Options{})
	var ends []time.Time
	b := planned(t, o, 2, func(ctx context.Context, m messaging.Message) (*messaging.Receipt, error) {
		end, _ := ctx.Deadline()
		ends = append(ends, end)
		return sample.Receipt("id of "+m.Text, m), nil
	})
	b.Run(t.Context(), outbox.RunOptions{Limit: time.Hour})
	if len(ends) != 2 || ends[0].IsZero() || !ends[1].After(ends[0]) {
		t.Errorf("the deadlines are %v, want one for each message, the second later", ends)
	}
}

// testRunSettledByAnother: a row that another telex settled is not sent, says so, and
// keeps neither the others from being sent nor from being recorded as not sent.
func (on *suite) testRunSettledByAnother(t *testing.T) {
	for _, fail := range []error{nil, sample.NeverLeft()} {
		o := on.opened(t, on.place(t), outbox.Options{})
		b, calls, results := five(t, o, func(b *outbox.Batch) error {
			sample.Must(t, o.Abandon(t.Context(), b.IDs()[3:4], "taken for dead"))
			return fail
		})
		third, last, tried := outbox.Accepted, outbox.Accepted, "text 0 text 1 text 2 text 4"
		if fail != nil {
			third, last, tried = outbox.Unsent, outbox.Unsent, "text 0 text 1 text 2"
		}
		if got := strings.Join(calls, " "); got != tried {
			t.Errorf("after %v: tried %s, want %s", fail, got, tried)
		}
		for i, want := range []outbox.State{outbox.Accepted, outbox.Accepted, third, outbox.Unsent, last} {
			sample.WantState(t, o.Outbox, b.IDs()[i], want)
			if results[i].Unrecorded != nil {
				t.Errorf("after %v: result %d = %+v, want it recorded", fail, i, results[i])
			}
		}
		if d := sample.RowOf(t, o.Outbox, b.IDs()[3]); d.Error != "taken for dead" {
			t.Errorf("the row says %q, want what was recorded first", d.Error)
		}
		if _, ok := errors.AsType[*outbox.MoveError](results[3].Err); ok != (fail == nil) {
			t.Errorf("after %v: the settled row ended with %v", fail, results[3].Err)
		}
	}
}

// testRunUnrecorded: where nothing can be recorded any more, nothing more is sent.
func (on *suite) testRunUnrecorded(t *testing.T) {
	path := on.place(t)
	o := on.opened(t, path, outbox.Options{})
	b, calls, results := five(t, o, func(*outbox.Batch) error { return o.Close() })
	if len(calls) != 3 {
		t.Errorf("%d calls, want 3", len(calls))
	}
	for i, r := range results {
		if lost := i >= 2; errors.Is(r.Unrecorded, outbox.ErrClosed) != lost {
			t.Errorf("result %d = %+v, want it unrecorded: %v", i, r, lost)
		}
		if skipped := i > 2; (r.Skipped == "the outbox cannot be written") != skipped {
			t.Errorf("result %d was not tried because %q", i, r.Skipped)
		}
	}
	o = on.opened(t, path, outbox.Options{})
	for i, want := range []outbox.State{outbox.Accepted, outbox.Accepted, outbox.Unknown, outbox.Unsent, outbox.Unsent} {
		sample.WantState(t, o.Outbox, b.IDs()[i], want)
	}
}
