package messaging

import (
	"context"
	"net/http"
)

const jsonType = "application/json; charset=utf-8"

// Send creates a message. Nil means that the API accepted it for processing.
//
// A message with [Message.Problems] is not sent: the error is then ErrInvalid and
// its outcome Unsent. Any other error is an [*Error] too. Send tries again by
// itself only where nothing can have been created: no connection (3 tries), in the
// API's own words 429 (until the context's deadline, or [DefaultTimeLimit]), 500 and
// 503 (2 tries), and once with a new token after a 401. Ending ctx while the request
// is under way leaves the outcome Unknown, and so does an answer that is not the API's
// or that is about another message.
//
// See https://dev.bandwidth.com/apis/messaging-apis/messaging/#tag/Messages/operation/createMessage
func (c *Client) Send(ctx context.Context, m Message) (*Receipt, error) {
	const op = "send message"
	if ps := m.Problems(c.now()); len(ps) > 0 {
		return nil, &Error{Op: op, Outcome: Unsent, Err: ps}
	}
	body, err := m.Body()
	if err != nil {
		return nil, &Error{Op: op, Outcome: Unsent, Err: err}
	}
	var receipt *Receipt
	_, attempts, err := c.do(ctx, call{
		op: op, method: http.MethodPost, url: c.url("/messages", nil), body: body, creates: true,
		header: http.Header{"Content-Type": {jsonType}, "Accept": {"application/json"}},
		read: func(a *Answer) (err error) {
			receipt, err = readReceipt(a, m)
			return err
		},
	})
	if err != nil {
		return nil, err
	}
	receipt.Attempts = attempts
	return receipt, nil
}
