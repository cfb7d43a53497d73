package postgres

import (
	"context"
	"fmt"
	"net"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
	"telex/messaging/outbox/postgres/postgrestest"
	"telex/messaging/outbox/sqlite"

	"github.com/jackc/pgx/v5"
)

// A trips counter knows how often somebody waited for an answer of the server.
type trips struct {
	net.Conn
	n     *atomic.Int64
	asked *atomic.Bool
}

func (c trips) Write(b []byte) (int, error) {
	c.asked.Store(true)
	return c.Conn.Write(b)
}

func (c trips) Read(b []byte) (int, error) {
	if c.asked.Swap(false) {
		c.n.Add(1)
	}
	return c.Conn.Read(b)
}

// counted is a place of which it is counted how often its processes wait for an answer.
func counted(at place, waits *atomic.Int64) place {
	at.config = at.config.Copy()
	dial := at.config.DialFunc
	at.config.DialFunc = func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return trips{c, waits, &atomic.Bool{}}, nil
	}
	return at
}

// durable is an outbox in a PostgreSQL that waits for its disk, and how often its processes
// waited for an answer.
func durable(b *testing.B) (at func() place, waits *atomic.Int64) {
	b.Helper()
	needed(b)
	s, err := postgrestest.StartDurable(b.Context())
	sample.Must(b, err)
	b.Cleanup(func() { sample.Must(b, s.Close()) })
	databases, waits := 0, &atomic.Int64{}
	return func() place {
		databases++
		name := fmt.Sprint("bench_", databases)
		ctx := b.Context()
		conn, err := pgx.Connect(ctx, s.Address("postgres"))
		sample.Must(b, err)
		_, err = conn.Exec(ctx, "CREATE DATABASE "+name)
		sample.Must(b, err)
		sample.Must(b, conn.Close(ctx))
		at, err := At(s.Address(name), filepath.Join(b.TempDir(), "telex"))
		sample.Must(b, err)
		p := counted(at.(place), waits)
		sample.Must(b, opened(b, p).Outbox.Close()) // the tables are made
		return p
	}, waits
}

// inFile is an outbox in a file.
func inFile(b *testing.B) outbox.Place {
	b.Helper()
	at := sqlite.At(filepath.Join(b.TempDir(), "telex", "outbox.db"))
	o, err := outbox.Open(b.Context(), at, outbox.Options{})
	sample.Must(b, err)
	sample.Must(b, o.Close())
	return at
}

// sendOne is what a message costs an open outbox: its row before it leaves, and the answer.
func sendOne(b testing.TB, o *outbox.Outbox, n int) {
	b.Helper()
	m := sample.SMS(fmt.Sprint("message ", n))
	id := sample.Begun(b, o, m)[0]
	sample.Must(b, o.Settle(b.Context(), id, sample.Receipt(fmt.Sprint("api-", n), m), nil))
}

// BenchmarkSend sends over PostgreSQL and over the file in turn, and says how many
// milliseconds each took in the median, how often the first was waited for, and how often
// over the other it would have gone. "program" opens the outbox for one message and closes
// it, as telex send does; "console" has it open.
func BenchmarkSend(b *testing.B) {
	at, waits := durable(b)
	places := []outbox.Place{at(), inFile(b)}
	b.Run("program", func(b *testing.B) {
		inTurn(b, waits, func(i, n int) {
			o, err := outbox.Open(b.Context(), places[i], outbox.Options{})
			sample.Must(b, err)
			sendOne(b, o, n)
			sample.Must(b, o.Close())
		})
	})
	b.Run("console", func(b *testing.B) {
		var open [2]*outbox.Outbox
		for i := range open {
			o, err := outbox.Open(b.Context(), places[i], outbox.Options{})
			sample.Must(b, err)
			defer func() { sample.Must(b, o.Close()) }()
			open[i] = o
		}
		inTurn(b, waits, func(i, n int) { sendOne(b, open[i], n) })
	})
}

// inTurn measures do for both places.
func inTurn(b *testing.B, waits *atomic.Int64, do func(place, n int)) {
	b.Helper()
	var took [2][]time.Duration
	before, n := waits.Load(), 0
	for b.Loop() {
		n++
		for i := range took {
			began := time.Now()
			do(i, n)
			took[i] = append(took[i], time.Since(began))
		}
	}
	for i := range took {
		slices.Sort(took[i])
	}
	here, file := took[0][len(took[0])/2], took[1][len(took[1])/2]
	b.ReportMetric(0, "ns/op") // it is that of both
	b.ReportMetric(float64(here.Microseconds())/1000, "postgres-ms")
	b.ReportMetric(float64(file.Microseconds())/1000, "file-ms")
	b.ReportMetric(float64(here)/float64(file), "ratio")
	b.ReportMetric(float64(waits.Load()-before)/float64(n), "trips")
}

