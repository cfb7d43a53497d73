package outbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// A Run is messages to many people that belong to no process: each process that has the
// outbox open can send of them, and what one leaves undone another can do. See
// [Outbox.Drain].
type Run struct {
	ID      int64
	Name    string
	State   RunState
	Created time.Time
	Started time.Time // the first time; zero if it was not
	Updated time.Time // when it came into its state
	Ended   time.Time // when it was done or cancelled; zero if it is not
	// Broadcast is what it is made of; the zero one if an older telex made it, without people.
	Broadcast Broadcast
	Edition   int    // of its text: one more with each correction
	People    int    // all that it has, also those who get nothing
	Segments  int    // that the API took so far
	Reason    Reason // why it came into its state
	Hold      Hold   // while it is running: nothing leaves before
	Slowed    int    // how often its pace was halved
	Approval  Approval
	backoff   time.Duration
	slowedAt  time.Time
}

// runAtOnce bounds how long adding people to a run, or ending messages of one, keeps others
// from writing.
const runAtOnce = 500

// StartRun makes a run that is planned or paused running, whichever process planned or
// paused it, also before its time, if it has one. One in which nobody waits is done at once. The
// error is [ErrWantsApproval] if [Run.WantsApproval].
func (o *Outbox) StartRun(ctx context.Context, id int64) error {
	const op = "start the run"
	r, err := o.Run(ctx, id)
	if err == nil && r.Due().At.After(o.now()) {
		err = o.ended(ctx, op, o.forgetWindows(ctx, r))
	}
	if err != nil {
		return err
	}
	return o.write(ctx, op, func(ctx context.Context, tx Tx) error {
		if err := o.moveRun(ctx, tx, id, RunRunning, Reason{}); err != nil {
			return err
		}
		return o.finishRun(ctx, tx, id)
	})
}

// PauseRun keeps a running run from sending, in all processes; what is being sent goes on.
// When it returns nil nothing more of it is begun.
func (o *Outbox) PauseRun(ctx context.Context, id int64, why Reason) error {
	return o.write(ctx, "pause the run", func(ctx context.Context, tx Tx) error {
		r, err := run(ctx, tx, id)
		if err == nil && r.State == RunPlanned { // nothing of it leaves anyway
			err = &RunError{ID: id, From: r.State, To: RunPaused}
		}
		if err != nil {
			return err
		}
		return o.pauseRun(ctx, tx, id, why)
	})
}

// pauseRun is PauseRun within a transaction.
func (o *Outbox) pauseRun(ctx context.Context, tx Tx, id int64, why Reason) error {
	return o.moveRun(ctx, tx, id, RunPaused, why)
}

// CancelRun ends a run: nothing more of it leaves, in any process. Who waited in it gets
// nothing. To cancel a cancelled run is no error.
func (o *Outbox) CancelRun(ctx context.Context, id int64, why Reason) error {
	const op = "cancel the run"
	err := o.write(ctx, op, func(ctx context.Context, tx Tx) error {
		r, err := run(ctx, tx, id)
		if err != nil || r.State == RunCancelled {
			return err
		}
		return o.moveRun(ctx, tx, id, RunCancelled, why)
	})
	if err != nil {
		return err
	}
	return o.ended(ctx, op, o.forgetRuns(ctx))
}

// restQuery asks for some of what is queued of a run, in whatever order its index has. Older
// versions made the messages of a run before their turn.
const restQuery = "SELECT id FROM messages WHERE run = ? AND run <> 0 AND state = 'queued' LIMIT ?"

