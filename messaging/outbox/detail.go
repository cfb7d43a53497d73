package outbox

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"telex/messaging"
)

// A Detail is everything that is stored of one message.
type Detail struct {
	Entry
	Files      []SentFile // those of the sender's machine among its media
	Request    []byte     // the JSON that was sent
	Answer     *messaging.Answer
	Attempts   []messaging.Attempt
	Err        *messaging.Error // how the send failed; nil if it did not, or is not over
	Moves      []Move           // oldest first
	Events     []Event          // the timeline, oldest first
	Deliveries []Delivery       // what the events add up to, by recipient
	Resends    []int64          // rows that repeat this one
	// Tells says that it is worth telling who made it: it was somebody else than who uses this
	// outbox, or people of several hosts use it.
	Tells bool
	// Names are those of contacts, by the numbers of this message.
	Names map[string]string
}

// A Move is a change of state, or the first one.
type Move struct {
	At    time.Time
	State State
	Note  string
}

// A Delivery is what the API last said of one recipient.
type Delivery struct {
	Recipient string
	Status    messaging.Status
	ErrorCode int             // 0: none
	Grade     messaging.Grade // what the receipt is worth
	Carrier   string
	At        time.Time // when the API was asked
}

// State is how far the message came for this recipient: one of [Accepted], [Sent],
// [Delivered], [Unconfirmed] and [Failed]. Code 9902 says that there is no receipt,
// whatever status stands beside it.
func (d Delivery) State() State {
	if d.ErrorCode == messaging.CodeNoReceipt {
		return Unconfirmed
	}
	switch d.Status {
	case messaging.StatusDelivered:
		return Delivered
	case messaging.StatusFailed, messaging.StatusUndelivered:
		return Failed
	case messaging.StatusSent, messaging.StatusAccepted:
		return Sent
	case messaging.StatusReceived, messaging.StatusQueued, messaging.StatusSending:
	}
	return Accepted
}

// fillGrade sets the grade of a receipt for m that is older than the column for it.
func (d *Delivery) fillGrade(m messaging.Message) {
	if d.State() == Delivered && d.Grade == messaging.GradeNone {
		d.Grade = messaging.GradeOf(m, messaging.Record{Status: d.Status}, false)
	}
}

// MayHaveArrived reports whether no receipt says that the message arrived, and it may
// have all the same.
func (d Delivery) MayHaveArrived() bool {
	switch s := d.State(); {
	case s == Unconfirmed:
		return true
	case s != Failed || d.ErrorCode == 0:
		return false
	}
	c, _ := messaging.ExplainCode(d.ErrorCode)
	return c.MayArrive()
}

// Find returns the id of the message that name stands for: our id, or the API's.
// The error is ErrNotFound if there is none.
func (o *Outbox) Find(ctx context.Context, name string) (int64, error) {
	const op = "look for the message"
	if id, err := strconv.ParseInt(name, 10, 64); err == nil {
		var found int64
		err := o.engine.Reader().QueryRowContext(ctx, "SELECT id FROM messages WHERE id = ?", id).Scan(&found)
		if !errors.Is(err, sql.ErrNoRows) {
			return found, o.reading(op, err)
		}
	}
	var id int64
	err := o.engine.Reader().QueryRowContext(ctx, "SELECT id FROM messages WHERE message_id = ? AND message_id <> '' ORDER BY direction DESC, id DESC LIMIT 1", name).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, fmt.Errorf("message %q: %w", name, ErrNotFound)
	}
	return id, o.reading(op, err)
}

// Detail returns all that is stored of message id.
func (o *Outbox) Detail(ctx context.Context, id int64) (d Detail, err error) {
	err = o.engine.Read(ctx, func(ctx context.Context, q Querier) error { // so that all of it is of one moment
		d, err = o.detail(ctx, q, id)
		return err
	})
	return d, o.reading("read the message", err)
}

func (o *Outbox) detail(ctx context.Context, q Querier, id int64) (d Detail, err error) {
	if d.Entry, err = o.entry(ctx, q, id); err != nil {
		return Detail{}, err
	}
	d.Tells = o.tells(d.User)
	if err := readExchange(ctx, q, &d); err != nil {
		return Detail{}, err
	}
	if d.Moves, err = movesOf(ctx, q, id); err != nil {
		return Detail{}, err
	}
	if d.Events, err = timelineOf(ctx, q, d); err != nil {
		return Detail{}, err
	}
	if d.Deliveries, err = deliveriesOf(ctx, q, d.Entry); err != nil {
		return Detail{}, err
	}
	if d.Names, err = namesAmong(ctx, q, append([]string{d.Message.From}, d.Message.To...)); err != nil {
		return Detail{}, err
	}
	d.Resends, err = idsOf(ctx, q, "SELECT id FROM messages WHERE resend_of = ? AND resend_of <> 0 ORDER BY id", id)
	return d, err
}

func readExchange(ctx context.Context, q Querier, d *Detail) error {
	var attempts, answer, body, failed []byte
	var files string
	err := q.QueryRowContext(ctx, "SELECT e.request, e.attempts, e.answer, e.body, e.failure, m.files FROM exchanges e JOIN messages m ON m.id = e.id WHERE e.id = ?", d.ID).
		Scan(&d.Request, &attempts, &answer, &body, &failed, &files)
	if err != nil {
		return fmt.Errorf("read what was sent: %w", err)
	}
	if d.Files, err = readFiles(files); err != nil {
		return err
	}
	var tries []storedAttempt
	if err := decode(attempts, &tries); err != nil {
		return err
	}
	for _, t := range tries {
		a := messaging.Attempt{Start: t.Start, Took: t.Took, Status: t.Status, Waited: t.Waited}
		if t.Error != "" {
			a.Err = remembered{t.Error, nil}
		}
		d.Attempts = append(d.Attempts, a)
	}
	if answer != nil {
		var s storedAnswer
		if err := decode(answer, &s); err != nil {
			return err
		}
		d.Answer = &messaging.Answer{
			Status: s.Status, Line: string(s.Line), Proto: s.Proto, Header: s.Header.restore(),
			Body: body, Truncated: s.Truncated, Latency: s.Latency,
		}
	}
	if failed != nil {
		var s storedFailure
		if err := decode(failed, &s); err != nil {
			return err
		}
		d.Err = s.restore()
		d.Err.Answer, d.Err.Attempts = d.Answer, d.Attempts
	}
	return nil
}

