package outbox

import (
	"context"
	"fmt"
	"slices"
	"time"

	"telex/messaging"
)

// A Trouble is a number that the last message did not get to, for a reason that holds for
// the next one too: the recipient opted out, or the number takes no messages.
type Trouble struct {
	Number  string
	Message int64 // the row of that message
	Code    messaging.DeliveryCode
	At      time.Time // when the API said so
}

// OptedOut reports whether the recipient wants no more messages.
func (t Trouble) OptedOut() bool { return t.Code.Reaction == messaging.ReactOptedOut }

// mostEnds bounds how many messages to one number are looked at: among those that went to
// it later than the failure only a receipt counts, and there is hardly ever another.
const mostEnds = 100

// Trouble says which of numbers the last message did not get to for good, in their order,
// each once. A later failure for another reason changes nothing about that; a later
// receipt of the carrier or the phone does.
func (o *Outbox) Trouble(ctx context.Context, numbers []string) ([]Trouble, error) {
	const op = "look for numbers that take no messages"
	var all []Trouble
	failed := map[string]bool{}
	for some := range slices.Chunk(numbers, numbersAtOnce) {
		if err := o.failedAmong(ctx, some, failed); err != nil {
			return nil, o.reading(op, err)
		}
	}
	for _, number := range numbers {
		if !failed[number] {
			continue // mostly, and whatever else is known of it there is no trouble
		}
		delete(failed, number) // each once
		t, found, err := o.troubleOf(ctx, number)
		if err != nil {
			return nil, o.reading(op, err)
		}
		if found {
			all = append(all, t)
		}
	}
	return all, nil
}

// failedQuery asks to which of some numbers any message failed. The first condition is that
// of the index.
const failedQuery = `SELECT DISTINCT recipient FROM deliveries
	WHERE status IN ('DELIVERED', 'FAILED', 'UNDELIVERED') AND status <> 'DELIVERED' AND recipient IN `

// failedAmong adds those of numbers to which any message failed.
func (o *Outbox) failedAmong(ctx context.Context, numbers []string, failed map[string]bool) error {
	in, args := among(numbers)
	found, err := namesOf(ctx, o.engine.Brief(), failedQuery+in, args...)
	if err != nil {
		return fmt.Errorf("read the deliveries: %w", err)
	}
	for _, number := range found {
		failed[number] = true
	}
	return nil
}

// troubleQuery asks how the last messages to a number ended, the newest first.
const troubleQuery = `SELECT d.message, d.status, d.error_code, d.grade, d.at, m.recipients, m.media
	FROM deliveries d JOIN messages m ON m.id = d.message
	WHERE d.recipient = ? AND d.status IN ('DELIVERED', 'FAILED', 'UNDELIVERED') ORDER BY d.message DESC LIMIT ?`

func (o *Outbox) troubleOf(ctx context.Context, number string) (t Trouble, found bool, err error) {
	rows, err := o.engine.Brief().QueryContext(ctx, troubleQuery, number, mostEnds)
	if err != nil {
		return Trouble{}, false, fmt.Errorf("read the deliveries: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var d Delivery
		var id, at int64
		var to, media string
		if err := rows.Scan(&id, &d.Status, &d.ErrorCode, &d.Grade, &at, &to, &media); err != nil {
			return Trouble{}, false, fmt.Errorf("read the deliveries: %w", err)
		}
		d.fillGrade(messaging.Message{To: listOf(to), Media: listOf(media)})
		switch d.State() {
		case Delivered:
			if messaging.GradeHandedOver.Worse(d.Grade) { // an MMS that was handed over says nothing of the number
				return Trouble{}, false, nil
			}
		case Failed:
			code, _ := messaging.ExplainCode(d.ErrorCode)
			if code.Reaction == messaging.ReactOptedOut || code.Reaction == messaging.ReactNumberNoGood {
				return Trouble{Number: number, Message: id, Code: code, At: timeOf(at)}, true, nil
			}
		default: // nothing is certain yet
		}
	}
	return Trouble{}, false, rows.Err() //nolint:wrapcheck // reading does
}
