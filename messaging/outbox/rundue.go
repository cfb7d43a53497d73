package outbox

import (
	"cmp"
	"context"
	"fmt"
	"sort"
	"time"
)

// Due is when a run that is planned or paused begins by itself, by whoever calls
// [Outbox.BeginDue]; zero if only a person begins it.
func (r Run) Due() When {
	if (r.State != RunPlanned && r.State != RunPaused) || r.Hold.Reason.Kind != HoldDue {
		return When{}
	}
	return r.Hold.Reason.Due
}

// ScheduleRun has a run that is planned or paused begin at a time, or at another one than it
// had: see [Run.Due]. Options are its [Broadcast.Options] from then on; nil leaves them as they
// are. When its people may be written to is looked at anew at their turn. The error is a
// [*RunError] in any other state, and then nothing was changed.
func (o *Outbox) ScheduleRun(ctx context.Context, id int64, when When, options []byte) error {
	const op = "change when the run begins"
	if when.IsZero() {
		return o.failure(op, errWhen)
	}
	when = when.anew()
	was, err := o.Run(ctx, id)
	if err != nil {
		return err
	}
	if !was.Due().IsZero() || was.State == RunPaused { // else its people were just added for this time
		if err := o.forgetWindows(ctx, was); err != nil {
			return o.ended(ctx, op, err)
		}
	}
	return o.write(ctx, op, func(ctx context.Context, tx Tx) error {
		r, err := run(ctx, tx, id)
		if err != nil {
			return err
		}
		if r.State != RunPlanned && r.State != RunPaused {
			return &RunError{ID: id, From: r.State, To: RunPlanned}
		}
		if options != nil {
			if _, err := tx.ExecContext(ctx, "UPDATE runs SET options = ? WHERE id = ?", string(options), id); err != nil {
				return fmt.Errorf("change the run: %w", err)
			}
		}
		return o.holdUntilDue(ctx, tx, r, when)
	})
}

// holdUntilDue notes that a run begins at a time. What was to be told of it is: somebody chose
// the time.
func (o *Outbox) holdUntilDue(ctx context.Context, tx Tx, r Run, when When) error {
	why := Reason{Kind: HoldDue, Due: when}
	r.Reason.Untold = false
	if _, err := tx.ExecContext(ctx, "UPDATE runs SET hold_until = ?, hold_reason = ?, reason = ? WHERE id = ?",
		stamp(when.At), why.encode(), r.Reason.encode(), r.ID); err != nil {
		return fmt.Errorf("note when the run begins: %w", err)
	}
	return o.noteRun(ctx, tx, runMove{run: r.ID, state: r.State, reason: why, until: when.At})
}

// forgetWindows has it looked anew at their turn when the people of a run who wait may be
// written to: what was found out is right for another time.
func (o *Outbox) forgetWindows(ctx context.Context, r Run) error {
	for n := 0; n < r.People; n += runAtOnce {
		err := o.engine.Write(ctx, func(ctx context.Context, tx Tx) error {
			_, err := tx.ExecContext(ctx, `UPDATE run_people SET not_before = 0, not_after = 0
				WHERE run = ? AND n > ? AND n <= ? AND message = 0 AND skip = '' AND (not_before <> 0 OR not_after <> 0)`, r.ID, n, n+runAtOnce)
			return err
		})
		if err != nil {
			return fmt.Errorf("note when people may be written to: %w", err)
		}
	}
	return nil
}

// BeginDue makes a run running whose time has come, and reports whether it did. It did not if
// the run has no time, or another one by now; if it runs already, or [Run.WantsApproval]; or if it
// is late by more than [Grace], and so missed: then it is paused, for [ReasonMissed]. Any number of processes may
// call it at once.
func (o *Outbox) BeginDue(ctx context.Context, id int64) (begun bool, err error) {
	err = o.write(ctx, "start the run", func(ctx context.Context, tx Tx) error {
		begun = false
		r, err := run(ctx, tx, id)
		if err != nil {
			return err
		}
		due, now := r.Due().anew(), o.now()
		switch {
		case due.IsZero() || now.Before(due.At):
			return nil
		case now.After(due.Late()):
			return o.missRun(ctx, tx, r)
		case r.WantsApproval():
			return nil
		}
		if err := o.moveRun(ctx, tx, id, RunRunning, Reason{}); err != nil {
			return err
		}
		begun = true
		return o.finishRun(ctx, tx, id)
	})
	return begun && err == nil, err
}

