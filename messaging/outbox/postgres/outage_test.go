package postgres

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
)

// outages are how a server goes away while a broadcast is sent: what becomes of the commit
// that is under way then, and whether others take the process for dead meanwhile.
var outages = map[string]struct {
	commit cut
	dead   bool
}{
	"between two changes":             {},
	"before a commit":                 {commit: before},
	"behind a commit":                 {commit: after},
	"for longer than a lease":         {dead: true},
	"behind a commit, and for longer": {commit: after, dead: true},
}

// behindProxy is a place, and the way to it through a proxy, by which nobody waits long.
func behindProxy(t *testing.T) (at place, p *proxy, cutOff place) {
	t.Helper()
	at, p = newPlace(t), newProxy(t)
	cutOff = p.through(at)
	cutOff.hooks.patience = 1
	return at, p, cutOff
}

// TestDrainOutlastsOutage: a broadcast waits for a server that is away for longer than a change
// waits. Nothing leaves meanwhile, what was on its way is recorded when it is back, and
// everybody gets the message once.
func TestDrainOutlastsOutage(t *testing.T) {
	const all, long = 12, 5
	for name, outage := range outages {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at, p, cutOff := behindProxy(t)
			watch, o := opened(t, at), opened(t, cutOff)
			id := sample.Started(t, o.Outbox, sample.Broadcast(), sample.People(all))
			tally := newTally(t, watch)
			var away atomic.Bool
			var late atomic.Int32
			goAway := func() {
				away.Store(true)
				if outage.commit == whole {
					p.cutAll()
				}
			}
			p.set(func(kind byte, body []byte) cut {
				switch {
				case !away.Load():
					return whole
				case outage.commit != whole && isCommit(kind, body):
					how := outage.commit
					outage.commit = whole
					return how
				case outage.commit != whole: // it goes at its next commit
					return whole
				}
				return before
			})
			api := sample.API{OnSend: func(ctx context.Context, m messaging.Message) (*messaging.Receipt, error) {
				if away.Load() {
					late.Add(1)
				}
				r, err := tally.Send(ctx, m)
				if len(tally.all()) == all/2 {
					goAway()
				}
				return r, err
			}}
			heard, back := 0, 0
			r, err := o.Drain(t.Context(), api, id, sample.Fast(outbox.DrainOptions{Parallel: 1, Outage: func(err error) {
				if err == nil {
					back++
					return
				}
				if !errors.Is(err, outbox.ErrUnreachable) {
					t.Errorf("it waits for %v, want ErrUnreachable", err)
				}
				if heard++; heard == 1 && outage.dead {
					expire(t, process{watch.Outbox, &engine{own: watch.own, lease: o.lease}})
					stale(o)
					opened(t, at) // which settles what the dead one had on its way
				}
				if heard == long {
					away.Store(false)
				}
			}}))
			if err != nil || r.State != outbox.RunDone {
				t.Errorf("Drain = %s, %v, want it done", r.State, err)
			}
			if heard != long || back != 1 || late.Load() != 0 {
				t.Errorf("it heard of %d failures and %d ends, and %d messages left meanwhile; want %d, 1 and 0", heard, back, late.Load(), long)
			}
			tally.wantEach(t, id, all, 0)
		})
	}
}

// TestDrainTellsOfOutage: a drain says that the server is away while it waits to find out how its
// commit ended, and not only when it gives that up.
func TestDrainTellsOfOutage(t *testing.T) {
	const all = 4
	for name, how := range map[string]cut{"before a commit": before, "behind a commit": after} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at, p, cutOff := behindProxy(t)
			cutOff.hooks.patience, cutOff.hooks.soon = time.Hour, time.Millisecond
			watch, o := opened(t, at), opened(t, cutOff)
			id := sample.Started(t, o.Outbox, sample.Broadcast(), sample.People(all))
			tally := newTally(t, watch)
			var left atomic.Int32
			api := sample.API{OnSend: func(ctx context.Context, m messaging.Message) (*messaging.Receipt, error) {
				r, err := tally.Send(ctx, m)
				if left.Add(1) == all/2 {
					p.set(downAtCommit(how))
				}
				return r, err
			}}
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			defer context.AfterFunc(ctx, func() { p.set(nil) })() // else it would be waited for
			var heard []error
			r, err := o.Drain(ctx, api, id, sample.Fast(outbox.DrainOptions{Parallel: 1, Outage: func(err error) {
				heard = append(heard, err)
				p.set(nil) // the server is back
			}}))
			if err != nil || r.State != outbox.RunDone {
				t.Errorf("Drain = %s, %v, want it done", r.State, err)
			}
			if len(heard) != 2 || !errors.Is(heard[0], outbox.ErrUnreachable) || heard[1] != nil {
				t.Errorf("it heard %v, want ErrUnreachable once, and the end of that", heard)
			}
			tally.wantEach(t, id, all, 0)
		})
	}
}

