package outbox

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"telex/messaging"
)

// Deliver records what the API says of the delivery of message id, one record a
// recipient, and moves it on if that says so. Records of other messages are left
// out. It returns the state of the message then.
func (o *Outbox) Deliver(ctx context.Context, id int64, records []messaging.Record) (State, error) {
	var now State
	err := o.write(ctx, "record the delivery", func(ctx context.Context, tx *sql.Tx) error {
		var err error
		now, err = o.deliver(ctx, tx, id, records)
		return err
	})
	return now, err
}

func (o *Outbox) deliver(ctx context.Context, tx *sql.Tx, id int64, records []messaging.Record) (State, error) {
	e, err := o.entry(ctx, tx, id)
	if err != nil {
		return "", err
	}
	records = slices.DeleteFunc(slices.Clone(records), func(r messaging.Record) bool { return r.MessageID != e.MessageID })
	if e.MessageID == "" || len(records) == 0 {
		return e.State, nil
	}
	at := stamp(o.now())
	for _, r := range records {
		if err := keepDelivery(ctx, tx, id, r, at); err != nil {
			return "", err
		}
	}
	all, err := deliveriesOf(ctx, tx, id) // of those that were told of earlier, too
	if err != nil {
		return "", err
	}
	next, code := deliveredAs(all, e.Message.To)
	if next != e.State && !e.State.CanBecome(next) {
		code = e.ErrorCode // it belongs to the state, which stays
	}
	if err := set(ctx, tx, id, "checked_at = ?, error_code = ?", at, code); err != nil {
		return "", err
	}
	if e.SegmentCount == 0 && records[0].SegmentCount > 0 {
		if err := set(ctx, tx, id, "segment_count = ?", records[0].SegmentCount); err != nil {
			return "", err
		}
	}
	if next == e.State || !e.State.CanBecome(next) {
		return e.State, touch(ctx, tx)
	}
	note := ""
	if code != 0 {
		note = fmt.Sprintf("delivery error %d", code)
	}
	return next, o.move(ctx, tx, id, next, note)
}

// keepDelivery records what is known of one recipient. News may come out of order:
// what is final is not replaced by what is not.
func keepDelivery(ctx context.Context, tx *sql.Tx, id int64, r messaging.Record, at int64) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO deliveries (message, recipient, status, error_code, carrier, at) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET status = excluded.status, error_code = excluded.error_code, carrier = excluded.carrier, at = excluded.at
		WHERE ? OR status NOT IN ('DELIVERED', 'FAILED', 'UNDELIVERED')`,
		id, r.Destination, string(r.Status), r.ErrorCode, r.CarrierName, at, r.Status.Final())
	if err != nil {
		return fmt.Errorf("record the delivery: %w", err)
	}
	return nil
}

// deliveredAs sums up what is known of all recipients: delivered when everybody
// has it, failed when it is settled for everybody and somebody does not get it,
// sent when it left Bandwidth for everybody. The code is the first one of a failure.
func deliveredAs(all []Delivery, to []string) (s State, code int) {
	settled, arrived, left := 0, 0, 0
	for _, d := range all {
		if len(to) > 1 && !slices.Contains(to, d.Recipient) {
			continue // whoever that is, it is none of those we count
		}
		switch d.Status {
		case messaging.StatusDelivered:
			settled, arrived, left = settled+1, arrived+1, left+1
		case messaging.StatusFailed, messaging.StatusUndelivered:
			settled, left = settled+1, left+1
			if code == 0 {
				code = d.ErrorCode
			}
		case messaging.StatusSent, messaging.StatusAccepted:
			left++
		case messaging.StatusReceived, messaging.StatusQueued, messaging.StatusSending:
		}
	}
	switch recipients := max(len(to), 1); {
	case settled >= recipients && arrived == settled:
		return Delivered, 0
	case settled >= recipients:
		return Failed, code
	case left >= recipients:
		return Sent, code
	}
	return Accepted, code
}
