package outbox

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

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
	at := o.now()
	receipts := o.options.MMSReceipts != nil && o.options.MMSReceipts(e.By.Profile)
	for _, r := range records {
		if err := keepDelivery(ctx, tx, e, r, receipts, at); err != nil {
			return "", err
		}
	}
	all, err := deliveriesOf(ctx, tx, e) // of those that were told of earlier, too
	if err != nil {
		return "", err
	}
	sum := sumOf(all, e.Message.To)
	moves := e.State.CanBecome(sum.state)
	if !moves && sum.state != e.State {
		sum.state, sum.code, sum.grade = e.State, e.ErrorCode, e.Grade // they belong to the state, which stays
	}
	err = set(ctx, tx, id, "checked_at = ?, error_code = ?, grade = ?, doubt = ?",
		stamp(at), sum.code, string(sum.grade), sum.state == Failed && sum.doubt)
	if err != nil {
		return "", err
	}
	if e.SegmentCount == 0 && records[0].SegmentCount > 0 {
		if err := set(ctx, tx, id, "segment_count = ?", records[0].SegmentCount); err != nil {
			return "", err
		}
	}
	if !moves {
		return e.State, touch(ctx, tx)
	}
	note := ""
	switch {
	case sum.code != 0:
		note = fmt.Sprintf("delivery error %d", sum.code)
	case sum.grade == messaging.GradeHandedOver:
		note = "handed over to the carrier's MMS centre"
	}
	return sum.state, o.move(ctx, tx, id, sum.state, note)
}

// keepDelivery records what the API says of one recipient of e.
func keepDelivery(ctx context.Context, tx *sql.Tx, e Entry, r messaging.Record, mmsReceipts bool, at time.Time) error {
	said := Delivery{Recipient: r.Destination, Status: r.Status, ErrorCode: r.ErrorCode, Carrier: r.CarrierName, At: at}
	if said.State() == Delivered {
		said.Grade = messaging.GradeOf(e.Message, r, mmsReceipts)
	}
	news, err := recordEvent(ctx, tx, e.ID, ByQuestion, said)
	if err != nil {
		return err
	}
	if !news {
		return sayAgain(ctx, tx, e.ID, said)
	}
	return addUp(ctx, tx, e.ID, said)
}

// A sum is what is known of all recipients of a message together.
type sum struct {
	state State
	code  int             // of the first failure; that of a missing receipt if it decides
	grade messaging.Grade // the least one, if everybody has a receipt
	doubt bool            // somebody may have got it though no receipt says so
}

// sumOf sums up: once it is settled for everybody, failed if somebody does not get it,
// else unconfirmed if a receipt is missing, else delivered; before, sent when it left
// Bandwidth for everybody.
func sumOf(all []Delivery, to []string) sum {
	var s sum
	var least messaging.Grade
	n := map[State]int{}
	for _, d := range all {
		if len(to) > 1 && !slices.Contains(to, d.Recipient) {
			continue // whoever that is, it is none of those we count
		}
		state := d.State()
		n[state]++
		switch {
		case state == Failed && s.code == 0:
			s.code = d.ErrorCode
		case state == Delivered && (n[Delivered] == 1 || d.Grade.Worse(least)):
			least = d.Grade
		}
		s.doubt = s.doubt || d.MayHaveArrived()
	}
	settled, recipients := n[Delivered]+n[Unconfirmed]+n[Failed], max(len(to), 1)
	switch {
	case settled >= recipients && n[Failed] > 0:
		s.state = Failed
	case settled >= recipients && n[Unconfirmed] > 0:
		s.state, s.code = Unconfirmed, messaging.CodeNoReceipt
	case settled >= recipients:
		s.state, s.grade = Delivered, least
	case settled+n[Sent] >= recipients:
		s.state = Sent
	default:
		s.state = Accepted
	}
	return s
}
