package outbox

import (
	"context"
	"fmt"
	"time"
)

// One process does what is due for all, such as telex work. Which one, a lease says, as it
// does of who asks: see [Outbox.othersLease]. It keeps two from doing the same; that nothing
// is sent twice does not depend on it.

// workLease names the lease of whoever works.
const workLease = "work"

// TakeWork makes this process the one that does what is due, or renews that, and reports
// whether it is. Due is since when something has been to be done; zero is that nothing is.
//
// Another process keeps the work for as long as it lives. But if something has been due for
// a minute and it renewed nothing since, as one does that was stopped in the background of a
// shell, it loses the work.
func (o *Outbox) TakeWork(ctx context.Context, due time.Time) (bool, error) {
	const op = "note who works"
	if err := o.claim(ctx, op); err != nil {
		return false, err
	}
	if others, err := o.othersWork(ctx, o.engine.Reader(), due); err != nil || others {
		return false, o.reading(op, err)
	}
	var held bool
	err := o.write(ctx, op, func(ctx context.Context, tx Tx) error {
		others, err := o.othersWork(ctx, tx, due)
		if held = !others; err != nil || others {
			return err
		}
		owner, _, err := holder(ctx, tx, workLease)
		if err != nil {
			return err
		}
		if err = o.keepLease(ctx, tx, workLease); err != nil || owner == o.engine.Owner() {
			return err
		}
		return touch(ctx, tx) // screens say who works
	})
	return held && err == nil, err
}

// othersWork reports whether another process has the work.
func (o *Outbox) othersWork(ctx context.Context, q Querier, due time.Time) (bool, error) {
	if !due.IsZero() {
		return o.othersLease(ctx, q, workLease, due)
	}
	owner, _, err := holder(ctx, q, workLease)
	if err != nil || owner == "" || owner == o.engine.Owner() {
		return false, err
	}
	return o.lives(ctx, q, owner)
}

// LeaveWork lets another process take the work of this one.
func (o *Outbox) LeaveWork(ctx context.Context) error {
	return o.write(ctx, "note that this telex works no more", func(ctx context.Context, tx Tx) error {
		if err := o.dropLease(ctx, tx, workLease); err != nil {
			return err
		}
		return touch(ctx, tx)
	})
}

// Working reports whether a process, this or another one, does what is due.
func (o *Outbox) Working(ctx context.Context) (bool, error) {
	q := o.engine.Reader()
	owner, _, err := holder(ctx, q, workLease)
	if err != nil || owner == "" {
		return false, o.reading("look who works", err)
	}
	lives, err := o.lives(ctx, q, owner)
	return lives, o.reading("look who works", err)
}

// lives reports whether a process lives; this one does.
func (o *Outbox) lives(ctx context.Context, q Querier, owner string) (bool, error) {
	if owner == o.engine.Owner() {
		return true, nil
	}
	alive, err := o.engine.Alive(ctx, q, owner)
	if err != nil {
		return false, fmt.Errorf("look whether a process lives: %w", err)
	}
	return alive, nil
}