// endCancelled makes what is queued of a cancelled run unsent.
func (o *Outbox) endCancelled(ctx context.Context, id int64) error {
	for more := true; more; {
		err := o.engine.Write(ctx, func(ctx context.Context, tx Tx) error {
			ids, err := idsOf(ctx, tx, restQuery, id, runAtOnce)
			if err != nil {
				return err
			}
			more = len(ids) == runAtOnce
			for _, id := range ids {
				if err := o.move(ctx, tx, id, Unsent, Cancelled); err != nil {
					return err
				}
				if err := set(ctx, tx, id, "error = ?", Cancelled); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Run reads a run. The error is ErrNotFound if there is none.
func (o *Outbox) Run(ctx context.Context, id int64) (Run, error) {
	r, err := run(ctx, o.engine.Reader(), id)
	return r, o.reading("read the run", err)
}

// Runs are all runs, the newest first.
func (o *Outbox) Runs(ctx context.Context) ([]Run, error) { return o.runs(ctx, o.engine.Reader(), "") }

func (o *Outbox) runs(ctx context.Context, q Querier, limit string, args ...any) ([]Run, error) {
	const op = "read the runs"
	rows, err := q.QueryContext(ctx, "SELECT "+runColumns+" FROM runs ORDER BY id DESC"+limit, args...)
	if err != nil {
		return nil, o.reading(op, err)
	}
	defer func() { _ = rows.Close() }()
	var all []Run
	for rows.Next() {
		r, err := scanRun(rows)
		if err != nil {
			return nil, o.reading(op, err)
		}
		all = append(all, r)
	}
	return all, o.reading(op, rows.Err())
}

const runColumns = `id, name, state, created_at, updated_at, started_at, ended_at, profile, account_id, base_url, application_id,
	senders, text, media, tag, list_name, list_sum, options, started_by, host, again, stop_at,
	edition, people, segments, reason, hold_until, hold_reason, backoff, slowed, slowed_at,
	own_name, approve, approved_at, approved_by, approved_host, approved_own`

func scanRun(row scanner) (r Run, err error) {
	var created, updated, started, ended, until, backoff, slowed, approved int64
	var senders, media, reason, hold string
	b, yes := &r.Broadcast, &r.Approval.By
	err = row.Scan(&r.ID, &r.Name, &r.State, &created, &updated, &started, &ended, &b.By.Profile, &b.By.AccountID, &b.By.BaseURL, &b.ApplicationID,
		&senders, &b.Text, &media, &b.Tag, &b.List.Name, &b.List.Sum, &b.Options, &b.StartedBy, &b.Host, &b.Again, &b.StopAt,
		&r.Edition, &r.People, &r.Segments, &reason, &until, &hold, &backoff, &r.Slowed, &slowed,
		&b.OwnName, &b.Approve, &approved, &yes.Name, &yes.Host, &yes.Own)
	r.Approval.At = timeOf(approved)
	r.Created, r.Updated, r.Started, r.Ended, r.slowedAt = timeOf(created), timeOf(updated), timeOf(started), timeOf(ended), timeOf(slowed)
	b.Name, b.Senders, b.Media = r.Name, listOf(senders), listOf(media)
	r.Reason, r.Hold = reasonOf(reason), Hold{timeOf(until), reasonOf(hold)}
	r.backoff = time.Duration(backoff) * time.Microsecond
	return r, err
}

func run(ctx context.Context, q Querier, id int64) (Run, error) {
	r, err := scanRun(q.QueryRowContext(ctx, "SELECT "+runColumns+" FROM runs WHERE id = ?", id))
	if errors.Is(err, sql.ErrNoRows) {
		return Run{}, fmt.Errorf("run %d: %w", id, ErrNotFound)
	}
	if err != nil {
		return Run{}, fmt.Errorf("read the run: %w", err)
	}
	return r, nil
}

// moveRun changes the state of a run, if that is allowed. What held it before is over.
func (o *Outbox) moveRun(ctx context.Context, tx Tx, id int64, to RunState, why Reason) error {
	r, err := run(ctx, tx, id)
	if err != nil {
		return err
	}
	if !r.State.CanBecome(to) {
		return &RunError{ID: id, From: r.State, To: to}
	}
	if to == RunRunning && r.WantsApproval() {
		return fmt.Errorf("run %d: %w", id, ErrWantsApproval)
	}
	at := o.now()
	started, ended := r.Started, r.Ended
	if to == RunRunning && started.IsZero() {
		started = at
	}
	if to == RunDone || to == RunCancelled {
		ended = at
	}
	_, err = tx.ExecContext(ctx, `UPDATE runs SET state = ?, updated_at = ?, started_at = ?, ended_at = ?, reason = ?,
		hold_until = 0, hold_reason = '', backoff = 0, slowed = 0, slowed_at = 0 WHERE id = ?`,
		string(to), stamp(at), stamp(started), stamp(ended), why.encode(), id)
	if err != nil {
		return fmt.Errorf("change the run: %w", err)
	}
	return o.noteRun(ctx, tx, runMove{run: id, state: to, reason: why})
}

// overQuery asks whether a run is to be done: nobody of it waits, and no message is being
// sent.
const overQuery = `SELECT state IN ('running', 'paused') AND NOT EXISTS (SELECT 1 FROM run_people WHERE run = ? AND message = 0 AND skip = '')
	AND NOT EXISTS (SELECT 1 FROM messages WHERE run = ? AND run <> 0 AND state = 'sending') FROM runs WHERE id = ?`

// finishRun makes a run done if nobody of it waits, and nothing is being sent.
func (o *Outbox) finishRun(ctx context.Context, tx Tx, id int64) error {
	if many, ok := tx.(*manyTx); ok {
		many.closed[id] = true
		return nil
	}
	var over bool
	err := tx.QueryRowContext(ctx, overQuery, id, id, id).Scan(&over)
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("run %d: %w", id, ErrNotFound)
	}
	if err != nil {
		return fmt.Errorf("look for messages of the run: %w", err)
	}
	if !over {
		return nil
	}
	return o.moveRun(ctx, tx, id, RunDone, Reason{})
}
