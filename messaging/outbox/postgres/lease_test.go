package postgres

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// A process of a test, with its engine.
type process struct {
	*outbox.Outbox
	*engine
}

// A noted place keeps the engine of its opening.
type noted struct {
	place
	last *engine
}

func (n *noted) Open(ctx context.Context, o outbox.Opening) (outbox.Engine, error) {
	e, err := n.place.Open(ctx, o)
	if err == nil {
		n.last = e.(*engine)
	}
	return e, err
}

// opened is an outbox that is closed at the end of the test.
func opened(t testing.TB, at place) process {
	t.Helper()
	n := &noted{place: at}
	o, err := outbox.Open(t.Context(), n, outbox.Options{})
	sample.Must(t, err)
	t.Cleanup(func() { _ = o.Close() }) // it may have been cut off
	return process{o, n.last}
}

// expire ends the lease of a process before its time.
func expire(t testing.TB, p process) {
	t.Helper()
	_, err := p.own.ExecContext(t.Context(), "UPDATE owners SET until = clock_timestamp() WHERE name = ?", p.Owner())
	sample.Must(t, err)
}

// TestLostLease: of what a process began whose lease is over nothing more leaves, others
// settle it, and its late answer still corrects that. Other messages it sends under a new name.
func TestLostLease(t *testing.T) {
	at := newPlace(t)
	p := opened(t, at)
	ids := sample.Begun(t, p.Outbox, sample.SMS("one"), sample.SMS("two"), sample.SMS("three"))
	sample.Must(t, p.Start(t.Context(), ids[1]))
	old := p.Owner()
	alive := func(name string, want bool) {
		t.Helper()
		o := opened(t, at)
		got, err := o.Alive(t.Context(), o.Reader(), name)
		sample.Must(t, err)
		names, err := o.Living(t.Context(), o.Reader())
		if got != want || err != nil || (len(names) == 1) != want {
			t.Errorf("alive: %v, living: %v, %v, want it alive: %v", got, names, err, want)
		}
	}
	alive(old, true)
	expire(t, p)
	// Nobody has settled anything yet.
	sample.WantFailure(t, p.Start(t.Context(), ids[2]), p.Path(), outbox.ErrTakenForDead)
	sample.WantState(t, p.Outbox, ids[2], outbox.Queued)
	alive(old, false)
	settled := []outbox.State{outbox.Unknown, outbox.Unknown, outbox.Unsent}
	for i, want := range settled {
		sample.WantState(t, p.Outbox, ids[i], want)
	}
	fourth := sample.Begun(t, p.Outbox, sample.SMS("four"))[0]
	if p.Owner() == old {
		t.Error("it begins messages under the name of a dead process")
	}
	alive(p.Owner(), true)
	sample.WantState(t, p.Outbox, fourth, outbox.Sending)
	for i, want := range settled { // what the old name began stays that of a dead process
		sample.WantState(t, p.Outbox, ids[i], want)
	}
	if err := p.Sure(t.Context(), old); !errors.Is(err, outbox.ErrTakenForDead) {
		t.Errorf("Sure of the old name = %v, want ErrTakenForDead", err)
	}
	sample.Must(t, p.Sure(t.Context(), p.Owner()))
	sample.Must(t, p.Settle(t.Context(), ids[1], sample.Receipt("api-two", sample.SMS("two")), nil))
	sample.WantState(t, p.Outbox, ids[1], outbox.Accepted)
}

// TestNewLeaseOfOldRows: what was queued under the old name does not leave under the new one,
// though nobody has settled it.
func TestNewLeaseOfOldRows(t *testing.T) {
	at := newPlace(t)
	p := opened(t, at)
	ids := sample.Begun(t, p.Outbox, sample.SMS("one"), sample.SMS("two"))
	expire(t, p)
	sample.WantFailure(t, p.Start(t.Context(), ids[1]), p.Path(), outbox.ErrTakenForDead)
	sample.Must(t, p.Claim(t.Context())) // that of the engine, which knows nothing of messages
	sample.WantFailure(t, p.Start(t.Context(), ids[1]), p.Path(), outbox.ErrTakenForDead)
	sample.WantState(t, p.Outbox, ids[1], outbox.Queued)
	// That of the outbox sees to them.
	sample.Must(t, p.Settle(t.Context(), ids[0], sample.Receipt("api-one", sample.SMS("one")), nil))
	expire(t, p)
	stale(p)
	sample.Begun(t, p.Outbox, sample.SMS("three"))
	sample.WantState(t, p.Outbox, ids[1], outbox.Unsent)
}

// stale has a process look whether its lease is over before it relies on it, as one that was
// stopped does.
func stale(p process) {
	p.lease.mu.Lock()
	defer p.lease.mu.Unlock()
	p.lease.renewed = time.Time{}
}

