package outbox

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"telex/messaging"
)

// The sources of an [Event].
const (
	// BySend: the call that sent the message, or the lack of one.
	BySend = "send"
	// ByQuestion: the API, when it was asked.
	ByQuestion = "question"
)

// An Event is one thing that became known of a message.
type Event struct {
	// Type is the API's word for a delivery, as "DELIVERED", or the [State] that the
	// sending led to.
	Type string
	// At is when it happened, as By says; zero if it does not say. Recorded is when it
	// got here, by the clock of this machine.
	At, Recorded time.Time
	By           string // [BySend] or [ByQuestion]
	To           string // the recipient that it is about; "" if it is about all
	ErrorCode    int    // delivery error code; 0 if there is none
	Description  string // in one line; "" if there is none
}

// moment is when an event happened, as far as is known.
func (e Event) moment() time.Time {
	if e.At.IsZero() {
		return e.Recorded
	}
	return e.At
}

// foundAs begins the note of a move to [Accepted] that a question brought.
const foundAs = "found at the API as "

// timelineOf is what became known of d, oldest first. How sending it went is in its moves
// and is not stored a second time; the moves that follow are what the events led to.
func timelineOf(ctx context.Context, q querier, d Detail) ([]Event, error) {
	var all []Event
	for _, m := range d.Moves {
		v := Event{Type: string(m.State), At: m.At, Recorded: m.At, By: BySend, Description: m.Note}
		switch m.State {
		case Accepted:
			if strings.HasPrefix(m.Note, foundAs) {
				v.By, v.At = ByQuestion, time.Time{}
			}
		case Rejected, Unsent, Unknown:
			if m.Note == "" && d.Err != nil {
				v.Description = short(d.Err.Error())
			}
		case Queued, Sending:
		case Sent, Delivered, Unconfirmed, Failed:
			continue
		}
		all = append(all, v)
	}
	rows, err := q.QueryContext(ctx, "SELECT source, type, recipient, at, recorded_at, error_code, description FROM events WHERE message = ? ORDER BY id", d.ID)
	if err != nil {
		return nil, fmt.Errorf("read the events: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var v Event
		var at, recorded int64
		if err := rows.Scan(&v.By, &v.Type, &v.To, &at, &recorded, &v.ErrorCode, &v.Description); err != nil {
			return nil, fmt.Errorf("read the events: %w", err)
		}
		v.At, v.Recorded = timeOf(at), timeOf(recorded)
		all = append(all, v)
	}
	slices.SortStableFunc(all, func(a, b Event) int { return a.moment().Compare(b.moment()) })
	return all, rows.Err() //nolint:wrapcheck // reading does
}

// recordEvent adds to the events of a message what a source said of one recipient, and
// reports whether it is news: the same said twice is recorded once.
func recordEvent(ctx context.Context, tx *sql.Tx, message int64, source string, d Delivery) (news bool, err error) {
	result, err := tx.ExecContext(ctx, `INSERT INTO events (message, source, type, recipient, recorded_at, error_code, grade, carrier)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		message, source, string(d.Status), d.Recipient, stamp(d.At), d.ErrorCode, string(d.Grade), d.Carrier)
	if err != nil {
		return false, fmt.Errorf("record the event: %w", err)
	}
	n, err := result.RowsAffected()
	if err != nil {
		return false, fmt.Errorf("record the event: %w", err)
	}
	return n > 0, nil
}

// addUp brings the delivery of one recipient up to date with news of it. News may come
// out of order: it never goes back, what is settled is not replaced by what is not, nor a
// receipt or a failure by anything but itself. Only a missing receipt may still come.
func addUp(ctx context.Context, tx *sql.Tx, message int64, d Delivery) error {
	state := d.State()
	_, err := tx.ExecContext(ctx, `INSERT INTO deliveries (message, recipient, status, error_code, grade, carrier, at) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (message, recipient) DO UPDATE SET status = excluded.status, error_code = excluded.error_code, carrier = excluded.carrier, at = excluded.at,
			grade = CASE WHEN deliveries.status = excluded.status AND deliveries.grade <> '' THEN deliveries.grade ELSE excluded.grade END
		WHERE CASE
			WHEN deliveries.error_code = ? THEN ?
			WHEN deliveries.status IN ('DELIVERED', 'FAILED', 'UNDELIVERED') THEN
				excluded.status = deliveries.status AND deliveries.error_code IN (0, excluded.error_code) AND excluded.error_code <> ?
			WHEN deliveries.status IN ('SENT', 'ACCEPTED') THEN ?
			ELSE TRUE END`,
		message, d.Recipient, string(d.Status), d.ErrorCode, string(d.Grade), d.Carrier, stamp(d.At),
		messaging.CodeNoReceipt, d.Status.Final() || state == Unconfirmed, messaging.CodeNoReceipt, state != Accepted)
	if err != nil {
		return fmt.Errorf("record the delivery: %w", err)
	}
	return nil
}

// sayAgain notes that what is known of a recipient was said once more.
func sayAgain(ctx context.Context, tx *sql.Tx, message int64, d Delivery) error {
	_, err := tx.ExecContext(ctx, "UPDATE deliveries SET at = ? WHERE message = ? AND recipient = ? AND status = ? AND error_code = ?",
		stamp(d.At), message, d.Recipient, string(d.Status), d.ErrorCode)
	if err != nil {
		return fmt.Errorf("record the delivery: %w", err)
	}
	return nil
}
