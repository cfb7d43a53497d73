package postgres

import (
	"context"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// TestBroadcastCutAtEachStep: the connection ends at every message of the protocol, one after
// the other, of a whole broadcast, from its making to its end. Nothing leaves without a row
// that says so, and everybody gets it once.
func TestBroadcastCutAtEachStep(t *testing.T) {
	sample.Long(t)
	for _, how := range []cut{before, after} {
		t.Run(map[cut]string{before: "before", after: "after"}[how], func(t *testing.T) {
			at := newPlace(t)
			p := newProxy(t)
			cutOff := p.through(at)
			cutOff.hooks.resting = func(time.Duration) error { return nil }
			watch, o := opened(t, at), opened(t, cutOff)
			stride := 43 // of some 400, most of which are of the same few kinds
			if os.Getenv("TELEX_SOAK") != "" {
				stride = 3
			}
			for nth, through := 1+int(how), false; !through; nth += stride {
				through = broadcastCut(t, watch, o, p, nth, how)
				if nth > 3000 {
					t.Fatal("a broadcast has more than 3000 messages")
				}
			}
		})
	}
}

// broadcastCut is one broadcast with a cut at the nth message. It reports whether it was
// through before.
func broadcastCut(t *testing.T, watch, o process, p *proxy, nth int, how cut) (through bool) {
	t.Helper()
	const all = 3
	do, was := once(nth, how, func(byte, []byte) bool { return true })
	p.set(do)
	b := sample.Broadcast()
	b.Text = fmt.Sprintf("NAME: cut %d at %d", how, nth)
	id := sample.Started(t, o.Outbox, b, sample.People(all))
	tally := newTally(t, watch)
	r, err := o.Drain(t.Context(), tally, id, sample.Fast(outbox.DrainOptions{Parallel: 2}))
	if err != nil { // it was only reading; then a person begins it again
		r, err = o.Drain(t.Context(), tally, id, sample.Fast(outbox.DrainOptions{}))
	}
	if err != nil || r.State != outbox.RunDone {
		t.Errorf("cut %d: Drain = %s, %v, want it done", nth, r.State, err)
	}
	p.set(nil)
	tally.wantEach(t, id, all, 0)
	return !was()
}

// TestServerSilent: a connection that goes without a word amid a commit counts as lost after
// a while, and the message leaves once all the same.
func TestServerSilent(t *testing.T) {
	for name, how := range map[string]cut{"before the commit": silentBefore, "behind the commit": silentAfter} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at := newPlace(t)
			p := newProxy(t)
			cutOff := p.through(at)
			cutOff.hooks.silence = time.Second
			watch := opened(t, at)
			o := opened(t, cutOff)
			do, was := once(1, how, isCommit)
			p.set(do)
			tally := newTally(t, watch)
			b, err := o.Plan(t.Context(), tally, outbox.Plan{Messages: []messaging.Message{sample.SMS("into silence")}})
			sample.Must(t, err)
			if r := b.Send(t.Context(), 0); r.Err != nil || r.Unrecorded != nil || !was() {
				t.Errorf("%+v, cut: %v, want it accepted", r, was())
			}
			if n := tally.of(sample.Alice); n != 1 {
				t.Errorf("%d posts, want 1", n)
			}
			found, err := watch.List(t.Context(), outbox.Filter{})
			if err != nil || len(found) != 1 || found[0].State != outbox.Accepted {
				t.Errorf("rows %v, %v, want one, accepted", found, err)
			}
		})
	}
}

// TestServerSilentForGood: where nothing is ever answered nothing is recorded, and so nothing
// is sent.
func TestServerSilentForGood(t *testing.T) {
	at := newPlace(t)
	p := newProxy(t)
	cutOff := p.through(at)
	cutOff.hooks.silence, cutOff.hooks.patience = 100*time.Millisecond, 1
	cutOff.config.ConnectTimeout = 100 * time.Millisecond
	o := opened(t, cutOff)
	p.set(func(byte, []byte) cut { return silentBefore })
	tally := newTally(t, o)
	_, err := o.Plan(t.Context(), tally, outbox.Plan{Messages: []messaging.Message{sample.SMS("into the void")}})
	sample.WantFailure(t, err, o.Path(), nil, "into the void")
	if n := tally.of(sample.Alice); n != 0 {
		t.Errorf("%d messages left, want 0", n)
	}
	p.set(nil)
	p.cutAll()
}

