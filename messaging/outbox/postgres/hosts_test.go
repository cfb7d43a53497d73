package postgres

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// TestPaceOfSeveralHosts: three hosts that send one broadcast keep its pace together, though
// their clocks show different times.
func TestPaceOfSeveralHosts(t *testing.T) {
	const span, step = 15 * time.Second, 500 * time.Millisecond
	database := newPlace(t)
	clock := sample.NewClock()
	var hosts []process
	for _, wrong := range []time.Duration{0, 20 * time.Second, -20 * time.Second} {
		at := database
		at.hooks.clock = func() time.Time { return time.Now().Add(wrong) }
		n := &noted{place: at}
		o, err := outbox.Open(t.Context(), n, outbox.Options{Now: func() time.Time { return clock.Now().Add(wrong) }})
		sample.Must(t, err)
		t.Cleanup(func() { sample.Must(t, o.Close()) })
		hosts = append(hosts, process{o, n.last})
	}
	id := sample.Started(t, hosts[0].Outbox, sample.Broadcast(), sample.People(200))
	var posts atomic.Int32
	api := sample.API{OnSend: func(_ context.Context, m messaging.Message) (*messaging.Receipt, error) {
		posts.Add(1)
		return sample.Receipt("api-"+m.To[0], m), nil
	}}
	for range span / step {
		for _, h := range hosts {
			ctx, cancel := context.WithCancel(t.Context())
			how := sample.Fast(outbox.DrainOptions{Pace: outbox.Pace{Account: outbox.Rate{Count: 1, Per: time.Second}}})
			how.After = func(time.Duration) <-chan time.Time { cancel(); return nil } // until it waits
			_, err := h.Drain(ctx, api, id, how)
			sample.Must(t, err)
			cancel()
		}
		clock.Advance(step)
	}
	// What the clocks show is known but for how long an answer takes.
	if n, want := int(posts.Load()), int(span/time.Second); n < want-2 || n > want+2 {
		t.Errorf("%d messages left in %v, want about %d: one a second, from all of them", n, span, want)
	}
}

// TestSkew: what answers say of a clock.
func TestSkew(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	after := func(d time.Duration) time.Time { return at.Add(d) }
	var s skew
	want := func(want time.Duration) {
		t.Helper()
		if got := s.ahead(); got != want {
			t.Errorf("ahead = %v, want %v", got, want)
		}
	}
	want(0)
	s.learn(after(time.Second), at, after(2*time.Second)) // the same clock
	want(0)
	s = skew{}
	s.learn(after(10*time.Second), at, after(4*time.Second)) // from 6 to 10 seconds
	want(8 * time.Second)
	s.learn(after(10*time.Second), at, after(2*time.Second)) // from 8 on
	want(9 * time.Second)
	s.learn(after(12*time.Second), at, after(9*time.Second)) // which says less
	want(9 * time.Second)
	s.learn(after(-10*time.Second), at, after(2*time.Second)) // it was set
	want(-11 * time.Second)
}