// TestDrainEndsInOutage: a drain that is told to end while it waits for a server ends, and tells
// of each message that was on its way what is known of it, and that this is not recorded.
func TestDrainEndsInOutage(t *testing.T) {
	_, p, cutOff := behindProxy(t)
	o := opened(t, cutOff)
	id := sample.Started(t, o.Outbox, sample.Broadcast(), sample.People(5))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	posts := 0
	api := sample.API{OnSend: func(_ context.Context, m messaging.Message) (*messaging.Receipt, error) {
		if posts++; posts == 3 {
			p.set(func(byte, []byte) cut { return before })
			p.cutAll()
		}
		return sample.Receipt("api-"+m.To[0], m), nil
	}}
	var recorded, unrecorded int
	_, err := o.Drain(ctx, api, id, sample.Fast(outbox.DrainOptions{
		Parallel: 1,
		Outage:   func(error) { cancel() },
		Told: func(_ outbox.Person, _ messaging.Message, r outbox.Result) {
			switch {
			case r.Err != nil:
				t.Errorf("message %d: %v, want it accepted", r.ID, r.Err)
			case r.Unrecorded == nil:
				recorded++
			case errors.Is(r.Unrecorded, outbox.ErrUnreachable):
				unrecorded++
			}
		},
	}))
	if !errors.Is(err, outbox.ErrUnreachable) || posts != 3 || recorded != 2 || unrecorded != 1 {
		t.Errorf("Drain = %v after %d posts, of which %d are recorded and %d are not, want ErrUnreachable, 3, 2 and 1", err, posts, recorded, unrecorded)
	}
	p.set(nil)
}

// TestDrainEndsInDoubt: of a drain that is told to end while it is not known whether people were
// taken, none of those gets the message. Where the server comes back they wait again; where it
// does not, each is told of as one to whom nothing left, which is not recorded.
func TestDrainEndsInDoubt(t *testing.T) {
	const all, atOnce = 6, 2
	for _, back := range []bool{true, false} {
		t.Run(map[bool]string{true: "back", false: "away"}[back], func(t *testing.T) {
			t.Parallel()
			at, p, cutOff := behindProxy(t)
			watch, o := opened(t, at), opened(t, cutOff)
			id := sample.Started(t, o.Outbox, sample.Broadcast(), sample.People(all))
			tally := newTally(t, watch)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			gone := downAtCommit(after)
			api := sample.API{OnSend: func(ctx context.Context, m messaging.Message) (*messaging.Receipt, error) {
				p.set(gone) // with the commit that takes the next, and records this one
				return tally.Send(ctx, m)
			}}
			held := 0
			r, err := o.Drain(ctx, api, id, sample.Fast(outbox.DrainOptions{
				Parallel: atOnce,
				Outage: func(err error) {
					if err != nil && back {
						p.set(nil)
					}
					cancel()
				},
				Told: func(_ outbox.Person, _ messaging.Message, r outbox.Result) {
					if messaging.OutcomeOf(r.Err) == messaging.Unsent && (r.Unrecorded == nil) == back {
						held++
					}
				},
			}))
			if (err == nil) != back || back && r.State != outbox.RunRunning || !back && !errors.Is(err, outbox.ErrUnreachable) {
				t.Errorf("Drain = %s, %v", r.State, err)
			}
			if posts := len(tally.all()); posts != 1 || held != atOnce {
				t.Errorf("%d messages left and of %d it was told that they did not, want 1 and %d", posts, held, atOnce)
			}
			p.set(nil)
			if !back {
				return
			}
			_, err = watch.Drain(t.Context(), tally, id, sample.Fast(outbox.DrainOptions{Parallel: atOnce}))
			sample.Must(t, err)
			tally.wantEach(t, id, all, 0)
		})
	}
}

