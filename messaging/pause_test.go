package messaging

import (
	"context"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// refusing refuses the first so many requests for a time, and notes when each one came.
type refusing struct {
	mu    sync.Mutex
	first int
	after string
	came  []time.Duration // since start
	start time.Time
}

func (f *refusing) RoundTrip(r *http.Request) (*http.Response, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.came = append(f.came, time.Since(f.start))
	if len(f.came) <= f.first {
		return answer(429, refusalJSON, "Retry-After: "+f.after)(r)
	}
	return answer(202, receiptJSON)(r)
}

// TestPauseIsOfAll: what the API says to one message holds for all of them, and is over
// when it says so.
func TestPauseIsOfAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := &refusing{first: 1, after: "7", start: time.Now()}
		client := testClient(t, DefaultBaseURL, WithHTTPClient(&http.Client{Transport: api}))
		var all sync.WaitGroup
		send := func() {
			if _, err := client.Send(t.Context(), testMessage()); err != nil {
				t.Errorf("Send = %v, want it accepted", err)
			}
		}
		all.Go(send)
		synctest.Wait()
		if got := client.Pause(); got != 7*time.Second {
			t.Errorf("Pause = %s after a 429, want 7s", got)
		}
		time.Sleep(time.Second) //nolint:forbidigo // in the bubble's own time
		for range 3 {
			all.Go(send)
		}
		all.Wait()
		for i, at := range api.came[1:] {
			if at < 7*time.Second {
				t.Errorf("request %d came after %s, want none before 7s", i+2, at)
			}
		}
		if got := client.Pause(); len(api.came) != 5 || got != 0 {
			t.Errorf("%d requests, then Pause = %s, want 5 and 0", len(api.came), got)
		}
	})
}

// TestPauseBeyondTheLimit: a call whose time is up before the pause is asks all the same,
// so that the API's answer is what is told; and what it takes ends the pause.
func TestPauseBeyondTheLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := &refusing{first: 1, after: "600", start: time.Now()}
		client := testClient(t, DefaultBaseURL, WithHTTPClient(&http.Client{Transport: api}))
		_, err := client.Send(t.Context(), testMessage())
		wantOutcome(t, err, Rejected, 429)
		time.Sleep(time.Second) //nolint:forbidigo // in the bubble's own time
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if _, err := client.Send(ctx, testMessage()); err != nil {
			t.Errorf("Send = %v, want it accepted", err)
		}
		if got := client.Pause(); len(api.came) != 2 || api.came[1] != time.Second || got != 0 {
			t.Errorf("requests at %v, then Pause = %s; want them at 0s and 1s, and no pause", api.came, got)
		}
	})
}