// missedRunAfter is what is noted of a run that nobody began in time.
const missedRunAfter = "no telex that could begin it was running"

// missRun pauses a run that did not begin in time.
func (o *Outbox) missRun(ctx context.Context, tx Tx, r Run) error {
	why := Reason{Kind: ReasonMissed, Due: r.Due(), Untold: true, Note: missedRunAfter}
	if r.WantsApproval() {
		why.Note = "nobody had approved it"
	}
	if r.State == RunPlanned {
		return o.moveRun(ctx, tx, r.ID, RunPaused, why)
	}
	_, err := tx.ExecContext(ctx, "UPDATE runs SET reason = ?, hold_until = 0, hold_reason = '', updated_at = ? WHERE id = ?", why.encode(), stamp(o.now()), r.ID)
	if err != nil {
		return fmt.Errorf("change the run: %w", err)
	}
	return o.noteRun(ctx, tx, runMove{run: r.ID, state: r.State, reason: why})
}

// missRuns pauses all runs that did not begin in time, and has the others begin when clocks
// show their time, where the rules of those have changed.
func (o *Outbox) missRuns(ctx context.Context, now time.Time) error {
	waiting, err := dueRuns(ctx, o.engine.Reader())
	if err != nil {
		return err
	}
	for _, r := range waiting {
		due := r.Due()
		if fresh := due.anew(); fresh == due && !now.After(due.Late()) {
			continue
		}
		err := o.engine.Write(ctx, func(ctx context.Context, tx Tx) error {
			r, err := run(ctx, tx, r.ID)
			if err != nil {
				return err
			}
			due := r.Due()
			fresh := due.anew()
			switch {
			case due.IsZero(): // somebody else was first
				return nil
			case now.After(fresh.Late()):
				return o.missRun(ctx, tx, r)
			case fresh != due:
				return o.holdUntilDue(ctx, tx, r, fresh)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// openRuns is true of runs that are not over. It is the condition of their index.
const openRuns = "state IN ('planned', 'running', 'paused')"

// dueRunsQuery asks for the runs that have a time.
const dueRunsQuery = "SELECT id FROM runs WHERE " + openRuns + " AND state <> 'running' AND hold_until <> 0"

// DueRuns are the runs that begin by themselves, those first that begin first.
func (o *Outbox) DueRuns(ctx context.Context) ([]Run, error) {
	all, err := dueRuns(ctx, o.engine.Reader())
	return all, o.reading("look which runs begin later", err)
}

func dueRuns(ctx context.Context, q Querier) ([]Run, error) {
	ids, err := idsOf(ctx, q, dueRunsQuery)
	if err != nil {
		return nil, err
	}
	var all []Run
	for _, id := range ids {
		r, err := run(ctx, q, id)
		if err != nil {
			return nil, err
		}
		if !r.Due().IsZero() {
			all = append(all, r)
		}
	}
	sort.Slice(all, func(i, j int) bool {
		return cmp.Or(all[i].Due().At.Compare(all[j].Due().At), cmp.Compare(all[i].ID, all[j].ID)) < 0
	})
	return all, nil
}

// MissedRuns are the runs that did not begin in time and wait for a person, the oldest first.
// Those whose [Reason] is Untold nobody was told of: see [Outbox.ToldRuns].
func (o *Outbox) MissedRuns(ctx context.Context) (missed []Run, err error) {
	const op = "look which runs were missed"
	q := o.engine.Brief()
	ids, err := idsOf(ctx, q, "SELECT id FROM runs WHERE "+openRuns+" AND state = 'paused' AND hold_until = 0 ORDER BY id")
	for _, id := range ids {
		r, err := run(ctx, q, id)
		if err != nil {
			return nil, o.reading(op, err)
		}
		if r.Reason.Kind == ReasonMissed {
			missed = append(missed, r)
		}
	}
	return missed, o.reading(op, err)
}

// ToldRuns notes that the user was told that these runs were missed.
func (o *Outbox) ToldRuns(ctx context.Context, runs []Run) error {
	if len(runs) == 0 {
		return nil
	}
	return o.write(ctx, "note what was told", func(ctx context.Context, tx Tx) error {
		for _, r := range runs {
			was := r.Reason.encode()
			r.Reason.Untold = false
			if _, err := tx.ExecContext(ctx, "UPDATE runs SET reason = ? WHERE id = ? AND reason = ?", r.Reason.encode(), r.ID, was); err != nil {
				return fmt.Errorf("note what was told: %w", err)
			}
		}
		return nil
	})
}