// TestServerGoneBeforeItLeft: a process that was stopped for long when a message was recorded
// and had not left, and finds no server, does not send it: others may have settled it.
func TestServerGoneBeforeItLeft(t *testing.T) {
	at := newPlace(t)
	p := newProxy(t)
	cutOff := p.through(at)
	cutOff.hooks.patience = 1
	o, watch := opened(t, cutOff), opened(t, at)
	tally := newTally(t, watch)
	b, err := o.Plan(t.Context(), tally, outbox.Plan{Messages: []messaging.Message{sample.SMS("too late")}})
	sample.Must(t, err)
	p.set(func(byte, []byte) cut { return before })
	p.cutAll()
	stale(o)
	r := b.Send(t.Context(), 0)
	if tally.of(sample.Alice) != 0 || messaging.OutcomeOf(r.Err) != messaging.Unsent || r.Unrecorded == nil {
		t.Errorf("%d posts and %+v, want it unsent, and that this could not be recorded", tally.of(sample.Alice), r)
	}
	p.set(nil)
	// The server is back, and what is known is recorded late.
	sample.Must(t, o.Settle(t.Context(), r.ID, r.Receipt, r.Err))
	sample.WantState(t, watch.Outbox, r.ID, outbox.Unsent)
}

// TestChangesComeBack: who follows an outbox hears of writes again when a lost connection is
// back.
func TestChangesComeBack(t *testing.T) {
	at := newPlace(t)
	p := newProxy(t)
	other := opened(t, at)
	changes := Changes(t.Context(), p.through(at))
	<-changes // it begins
	p.cutAll()
	<-changes // it begins again: what was written meanwhile it did not hear
	sample.Saved(t, other.Outbox, 0, "Hello")
	<-changes
}

// A tally is an API that takes every message once its row says that it leaves.
type tally struct {
	t     testing.TB
	watch process

	mu    sync.Mutex
	posts map[string]int
}

func newTally(t testing.TB, watch process) *tally {
	return &tally{t: t, watch: watch, posts: map[string]int{}}
}

// Send takes a message.
func (y *tally) Send(_ context.Context, m messaging.Message) (*messaging.Receipt, error) {
	n := sample.Value[int](y.t, y.watch.engine, "SELECT count(*) FROM messages WHERE state = 'sending' AND text = ? AND recipients LIKE '%'||?||'%'", m.Text, m.To[0])
	if n != 1 {
		y.t.Errorf("%d rows say that %q to %s is being sent, want 1 before it leaves", n, m.Text, m.To[0])
	}
	y.mu.Lock()
	defer y.mu.Unlock()
	y.posts[m.To[0]]++
	return sample.Receipt("api-"+m.Text+m.To[0], m), nil
}

// of is how often a number was sent to.
func (y *tally) of(number string) int {
	y.mu.Lock()
	defer y.mu.Unlock()
	return y.posts[number]
}

// wantEach demands that a run is done, and that each of its people was sent to once, but for
// so many unknown ones, who were at most once.
func (y *tally) wantEach(t testing.TB, id int64, all, unknown int) {
	t.Helper()
	page, err := y.watch.RunPeople(t.Context(), id, outbox.PeopleFilter{}, 0, all+1)
	if err != nil || len(page) != all {
		t.Fatalf("%d people, %v, want %d", len(page), err, all)
	}
	lost := 0
	for _, p := range page {
		made := y.of(p.Number)
		if p.State() == outbox.Unknown {
			lost++
		} else if p.State() != outbox.Accepted || made != 1 {
			t.Errorf("person %d is %q and was sent to %d times, want accepted, once", p.N, p.State(), made)
		}
		if made > 1 {
			t.Errorf("person %d was sent to %d times, want once", p.N, made)
		}
	}
	if lost > unknown {
		t.Errorf("%d are unknown, want %d at most", lost, unknown)
	}
	sample.WantWhole(t, y.watch.engine)
}