func decode(b []byte, into any) error {
	if b == nil {
		return nil
	}
	if err := json.Unmarshal(b, into); err != nil {
		return fmt.Errorf("read what was stored: %w", err)
	}
	return nil
}

func movesOf(ctx context.Context, q Querier, id int64) ([]Move, error) {
	rows, err := q.QueryContext(ctx, "SELECT at, state, note FROM moves WHERE message = ? ORDER BY id", id)
	if err != nil {
		return nil, fmt.Errorf("read the changes: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var moves []Move
	for rows.Next() {
		var m Move
		var at int64
		if err := rows.Scan(&at, &m.State, &m.Note); err != nil {
			return nil, fmt.Errorf("read the changes: %w", err)
		}
		m.At = timeOf(at)
		moves = append(moves, m)
	}
	return moves, rows.Err() //nolint:wrapcheck // reading does
}

func deliveriesOf(ctx context.Context, q Querier, e Entry) ([]Delivery, error) {
	rows, err := q.QueryContext(ctx, "SELECT "+deliveryColumns+" FROM deliveries WHERE message = ? ORDER BY recipient", e.ID)
	if err != nil {
		return nil, fmt.Errorf("read the deliveries: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var all []Delivery
	for rows.Next() {
		_, d, err := scanDelivery(rows)
		if err != nil {
			return nil, err
		}
		d.fillGrade(e.Message)
		all = append(all, d)
	}
	return all, rows.Err() //nolint:wrapcheck // reading does
}

// Deliveries is what is known of the arrival of messages, by their ids, in one question for
// many of them.
func (o *Outbox) Deliveries(ctx context.Context, of []Entry) (map[int64][]Delivery, error) {
	all := map[int64][]Delivery{}
	for some := range slices.Chunk(of, idsAtOnce) {
		if err := deliveriesAmong(ctx, o.engine.Reader(), some, all); err != nil {
			return nil, o.reading("read the history", err)
		}
	}
	return all, nil
}

func deliveriesAmong(ctx context.Context, q Querier, of []Entry, all map[int64][]Delivery) error {
	entries, ids := map[int64]Entry{}, make([]int64, len(of))
	for i, e := range of {
		entries[e.ID], ids[i] = e, e.ID
	}
	rows, err := q.QueryContext(ctx, "SELECT "+deliveryColumns+" FROM deliveries WHERE message IN ("+places(len(ids))+") ORDER BY message, recipient", anys(ids)...)
	if err != nil {
		return fmt.Errorf("read the deliveries: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		id, d, err := scanDelivery(rows)
		if err != nil {
			return err
		}
		d.fillGrade(entries[id].Message)
		all[id] = append(all[id], d)
	}
	return rows.Err() //nolint:wrapcheck // reading does
}

// nextDeliveryQuery asks for one at a time: it is compiled once, as one with several rows is
// not, and mostly there is one.
const nextDeliveryQuery = "SELECT " + deliveryColumns + " FROM deliveries WHERE message = ? ORDER BY recipient LIMIT 1 OFFSET ?"

// deliveriesNow is deliveriesOf for who asks it of many messages, within a transaction.
func deliveriesNow(ctx context.Context, tx Tx, e Entry) (all []Delivery, err error) {
	for {
		_, d, err := scanDelivery(tx.QueryRowContext(ctx, nextDeliveryQuery, e.ID, len(all)))
		if noRows(err) {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		d.fillGrade(e.Message)
		all = append(all, d)
	}
}

// deliveryColumns are those that scanDelivery reads.
const deliveryColumns = "message, recipient, status, error_code, grade, carrier, at"

// scanDelivery reads one, of which message, but for the grade of one that is older than that.
func scanDelivery(row scanner) (id int64, d Delivery, err error) {
	var at int64
	if err := row.Scan(&id, &d.Recipient, &d.Status, &d.ErrorCode, &d.Grade, &d.Carrier, &at); err != nil {
		return 0, d, fmt.Errorf("read the deliveries: %w", err)
	}
	d.At = timeOf(at)
	return id, d, nil
}

// reading puts a failure to read into words.
func (o *Outbox) reading(op string, err error) error {
	if err != nil && o.closed.Load() {
		err = ErrClosed
	}
	if err != nil && o.gone.Load() {
		err = ErrGone
	}
	if err == nil && !o.closed.Load() {
		err = o.engine.Explain(nil)
	}
	return o.failure(op, err)
}

// Body is what the API answered to message id, as it came or, where texts are kept out of
// the outbox, without what may hold the text; nil if nothing came.
func (o *Outbox) Body(ctx context.Context, id int64) ([]byte, error) {
	var body []byte
	err := o.engine.Reader().QueryRowContext(ctx, "SELECT body FROM exchanges WHERE id = ?", id).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		err = fmt.Errorf("message %d: %w", id, ErrNotFound)
	}
	return body, o.reading("read the answer", err)
}
