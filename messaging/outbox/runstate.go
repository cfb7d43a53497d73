package outbox

import (
	"fmt"
	"slices"
)

// RunState is how far a [Run] has come.
type RunState string

// The states of a run.
const (
	// RunPlanned: it is being filled, or waits to be started. Nothing of it is sent.
	RunPlanned RunState = "planned"
	// RunRunning: its people are sent to, by who drains it.
	RunRunning RunState = "running"
	// RunPaused: its people wait until it is started again.
	RunPaused RunState = "paused"
	// RunDone: nobody waits, and none of its messages is being sent any more.
	RunDone RunState = "done"
	// RunCancelled: who waited gets nothing.
	RunCancelled RunState = "cancelled"
)

// Next lists the states that s may change to. It is the table of the allowed changes;
// the outbox makes no other.
func (s RunState) Next() []RunState {
	switch s {
	case RunPlanned:
		return []RunState{RunRunning, RunPaused, RunCancelled} // paused is what did not begin at its time
	case RunRunning:
		return []RunState{RunPaused, RunDone, RunCancelled}
	case RunPaused: // what was on its way may have been the last
		return []RunState{RunRunning, RunDone, RunCancelled}
	case RunDone, RunCancelled:
	}
	return nil
}

// CanBecome reports whether a run may change from s to next.
func (s RunState) CanBecome(next RunState) bool { return slices.Contains(s.Next(), next) }

// A RunError is a change of a run that its state does not allow. Nothing was written.
type RunError struct {
	ID       int64
	From, To RunState // To is "" where not the state was to change, but the text or the people
}

func (e *RunError) Error() string {
	if e.To == "" {
		return fmt.Sprintf("run %d is %s, and neither its text nor its people can change", e.ID, e.From)
	}
	return fmt.Sprintf("run %d is %s and cannot become %s", e.ID, e.From, e.To)
}
