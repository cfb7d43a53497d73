package outbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// One process asks for all. Which one, a lease says: it is free when its process is gone,
// and counts as free when its holder did not ask for a while though something was to be
// asked, as one does not that was stopped in the background of a shell.

// leaseIdle is that while. A question takes less.
const leaseIdle = time.Minute

// leaseOf names the lease of whoever asks for an account.
func leaseOf(by By) string { return "ask " + by.AccountID + " " + by.BaseURL }

// holder reads who has a lease, and when it asked last; "" is nobody.
func holder(ctx context.Context, q Querier, name string) (owner string, renewed time.Time, err error) {
	var at int64
	err = q.QueryRowContext(ctx, "SELECT owner, renewed_at FROM leases WHERE name = ?", name).Scan(&owner, &at)
	if errors.Is(err, sql.ErrNoRows) {
		return "", time.Time{}, nil
	}
	if err != nil {
		return "", time.Time{}, fmt.Errorf("read who asks: %w", err)
	}
	return owner, timeOf(at), nil
}

// othersLease reports whether another process has a lease and uses it. Due is since when
// there has been something to ask.
func (o *Outbox) othersLease(ctx context.Context, q Querier, name string, due time.Time) (bool, error) {
	owner, renewed, err := holder(ctx, q, name)
	if err != nil || owner == "" || owner == o.engine.Owner() {
		return false, err
	}
	if idle := o.now().Sub(latest(renewed, due)); idle > leaseIdle || idle < -leaseIdle {
		return false, nil
	}
	alive, err := o.engine.Alive(ctx, q, owner)
	if err != nil {
		return false, fmt.Errorf("look whether the process that asks lives: %w", err)
	}
	return alive, nil
}

// takeLease makes a lease this process's, or renews it; held is false if another has it.
func (o *Outbox) takeLease(ctx context.Context, tx Tx, name string, due time.Time) (held bool, err error) {
	others, err := o.othersLease(ctx, tx, name, due)
	if err != nil || others {
		return false, err
	}
	return true, o.keepLease(ctx, tx, name)
}

// keepLease notes that a lease is this process's, and used now.
func (o *Outbox) keepLease(ctx context.Context, tx Tx, name string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO leases (name, owner, renewed_at) VALUES (?, ?, ?)
		ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, renewed_at = excluded.renewed_at`, name, o.engine.Owner(), stamp(o.now()))
	if err != nil {
		return fmt.Errorf("note whose the lease %s is: %w", name, err)
	}
	return nil
}

// leaveLease lets another process take a lease of this one.
func (o *Outbox) leaveLease(ctx context.Context, name string) error {
	return o.write(ctx, "give the lease "+name+" back", func(ctx context.Context, tx Tx) error { return o.dropLease(ctx, tx, name) })
}

// dropLease is leaveLease within a transaction.
func (o *Outbox) dropLease(ctx context.Context, tx Tx, name string) error {
	if _, err := tx.ExecContext(ctx, "DELETE FROM leases WHERE name = ? AND owner = ?", name, o.engine.Owner()); err != nil {
		return fmt.Errorf("give the lease %s back: %w", name, err)
	}
	return nil
}
