package outbox

import (
	"context"
	"fmt"
	"time"

	"telex/messaging"
)

// A Billed is what the price of a message goes by.
type Billed struct {
	State State
	Code  int // delivery error code; 0 for none
	// Segments is how many there are, by the API where it said so; 0: nobody counted those
	// of the text yet.
	Segments int
	// Message has sender, recipients and files. Its text is there only if Segments is 0.
	Message messaging.Message
	Own     string // the number of ours that it came to, of one that came in
}

const (
	billedColumns = `SELECT m.state, m.error_code, m.segment_count, m.sender, m.recipients, m.media, m.own,
		CASE WHEN m.segment_count = 0 THEN m.text ELSE '' END, CASE WHEN m.text_omitted = 1 THEN m.text_length ELSE 0 END
		FROM messages m WHERE `
	billedNowQuery = billedColumns + "m.created_at >= ? AND m.created_at < ? AND m.due_at = 0 AND m.account_id = ?"
	// billedDueQuery has those that were, or are, sent later: they count where they are due.
	billedDueQuery = billedColumns + "m.due_at >= ? AND m.due_at < ? AND m.due_at <> 0 AND m.account_id = ?"
)

// EachBilled gives to do all messages of an account that left, came, or are to leave not
// before since, and before until, in no order. It ends with the first error of do, which it
// returns. It costs by how many messages were made in that time, and keeps none of them.
func (o *Outbox) EachBilled(ctx context.Context, account string, since, until time.Time, do func(Billed) error) error {
	return o.Books().EachBilled(ctx, account, since, until, do)
}

func (o *Outbox) eachBilled(ctx context.Context, q Querier, query string, args []any, do func(Billed) error) error {
	const op = "read what was sent"
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return o.reading(op, err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var b Billed
		var to, media string
		var omitted int
		if err := rows.Scan(&b.State, &b.Code, &b.Segments, &b.Message.From, &to, &media, &b.Own, &b.Message.Text, &omitted); err != nil {
			return o.reading(op, fmt.Errorf("read a message: %w", err))
		}
		b.Message.To, b.Message.Media = listOf(to), listOf(media)
		if b.Segments == 0 && b.Message.Text == "" && omitted > 0 {
			b.Segments = mostSegments(omitted)
		}
		if err := do(b); err != nil {
			return err
		}
	}
	return o.reading(op, rows.Err())
}

// mostSegments is how many segments a text of so many characters has that nobody has any
// more: as many as if it had gone in UCS-2, at 70 characters in one segment and 67 in each of
// several.
func mostSegments(characters int) int {
	if characters <= 70 {
		return 1
	}
	return (characters + 66) / 67
}
