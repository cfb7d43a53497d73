package outbox

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// An Approval is a second person's yes to a run. The zero one is none.
type Approval struct {
	By User
	At time.Time
}

// WantsApproval reports whether a run waits for another person's yes: nothing of it is sent
// before.
func (r Run) WantsApproval() bool { return r.Broadcast.Approve && r.Approval.At.IsZero() }

var (
	// ErrWantsApproval refuses to start a run that nobody else approved: see
	// [Broadcast.Approve].
	ErrWantsApproval = errors.New("it wants another person's approval")
	// ErrOwnRun refuses an approval by who started the run.
	ErrOwnRun = errors.New("who started it cannot approve it")
	// ErrNoApproval refuses an approval of a run that wants none, or has one.
	ErrNoApproval = errors.New("it wants no approval")
)

// ApproveRun is the yes of another person than who started a run, which is [RunPlanned] or,
// if it was corrected since, [RunPaused]. It is recorded, and sends nothing: whoever starts
// the run then does. It is given to what the run is at that moment: nobody is added to a run
// that has it, and [Outbox.CorrectRun] takes it back.
//
// The error is [ErrNoApproval], [ErrOwnRun], or a [*RunError] if the run is over.
func (o *Outbox) ApproveRun(ctx context.Context, id int64, by User) error {
	return o.write(ctx, "approve the run", func(ctx context.Context, tx Tx) error {
		r, err := run(ctx, tx, id)
		if err != nil {
			return err
		}
		switch {
		case r.State == RunDone || r.State == RunCancelled:
			return &RunError{ID: id, From: r.State, To: RunRunning}
		case !r.WantsApproval():
			return fmt.Errorf("run %d: %w", id, ErrNoApproval)
		case by.Is(r.Broadcast.Starter()):
			return fmt.Errorf("run %d: %w", id, ErrOwnRun)
		}
		name, host, own := by.columns()
		_, err = tx.ExecContext(ctx, "UPDATE runs SET approved_at = ?, approved_by = ?, approved_host = ?, approved_own = ? WHERE id = ?",
			stamp(o.now()), name, host, own, id)
		if err != nil {
			return fmt.Errorf("approve the run: %w", err)
		}
		return o.noteRun(ctx, tx, runMove{run: id, state: r.State, reason: Reason{Kind: ReasonApproved, Note: User{name, host, by.Own}.String()}})
	})
}

// Starter is who started the run.
func (b Broadcast) Starter() User { return User{Name: b.StartedBy, Host: b.Host, Own: b.OwnName} }
