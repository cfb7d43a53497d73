package messaging

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Sentinels for decisions, matched with errors.Is.
var (
	// ErrInvalid: the message breaks a rule that needs no network to see.
	ErrInvalid = errors.New("invalid message")
	// ErrUnauthorized: the API (401, 403) or its token endpoint refused the credentials.
	ErrUnauthorized = errors.New("unauthorized")
	// ErrRateLimited: 429, and still so when the time limit was reached.
	ErrRateLimited = errors.New("rate limited")
)

// Outcome is what is known about a message after a call to create it.
// The zero value is the careful one.
type Outcome uint8

// The outcomes of a call. For calls that create nothing they say whether the
// call took effect.
const (
	// Unknown: it may have been created. The request was written, at least in
	// part, and no readable answer of the API came back.
	Unknown Outcome = iota
	// Accepted: the API answered 2xx.
	Accepted
	// Rejected: the API answered no. The message was not sent and is not billed.
	Rejected
	// Unsent: no byte of the request left this machine.
	Unsent
)

func (o Outcome) String() string {
	switch o {
	case Unknown:
		return "unknown"
	case Accepted:
		return "accepted"
	case Rejected:
		return "rejected"
	case Unsent:
		return "unsent"
	}
	return fmt.Sprintf("Outcome(%d)", uint8(o))
}

// OutcomeOf reads the outcome from what a call returned: Accepted for nil, the
// Outcome of an [*Error] in err's chain, Unknown for any other error.
func OutcomeOf(err error) Outcome {
	if err == nil {
		return Accepted
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Outcome
	}
	return Unknown
}

// A FieldError is one input that the API refused, in the API's words.
type FieldError struct {
	Name        string `json:"fieldName"`
	Description string `json:"description"`
}

// Error is a failed call. Type, Detail and Fields are the API's words as they
// came: clean them before showing them on a terminal. The Error method quotes them.
type Error struct {
	Op       string        // what was tried: "send message", "list messages"
	Outcome  Outcome       // what is known about the message now
	Status   int           // HTTP status of the last answer; 0 if none came
	Type     string        // the API's error type; "" if the body was not understood
	Detail   string        // the API's description; "" likewise
	Fields   []FieldError  // inputs that the API refused
	Wait     time.Duration // how long the API asked to wait (Retry-After); 0 if it did not
	Answer   *Answer       // the last answer; nil if none came
	Attempts []Attempt     // every try, oldest first; empty if nothing was tried
	Err      error         // the cause, if there is one beside the answer
}

// maxFieldsShown bounds the text of an error: an answer can name thousands.
const maxFieldsShown = 10

// Error says what was tried, what came back and what that means for the message.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Op)
	if e.Status != 0 {
		fmt.Fprintf(&b, ": HTTP %d", e.Status)
		if text := http.StatusText(e.Status); text != "" {
			b.WriteString(" " + text)
		}
	}
	if e.Type != "" {
		b.WriteString(": " + quoteShort(e.Type))
	}
	if e.Detail != "" {
		b.WriteString(": " + quoteShort(e.Detail))
	}
	for i, f := range e.Fields {
		if i == maxFieldsShown {
			fmt.Fprintf(&b, "; and %d fields more", len(e.Fields)-i)
			break
		}
		fmt.Fprintf(&b, "; field %s: %s", quoteShort(f.Name), quoteShort(f.Description))
	}
	if e.Err != nil {
		b.WriteString(": " + printable(e.Err.Error()))
	}
	known := " (outcome " + e.Outcome.String() + ")"
	if (e.Status == 0 || e.Outcome == Unknown) && !strings.HasSuffix(b.String(), known) {
		b.WriteString(known)
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Is matches the sentinels of this package by status.
func (e *Error) Is(target error) bool {
	switch target {
	case ErrUnauthorized:
		return e.Status == http.StatusUnauthorized || e.Status == http.StatusForbidden
	case ErrRateLimited:
		return e.Status == http.StatusTooManyRequests
	}
	return false
}

// apiProblem is the body of the API's own refusals. The shape for unknown paths
// has error and message in place of type and description.
type apiProblem struct {
	Type        string       `json:"type"`
	Description string       `json:"description"`
	FieldErrors []FieldError `json:"fieldErrors"`
	Error       string       `json:"error"`
	Message     string       `json:"message"`
}

// readProblem decodes a refusal as far as it can. own reports whether it has the
// form of the API's own refusals. The form of its unknown paths is that of many a
// server and gateway, and type alone that of RFC 9457: neither proves anything
// about who answered.
func readProblem(body []byte) (p apiProblem, own bool) {
	if err := json.Unmarshal(body, &p); err != nil && !isTypeError(err) {
		return apiProblem{}, false
	}
	own = p.Type != "" && p.Description != ""
	if p.Type == "" && p.Description == "" {
		p.Type, p.Description = p.Error, p.Message
	}
	return p, own
}

// outcomeOfStatus is the table of what an answer means for a message:
// 2xx accepted, 4xx rejected, 5xx rejected only in the API's own words. 502 and
// 504 are by definition (RFC 9110, 15.6.3 and 15.6.5) an intermediary's, whatever
// their body. A redirect is not followed and proves nothing: whoever answers 303
// has done the work already.
func outcomeOfStatus(status int, own bool) Outcome {
	switch {
	case status >= 200 && status < 300:
		return Accepted
	case status >= 400 && status < 500:
		return Rejected
	case status == http.StatusBadGateway, status == http.StatusGatewayTimeout:
		return Unknown
	case status >= 500 && status < 600 && own:
		return Rejected
	}
	return Unknown
}
