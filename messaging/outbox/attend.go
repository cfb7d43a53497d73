package outbox

import (
	"context"
	"fmt"
	"slices"
	"strconv"
)

// attendance names the lease of a process that sends a run. Several may, and each has its own.
func attendance(run int64, owner string) string {
	return "run " + strconv.FormatInt(run, 10) + " " + owner
}

// attend notes that this process sends a run, until leave is called. What dead processes
// noted goes.
func (o *Outbox) attend(ctx context.Context, run int64) (leave func() error, err error) {
	const op = "note who sends the run"
	name := attendance(run, o.engine.Owner())
	others, err := o.attending(ctx, run)
	if err != nil {
		return nil, o.reading(op, err)
	}
	var dead []string
	for _, owner := range others {
		alive, err := o.lives(ctx, o.engine.Reader(), owner)
		if err != nil {
			return nil, o.reading(op, err)
		}
		if !alive {
			dead = append(dead, owner)
		}
	}
	err = o.write(ctx, op, func(ctx context.Context, tx Tx) error {
		for _, owner := range dead {
			if _, err := tx.ExecContext(ctx, "DELETE FROM leases WHERE name = ?", attendance(run, owner)); err != nil {
				return fmt.Errorf("note who sends the run: %w", err)
			}
		}
		return o.keepLease(ctx, tx, name)
	})
	return func() error { return o.leaveLease(context.WithoutCancel(ctx), name) }, err
}

// attending are the processes that noted that they send a run, dead ones too.
func (o *Outbox) attending(ctx context.Context, run int64) ([]string, error) {
	const least, most = "", "g" // of a name in hexadecimal digits
	return namesOf(ctx, o.engine.Reader(), "SELECT owner FROM leases WHERE name >= ? AND name < ?", attendance(run, least), attendance(run, most))
}

// Attended reports whether another process sends a run: one that lives, and is in
// [Outbox.Drain].
func (o *Outbox) Attended(ctx context.Context, run int64) (bool, error) {
	const op = "look who sends the run"
	owners, err := o.attending(ctx, run)
	if err != nil {
		return false, o.reading(op, err)
	}
	owners = slices.DeleteFunc(owners, func(name string) bool { return name == o.engine.Owner() })
	for _, owner := range owners {
		if lives, err := o.lives(ctx, o.engine.Reader(), owner); err != nil || lives {
			return lives, o.reading(op, err)
		}
	}
	return false, nil
}

// OpenRuns are the runs that somebody may have to send, the oldest first: those that are
// planned or running, or are paused and have a time at which they go on.
func (o *Outbox) OpenRuns(ctx context.Context) (open []Run, err error) {
	const op = "read the runs"
	q := o.engine.Reader()
	ids, err := idsOf(ctx, q, "SELECT id FROM runs WHERE "+openRuns+" AND (state <> 'paused' OR hold_until <> 0) ORDER BY id")
	for _, id := range ids {
		r, err := run(ctx, q, id)
		if err != nil {
			return nil, o.reading(op, err)
		}
		open = append(open, r)
	}
	return open, o.reading(op, err)
}
