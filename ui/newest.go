package ui

import (
	"charm.land/lipgloss/v2"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/widget"
)

// newest is the message as it stands by now: as the outbox had it when the API was
// asked last, or as the call to send it ended.
func (r *result) newest() outbox.Detail {
	if r.row != nil {
		return *r.row
	}
	e := outbox.Entry{ID: r.id, Message: r.message}
	switch {
	case r.state == waiting:
		e.State = outbox.Queued
	case r.state == sending:
		e.State = outbox.Sending
	case r.outcome() == messaging.Accepted:
		e.State = outbox.Accepted
	case r.outcome() == messaging.Rejected:
		e.State = outbox.Rejected
	case r.outcome() == messaging.Unsent:
		e.State = outbox.Unsent
	default:
		e.State = outbox.Unknown
	}
	return outbox.Detail{Entry: e}
}

// deliveries are what is known of each recipient: as the outbox has it, or, of a message
// that it does not have, as the API said it.
func (r *result) deliveries() []outbox.Delivery {
	if r.row != nil {
		return r.row.Deliveries
	}
	var all []outbox.Delivery
	for _, rec := range r.records {
		all = append(all, outbox.Delivery{
			Recipient: rec.Destination, Status: rec.Status, ErrorCode: rec.ErrorCode, Carrier: rec.CarrierName, Grade: messaging.GradeOf(r.message, rec, false),
		})
	}
	return all
}

// headStyle colours a headline.
func headStyle(s outbox.State, t widget.Theme) lipgloss.Style {
	switch s {
	case outbox.Queued, outbox.Sending:
		return t.Title
	case outbox.Accepted, outbox.Sent, outbox.Delivered:
		return t.OK
	case outbox.Failed, outbox.Rejected, outbox.Unsent:
		return t.Danger
	case outbox.Unknown, outbox.Unconfirmed:
	}
	return t.Warn
}