// TestStoppedBeforeItLeft: a process that is stopped when a message is recorded and has not
// left, for longer than its lease, does not send it.
func TestStoppedBeforeItLeft(t *testing.T) {
	at := newPlace(t)
	p := opened(t, at)
	posts := 0
	api := sample.API{OnSend: func(_ context.Context, m messaging.Message) (*messaging.Receipt, error) {
		posts++
		return sample.Receipt("api-"+m.Text, m), nil
	}}
	b, err := p.Plan(t.Context(), api, outbox.Plan{Messages: []messaging.Message{sample.SMS("one"), sample.SMS("two")}})
	sample.Must(t, err)
	expire(t, p)
	stale(p)
	for range 2 {
		var results []outbox.Result
		b.Run(t.Context(), outbox.RunOptions{After: func(_ int, r outbox.Result) { results = append(results, r) }})
		if posts != 0 || len(results) != 2 || !errors.Is(results[0].Err, outbox.ErrTakenForDead) || messaging.OutcomeOf(results[0].Err) != messaging.Unsent || results[1].Skipped == "" {
			t.Fatalf("%d posts and %+v, want none: it was taken for dead", posts, results)
		}
		for _, id := range b.IDs() {
			sample.WantState(t, p.Outbox, id, outbox.Unsent)
		}
		// The same where another process has settled them, and this one has a new lease.
		if b, err = p.Plan(t.Context(), api, outbox.Plan{Messages: []messaging.Message{sample.SMS("three"), sample.SMS("four")}}); err != nil {
			t.Fatal(err)
		}
		expire(t, p)
		stale(p)
		_, err := p.TakeWork(t.Context(), time.Time{})
		sample.Must(t, err)
		sample.WantState(t, p.Outbox, b.IDs()[0], outbox.Unknown)
		sample.WantState(t, p.Outbox, b.IDs()[1], outbox.Unsent)
	}
}

// TestLostLeaseOfBatch: behind the message that was on its way when the lease ended none
// leaves, though each takes the place of another.
func TestLostLeaseOfBatch(t *testing.T) {
	at := newPlace(t)
	p := opened(t, at)
	var posts, late atomic.Int32
	var over atomic.Bool
	api := sample.API{OnSend: func(_ context.Context, m messaging.Message) (*messaging.Receipt, error) {
		if over.Load() {
			late.Add(1)
		}
		if posts.Add(1) == 3 {
			expire(t, p)
			over.Store(true)
		}
		return sample.Receipt("api-"+m.Text, m), nil
	}}
	var messages []messaging.Message
	for i := range 20 {
		messages = append(messages, sample.SMS(fmt.Sprint("batch ", i)))
	}
	b, err := p.Plan(t.Context(), api, outbox.Plan{Messages: messages})
	sample.Must(t, err)
	b.Run(t.Context(), outbox.RunOptions{Parallel: 2})
	accepted := len(sample.IDsIn(t, p.Outbox, outbox.Filter{State: outbox.Accepted}))
	if n := int(posts.Load()); late.Load() > 1 || accepted != n || len(sample.IDsIn(t, p.Outbox, outbox.Filter{State: outbox.Unsent})) != 20-n {
		t.Errorf("%d posts, %d of them late, and %d accepted, want the one late that may have been recorded, and the rest unsent", n, late.Load(), accepted)
	}
}

// TestLostLeaseOfDrain: a broadcast goes on under a new name, and everybody gets it once.
func TestLostLeaseOfDrain(t *testing.T) {
	const all = 60
	at := newPlace(t)
	p := opened(t, at)
	id := sample.Started(t, p.Outbox, sample.Broadcast(), sample.People(all))
	old := p.Owner()
	var mu sync.Mutex
	posts := map[string]int{}
	api := sample.API{OnSend: func(_ context.Context, m messaging.Message) (*messaging.Receipt, error) {
		mu.Lock()
		defer mu.Unlock()
		if posts[m.To[0]]++; len(posts)%25 == 0 {
			expire(t, p)
			stale(p)
		}
		return sample.Receipt("api-"+m.To[0], m), nil
	}}
	told := map[string]int{}
	r, err := p.Drain(t.Context(), api, id, sample.Fast(outbox.DrainOptions{Told: func(p outbox.Person, _ messaging.Message, r outbox.Result) {
		if r.Err == nil {
			told[p.Number]++
		}
	}}))
	if err != nil || r.State != outbox.RunDone || p.Owner() == old {
		t.Errorf("Drain = %v, %v, want it done under a new name", r.State, err)
	}
	for n := range all {
		number := sample.NumberOf(n + 1)
		if posts[number] != 1 || told[number] != 1 {
			t.Errorf("%s was sent to %d times and told of %d times, want once", number, posts[number], told[number])
		}
	}
	c, err := p.RunCounts(t.Context(), id)
	if err != nil || c.States[outbox.Accepted] != all {
		t.Errorf("%+v, %v, want %d accepted", c, err, all)
	}
}

// TestLeaseIsKept: it is renewed for as long as its process runs, by the clock of the
// database.
func TestLeaseIsKept(t *testing.T) {
	at := newPlace(t)
	at.hooks.lease = 2 * time.Second
	p := opened(t, at)
	sample.Must(t, p.Claim(t.Context()))
	until := func() (at time.Time) {
		t.Helper()
		sample.Must(t, p.Reader().QueryRowContext(t.Context(), "SELECT until FROM owners WHERE name = ?", p.Owner()).Scan(&at))
		return at
	}
	// However slow this machine is: it is renewed, or, where it was too slow, there is another.
	for first := until(); until().Equal(first); <-time.After(time.Millisecond) {
		sample.Must(t, p.Claim(t.Context()))
	}
	sample.Must(t, p.Outbox.Close())
	o := opened(t, at)
	if n := sample.Value[int](t, o.engine, "SELECT count(*) FROM owners"); n != 0 {
		t.Errorf("%d processes have leases, want 0 after the only one was closed", n)
	}
}
