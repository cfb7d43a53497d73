package outbox

import (
	"errors"

	"telex/messaging"
)

// Hopeless says why the messages behind one that ended with r would fare no better:
// the credentials were refused, the API takes no more (the client waited as it was
// told before it gave up), nothing leaves this machine, or nothing can be recorded. It
// returns "" if they should be tried: r is no failure, or one of that message alone.
// It is the one rule for every way of sending several messages. The words are clean
// and without a full stop.
func Hopeless(r Result) string {
	_, unrecorded := errors.AsType[*Error](r.Unrecorded)
	token := tokenFailed(r.Err)
	switch {
	case errors.Is(r.Err, ErrTakenForDead):
		return "this telex was not heard of for too long"
	case unrecorded, NotRecorded(r.Err):
		return "the outbox cannot be written"
	case errors.Is(r.Err, messaging.ErrProxy):
		return "the proxy is not set up correctly"
	case refusedOnTheWay(r.Err):
		return "something in between refuses requests"
	case errors.Is(r.Err, messaging.ErrUnauthorized):
		return "the credentials were refused"
	case errors.Is(r.Err, messaging.ErrRateLimited) && !token:
		return "Bandwidth accepts no more messages for now (HTTP 429)"
	case messaging.OutcomeOf(r.Err) != messaging.Unsent, ownFault(r.Err):
		return ""
	case token:
		return "there is no access token"
	}
	return "there is no connection"
}

// refusedOnTheWay reports whether somebody between us and the API refused: a status
// that says so, and not in the API's own words, which have a type.
func refusedOnTheWay(err error) bool {
	e, ok := errors.AsType[*messaging.Error](err)
	return ok && e.Outcome == messaging.Unknown && e.Type == "" && (errors.Is(e, messaging.ErrUnauthorized) || errors.Is(e, messaging.ErrRateLimited))
}

// tokenFailed reports whether a message did not leave because the call for an access
// token failed, which is an error of the same kind within.
func tokenFailed(err error) bool {
	e, ok := errors.AsType[*messaging.Error](err)
	if !ok {
		return false
	}
	_, inner := errors.AsType[*messaging.Error](e.Err)
	return inner
}

// ownFault reports whether a message did not leave for a reason that is no other's:
// it breaks a rule, its recipient opted out, or its row was settled or deleted by another
// telex.
func ownFault(err error) bool {
	_, moved := errors.AsType[*MoveError](err)
	_, optedOut := errors.AsType[*OptOutError](err)
	return moved || optedOut || errors.Is(err, messaging.ErrInvalid) || errors.Is(err, ErrNotFound)
}
