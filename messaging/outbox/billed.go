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
	// billedEarlierQuery and billedLaterQuery have what left at once, or came: up to an id, by
	// its time, and behind it, by its id.
	billedEarlierQuery = billedColumns + "m.created_at >= ? AND m.created_at < ? AND m.due_at = 0 AND m.account_id = ? AND +m.id <= ?"
	billedLaterQuery   = billedColumns + "+m.created_at >= ? AND +m.created_at < ? AND m.due_at = 0 AND m.account_id = ? AND m.id > ?"
	// billedDueQuery has those that were, or are, sent later: they count where they are due.
	billedDueQuery = billedColumns + "m.due_at >= ? AND m.due_at < ? AND m.due_at <> 0 AND m.account_id = ?"
)

// Newest is the id of the newest message, 0 without one. Whatever is recorded later has a
// greater one.
func (b Books) Newest(ctx context.Context) (id int64, err error) {
	err = b.q.QueryRowContext(ctx, "SELECT coalesce(max(id), 0) FROM messages").Scan(&id)
	return id, b.o.reading("read the newest message", err)
}

// EachEarlier gives to do all messages of an account up to the id newest that left at once, or
// came, not before since, and before until, in no order. It ends with the first error of do,
// which it returns. It costs by how many messages were made in that time, and keeps none of
// them.
//
// If the id was that of [Books.Newest] once, no more of them come later, and none comes to more
// than it did, unless its segments are counted anew.
func (b Books) EachEarlier(ctx context.Context, account string, since, until time.Time, newest int64, do func(Billed) error) error {
	return b.each(ctx, billedEarlierQuery, []any{stamp(since), stamp(until), account, newest}, do)
}

// EachLater gives to do what EachEarlier leaves out of all messages of an account that left,
// came, or are to leave in that time: those behind the id newest, and those that were, or are,
// sent later, whatever their ids. It costs by how many those are.
func (b Books) EachLater(ctx context.Context, account string, since, until time.Time, newest int64, do func(Billed) error) error {
	if err := b.each(ctx, billedLaterQuery, []any{stamp(since), stamp(until), account, newest}, do); err != nil {
		return err
	}
	return b.each(ctx, billedDueQuery, []any{stamp(since), stamp(until), account}, do)
}

func (b Books) each(ctx context.Context, query string, args []any, do func(Billed) error) error {
	const op = "read what was sent"
	o := b.o
	rows, err := b.q.QueryContext(ctx, query, args...)
	if err != nil {
		return o.reading(op, err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var m Billed
		var to, media string
		var omitted int
		if err := rows.Scan(&m.State, &m.Code, &m.Segments, &m.Message.From, &to, &media, &m.Own, &m.Message.Text, &omitted); err != nil {
			return o.reading(op, fmt.Errorf("read a message: %w", err))
		}
		m.Message.To, m.Message.Media = listOf(to), listOf(media)
		if m.Segments == 0 && m.Message.Text == "" && omitted > 0 {
			m.Segments = mostSegments(omitted)
		}
		if err := do(m); err != nil {
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
