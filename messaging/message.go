package messaging

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"
)

// Message asks what became of the message with an id, one of [Receipt.ID]: a record for
// each of its recipients, in the order in which the API lists them. The error is
// [ErrNotFound] if it lists none: it keeps 14 days, and shows a message some seconds after
// it was created, so that says nothing of whether there is one. Of a group the first records
// may come before the others; [Client.WaitFinal] waits for all.
func (c *Client) Message(ctx context.Context, id string) ([]Record, error) {
	const op = "get message"
	if isBlankID(id) {
		return nil, &Error{Op: op, Outcome: Unsent, Err: fmt.Errorf("%w: its id is empty", ErrInvalid)}
	}
	page, err := c.List(ctx, Query{MessageID: id})
	if err != nil {
		return nil, err
	}
	// One page has all recipients of a message many times over. What else is in it comes of
	// something in between that does not keep the filter.
	found := slices.DeleteFunc(page.Records, func(r Record) bool { return r.MessageID != id })
	if len(found) == 0 {
		return nil, &Error{Op: op, Outcome: Unknown, Err: fmt.Errorf("the API lists no message %s: %w", quoteShort(id), ErrNotFound)}
	}
	return found, nil
}

// Wait is how [Client.WaitFinal] waits. The zero value is valid.
type Wait struct {
	// Recipients is how many the message has; 0 is 1.
	Recipients int
	// FirstPause is between the first two questions, and doubles up to LongestPause. By
	// default 2 s and 30 s. The API answers 3,500 questions in 5 minutes, of all programs of
	// the account: who waits for many messages does better with callbacks.
	FirstPause, LongestPause time.Duration
	// Seen, if not nil, is told what each question found, by the goroutine that waits.
	Seen func([]Record)
}

// pauses are w's, with their defaults.
func (w Wait) pauses() (first, longest time.Duration) {
	first, longest = w.FirstPause, w.LongestPause
	if first <= 0 {
		first = 2 * time.Second
	}
	if longest <= 0 {
		longest = 30 * time.Second
	}
	return first, max(first, longest)
}

// WaitFinal asks about a message, again and again, until it has a record for each of its
// recipients with a status that is [Status.Final], and returns those. FAILED with
// [CodeNoReceipt] ends it too: a receipt that is late may take days.
//
// Give ctx an end, for some carriers tell nothing after SENT. At its end the records are
// those that were seen last, and the error is an [*Error] of its cause and of what failed
// last. A question without an answer, or with that of a server in trouble, is asked again,
// and so is one that found no such message; any other refusal ends the waiting at once.
func (c *Client) WaitFinal(ctx context.Context, id string, w Wait) ([]Record, error) {
	pause, longest := w.pauses()
	var last []Record
	for {
		found, err := c.Message(ctx, id)
		switch {
		case err == nil:
			if last = found; w.Seen != nil {
				w.Seen(found)
			}
			if len(found) >= w.Recipients && allFinal(found) {
				return found, nil
			}
		case !worthAnother(err):
			return last, err
		}
		if !sleep(ctx, pause) {
			return last, &Error{Op: "wait for message", Outcome: Unknown, Err: withLast(context.Cause(ctx), err)}
		}
		pause = min(pause*2, longest)
	}
}

// withLast is why the waiting ended, and what failed last before.
func withLast(cause, err error) error {
	if err == nil || errors.Is(err, cause) {
		return cause
	}
	return fmt.Errorf("%w; before that: %w", cause, err)
}

// allFinal reports whether nothing more is to be waited for.
func allFinal(records []Record) bool {
	for _, r := range records {
		if !r.Status.Final() {
			return false
		}
	}
	return true
}

// worthAnother reports whether a question that failed may be answered later.
func worthAnother(err error) bool {
	e, ok := errors.AsType[*Error](err)
	switch {
	case !ok, errors.Is(err, ErrInvalid):
		return false
	case errors.Is(err, ErrNotFound):
		return e.Status == 0 // the list has none; a 404 says that there is no list
	case e.Outcome == Unsent:
		return passing(e.Err)
	}
	return e.Outcome == Unknown || e.Status == http.StatusTooManyRequests || e.Status >= 500
}
