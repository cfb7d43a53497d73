package say

import (
	"context"
	"errors"
	"fmt"

	"telex/config"
	"telex/messaging"
	"telex/messaging/outbox"
)

// A Code is how telex ends. The codes are an API: scripts decide by them.
type Code int

// The exit codes; [Exits] says what they mean.
const (
	ExitOK       Code = 0
	ExitFailed   Code = 1
	ExitUsage    Code = 2
	ExitRejected Code = 3
	ExitRefused  Code = 4
	ExitLimited  Code = 5
	ExitUnknown  Code = 6
	ExitUnsent   Code = 7
	ExitOpen     Code = 8
)

// An Exit is a row of the table of exit codes.
type Exit struct {
	Code    Code
	Meaning string
	rank    int // of several messages, the code with the highest rank is the run's
}

// Exits is the table, in the order of the codes.
func Exits() []Exit {
	return []Exit{
		{ExitOK, "accepted by the API, or done", 0},
		{ExitFailed, "telex itself failed: a bug, a disk error, an output that cannot be written", 7},
		{ExitUsage, "wrong usage, an invalid message, or no credentials, also none that the database of the outbox takes; nothing was sent", 1},
		{ExitRejected, "rejected by the API", 4},
		{ExitRefused, "the API or its token endpoint refused the credentials (401, 403)", 6},
		{ExitLimited, "rate limited (429), even after the retries", 5},
		{ExitUnknown, "the outcome is unknown; check before you send again", 8},
		{ExitUnsent, "not sent: no connection, also none to the database of the outbox; cancelled in time; or the input of --plain ended", 3},
		{ExitOpen, "still open when the waiting ended", 2},
	}
}

// Worst is the code for a run of which parts ended with a and b: the one that
// most needs somebody's attention. From worst to best: 6, 1, 4, 5, 3, 7, 8, 2, 0.
func Worst(a, b Code) Code {
	rank := func(c Code) int {
		for _, e := range Exits() {
			if e.Code == c {
				return e.rank
			}
		}
		return -1
	}
	if rank(b) > rank(a) {
		return b
	}
	return a
}

// Told is the error of a command that has said everything about its ending.
type Told Code

func (t Told) Error() string { return fmt.Sprintf("ended with exit code %d", int(t)) }

// EndWith is err as the end of a command whose exit code another rule than that of
// [CodeOf] decides: that of several messages is the worst of theirs.
func EndWith(code Code, err error) error { return &withCode{code, err} }

// withCode is an error that carries the exit code.
type withCode struct {
	code Code
	err  error
}

func (e *withCode) Error() string { return e.err.Error() }

func (e *withCode) Unwrap() error { return e.err }

// ErrCancelled ends a command that was stopped before anything was sent or stored.
var ErrCancelled = errors.New("cancelled; nothing was done")

// Why a question has no answer.
var (
	ErrNoTerminal = errors.New("there is no terminal to ask on")
	ErrNoAnswer   = errors.New("no answer was given")
	ErrLongAnswer = errors.New("the answer is too long")
)

// CodeOf is the one place that turns an error into an exit code.
func CodeOf(err error) Code {
	if err == nil {
		return ExitOK
	}
	if code, ok := errors.AsType[Told](err); ok {
		return Code(code)
	}
	if e, ok := errors.AsType[*withCode](err); ok {
		return e.code
	}
	if _, ok := errors.AsType[*UsageError](err); ok || errors.Is(err, messaging.ErrInvalid) {
		return ExitUsage
	}
	if _, ok := errors.AsType[*outbox.OptOutError](err); ok {
		return ExitUsage
	}
	if _, ok := errors.AsType[*outbox.RepeatError](err); ok || errors.Is(err, outbox.ErrNotFound) {
		return ExitUsage
	}
	if errors.Is(err, ErrCancelled) {
		return ExitUnsent
	}
	if errors.Is(err, ErrNoAnswer) || errors.Is(err, ErrLongAnswer) || errors.Is(err, ErrNoTerminal) {
		return ExitUsage
	}
	if e, ok := errors.AsType[*config.StoreError](err); ok {
		return codeOfStore(e)
	}
	if _, ok := errors.AsType[*config.FileError](err); ok || errors.Is(err, config.ErrChanged) {
		return ExitUsage
	}
	e, ok := errors.AsType[*messaging.Error](err)
	if !ok || outbox.NotRecorded(err) {
		return codeOfOutbox(err)
	}
	switch e.Outcome {
	case messaging.Accepted:
		return ExitOK
	case messaging.Unsent:
		if errors.Is(err, messaging.ErrUnauthorized) {
			return ExitRefused // by the token endpoint: the message was not touched
		}
		return ExitUnsent
	case messaging.Rejected:
		switch {
		case errors.Is(e.Err, context.Canceled):
			return ExitUnsent // while it waited to try again
		case errors.Is(err, messaging.ErrUnauthorized):
			return ExitRefused
		case errors.Is(err, messaging.ErrRateLimited):
			return ExitLimited
		}
		return ExitRejected
	case messaging.Unknown:
	}
	return ExitUnknown
}

// codeOfOutbox is how a command ends whose outbox did not do as it was asked, and any other
// that telex fails with.
func codeOfOutbox(err error) Code {
	switch {
	case errors.Is(err, outbox.ErrUnreachable), errors.Is(err, outbox.ErrCopying):
		return ExitUnsent
	case errors.Is(err, outbox.ErrDenied), errors.Is(err, outbox.ErrMoved), errors.Is(err, outbox.ErrNoOutbox), errors.Is(err, outbox.ErrOccupied):
		return ExitUsage
	}
	return ExitFailed
}

// codeOfStore is how a command ends whose store of secrets did not do as it was asked:
// by what the user can change, or by what is broken.
func codeOfStore(e *config.StoreError) Code {
	for _, known := range []error{
		config.ErrNotStored, config.ErrUnavailable, config.ErrLocked, config.ErrNoAnswer, config.ErrNoPassphrase, config.ErrWrongPassphrase,
	} {
		if errors.Is(e, known) {
			return ExitUsage
		}
	}
	return ExitFailed
}

// CodeOfState is how telex status ends for a message in state s.
func CodeOfState(s outbox.State) Code {
	switch s {
	case outbox.Accepted, outbox.Sent, outbox.Delivered, outbox.Unconfirmed, outbox.Received:
		return ExitOK
	case outbox.Rejected, outbox.Failed:
		return ExitRejected
	case outbox.Scheduled:
		return ExitOpen
	case outbox.Queued, outbox.Missed, outbox.Unsent:
		return ExitUnsent
	case outbox.Sending, outbox.Unknown:
	}
	return ExitUnknown
}

// CodeOfAsking is how a command ends that could not ask the API about a message.
// What is known of the message is another matter.
func CodeOfAsking(err error) Code {
	switch code := CodeOf(err); code {
	case ExitRefused, ExitLimited, ExitUnsent, ExitUsage:
		return code
	case ExitOK, ExitFailed, ExitRejected, ExitUnknown, ExitOpen:
	}
	return ExitFailed
}
