package messaging

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// TestRetries: what is tried again, and what ends the trying.
func TestRetries(t *testing.T) {
	const limitedJSON = `{"type":"max-message-queue-size-exceeded","description":"full"}`
	const apiError = `{"type":"internal-error","description":"try later"}`
	cut := failing(io.ErrUnexpectedEOF)
	down := failing(noConnection())
	ok := answer(202, receiptJSON)
	for _, c := range []struct {
		name    string
		steps   []step
		calls   int
		outcome Outcome
		status  int
	}{
		{"no connection, for ever", []step{down}, 3, Unsent, 0},
		{"no connection, twice", []step{down, down, ok}, 3, Accepted, 202},
		{"lost after the request was written", []step{cut, ok}, 1, Unknown, 0},
		{"no connection, then lost", []step{down, cut, ok}, 2, Unknown, 0},
		{"500 of the API, for ever", []step{answer(500, apiError)}, 2, Rejected, 500},
		{"500 of the API, once", []step{answer(500, apiError), ok}, 2, Accepted, 202},
		{"503 of the API, once", []step{answer(503, apiError), ok}, 2, Accepted, 202},
		{"500, then 503", []step{answer(500, apiError), answer(503, apiError), ok}, 2, Rejected, 503},
		{"500 of somebody", []step{answer(500, htmlBody), ok}, 1, Unknown, 500},
		{"500 in the form of any server", []step{answer(500, unknownPath), ok}, 1, Unknown, 500},
		{"503 of somebody", []step{answer(503, ""), ok}, 1, Unknown, 503},
		{"501 of the API", []step{answer(501, apiError), ok}, 1, Rejected, 501},
		{"502", []step{answer(502, apiError), ok}, 1, Unknown, 502},
		{"504", []step{answer(504, htmlBody), ok}, 1, Unknown, 504},
		{"429, five times", append(slices.Repeat([]step{answer(429, limitedJSON)}, 5), ok), 6, Accepted, 202},
		{"429, then lost", []step{answer(429, limitedJSON), cut, ok}, 2, Unknown, 0},
		{"429 of somebody", []step{answer(429, htmlBody), ok}, 1, Unknown, 429},
		{"429 without a word", []step{answer(429, "", "Retry-After: 1"), ok}, 1, Unknown, 429},
		{"400", []step{answer(400, refusalJSON), ok}, 1, Rejected, 400},
		{"401 with Basic", []step{answer(401, refusalJSON), ok}, 1, Rejected, 401},
		{"400 of somebody", []step{answer(400, htmlBody), ok}, 1, Unknown, 400},
		{"401 of somebody", []step{answer(401, htmlBody), ok}, 1, Unknown, 401},
		{"404 for a path that the API has not", []step{answer(404, notThere), ok}, 1, Rejected, 404},
		{"408", []step{answer(408, ""), ok}, 1, Unknown, 408},
		{"408 of the API", []step{answer(408, apiError), ok}, 1, Rejected, 408},
		{"499 of somebody", []step{answer(499, htmlBody), ok}, 1, Unknown, 499},
		{"unreadable 202", []step{answer(202, `{"id":`), ok}, 1, Unknown, 202},
		{"303", []step{answer(303, "", "Location: /"), ok}, 1, Unknown, 303},
		{"101", []step{answer(101, ""), ok}, 1, Unknown, 101},
		{"all kinds", []step{down, answer(500, apiError), down, answer(429, limitedJSON), ok}, 5, Accepted, 202},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client, api := fakeClient(t, c.steps...)
				r, err := client.Send(t.Context(), testMessage())
				if api.calls() != c.calls {
					t.Errorf("got %d requests, want %d (%v)", api.calls(), c.calls, err)
				}
				if c.outcome == Accepted {
					if err != nil || len(r.Attempts) != c.calls {
						t.Fatalf("got %+v, %v, want a receipt after %d attempts", r, err, c.calls)
					}
					return
				}
				e := wantError(t, err, c.outcome, c.status)
				if len(e.Attempts) != c.calls || e.Attempts[c.calls-1].Waited != 0 {
					t.Errorf("got attempts %+v, want %d, the last without a pause", e.Attempts, c.calls)
				}
			})
		})
	}
}