// BenchmarkDrain sends a broadcast to 1,000 people by 1, 2 and 4 processes at once, of an API
// that answers at once or after 50 ms, and says how many messages a second that came to and
// how often each was waited for.
func BenchmarkDrain(b *testing.B) {
	at, waits := durable(b)
	for _, latency := range []time.Duration{0, 50 * time.Millisecond} {
		for _, drainers := range []int{1, 2, 4} {
			b.Run(fmt.Sprintf("postgres/latency=%s/drainers=%d", latency, drainers), func(b *testing.B) {
				before := waits.Load()
				benchDrain(b, drainers, latency, func() outbox.Place { return at() })
				b.ReportMetric(float64(waits.Load()-before)/float64(b.N*benchPeople), "trips/message")
			})
			b.Run(fmt.Sprintf("file/latency=%s/drainers=%d", latency, drainers), func(b *testing.B) {
				benchDrain(b, drainers, latency, func() outbox.Place { return inFile(b) })
			})
		}
	}
}

const benchPeople = 1000

func benchDrain(b *testing.B, drainers int, latency time.Duration, newPlace func() outbox.Place) {
	b.Helper()
	var sent atomic.Int64
	api := sample.API{OnSend: func(_ context.Context, m messaging.Message) (*messaging.Receipt, error) {
		if latency > 0 {
			time.Sleep(latency) //nolint:forbidigo // so long it takes there
		}
		return sample.Receipt(fmt.Sprint("api-", sent.Add(1)), m), nil
	}}
	for b.Loop() {
		b.StopTimer()
		at := newPlace()
		open := make([]*outbox.Outbox, drainers)
		for i := range open {
			o, err := outbox.Open(b.Context(), at, outbox.Options{})
			sample.Must(b, err)
			open[i] = o
		}
		id := benchBroadcast(b, open[0])
		var all sync.WaitGroup
		over := make(chan struct{}, drainers)
		b.StartTimer()
		for _, o := range open {
			all.Go(func() {
				defer func() { over <- struct{}{} }()
				if _, err := o.Drain(b.Context(), api, id, outbox.DrainOptions{Parallel: outbox.MostParallel, Pace: outbox.Pace{Account: outbox.NoLimit()}, Prepare: sameForAll}); err != nil {
					b.Error(err)
				}
			})
		}
		<-over // the others look again within two seconds: nothing tells them here
		b.StopTimer()
		all.Wait()
		for _, o := range open {
			sample.Must(b, o.Close())
		}
		b.StartTimer()
	}
	if got := sent.Load(); got != int64(b.N*benchPeople) {
		b.Errorf("%d messages left, want %d", got, b.N*benchPeople)
	}
	b.ReportMetric(float64(b.N*benchPeople)/b.Elapsed().Seconds(), "messages/s")
	b.ReportMetric(0, "ns/op")
}

// benchBroadcast is a broadcast that was started.
func benchBroadcast(b *testing.B, o *outbox.Outbox) int64 {
	b.Helper()
	r, err := o.NewBroadcast(b.Context(), outbox.Broadcast{Name: "all", ApplicationID: sample.Application, Senders: []string{sample.Sender}, Text: "Hello"})
	sample.Must(b, err)
	_, err = o.AddPeople(b.Context(), r.ID, 0, func(yield func(outbox.Person) bool) {
		for i := range benchPeople {
			if !yield(outbox.Person{Number: fmt.Sprintf("+1919555%04d", i)}) {
				return
			}
		}
	})
	sample.Must(b, err)
	sample.Must(b, o.StartRun(b.Context(), r.ID))
	return r.ID
}

func sameForAll(r outbox.Run) (outbox.Fill, error) {
	return func(p outbox.Person) (messaging.Message, outbox.Skip, string, error) {
		return messaging.Message{From: r.Broadcast.Senders[0], To: []string{p.Number}, Text: r.Broadcast.Text, ApplicationID: r.Broadcast.ApplicationID}, "", "", nil
	}, nil
}
