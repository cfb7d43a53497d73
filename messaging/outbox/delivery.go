package outbox

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"telex/messaging"
	"telex/messaging/callback"
)

// Deliver records what the API says of the delivery of message id, one record a
// recipient, and moves it on if that says so. Records of other messages are left
// out. It returns the state of the message then.
func (o *Outbox) Deliver(ctx context.Context, id int64, records []messaging.Record) (State, error) {
	var now State
	err := o.write(ctx, "record the delivery", func(ctx context.Context, tx Tx) error {
		var err error
		now, err = o.deliver(ctx, tx, id, records)
		return err
	})
	return now, err
}

func (o *Outbox) deliver(ctx context.Context, tx Tx, id int64, records []messaging.Record) (State, error) {
	e, err := o.entry(ctx, tx, id)
	if err != nil {
		return "", err
	}
	return o.deliverTo(ctx, tx, e, records, false)
}

// deliverTo is deliver for a message that was read within the same transaction. Fresh says
// that no delivery of it was recorded before.
func (o *Outbox) deliverTo(ctx context.Context, tx Tx, e Entry, records []messaging.Record, fresh bool) (State, error) {
	records = slices.DeleteFunc(slices.Clone(records), func(r messaging.Record) bool { return r.MessageID != e.MessageID })
	if e.MessageID == "" || e.Direction != Out {
		return e.State, nil
	}
	if len(records) == 0 {
		return e.State, answered(ctx, tx, e.ID)
	}
	at := o.now()
	receipts, err := o.hasReceipts(ctx, tx, e)
	if err != nil {
		return "", err
	}
	var all []Delivery
	for _, r := range records {
		said, news, err := keepDelivery(ctx, tx, e, r, receipts, at)
		if err != nil {
			return "", err
		}
		fresh = fresh && news
		all = append(all, said)
	}
	if !fresh || len(records) > 1 { // there may be more, or it may count for nothing
		if all, err = deliveriesNow(ctx, tx, e); err != nil {
			return "", err
		}
	}
	also := cells{}.and("checked_at", stamp(at)).and("doubted", 0)
	if e.SegmentCount == 0 && records[0].SegmentCount > 0 {
		also = also.and("segment_count", records[0].SegmentCount)
	}
	return o.sumUp(ctx, tx, e, all, also, cells{}.and("ask_at", stamp(e.askedAt(at))))
}

// sumUp brings a message up to date with all deliveries of it, and returns its state then.
// Also are columns that are set with that, and asking those that a move may set by itself.
func (o *Outbox) sumUp(ctx context.Context, tx Tx, e Entry, all []Delivery, also, asking cells) (State, error) {
	sum := sumOf(all, e.Message.To)
	moves := e.State.CanBecome(sum.state)
	if !moves && sum.state != e.State {
		sum.state, sum.code, sum.grade = e.State, e.ErrorCode, e.Grade // they belong to the state, which stays
	}
	also = also.and("error_code", sum.code).and("grade", string(sum.grade)).and("doubt", bit(sum.state == Failed && sum.doubt))
	if !moves || !setsAsking(sum.state) {
		also = also.with(asking)
	}
	if !moves {
		if err := set(ctx, tx, e.ID, also.assigned(), also.values...); err != nil {
			return "", err
		}
		return e.State, touch(ctx, tx)
	}
	note := ""
	switch {
	case sum.code != 0:
		note = fmt.Sprintf("delivery error %d", sum.code)
	case sum.grade == messaging.GradeHandedOver:
		note = "handed over to the carrier's MMS centre"
	}
	if err := o.moveFrom(ctx, tx, e.standing(), sum.state, note, also.assigned(), also.values...); err != nil || sum.state != Failed {
		return sum.state, err
	}
	return sum.state, o.react(ctx, tx, e, sum.code)
}

// hasReceipts reports whether a receipt of e, if it is an MMS, is the carrier's: Bandwidth
// gives those to some accounts only, and only they hear that an MMS is being sent.
func (o *Outbox) hasReceipts(ctx context.Context, q Querier, e Entry) (bool, error) {
	if o.options.MMSReceipts != nil && o.options.MMSReceipts(e.By.Profile) {
		return true, nil
	}
	if !e.Message.IsMMS() {
		return false, nil
	}
	var has bool
	err := q.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM events WHERE message = ? AND source = ? AND type = ? AND trust >= ?)",
		e.ID, ByCallback, string(callback.MessageSending), int(callback.Trusted)).Scan(&has)
	if err != nil {
		return false, fmt.Errorf("read the events: %w", err)
	}
	return has, nil
}

// keepDelivery records what the API says of one recipient of e. News is false if that was
// said before.
func keepDelivery(ctx context.Context, tx Tx, e Entry, r messaging.Record, mmsReceipts bool, at time.Time) (said Delivery, news bool, err error) {
	said = Delivery{Recipient: r.Destination, Status: r.Status, ErrorCode: r.ErrorCode, Carrier: r.CarrierName, At: at}
	if said.State() == Delivered {
		said.Grade = messaging.GradeOf(e.Message, r, mmsReceipts)
	}
	news, err = heard{
		source: ByQuestion, kind: string(said.Status), recipient: said.Recipient, recorded: at, code: said.ErrorCode,
		grade: said.Grade, carrier: said.Carrier, trust: callback.Trusted,
	}.record(ctx, tx, e.ID)
	if err != nil {
		return said, false, err
	}
	if !news {
		return said, false, sayAgain(ctx, tx, e.ID, said)
	}
	// When it failed, the API does not say: not before it took the message, and what its
	// recipient wrote since may be an answer to that.
	if err := heedCode(ctx, tx, e, said, cmp.Or(e.Asking.From, e.Created)); err != nil {
		return said, true, err
	}
	return said, true, addUp(ctx, tx, e.ID, said)
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
