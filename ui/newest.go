package ui

import (
	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/words"
)

// newest is the message as it stands by now: its row, or what the run told where there
// is none.
func (r *result) newest() outbox.Detail {
	if r.row != nil {
		return *r.row
	}
	return r.told()
}

// told is what the run told of the message, as the row that it should have.
func (r *result) told() outbox.Detail {
	d := outbox.Detail{Entry: outbox.Entry{ID: r.id, Message: r.message, State: r.liveState()}}
	if r.receipt != nil {
		d.MessageID, d.SegmentCount, d.Answer, d.Attempts = r.receipt.ID, r.receipt.SegmentCount, r.receipt.Answer, r.receipt.Attempts
	}
	switch e := apiError(r.err); {
	case r.skipped != "":
		d.Error = "not tried: " + words.Untried(r.skipped)
	case e != nil:
		d.Err, d.Answer, d.Attempts = e, e.Answer, e.Attempts
	case r.err != nil:
		d.Err = &messaging.Error{Op: "send message", Outcome: messaging.OutcomeOf(r.err), Err: r.err}
	}
	if d.Answer != nil {
		d.HTTPStatus = d.Answer.Status
	}
	return d
}

// stateWord is what the history calls how far it has come.
func (r *result) stateWord() string { return words.State(r.entryNow()) }

// stateNow is how far it has come.
func (r *result) stateNow() outbox.State {
	if r.row != nil {
		return r.row.State
	}
	return r.liveState()
}

// entryNow is its row, or as much of one as the run told, without what only one message
// that is shown whole needs.
func (r *result) entryNow() outbox.Entry {
	if r.row != nil {
		return r.row.Entry
	}
	return outbox.Entry{ID: r.id, State: r.liveState()}
}

// liveState is the state that the run led to.
func (r *result) liveState() outbox.State {
	switch r.state {
	case waiting:
		return outbox.Queued
	case sending:
		return outbox.Sending
	case answered, neverStarted:
	}
	switch r.outcome() {
	case messaging.Accepted:
		return outbox.Accepted
	case messaging.Rejected:
		return outbox.Rejected
	case messaging.Unsent:
		return outbox.Unsent
	case messaging.Unknown:
	}
	return outbox.Unknown
}

// ownRow is row, if it has the end that the run told, with the reason that it may lack
// when another telex settled it. It is nil if the row tells of another end.
func (r *result) ownRow(row *outbox.Detail) *outbox.Detail {
	if row == nil || row.State.Outcome() != r.outcome() {
		return nil
	}
	if e := apiError(r.err); e != nil && row.Err == nil && r.skipped == "" {
		row.Err = e
	}
	return row
}

// headline says how far the message has come.
func (r *result) headline() string {
	if r.skipped == outbox.Cancelled {
		return "Not sent: " + words.Untried(r.skipped)
	}
	return words.Headline(r.newest())
}

// report is what there is to tell of a message as it stands by now. Asks is what the user
// types to ask the API about it.
func (r *result) report(now outbox.Detail, asks string) words.Told {
	if !r.canAsk() {
		asks = ""
	}
	return words.Told{Detail: now, Unrecorded: r.unrecorded, Asks: asks, AskErr: r.askErr, Finding: r.finding}
}
