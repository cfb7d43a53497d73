package outbox

import (
	"context"
	"fmt"
	"time"
)

// Unschedule records that scheduled or missed messages will not be sent. One that is neither
// is a [*MoveError]: it left, or is about to. Then none of them is changed. Before a message's
// time that is certain: no process sends what this returned nil for.
func (o *Outbox) Unschedule(ctx context.Context, ids []int64, why string) error {
	return o.write(ctx, "cancel the message", func(ctx context.Context, tx Tx) error {
		for _, id := range ids {
			now, err := standingOf(ctx, tx, id)
			if err != nil {
				return err
			}
			if !now.waits() {
				return &MoveError{ID: id, From: now.state, To: Unsent}
			}
			e, err := o.entry(ctx, tx, id)
			if err != nil {
				return err
			}
			if err := o.endDue(ctx, tx, now, Unsent, o.saidOf(e.User, why), false); err != nil {
				return err
			}
		}
		return nil
	})
}

// waits reports whether a message is to leave later, or was.
func (s standing) waits() bool { return s.state == Scheduled || s.state == Missed }

// endDue moves a message that does not leave to a state, and says why. Untold makes that be
// told at the next start.
func (o *Outbox) endDue(ctx context.Context, tx Tx, now standing, to State, why string, untold bool) error {
	if err := o.moveFrom(ctx, tx, now, to, why, "untold = ?, error = ?", bit(untold), short(why)); err != nil {
		return err
	}
	if to == Missed { // which may leave yet
		return nil
	}
	e, err := o.entry(ctx, tx, now.id)
	if err != nil {
		return err
	}
	return o.dropText(ctx, tx, now.id, e.Message)
}

// Reschedule gives a scheduled or missed message another time: a missed one is scheduled
// again. With yes it leaves even if somebody got the same. One that is neither is a
// [*MoveError], and nothing was changed.
func (o *Outbox) Reschedule(ctx context.Context, id int64, when When, yes bool) error {
	const op = "change when the message is sent"
	if when.IsZero() {
		return o.failure(op, errWhen)
	}
	when = when.anew()
	return o.write(ctx, op, func(ctx context.Context, tx Tx) error {
		now, err := standingOf(ctx, tx, id)
		if err != nil {
			return err
		}
		if !now.waits() {
			return &MoveError{ID: id, From: now.state, To: Scheduled}
		}
		e, err := o.entry(ctx, tx, id)
		if err != nil {
			return err
		}
		e.Message.Expiration = e.OwnExpiration() // that of the new time takes the place of ours
		at, wall, zone := when.stored()
		columns := "due_at = ?, due_wall = ?, due_zone = ?, due_yes = CASE WHEN ? THEN 1 ELSE due_yes END, expiration = ?, untold = 0, error = ''"
		values := []any{at, wall, zone, yes, stamp(e.Message.Expiration)}
		if now.state == Missed {
			err = o.moveFrom(ctx, tx, now, Scheduled, "", columns, values...)
		} else if err = set(ctx, tx, id, columns+", updated_at = ?", append(values, stamp(o.now()))...); err == nil {
			err = noteMove(ctx, tx, id, stamp(o.now()), Scheduled, o.saidOf(e.User, "for another time"))
		}
		if err != nil {
			return err
		}
		return putRequest(ctx, tx, id, e.Message)
	})
}

// expires is when Bandwidth drops a message that is due at w, to the millisecond, as the API
// takes it.
func (w When) expires() time.Time { return w.Late().Truncate(time.Millisecond) }

// missedAfter is what is noted of a message that nobody sent in time.
const missedAfter = "no telex that could send it was running when it was due"

// MissLate makes all messages missed whose [Grace] is over, of every account, and says how many.
// Runs that did not begin within theirs it pauses: see [Outbox.BeginDue]. [Outbox.SendDue] does
// so too, and so does every opening.
func (o *Outbox) MissLate(ctx context.Context) (missed int, err error) {
	const op = "look what was missed"
	if err := o.refuse(op); err != nil {
		return 0, err
	}
	missed, err = o.missAll(ctx, o.now())
	return missed, o.ended(ctx, op, err)
}

