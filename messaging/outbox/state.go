package outbox

import (
	"fmt"
	"slices"

	"telex/messaging"
)

// State is how far a message has come, as far as is known.
type State string

// The states of a message. A draft is none: it is not a message yet.
const (
	// Scheduled: it is to leave at a later time, and belongs to no process until then. See
	// [Outbox.Schedule].
	Scheduled State = "scheduled"
	// Missed: nothing sent it when it was due, or within [Grace] after that. A person decides
	// what becomes of it; by itself it never leaves.
	Missed State = "missed"
	// Queued: it waits for its turn in a process that sends several.
	Queued State = "queued"
	// Sending: its request is, or may be, on its way.
	Sending State = "sending"
	// Accepted: the API took it for processing.
	Accepted State = "accepted"
	// Sent: it left Bandwidth for the carrier.
	Sent State = "sent"
	// Delivered: the API says so. How much that is worth, [Entry.Grade] tells.
	Delivered State = "delivered"
	// Unconfirmed: accepted, and no receipt came in time, though it may have arrived; a
	// late receipt still decides. Of a group: at least one receipt is missing, and nobody's
	// delivery failed.
	Unconfirmed State = "unconfirmed"
	// Failed: accepted, and not delivered to everybody; a delivery error code says why.
	Failed State = "failed"
	// Rejected: the API answered no. It was not sent.
	Rejected State = "rejected"
	// Unsent: no byte of the request left this machine.
	Unsent State = "unsent"
	// Unknown: it may have been created.
	Unknown State = "unknown"
	// Received: somebody wrote it to us.
	Received State = "received"
)

// States lists all states in the order in which a message passes them, and last that of
// those that came in.
func States() []State {
	return []State{Scheduled, Missed, Queued, Sending, Accepted, Sent, Delivered, Unconfirmed, Failed, Rejected, Unsent, Unknown, Received}
}

// Next lists the states that s may change to. It is the table of the allowed
// moves; the outbox makes no other.
func (s State) Next() []State {
	switch s {
	case Scheduled:
		return []State{Sending, Missed, Unsent}
	case Missed:
		return []State{Scheduled, Unsent}
	case Queued:
		return []State{Sending, Unsent}
	case Sending:
		// It certainly was not created, for no fault of its own, and its time is not over.
		return []State{Scheduled, Accepted, Rejected, Unsent, Unknown}
	case Unknown:
		// It was found at the API; or the process that was taken for dead was not,
		// and brings the answer after all.
		return []State{Accepted, Sent, Delivered, Unconfirmed, Failed, Rejected, Unsent}
	case Accepted:
		return []State{Sent, Delivered, Unconfirmed, Failed}
	case Sent:
		return []State{Delivered, Unconfirmed, Failed}
	case Unconfirmed:
		return []State{Delivered, Failed}
	case Delivered, Failed, Rejected, Unsent, Received:
		return nil
	}
	return nil
}

// CanBecome reports whether a message may change from s to next.
func (s State) CanBecome(next State) bool { return slices.Contains(s.Next(), next) }

// Valid reports whether s is one of [States].
func (s State) Valid() bool { return slices.Contains(States(), s) }

// Final reports whether nothing more can come. Of an [Unconfirmed] message something can,
// and seldom does.
func (s State) Final() bool { return len(s.Next()) == 0 }

// Outcome is what s means for whoever asks whether the message was created.
func (s State) Outcome() messaging.Outcome {
	switch s {
	case Accepted, Sent, Delivered, Unconfirmed, Failed, Received:
		return messaging.Accepted
	case Rejected:
		return messaging.Rejected
	case Scheduled, Missed, Queued, Unsent:
		return messaging.Unsent
	case Sending, Unknown:
	}
	return messaging.Unknown
}

// stateOf is the state that a call's outcome leads to.
func stateOf(o messaging.Outcome) State {
	switch o {
	case messaging.Accepted:
		return Accepted
	case messaging.Rejected:
		return Rejected
	case messaging.Unsent:
		return Unsent
	case messaging.Unknown:
	}
	return Unknown
}

// A MoveError is a change of state that is not allowed. Nothing was written.
type MoveError struct {
	ID       int64
	From, To State
}

// A SettledError is a message that cannot leave any more, for its row was settled before
// its turn came. Nothing was written, and nothing may be sent.
type SettledError struct {
	Move MoveError
	Why  string // what the row says; may be empty
}

func (e *SettledError) Error() string {
	text := fmt.Sprintf("message %d was settled as %s before its turn came", e.Move.ID, e.Move.From)
	if e.Why != "" {
		text += " (" + e.Why + ")"
	}
	return text
}

// Unwrap returns the change that was not made.
func (e *SettledError) Unwrap() error { return &e.Move }

func (e *MoveError) Error() string {
	return fmt.Sprintf("message %d is %s and cannot become %s", e.ID, e.From, e.To)
}