// TestHurry: who is to end waits for a server that is away, or says nothing, for no longer than
// it says, also amid a change, and behind that for no other change; what the server answers is
// made. Without a hurry each of these takes longer than [reachTime].
func TestHurry(t *testing.T) {
	const most = 300 * time.Millisecond
	for name, how := range map[string]cut{"away": before, "silent before a commit": silentBefore, "silent behind a commit": silentAfter} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at := newPlace(t)
			p := newProxy(t)
			o := opened(t, p.through(at))
			waits := make(chan struct{})
			down := false
			p.set(func(kind byte, body []byte) cut {
				if !down && isCommit(kind, body) {
					down = true
					close(waits)
				}
				if down {
					return how
				}
				return whole
			})
			note := func(name string) error {
				return o.Write(t.Context(), func(ctx context.Context, tx outbox.Tx) error {
					_, err := tx.ExecContext(ctx, "INSERT INTO counters (name, value) VALUES (?, 1)", name)
					return err
				})
			}
			failed := make(chan error)
			began := time.Now()
			go func() { failed <- note("under way") }()
			<-waits
			o.engine.Hurry(most)
			if err := <-failed; !errors.Is(err, outbox.ErrUndecided) {
				t.Errorf("the change under way = %v, want ErrUndecided", err)
			}
			for range 20 {
				if err := o.Explain(note("later")); !errors.Is(err, outbox.ErrUnreachable) {
					t.Errorf("a later change = %v, want ErrUnreachable", err)
				}
			}
			if took := time.Since(began); took > reachTime {
				t.Errorf("it took %v to find out that 21 changes cannot be made, want less than %v", took, reachTime)
			}
			p.set(nil)
			o.engine.Calm()
			sample.Must(t, note("last"))
		})
	}
}

// TestDoubtEnds: how a commit ended is found out later, where nobody answered in time, also if
// the next change comes first.
func TestDoubtEnds(t *testing.T) {
	for name, how := range map[string]cut{"not made": before, "made": after} {
		for _, first := range []bool{false, true} {
			_, p, cutOff := behindProxy(t)
			o := opened(t, cutOff)
			p.set(downAtCommit(how))
			note := func(name string) error {
				return o.Write(t.Context(), func(ctx context.Context, tx outbox.Tx) error {
					_, err := tx.ExecContext(ctx, "INSERT INTO counters (name, value) VALUES (?, 1)", name)
					return err
				})
			}
			err := note("doubtful")
			doubt, is := errors.AsType[outbox.Doubt](err)
			if !errors.Is(err, outbox.ErrUndecided) || !is {
				t.Fatalf("%s: Write = %v, want ErrUndecided, and a doubt", name, err)
			}
			if _, err := doubt.Decide(t.Context()); !errors.Is(err, outbox.ErrUnreachable) {
				t.Errorf("%s: Decide without a server = %v, want ErrUnreachable", name, err)
			}
			if err := note("meanwhile"); !errors.Is(o.Explain(err), outbox.ErrUnreachable) {
				t.Errorf("%s: Write without a server = %v, want ErrUnreachable", name, err)
			}
			p.set(nil)
			if first {
				sample.Must(t, note("next"))
			}
			for range 2 {
				made, err := doubt.Decide(t.Context())
				if n := sample.Value[int](t, o.engine, "SELECT count(*) FROM counters WHERE name = 'doubtful'"); err != nil || made != (how == after) || made != (n == 1) {
					t.Errorf("%s: Decide = %t, %v, with %d rows, want the truth", name, made, err, n)
				}
			}
		}
	}
}

// all is how often each number was sent to.
func (y *tally) all() map[string]int {
	y.mu.Lock()
	defer y.mu.Unlock()
	all := map[string]int{}
	for number, n := range y.posts {
		all[number] = n
	}
	return all
}
