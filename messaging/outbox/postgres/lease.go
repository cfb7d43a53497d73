package postgres

import (
	"cmp"
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"fmt"
	"os"
	"sync"
	"time"

	"telex/messaging/outbox"
)

// A process lives while the time in its row of owners is in the future, by the clock of the
// database, and moves it on each third of a lease. What is over is over: a lease cannot be
// renewed after its end, for others may have settled the messages of its process. A process
// that was stopped, or cut off, for that long finds out before it begins anything else, and
// is to be started anew.

// leaseTime is how long a lease lasts.
const leaseTime = 30 * time.Second

// A lease is that of this process.
type lease struct {
	name string // random: a later process can be mistaken for it in no way
	db   *sql.DB
	time time.Duration

	mu      sync.Mutex
	claimed bool
	retired bool      // no row may name it any more
	lost    bool      // it was over before it was renewed
	renewed time.Time // when it was begun or renewed, by the clock of this host
	quit    chan struct{}
	done    chan struct{}
}

func newLease(db *sql.DB, h hooks) *lease {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return &lease{name: hex.EncodeToString(b[:]), db: db, time: cmp.Or(h.lease, leaseTime)}
}

// errLost is why a process whose lease is over begins nothing.
func errLost() error {
	return &outbox.Error{
		Op: "send", Err: outbox.ErrTakenForDead,
		Hint: "quit telex and start it again: it then shows what became of the messages that were on their way",
	}
}

// claim makes sure that the lease is not over. Call it before a row names the owner.
func (l *lease) claim(ctx context.Context) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.retired:
		return outbox.ErrClosed
	case l.lost:
		return errLost()
	case l.claimed && l.isFresh():
		return nil
	case l.claimed:
		return l.renew(ctx)
	}
	host, _ := os.Hostname() // for people who look into the table; nothing reads it
	before := time.Now()
	err := steadily(func() error {
		_, err := l.db.ExecContext(ctx, `INSERT INTO owners (name, host, pid, until) VALUES (?, ?, ?, clock_timestamp() + ? * interval '1 millisecond')
			ON CONFLICT (name) DO NOTHING`, l.name, host, os.Getpid(), l.time.Milliseconds())
		return err //nolint:wrapcheck // below
	})
	if err != nil {
		return fmt.Errorf("note that this process lives: %w", err)
	}
	l.claimed, l.renewed = true, before
	l.quit, l.done = make(chan struct{}), make(chan struct{})
	go l.keep(l.quit, l.done) //nolint:gosec // it outlives the call that began it
	return nil
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
		WHERE name = ? AND until > clock_timestamp() RETURNING 1) SELECT EXISTS (SELECT 1 FROM mine)`, l.time.Milliseconds(), l.name).Scan(&ok)
	})
	if err != nil {
		return fmt.Errorf("note that this process lives: %w", err)
	}
	if !ok {
		l.lost = true
		return errLost()
	}
	l.renewed = before
	return nil
}

// keep renews it each third of its time, and tries again sooner when that failed.
func (l *lease) keep(quit, done chan struct{}) {
	defer close(done)
	ctx, cancel := context.WithCancel(context.Background()) //nolint:forbidigo // it goes on until quit
	defer cancel()
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
		_, _ = l.db.ExecContext(ctx, "DELETE FROM owners WHERE name = ?", l.name)
		l.claimed = false
	}
	_, _ = l.db.ExecContext(ctx, "DELETE FROM marks WHERE owner = ?", l.name) // the next opening does it else
}

// sweep removes what processes left that are long dead.
func (l *lease) sweep(ctx context.Context) error {
	for _, query := range []string{
		"DELETE FROM owners WHERE until < clock_timestamp() - interval '1 day'",
		"DELETE FROM marks WHERE at < clock_timestamp() - interval '30 days'",
	} {
		if _, err := l.db.ExecContext(ctx, query); err != nil {
			return fmt.Errorf("look for ended processes: %w", err)
		}
	}
	return nil
}
