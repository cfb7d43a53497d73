package messaging

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"
)

const jsonType = "application/json; charset=utf-8"

// errUnreadable is a 2xx whose body does not say which message was created.
var errUnreadable = errors.New("the answer is a success but names no message")

// Send creates a message. Nil means that the API accepted it for processing.
//
// A message with [Message.Problems] is not sent: the error is then ErrInvalid and
// its outcome Unsent. Any other error is an [*Error] too. Send tries again by
// itself only where nothing can have been created: no connection (3 tries), 429
// (until the context's deadline, or [DefaultTimeLimit]), 500 and 503 in the API's
// own words (2 tries), and once with a new token after a 401. Ending ctx while the
// request is under way leaves the outcome Unknown.
//
// See https://dev.bandwidth.com/apis/messaging-apis/messaging/#tag/Messages/operation/createMessage
func (c *Client) Send(ctx context.Context, m Message) (*Receipt, error) {
	const op = "send message"
	if ps := m.Problems(time.Now()); len(ps) > 0 {
		return nil, &Error{Op: op, Outcome: Unsent, Err: ps}
	}
	body, err := m.Body()
	if err != nil {
		return nil, &Error{Op: op, Outcome: Unsent, Err: err}
	}
	answer, attempts, err := c.do(ctx, call{
		op: op, method: http.MethodPost, url: c.url("/messages", nil), body: body,
		header: http.Header{"Content-Type": {jsonType}, "Accept": {"application/json"}},
	})
	if err != nil {
		return nil, err
	}
	receipt, err := readReceipt(answer)
	if err != nil {
		return nil, &Error{
			Op: op, Outcome: Unknown, Status: answer.Status,
			Answer: answer, Attempts: attempts, Err: err,
		}
	}
	receipt.Attempts = attempts
	return receipt, nil
}

// readReceipt decodes a 2xx. Only the id is indispensable: a field of a type that
// we did not expect is left at its zero.
func readReceipt(a *Answer) (*Receipt, error) {
	var r Receipt
	if err := json.Unmarshal(a.Body, &r); err != nil {
		if !isTypeError(err) {
			return nil, errUnreadable
		}
	}
	if r.ID == "" {
		return nil, errUnreadable
	}
	r.Answer = a
	return &r, nil
}
