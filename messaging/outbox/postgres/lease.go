package postgres

import (
	"cmp"
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"telex/messaging/outbox"
)

// A process lives while the time in its row of owners is in the future, by the clock of the
// database, and moves it on each third of a lease. What is over is over: a lease cannot be
// renewed after its end, for others may have settled the messages of its process. A process
// that was stopped, or cut off, for that long takes a new lease under a new name for what it
// begins from then on. What it had begun stays that of the old name: it ends what is on its
// way, and lets nothing else of it leave.

// leaseTime is how long a lease lasts.
const leaseTime = 30 * time.Second

// A lease is that of this process.
type lease struct {
	db   *sql.DB
	time time.Duration
	mark string // by which its transactions are known, whatever its name is

	name   atomic.Pointer[string] // random: a later process can be mistaken for it in no way
	naming sync.RWMutex           // the name stays while it is held for reading; taken before mu

	mu      sync.Mutex
	claimed bool
	retired bool      // no row may name it any more
	lost    bool      // it was over before it was renewed
	renewed time.Time // when it was begun or renewed, by the clock of this host
	quit    chan struct{}
	done    chan struct{}
}

func newLease(db *sql.DB, h hooks) *lease {
	l := &lease{db: db, time: cmp.Or(h.lease, leaseTime), mark: randomName()}
	l.name.Store(new(l.mark))
	return l
}

func randomName() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// owner is the name that it has.
func (l *lease) owner() string { return *l.name.Load() }

// claim makes sure that the lease is not over, or takes a new one under a new name. Call it
// before a row names the owner.
func (l *lease) claim(ctx context.Context) error {
	if err := l.hold(ctx); !errors.Is(err, outbox.ErrTakenForDead) {
		return err
	}
	l.naming.Lock() // when no transaction is under way
	defer l.naming.Unlock()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.retired || !l.lost {
		return l.held(ctx) // another call was first
	}
	return l.begin(ctx, randomName())
}

func (l *lease) hold(ctx context.Context) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.held(ctx)
}

// held is hold for who has the mutex.
func (l *lease) held(ctx context.Context) error {
	switch {
	case l.retired:
		return outbox.ErrClosed
	case l.lost:
		return outbox.ErrTakenForDead
	case l.claimed && l.isFresh():
		return nil
	case l.claimed:
		return l.renew(ctx)
	}
	return l.begin(ctx, l.owner())
}

// begin takes a lease under a name.
func (l *lease) begin(ctx context.Context, name string) error {
	host, _ := os.Hostname() // for people who look into the table; nothing reads it
	before := time.Now()
	err := steadily(func() error {
		_, err := l.db.ExecContext(ctx, `INSERT INTO owners (name, host, pid, until) VALUES (?, ?, ?, clock_timestamp() + ? * interval '1 millisecond')
			ON CONFLICT (name) DO NOTHING`, name, host, os.Getpid(), l.time.Milliseconds())
		return err //nolint:wrapcheck // below
	})
	if err != nil {
		return fmt.Errorf("note that this process lives: %w", err)
	}
	l.name.Store(&name)
	l.claimed, l.lost, l.renewed = true, false, before
	if l.quit == nil {
		l.quit, l.done = make(chan struct{}), make(chan struct{})
		go l.keep(l.quit, l.done) //nolint:gosec // it outlives the call that began it
	}
	return nil
}

// sure makes sure that a lease that was taken under a name is not over.
func (l *lease) sure(ctx context.Context, name string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.lost || name != l.owner():
		return outbox.ErrTakenForDead
	case !l.claimed || l.isFresh():
		return nil
	}
	return l.renew(ctx)
}

// isFresh reports whether less than two thirds of the lease have gone by, also where the
// clock stood still while the host slept.
func (l *lease) isFresh() bool {
	now := time.Now()
	gone, shown := now.Sub(l.renewed), now.Round(0).Sub(l.renewed.Round(0))
	return gone < 2*l.time/3 && shown < 2*l.time/3 && shown >= 0
}

// renew moves the end of the lease on, unless that has come.
func (l *lease) renew(ctx context.Context) error {
	before := time.Now()
	var ok bool
	err := steadily(func() error {
		return l.db.QueryRowContext(ctx, `WITH mine AS (UPDATE owners SET until = clock_timestamp() + ? * interval '1 millisecond'
		WHERE name = ? AND until > clock_timestamp() RETURNING 1) SELECT EXISTS (SELECT 1 FROM mine)`, l.time.Milliseconds(), l.owner()).Scan(&ok)
	})
	if err != nil {
		return fmt.Errorf("note that this process lives: %w", err)
	}
	if !ok {
		l.lost = true
		return outbox.ErrTakenForDead
	}
	l.renewed = before
	return nil
}

// keep renews it each third of its time, and tries again sooner when that failed.
func (l *lease) keep(quit, done chan struct{}) {
	defer close(done)
	ctx, cancel := context.WithCancel(context.Background()) //nolint:forbidigo // it goes on until quit
	defer cancel()
	go func() { // also amid a tick, whose server may be away
		<-quit
		cancel()
	}()
	pause := l.time / 3
	for {
		select {
		case <-quit:
			return
		case <-time.After(pause):
		}
		pause = l.time / 3
		if !l.tick(ctx) {
			pause = l.time / 30
		}
	}
}

// tick renews it once; false is that it could not.
func (l *lease) tick(ctx context.Context) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.lost || !l.claimed {
		return true
	}
	within, cancel := context.WithTimeout(ctx, l.time/3)
	defer cancel()
	return l.renew(within) == nil || l.lost
}

func (l *lease) isClaimed() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.claimed
}

// lose notes that it is over.
func (l *lease) lose() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lost = true
}

// retire ends the naming of the owner in rows, and reports whether any did.
func (l *lease) retire() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.retired = true
	return l.claimed
}

// stop ends the renewing.
func (l *lease) stop() {
	l.mu.Lock()
	quit, done := l.quit, l.done
	l.quit = nil
	l.mu.Unlock()
	if quit != nil {
		close(quit)
		<-done
	}
}

// releaseTime bounds the release: a lease that is not given up ends by itself.
const releaseTime = 5 * time.Second

// release gives it up. No row may name the owner in an open state any more.
func (l *lease) release() {
	l.stop()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.db == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), releaseTime) //nolint:forbidigo // the interface has no context
	defer cancel()
	if l.claimed {
		_, _ = l.db.ExecContext(ctx, "DELETE FROM owners WHERE name = ?", l.owner())
		l.claimed = false
	}
	_, _ = l.db.ExecContext(ctx, "DELETE FROM marks WHERE owner = ?", l.mark) // the next opening does it else
}

// sweep removes what processes left that are long dead.
func (l *lease) sweep(ctx context.Context) error {
	_, err := l.db.ExecContext(ctx, `WITH dead AS (DELETE FROM owners WHERE until < clock_timestamp() - interval '1 day')
		DELETE FROM marks WHERE at < clock_timestamp() - interval '30 days'`)
	if err != nil {
		return fmt.Errorf("look for ended processes: %w", err)
	}
	return nil
}
