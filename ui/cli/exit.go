package cli

import (
	"context"
	"errors"
	"fmt"

	"telex/config"
	"telex/messaging"
	"telex/messaging/outbox"
)

// exitCode is how telex ends. The codes are an API: scripts decide by them.
type exitCode int

// The exit codes; exits says what they mean.
const (
	exitOK       exitCode = 0
	exitFailed   exitCode = 1
	exitUsage    exitCode = 2
	exitRejected exitCode = 3
	exitRefused  exitCode = 4
	exitLimited  exitCode = 5
	exitUnknown  exitCode = 6
	exitUnsent   exitCode = 7
)

// exit is a row of the table of exit codes.
type exit struct {
	code    exitCode
	meaning string
	rank    int // of several messages, the code with the highest rank is the run's
}

// exits is the table, in the order of the codes.
func exits() []exit {
	return []exit{
		{exitOK, "accepted by the API, or done", 0},
		{exitFailed, "telex itself failed: a bug, a disk error, an output that cannot be written", 6},
		{exitUsage, "wrong usage, an invalid message, or no credentials; nothing was sent", 1},
		{exitRejected, "rejected by the API", 3},
		{exitRefused, "the API or its token endpoint refused the credentials (401, 403)", 5},
		{exitLimited, "rate limited (429), still so after the retries", 4},
		{exitUnknown, "the outcome is unknown; do not blindly send again", 7},
		{exitUnsent, "not sent: no connection, cancelled in time, or the input of --plain ended", 2},
	}
}

// worst is the code for a run of which parts ended with a and b: the one that
// most needs somebody's attention. From worst to best: 6, 1, 4, 5, 3, 7, 2, 0.
func worst(a, b exitCode) exitCode {
	rank := func(c exitCode) int {
		for _, e := range exits() {
			if e.code == c {
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

// told is the error of a command that has said everything about its ending.
type told exitCode

func (t told) Error() string { return fmt.Sprintf("ended with exit code %d", int(t)) }

// endWith is err as the end of a command whose exit code another rule than codeOf's
// decides: that of several messages is the worst of theirs.
func endWith(code exitCode, err error) error { return &withCode{code, err} }

// withCode is an error that carries the exit code.
type withCode struct {
	code exitCode
	err  error
}

func (e *withCode) Error() string { return e.err.Error() }

func (e *withCode) Unwrap() error { return e.err }

// errCancelled ends a command that was stopped before anything was sent or stored.
var errCancelled = errors.New("cancelled; nothing was done")

// Why a question has no answer.
var (
	errNoTerminal = errors.New("there is no terminal to ask on")
	errNoAnswer   = errors.New("no answer was given")
	errLongAnswer = errors.New("the answer is too long")
)

// codeOf is the one place that turns an error into an exit code.
func codeOf(err error) exitCode {
	if err == nil {
		return exitOK
	}
	if code, ok := errors.AsType[told](err); ok {
		return exitCode(code)
	}
	if e, ok := errors.AsType[*withCode](err); ok {
		return e.code
	}
	if _, ok := errors.AsType[*usageError](err); ok || errors.Is(err, messaging.ErrInvalid) {
		return exitUsage
	}
	if _, ok := errors.AsType[*outbox.RepeatError](err); ok || errors.Is(err, outbox.ErrNotFound) {
		return exitUsage
	}
	if errors.Is(err, errCancelled) {
		return exitUnsent
	}
	if errors.Is(err, errNoAnswer) || errors.Is(err, errLongAnswer) || errors.Is(err, errNoTerminal) {
		return exitUsage
	}
	if e, ok := errors.AsType[*config.StoreError](err); ok {
		return codeOfStore(e)
	}
	if _, ok := errors.AsType[*config.FileError](err); ok || errors.Is(err, config.ErrChanged) {
		return exitUsage
	}
	e, ok := errors.AsType[*messaging.Error](err)
	if !ok || outbox.NotRecorded(err) {
		return exitFailed
	}
	switch e.Outcome {
	case messaging.Accepted:
		return exitOK
	case messaging.Unsent:
		if errors.Is(err, messaging.ErrUnauthorized) {
			return exitRefused // by the token endpoint: the message was not touched
		}
		return exitUnsent
	case messaging.Rejected:
		switch {
		case errors.Is(e.Err, context.Canceled):
			return exitUnsent // while it waited to try again
		case errors.Is(err, messaging.ErrUnauthorized):
			return exitRefused
		case errors.Is(err, messaging.ErrRateLimited):
			return exitLimited
		}
		return exitRejected
	case messaging.Unknown:
	}
	return exitUnknown
}

// codeOfStore is how a command ends whose store of secrets did not do as it was asked:
// by what the user can change, or by what is broken.
func codeOfStore(e *config.StoreError) exitCode {
	for _, known := range []error{
		config.ErrNotStored, config.ErrUnavailable, config.ErrLocked, config.ErrNoAnswer, config.ErrNoPassphrase, config.ErrWrongPassphrase,
	} {
		if errors.Is(e, known) {
			return exitUsage
		}
	}
	return exitFailed
}

// codeOfState is how telex status ends for a message in state s.
func codeOfState(s outbox.State) exitCode {
	switch s {
	case outbox.Accepted, outbox.Sent, outbox.Delivered, outbox.Unconfirmed:
		return exitOK
	case outbox.Rejected, outbox.Failed:
		return exitRejected
	case outbox.Queued, outbox.Unsent:
		return exitUnsent
	case outbox.Sending, outbox.Unknown:
	}
	return exitUnknown
}

// codeOfAsking is how a command ends that could not ask the API about a message.
// What is known of the message is another matter.
func codeOfAsking(err error) exitCode {
	switch code := codeOf(err); code {
	case exitRefused, exitLimited, exitUnsent, exitUsage:
		return code
	case exitOK, exitFailed, exitRejected, exitUnknown:
	}
	return exitFailed
}