func TestBackoff(t *testing.T) {
	for n, want := range map[int]time.Duration{1: 500 * time.Millisecond, 2: time.Second, 3: 2 * time.Second, 6: 15 * time.Second, 1000: 15 * time.Second} {
		for range 100 {
			if got := standardRetries().backoff(n); got <= want/2 || got > want {
				t.Fatalf("backoff(%d): got %s, want more than %s and at most %s", n, got, want/2, want)
			}
		}
	}
}

func TestPausesOfRetryAfter(t *testing.T) {
	for _, c := range []struct {
		after    string
		min, max time.Duration
	}{
		{"3", 3 * time.Second, 3 * time.Second},
		{"2.5", 2500 * time.Millisecond, 2500 * time.Millisecond},
		{" 1 ", time.Second, time.Second},
		{"Sat, 01 Jan 2000 00:00:07 GMT", 7 * time.Second, 7 * time.Second}, // synctest starts in 2000
		{"Saturday, 01-Jan-00 00:00:07 GMT", 7 * time.Second, 7 * time.Second},
		{"Fri, 31 Dec 1999 23:00:00 GMT", 250 * time.Millisecond, 500 * time.Millisecond},
		{"0", 250 * time.Millisecond, 500 * time.Millisecond},
		{"0.001", 500 * time.Millisecond, 500 * time.Millisecond},
		{"-5", 250 * time.Millisecond, 500 * time.Millisecond},
		{"soon", 250 * time.Millisecond, 500 * time.Millisecond},
		{"NaN", 250 * time.Millisecond, 500 * time.Millisecond},
		{"", 250 * time.Millisecond, 500 * time.Millisecond},
	} {
		synctest.Test(t, func(t *testing.T) {
			client, api := fakeClient(t, answer(429, refusalJSON, "Retry-After: "+c.after), answer(202, receiptJSON))
			r, err := client.Send(t.Context(), testMessage())
			if err != nil {
				t.Fatalf("Retry-After %q: %v", c.after, err)
			}
			got := api.pauses()
			if len(got) != 1 || got[0] < c.min || got[0] > c.max || r.Attempts[0].Waited != got[0] {
				t.Errorf("Retry-After %q: got pauses %v, attempts %+v, want %s to %s", c.after, got, r.Attempts, c.min, c.max)
			}
		})
	}
}

func TestRetryAfterIsBounded(t *testing.T) {
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	for after, want := range map[string]time.Duration{
		"1e300": maxRetryAfter, "Inf": maxRetryAfter, "99999999999999999999": maxRetryAfter,
		"Fri, 01 Jan 2100 00:00:00 GMT": maxRetryAfter, "-Inf": 0, "86400": maxRetryAfter, "60": time.Minute,
	} {
		if got := retryAfter(http.Header{"Retry-After": {after}}, now); got != want {
			t.Errorf("%q: got %s, want %s", after, got, want)
		}
	}
}

// TestRateLimitEndsAtDeadline: 429 is tried until the deadline, and nobody waits
// for a pause that the deadline would cut.
func TestRateLimitEndsAtDeadline(t *testing.T) {
	for _, c := range []struct {
		name  string
		limit time.Duration // 0 is none
		after string
		calls int
		took  time.Duration
	}{
		{"pauses of 4 s in 10 s", 10 * time.Second, "4", 3, 8 * time.Second},
		{"a pause as long as the time", 10 * time.Second, "10", 1, 0},
		{"a pause of a day", 10 * time.Second, "86400", 1, 0},
		{"no deadline given", 0, "13", 5, 52 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx, start := t.Context(), time.Now()
			if c.limit > 0 {
				var cancel context.CancelFunc
				ctx, cancel = context.WithTimeout(ctx, c.limit)
				defer cancel()
			}
			client, api := fakeClient(t, answer(429, refusalJSON, "Retry-After: "+c.after))
			_, err := client.Send(ctx, testMessage())
			e := wantError(t, err, Rejected, 429)
			if !errors.Is(err, ErrRateLimited) || e.Wait == 0 {
				t.Errorf("%s: got %v, wait %s, want ErrRateLimited and the wait", c.name, err, e.Wait)
			}
			if took := time.Since(start); api.calls() != c.calls || took != c.took {
				t.Errorf("%s: got %d requests in %s, want %d in %s", c.name, api.calls(), took, c.calls, c.took)
			}
		})
	}
}

