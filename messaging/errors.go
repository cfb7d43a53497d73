package messaging

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"telex/messaging/internal/netjson"
)

// Sentinels for decisions, matched with errors.Is.
var (
	// ErrInvalid: the message breaks a rule that needs no network to see.
	ErrInvalid = errors.New("invalid message")
	// ErrUnauthorized: the API (401, 403) or its token endpoint refused the credentials.
	ErrUnauthorized = errors.New("unauthorized")
	// ErrRateLimited: 429, and still so when the time limit was reached.
	ErrRateLimited = errors.New("rate limited")
	// ErrNotFound: the API has nothing of that name: no such message in the 14 days that it
	// keeps, or a 404. It does not say that a message was not created; see [Client.Message].
	ErrNotFound = errors.New("not found")
	// ErrNoCredentials: nil, or an empty name or secret. No call was made.
	ErrNoCredentials = errors.New("no credentials")
)

// Outcome is what is known about a message after a call to create it.
// The zero value is the careful one.
type Outcome uint8

// The outcomes of a call. For calls that create nothing they say whether the
// call took effect.
const (
	// Unknown: it may have been created. The request was written, at least in
	// part, and no answer came back that is readable, the API's own and about it.
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
	case ErrNotFound:
		return e.Status == http.StatusNotFound
	}
	return false
}

// apiProblem is the body of the API's own refusals. The shape for unknown paths
// has error and message in place of type and description.
type apiProblem struct {
	Type        string       `json:"type"`
	Description string       `json:"description"`
	FieldErrors []FieldError `json:"fieldErrors"`

	Timestamp string `json:"timestamp"`
	Status    int    `json:"status"`
	Error     string `json:"error"`
	Message   string `json:"message"`
	Path      string `json:"path"`
}

// An origin is who can have written a refusal, as far as its body shows.
type origin uint8

const (
	ofAnybody      origin = iota // nothing shows that it was the API
	ofAPI                        // the API's {"type", "description"}
	apiUnknownPath               // the API's answer to a path that it does not have
)

// readProblem decodes a refusal as far as it can. The form of unknown paths is that of
// many a server and gateway, and type alone that of RFC 9457: neither proves anything
// about who answered, but see outcomeOf for a 404.
func readProblem(body []byte) (p apiProblem, by origin) {
	if err := netjson.Decode(body, &p); err != nil {
		return apiProblem{}, ofAnybody
	}
	switch {
	case p.Type != "" && p.Description != "":
		by = ofAPI
	case p.Timestamp != "" && p.Error != "" && p.Path != "" && p.Status == http.StatusNotFound:
		by = apiUnknownPath
	}
	if p.Type == "" && p.Description == "" {
		p.Type, p.Description = p.Error, p.Message
	}
	return p, by
}

// outcomeOf says what an answer means for the message that a call was to create. What
// decides is who answered, for a refusal says that nothing was created only if it is
// the API's. Something in between answers for the API after the API has the request:
// a load balancer with 408 or 499, a filter of answers with 403, a gateway that tried
// again by itself with 429.
//
//   - 2xx is accepted.
//   - 4xx and 5xx are rejected in the API's own words, a 404 also in those of the
//     API for a path that it does not have.
//   - 401 and 407 are rejected in any words if they come with the challenge that
//     belongs to them: then they say that the request has not been applied for want of
//     credentials (RFC 9110, 15.5.2 and 15.5.8). Bandwidth documents no other shape.
//   - 502 and 504 are by definition (RFC 9110, 15.6.3 and 15.6.5) an intermediary's,
//     whatever their body.
//   - A redirect is not followed and proves nothing: whoever answers 303 has done the
//     work already.
//
// Everything else is unknown. That goes for 429, too: without the API's words it is not
// repeated, although those who limit rates seldom do so after the fact.
func outcomeOf(status int, header http.Header, by origin) Outcome {
	switch {
	case status >= 200 && status < 300:
		return Accepted
	case status == http.StatusBadGateway, status == http.StatusGatewayTimeout:
		return Unknown
	case status >= 400 && status < 600 && by == ofAPI:
		return Rejected
	case status == http.StatusNotFound && by == apiUnknownPath:
		return Rejected
	case status == http.StatusUnauthorized && header.Get("WWW-Authenticate") != "",
		status == http.StatusProxyAuthRequired && header.Get("Proxy-Authenticate") != "":
		return Rejected
	}
	return Unknown
}

// outcomeOfHarmless is outcomeOf for a call that creates no message: a 4xx of
// whomever ends it, and it may be made again without harm.
func outcomeOfHarmless(status int, header http.Header, by origin) Outcome {
	if status >= 400 && status < 500 {
		return Rejected
	}
	return outcomeOf(status, header, by)
}