// missAll makes all messages missed whose grace is over, of every account. It is done at each
// opening, and by whoever sends what is due.
func (o *Outbox) missAll(ctx context.Context, now time.Time) (missed int, err error) {
	if err := o.missRuns(ctx, now); err != nil {
		return 0, err
	}
	if err := o.followClocks(ctx, now); err != nil {
		return 0, err
	}
	for {
		late := stamp(now.Add(-Grace))
		ids, err := idsOf(ctx, o.engine.Reader(), "SELECT id FROM messages WHERE state = 'scheduled' AND due_at < ? LIMIT ?", late, dueAtOnce)
		if err != nil || len(ids) == 0 {
			return missed, err
		}
		n := 0
		err = o.engine.Write(ctx, func(ctx context.Context, tx Tx) error {
			n = 0
			for _, id := range ids {
				when, err := o.dueOf(ctx, tx, id)
				if err != nil || when.IsZero() || !now.After(when.Late()) {
					if err != nil {
						return err
					}
					continue // somebody else was first
				}
				s, err := standingOf(ctx, tx, id)
				if err != nil {
					return err
				}
				why := missedAfter
				if s.said != "" { // it was tried, and that is why it did not leave
					why = s.said
				}
				if err := o.endDue(ctx, tx, s, Missed, why, true); err != nil {
					return err
				}
				n++
			}
			return nil
		})
		if err != nil {
			return missed, err
		}
		missed += n
	}
}

// dueAtOnce bounds how many rows one transaction moves.
const dueAtOnce = 500

// dueOf is when a message is due that is scheduled; zero for any other.
func (o *Outbox) dueOf(ctx context.Context, q Querier, id int64) (When, error) {
	var at int64
	var wall, zone string
	err := q.QueryRowContext(ctx, "SELECT due_at, due_wall, due_zone FROM messages WHERE id = ? AND state = 'scheduled'", id).Scan(&at, &wall, &zone)
	if noRows(err) {
		return When{}, nil
	}
	if err != nil {
		return When{}, fmt.Errorf("read when the message is due: %w", err)
	}
	return whenOf(at, wall, zone), nil
}

// clockChange is by how much a change of a zone's rules may move a time: a day, where the
// date line is moved.
const clockChange = 26 * time.Hour

// followClocks makes due_at again what follows from the time on the clock and its zone, where
// the rules of that have changed, for all that may be due soon. There are few such times,
// however many messages.
func (o *Outbox) followClocks(ctx context.Context, now time.Time) error {
	changed, err := movedClocks(ctx, o.engine.Reader(), now)
	if err != nil || len(changed) == 0 {
		return err
	}
	return o.engine.Write(ctx, func(ctx context.Context, tx Tx) error {
		for _, was := range changed {
			at, wall, zone := was.stored()
			_, err := tx.ExecContext(ctx, "UPDATE messages SET due_at = ? WHERE state = 'scheduled' AND due_at = ? AND due_wall = ? AND due_zone = ?", stamp(was.anew().At), at, wall, zone)
			if err != nil {
				return fmt.Errorf("note when the message is due: %w", err)
			}
		}
		return touch(ctx, tx)
	})
}

// movedClocks are the times that are no longer when they were.
func movedClocks(ctx context.Context, q Querier, now time.Time) (changed []When, err error) {
	rows, err := q.QueryContext(ctx, "SELECT DISTINCT due_at, due_wall, due_zone FROM messages WHERE state = 'scheduled' AND due_at < ?", stamp(now.Add(clockChange)))
	if err != nil {
		return nil, fmt.Errorf("look what is to be sent later: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var at int64
		var wall, zone string
		if err := rows.Scan(&at, &wall, &zone); err != nil {
			return nil, fmt.Errorf("look what is to be sent later: %w", err)
		}
		if w := whenOf(at, wall, zone); !w.anew().At.Equal(w.At) {
			changed = append(changed, w)
		}
	}
	return changed, rows.Err() //nolint:wrapcheck // callers do
}
