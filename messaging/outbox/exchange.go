package outbox

import (
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"telex/messaging"
)

// An exchange is what came back for a request.
type exchange struct {
	id       string // the API's; "" if the message was not accepted
	attempts []messaging.Attempt
	answer   *messaging.Answer
	failure  *messaging.Error // nil if the message was accepted
}

// errNoReceipt stands for a call that claims success and brings no receipt.
var errNoReceipt = errors.New("the call reported neither a receipt nor an error")

func exchangeOf(receipt *messaging.Receipt, err error) exchange {
	if err == nil && receipt != nil {
		return exchange{id: receipt.ID, attempts: receipt.Attempts, answer: receipt.Answer}
	}
	if err == nil {
		err = errNoReceipt
	}
	e, ok := errors.AsType[*messaging.Error](err)
	if !ok {
		e = &messaging.Error{Op: "send message", Outcome: messaging.Unknown, Err: err}
	}
	return exchange{attempts: e.Attempts, answer: e.Answer, failure: e}
}

// state is the state that the outcome leads to.
func (x exchange) state() State {
	if x.failure == nil {
		return Accepted
	}
	return stateOf(x.failure.Outcome)
}

// The stored forms. Their keys are part of the database's version.
type (
	storedAttempt struct {
		Start  time.Time     `json:"start"`
		Took   time.Duration `json:"took"` // nanoseconds
		Status int           `json:"status,omitempty"`
		Error  string        `json:"error,omitempty"`
		Waited time.Duration `json:"waited,omitempty"`
	}
	storedAnswer struct {
		Status    int           `json:"status"`
		Line      []byte        `json:"line"` // in base64, as JSON has no place for foreign bytes
		Proto     string        `json:"proto"`
		Header    storedHeader  `json:"header"`
		Truncated bool          `json:"truncated,omitempty"`
		Latency   time.Duration `json:"latency"`
	}
	storedHeader  map[string][][]byte
	storedFailure struct {
		Op      string                 `json:"op"`
		Outcome string                 `json:"outcome"`
		Status  int                    `json:"status,omitempty"`
		Type    string                 `json:"type,omitempty"`
		Detail  string                 `json:"detail,omitempty"`
		Fields  []messaging.FieldError `json:"fields,omitempty"`
		Wait    time.Duration          `json:"wait,omitempty"`
		Cause   string                 `json:"cause,omitempty"`
		Kind    string                 `json:"kind,omitempty"`  // see causeKind; "" for what has none
		Token   *storedFailure         `json:"token,omitempty"` // of the token endpoint
	}
)

// encode makes the columns of an exchange; nil for what there is none of.
func (x exchange) encode() (attempts, answer, body, failed []byte, err error) {
	if len(x.attempts) > 0 {
		stored := make([]storedAttempt, len(x.attempts))
		for i, a := range x.attempts {
			stored[i] = storedAttempt{Start: a.Start, Took: a.Took, Status: a.Status, Waited: a.Waited}
			if a.Err != nil {
				stored[i].Error = short(a.Err.Error())
			}
		}
		if attempts, err = marshal(stored); err != nil {
			return nil, nil, nil, nil, err
		}
	}
	if a := x.answer; a != nil {
		body = a.Body
		if answer, err = marshal(storedAnswer{a.Status, []byte(a.Line), a.Proto, storeHeader(a.Header), a.Truncated, a.Latency}); err != nil {
			return nil, nil, nil, nil, err
		}
	}
	if x.failure != nil {
		if failed, err = marshal(storeFailure(x.failure)); err != nil {
			return nil, nil, nil, nil, err
		}
	}
	return attempts, answer, body, failed, nil
}

func storeHeader(h http.Header) storedHeader {
	stored := make(storedHeader, len(h))
	for name, values := range h {
		for _, v := range values {
			stored[name] = append(stored[name], []byte(v))
		}
	}
	return stored
}

func (h storedHeader) restore() http.Header {
	header := make(http.Header, len(h))
	for name, values := range h {
		for _, v := range values {
			header[name] = append(header[name], string(v))
		}
	}
	return header
}

func storeFailure(e *messaging.Error) storedFailure {
	s := storedFailure{
		Op: e.Op, Outcome: e.Outcome.String(), Status: e.Status,
		Type: e.Type, Detail: e.Detail, Fields: e.Fields, Wait: e.Wait,
	}
	if e.Err == nil {
		return s
	}
	s.Cause, s.Kind = short(e.Err.Error()), causeKind(e.Err)
	if inner, ok := errors.AsType[*messaging.Error](e.Err); ok {
		token := storeFailure(inner)
		s.Token = &token
	}
	return s
}

// restore makes the error again, as far as it was kept.
func (s storedFailure) restore() *messaging.Error {
	e := &messaging.Error{
		Op: s.Op, Outcome: outcomeNamed(s.Outcome), Status: s.Status,
		Type: s.Type, Detail: s.Detail, Fields: s.Fields, Wait: s.Wait,
	}
	switch {
	case s.Token != nil:
		e.Err = s.Token.restore()
	case s.Cause != "":
		e.Err = rememberedAs(s.Cause, s.Kind)
	}
	return e
}

func outcomeNamed(name string) messaging.Outcome {
	for _, o := range []messaging.Outcome{messaging.Accepted, messaging.Rejected, messaging.Unsent} {
		if o.String() == name {
			return o
		}
	}
	return messaging.Unknown
}

// omitText takes the text of the message out of what came back: the API repeats
// it, and so do the problems that we find ourselves.
func (x *exchange) omitText() {
	if x.answer != nil {
		kept := *x.answer
		kept.Body = withoutText(kept.Body)
		x.answer = &kept
	}
	if x.failure != nil {
		kept := *x.failure
		kept.Answer, kept.Detail, kept.Fields = x.answer, "", nil // may quote what was refused
		if _, ok := errors.AsType[messaging.Problems](kept.Err); ok || errors.Is(kept.Err, messaging.ErrInvalid) {
			kept.Err = messaging.ErrInvalid
		}
		x.failure = &kept
	}
}

// withoutText is what of a JSON object cannot hold the text; nothing of any other
// body. Fields that we do not know might hold it.
func withoutText(body []byte) []byte {
	var object map[string]json.RawMessage
	if json.Unmarshal(body, &object) != nil {
		return nil
	}
	kept := map[string]json.RawMessage{}
	for _, name := range []string{
		"id", "owner", "applicationId", "time", "segmentCount", "direction", "to", "from", "media", "tag",
		"priority", "expiration", "channel", "type", "code", "status", "requestId",
	} {
		if value, ok := object[name]; ok {
			kept[name] = value
		}
	}
	b, err := json.Marshal(kept)
	if err != nil {
		return nil
	}
	return b
}