// TestCancelWhileWaiting: the outcome is that of the last answer, at once.
func TestCancelWhileWaiting(t *testing.T) {
	for _, c := range []struct {
		step    step
		outcome Outcome
		status  int
	}{
		{answer(429, refusalJSON, "Retry-After: 30"), Rejected, 429},
		{failing(noConnection()), Unsent, 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(100*time.Millisecond, cancel)
			client, api := fakeClient(t, c.step)
			start := time.Now()
			_, err := client.Send(ctx, testMessage())
			wantOutcome(t, err, c.outcome, c.status)
			if c.status != 0 && !errors.Is(err, context.Canceled) {
				t.Errorf("got %v, want it to say that it was cancelled", err)
			}
			if took := time.Since(start); api.calls() != 1 || took != 100*time.Millisecond {
				t.Errorf("got %d requests, %s, want 1 and an end at 100ms", api.calls(), took)
			}
		})
	}
}

func TestSilentAPI(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, api := fakeClient(t, silence)
		start := time.Now()
		_, err := client.Send(t.Context(), testMessage())
		wantOutcome(t, err, Unknown, 0)
		if took := time.Since(start); api.calls() != 1 || took != DefaultTimeLimit || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %d requests, %s, %v, want one, for %s, ended by the deadline", api.calls(), took, err, DefaultTimeLimit)
		}
	})
}

// TestCauseOfTheEnd: whatever the transport makes of it, the error says who ended
// the call.
func TestCauseOfTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, _ := fakeClient(t, func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, errors.New("aborted")
		})
		hungUp := errors.New("the terminal hung up")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Second, func() { cancel(hungUp) })
		_, err := client.Send(ctx, testMessage())
		wantOutcome(t, err, Unknown, 0)
		if !errors.Is(err, hungUp) {
			t.Errorf("got %v, want %v as its cause", err, hungUp)
		}
	})
}

// TestRepeatableCalls: reads and idempotent writes get over passing failures, but
// never forget that an earlier try may have taken effect.
func TestRepeatableCalls(t *testing.T) {
	cut, down, ok := failing(io.ErrUnexpectedEOF), failing(noConnection()), answer(204, "")
	for _, c := range []struct {
		name    string
		steps   []step
		calls   int
		outcome Outcome
		status  int
	}{
		{"cut twice", []step{cut, cut, ok}, 3, Accepted, 204},
		{"cut for ever", []step{cut}, 3, Unknown, 0},
		{"gateway's errors", []step{answer(502, htmlBody), answer(504, ""), ok}, 3, Accepted, 204},
		{"cut, then no connection", []step{cut, down}, 4, Unknown, 0},
		{"cut, then refused", []step{cut, answer(400, refusalJSON)}, 2, Unknown, 400},
		{"refused", []step{answer(400, refusalJSON)}, 1, Rejected, 400},
		{"redirected", []step{answer(302, "", "Location: /"), ok}, 1, Unknown, 302},
	} {
		synctest.Test(t, func(t *testing.T) {
			client, api := fakeClient(t, c.steps...)
			err := client.Upload(t.Context(), "a.png", "image/png", []byte("x"))
			if api.calls() != c.calls {
				t.Errorf("%s: got %d requests, want %d (%v)", c.name, api.calls(), c.calls, err)
			}
			if c.outcome == Accepted {
				if err != nil {
					t.Errorf("%s: got %v, want success", c.name, err)
				}
				return
			}
			wantOutcome(t, err, c.outcome, c.status)
		})
	}
}

// TestNoPauseAfterTheEnd: a call whose time is over is not repeated because its pause
// is over too.
func TestNoPauseAfterTheEnd(t *testing.T) {
	ended, end := context.WithCancel(t.Context())
	end()
	for range 64 { // a select would take either
		if sleep(ended, 0) {
			t.Fatal("it goes on after the end of its context")
		}
	}
}
