package outbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"
)

// A Thread is a conversation: the messages between a number of ours and one other, or of a
// group. What is in it is foreign: clean it before showing it on a terminal.
type Thread struct {
	ID     int64
	Own    string   // the number of ours
	Others []string // everybody else, sorted
	Names  []string // beside Others, "" where no contact has the number; nil if none has one
	Last   Entry    // the newest message
	Unread int      // how many came in that were not marked as read
	Heard  bool     // somebody else ever wrote
	// OptedOut and Held say that one of the others opted out, or is held and not for a gap
	// alone: see [OptOut]. Nothing can be sent then.
	OptedOut, Held bool
}

// LastAt is when the newest message was written or made.
func (t Thread) LastAt() time.Time { return t.Last.When() }

// When is when a message was written, if it came in and that is known, or made.
func (e Entry) When() time.Time {
	if e.Direction == In && !e.In.Said.IsZero() {
		return e.In.Said
	}
	return e.Created
}

// threadOf names the conversation of a message. That of two is named by the other number
// and ours, that of a group by everybody in it, ours too: one in which several numbers are
// ours is one conversation all the same. Others is empty if there is nobody to talk to.
func threadOf(e Entry) (name string, others []string) {
	own := e.own()
	others = slices.Clone(e.Message.To)
	if e.Direction == In {
		others = append(others, e.Message.From)
	}
	slices.Sort(others)
	others = slices.Compact(others)
	if len(others) > 1 {
		others = slices.DeleteFunc(others, func(n string) bool { return n == own })
	}
	switch len(others) {
	case 0:
		return "", nil
	case 1:
		return pairName(others[0]) + own, others
	}
	all := append(slices.Clone(others), own)
	slices.Sort(all)
	return encodeList(all), others
}

// pairName begins the names of the conversations with one other number.
func pairName(other string) string { return other + "<" }

// own is the number of ours in a message.
func (e Entry) own() string {
	if e.Direction == In {
		return e.In.Own
	}
	return e.Message.From
}

// insertThread and joined are the statement that makes conversations, or has messages
// follow in them.
const (
	insertThread = "INSERT INTO threads (name, own, others, last, heard, unread)"
	joined       = ` ON CONFLICT (name) DO UPDATE SET
		last = CASE WHEN excluded.last > threads.last THEN excluded.last ELSE threads.last END,
		heard = CASE WHEN excluded.heard > threads.heard THEN excluded.heard ELSE threads.heard END,
		unread = threads.unread + CASE WHEN excluded.last > threads.read_to THEN excluded.unread ELSE 0 END
		RETURNING id, name`
)

// joinThread puts a message into its conversation, and makes that if there is none. Ids of
// messages rise.
func joinThread(ctx context.Context, tx Tx, e Entry) error {
	return joinThreads(ctx, tx, []Entry{e})
}

// joinThreads is joinThread for messages of which no two are in one conversation.
func joinThreads(ctx context.Context, tx Tx, entries []Entry) error {
	var rows [][]any
	of := map[string]int64{} // messages by the names of the conversations
	for _, e := range entries {
		name, others := threadOf(e)
		if name == "" {
			continue
		}
		var heard, unread int64
		if e.Direction == In {
			heard = e.ID
			if e.In.CopyOf == 0 {
				unread = 1
			}
		}
		of[name] = e.ID
		rows = append(rows, []any{name, e.own(), encodeList(others), e.ID, heard, unread})
	}
	var talks [][]any
	for some := range inSome(len(rows)) {
		more, err := insertThreads(ctx, tx, rows[some.from:some.to], of)
		if err != nil {
			return fmt.Errorf("add to the conversation: %w", err)
		}
		talks = append(talks, more...)
	}
	if err := insertRows(ctx, tx, "INSERT INTO talks (thread, message)", talks); err != nil {
		return fmt.Errorf("add to the conversation: %w", err)
	}
	return nil
}

// insertThreads makes conversations, and says which messages they get.
func insertThreads(ctx context.Context, tx Tx, some [][]any, of map[string]int64) (talks [][]any, err error) {
	query, args := valuesOf(insertThread, some)
	rows, err := tx.QueryContext(ctx, query+joined, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var id int64
		var name string
		if err := rows.Scan(&id, &name); err != nil {
			return nil, err //nolint:wrapcheck // as above
		}
		talks = append(talks, []any{id, of[name]})
	}
	return talks, rows.Err() //nolint:wrapcheck // as above
}

// unreadIn counts what came into a conversation after a message.
const unreadIn = `(SELECT count(*) FROM talks k JOIN messages m ON m.id = k.message
	WHERE k.thread = threads.id AND k.message > ? AND m.direction = 'in' AND m.copy_of = 0)`

// unreadFrom makes a message unread whose text was not there when its conversation was
// read, and with it what came after it.
func unreadFrom(ctx context.Context, tx Tx, message int64) error {
	_, err := tx.ExecContext(ctx, "UPDATE threads SET read_to = ?, unread = "+unreadIn+
		" WHERE id = (SELECT thread FROM talks WHERE message = ?) AND read_to >= ?", message-1, message-1, message, message)
	if err != nil {
		return fmt.Errorf("change the conversation: %w", err)
	}
	return nil
}

// leaveThread takes a message out of its conversation, which ends with its last one.
func leaveThread(ctx context.Context, tx Tx, message int64) error {
	var thread, last, heard, readTo int64
	err := tx.QueryRowContext(ctx, `SELECT t.id, t.last, t.heard, t.read_to FROM talks k JOIN threads t ON t.id = k.thread WHERE k.message = ?`, message).
		Scan(&thread, &last, &heard, &readTo)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read the conversation: %w", err)
	}
	if _, err := tx.ExecContext(ctx, "DELETE FROM talks WHERE thread = ? AND message = ?", thread, message); err != nil {
		return fmt.Errorf("change the conversation: %w", err)
	}
	change := func(query string, args ...any) {
		if err == nil {
			_, err = tx.ExecContext(ctx, query, args...)
		}
	}
	if message == last {
		change("UPDATE threads SET last = coalesce((SELECT max(message) FROM talks WHERE thread = threads.id), 0) WHERE id = ?", thread)
		change("DELETE FROM threads WHERE id = ? AND last = 0", thread)
	}
	if message == heard {
		change(`UPDATE threads SET heard = coalesce((SELECT max(k.message) FROM talks k JOIN messages m ON m.id = k.message
			WHERE k.thread = threads.id AND m.direction = 'in'), 0) WHERE id = ?`, thread)
	}
	change("UPDATE threads SET unread = "+unreadIn+" WHERE id = ? AND unread > 0", readTo, thread)
	if err != nil {
		return fmt.Errorf("change the conversation: %w", err)
	}
	return nil
}
