//go:build unix

package listen

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/callback"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// loadRate is how many callbacks come in a second in the benchmark.
const loadRate = 1000

// BenchmarkCallbacks posts 1,000 callbacks a second, 1 % of them twice and in shuffled
// order, to telex listen and, as the floor, to a bare net/http server that appends each
// body to a file and syncs it. A latency counts from when the callback was due, whether
// or not the poster was late, so on a machine that is busy otherwise only the time of the
// processors says something. A minute of it is -benchtime 60000x.
func BenchmarkCallbacks(b *testing.B) {
	b.Run("bare", func(b *testing.B) {
		file, err := os.Create(filepath.Join(b.TempDir(), "bodies"))
		if err != nil {
			b.Fatal(err)
		}
		defer func() { _ = file.Close() }()
		var mu sync.Mutex
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				_, err = file.Write(body)
			}
			if err != nil || file.Sync() != nil {
				w.WriteHeader(http.StatusServiceUnavailable)
			}
		}))
		defer server.Close()
		l := newLoad(b, b.TempDir())
		l.post(b, server.URL)
	})
	b.Run("telex", func(b *testing.B) {
		state := b.TempDir()
		l := newLoad(b, state)
		r := start(b, state, map[string]string{"TELEX_LISTEN_PASSWORD": "hush"}, "--user", "u", "--json")
		l.post(b, r.url)
		r.end(b)
		l.check(b, state)
	})
}

// A load is callbacks about messages that were sent, and such that come in.
type load struct {
	bodies   []string
	messages int // with two callbacks each
	came     int
}

// newLoad makes b.N callbacks, of messages that it records as accepted.
func newLoad(b *testing.B, state string) *load {
	b.Helper()
	l := &load{messages: b.N/3 + 1}
	o := openOutbox(b, state)
	api := sample.API{OnSend: func(_ context.Context, m messaging.Message) (*messaging.Receipt, error) {
		return sample.Receipt("m"+m.Tag, m), nil
	}}
	plan := outbox.Plan{Yes: true}
	for i := range l.messages {
		plan.Messages = append(plan.Messages, messaging.Message{
			From: "+12345678901", To: []string{"+19195550101"}, Text: fmt.Sprint("Hello ", i), ApplicationID: "a", Tag: fmt.Sprint(i),
		})
	}
	batch, err := o.Plan(b.Context(), api, plan)
	if err != nil {
		b.Fatal(err)
	}
	next := make(chan int)
	var sending sync.WaitGroup
	for range 32 {
		sending.Go(func() {
			for i := range next {
				if r := batch.Send(b.Context(), i); r.Err != nil {
					b.Error(r.Err)
				}
			}
		})
	}
	for i := range l.messages {
		next <- i
		id := fmt.Sprint("m", i)
		l.bodies = append(l.bodies, event(string(callback.MessageSent), id, ""), event(string(callback.MessageDelivered), id, ""))
	}
	close(next)
	sending.Wait()
	if err := o.Close(); err != nil {
		b.Fatal(err)
	}
	doubles := b.N / 100
	for len(l.bodies) < b.N-doubles {
		l.bodies = append(l.bodies, written(fmt.Sprint("c", l.came), "+19195550102", fmt.Sprint("Hello ", l.came)))
		l.came++
	}
	for range doubles {
		l.bodies = append(l.bodies, l.bodies[rand.N(len(l.bodies))])
	}
	rand.Shuffle(len(l.bodies), func(i, j int) { l.bodies[i], l.bodies[j] = l.bodies[j], l.bodies[i] })
	return l
}

// post posts the load at its rate, and reports how long answers took.
func (l *load) post(b *testing.B, url string) {
	b.Helper()
	const posters = 64
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: posters}}
	defer client.CloseIdleConnections()
	took := make([]time.Duration, len(l.bodies))
	next := make(chan int, posters)
	var posting sync.WaitGroup
	b.ResetTimer()
	began, before := time.Now(), processorTime(b)
	due := func(i int) time.Time { return began.Add(time.Duration(i) * time.Second / loadRate) }
	for range posters {
		posting.Go(func() {
			for i := range next {
				req, err := http.NewRequestWithContext(b.Context(), http.MethodPost, url, strings.NewReader(l.bodies[i]))
				if err != nil {
					b.Error(err)
					continue
				}
				req.SetBasicAuth("u", "hush")
				resp, err := client.Do(req)
				if err != nil {
					b.Error(err)
					continue
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				_ = resp.Body.Close()
				if resp.StatusCode != http.StatusOK {
					b.Errorf("answered %d", resp.StatusCode)
				}
				took[i] = time.Since(due(i))
			}
		})
	}
	for i := range l.bodies {
		if wait := time.Until(due(i)); wait > 0 {
			<-time.After(wait)
		}
		next <- i
	}
	close(next)
	posting.Wait()
	b.StopTimer()
	slices.Sort(took)
	ms := func(of float64) float64 {
		return float64(took[min(int(float64(len(took))*of), len(took)-1)].Microseconds()) / 1000
	}
	b.ReportMetric(ms(0.5), "p50-ms")
	b.ReportMetric(ms(0.99), "p99-ms")
	b.ReportMetric(float64((processorTime(b)-before).Microseconds())/float64(len(took)), "cpu-µs/callback")
	b.ReportMetric(float64(len(took))/time.Since(began).Seconds(), "callbacks/s")
}

// processorTime is what this process has taken of the processors, posters included.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// check fails if the outbox does not hold what was posted, once.
func (l *load) check(b *testing.B, state string) {
	b.Helper()
	o := openOutbox(b, state)
	counts, err := o.Counts(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	if counts[outbox.Delivered] != l.messages || counts[outbox.Received] != l.came {
		b.Errorf("recorded %v, want %d delivered and %d received", counts, l.messages, l.came)
	}
}
