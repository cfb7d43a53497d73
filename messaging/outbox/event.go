package outbox

import (
	"context"
	"database/sql"
	"fmt"
	"sort"
	"strings"
	"time"

	"telex/messaging"
	"telex/messaging/callback"
)

// The sources of an [Event].
const (
	// BySend: the call that sent the message, or the lack of one.
	BySend = "send"
	// ByQuestion: the API, when it was asked.
	ByQuestion = "question"
	// ByCallback: a callback of the API.
	ByCallback = "callback"
)

// An Event is one thing that became known of a message.
type Event struct {
	// Type is what the source calls it: the API's word for a delivery, as "DELIVERED", that
	// of a callback, as "message-delivered", or the [State] that the sending led to.
	Type string
	// At is when it happened, as By says; zero if it does not say. Recorded is when it
	// got here, by the clock of this machine.
	At, Recorded time.Time
	By           string          // [BySend], [ByQuestion] or [ByCallback]
	To           string          // the recipient that it is about; "" if it is about all
	ErrorCode    int             // delivery error code; 0 if there is none
	Grade        messaging.Grade // of a receipt, as far as it was known then
	Description  string          // of the source, for people; "" if there is none
	// ID names a callback or an answer among all events of the outbox, and stays its own:
	// 0 for what the call that sent the message led to.
	ID int64
	// Untrusted says that it is a callback without credentials: it changed nothing by itself.
	Untrusted bool
}

// Status is what the event says of a delivery, in the word that the API has for it when it
// is asked; "" if it says nothing of one.
func (e Event) Status() messaging.Status {
	switch e.By {
	case ByQuestion:
		return messaging.Status(e.Type)
	case ByCallback:
		return callback.Type(e.Type).Status()
	}
	return ""
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
func timelineOf(ctx context.Context, q Querier, d Detail) ([]Event, error) {
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
		case Scheduled, Missed, Queued, Sending:
		case Sent, Delivered, Unconfirmed, Failed, Received:
			continue
		}
		all = append(all, v)
	}
	rows, err := q.QueryContext(ctx, "SELECT id, source, type, recipient, at, recorded_at, error_code, grade, description, trust < ? FROM events WHERE message = ? ORDER BY id",
		int(callback.Trusted), d.ID)
	if err != nil {
		return nil, fmt.Errorf("read the events: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var v Event
		var at, recorded int64
		if err := rows.Scan(&v.ID, &v.By, &v.Type, &v.To, &at, &recorded, &v.ErrorCode, &v.Grade, &v.Description, &v.Untrusted); err != nil {
			return nil, fmt.Errorf("read the events: %w", err)
		}
		v.At, v.Recorded = timeOf(at), timeOf(recorded)
		all = append(all, v)
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].moment().Before(all[j].moment()) })
	return all, rows.Err() //nolint:wrapcheck // reading does
}

// A heard is what a source said of one recipient of a message.
type heard struct {
	source, kind string // kind is the event's Type
	recipient    string
	at, recorded time.Time // at is zero if the source does not say it
	code         int
	grade        messaging.Grade
	carrier      string
	channel      string
	description  string
	trust        callback.Trust
	body         []byte
}

// record adds to the events of a message, and reports whether it is news: the same said
// twice is recorded once. What is said again by who can be believed is news if who said
// it before could not.
func (h heard) record(ctx context.Context, tx Tx, message int64) (news bool, err error) {
	result, err := tx.ExecContext(ctx, `INSERT INTO events (message, source, type, recipient, at, recorded_at, error_code, grade, carrier, channel, description, trust, body)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (message, source, type, recipient, at, error_code, carrier) DO UPDATE SET trust = excluded.trust WHERE excluded.trust > events.trust`,
		message, h.source, h.kind, h.recipient, stamp(h.at), stamp(h.recorded), h.code, string(h.grade), h.carrier, h.channel, h.description, int(h.trust), h.body)
	return changed(result, err, "record the event")
}

// changed reports whether a statement changed anything.
func changed(result sql.Result, err error, doing string) (bool, error) {
	if err != nil {
		return false, fmt.Errorf("%s: %w", doing, err)
	}
	n, err := result.RowsAffected()
	if err != nil {
		return false, fmt.Errorf("%s: %w", doing, err)
	}
	return n > 0, nil
}

// addUp brings the delivery of one recipient up to date with news of it. News may come
// out of order: it never goes back, what is settled is not replaced by what is not, nor a
// receipt or a failure by anything but itself. Only a missing receipt may still come.
func addUp(ctx context.Context, tx Tx, message int64, d Delivery) error {
	state := d.State()
	result, err := tx.ExecContext(ctx, `INSERT INTO deliveries (message, recipient, status, error_code, grade, carrier, at) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (message, recipient) DO UPDATE SET status = excluded.status, error_code = excluded.error_code, at = excluded.at,
			carrier = CASE WHEN excluded.carrier <> '' THEN excluded.carrier ELSE deliveries.carrier END,
			grade = CASE WHEN deliveries.status = excluded.status AND deliveries.grade <> '' THEN deliveries.grade ELSE excluded.grade END
		WHERE CASE
			WHEN deliveries.error_code = ? THEN ?
			WHEN deliveries.status IN ('DELIVERED', 'FAILED', 'UNDELIVERED') THEN
				excluded.status = deliveries.status AND deliveries.error_code IN (0, excluded.error_code) AND excluded.error_code <> ?
			WHEN deliveries.status IN ('SENT', 'ACCEPTED') THEN ?
			ELSE TRUE END`,
		message, d.Recipient, string(d.Status), d.ErrorCode, string(d.Grade), d.Carrier, stamp(d.At),
		messaging.CodeNoReceipt, d.Status.Final() || state == Unconfirmed, messaging.CodeNoReceipt, state != Accepted)
	counts, err := changed(result, err, "record the delivery")
	if err != nil {
		return err
	}
	if !counts && d.Carrier != "" { // news that are older may be the only ones to name it
		_, err = tx.ExecContext(ctx, "UPDATE deliveries SET carrier = ? WHERE message = ? AND recipient = ? AND carrier = ''", d.Carrier, message, d.Recipient)
	}
	if err != nil {
		return fmt.Errorf("record the delivery: %w", err)
	}
	return nil
}

// sayAgain notes that what is known of a recipient was said once more.
func sayAgain(ctx context.Context, tx Tx, message int64, d Delivery) error {
	_, err := tx.ExecContext(ctx, "UPDATE deliveries SET at = ? WHERE message = ? AND recipient = ? AND status = ? AND error_code = ?",
		stamp(d.At), message, d.Recipient, string(d.Status), d.ErrorCode)
	if err != nil {
		return fmt.Errorf("record the delivery: %w", err)
	}
	return nil
}
