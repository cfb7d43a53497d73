package ui

import (
	"fmt"
	"strings"

	"charm.land/lipgloss/v2"

	"telex/messaging"
	"telex/messaging/outbox"
)

// The headline of a message is the newest that is known of it, whoever said it: the
// answer to the call, a delivery record, or a look for a message whose outcome was
// unknown. What came before stands below it.

// headline says in one clean line how far a message has come: its state, as the
// history names it, and what that means.
func headline(e outbox.Entry) string {
	switch e.State {
	case outbox.Queued:
		return "Waiting for its turn"
	case outbox.Sending:
		return "Sending"
	case outbox.Accepted:
		return found(e) + "Accepted: on its way"
	case outbox.Sent:
		return found(e) + "Sent: the carrier has it; whether it arrived is not known yet"
	case outbox.Delivered:
		return found(e) + "Delivered"
	case outbox.Failed:
		return found(e) + "Failed: " + notDelivered(e)
	case outbox.Rejected:
		return "Rejected"
	case outbox.Unsent:
		return "Unsent"
	case outbox.Unknown:
		return "Unknown: " + doubt(e.Verdict)
	}
	state := Clean(string(e.State))
	return found(e) + strings.ToUpper(state[:min(1, len(state))]) + state[min(1, len(state)):] + ": " + StateWords(e.State)
}

// found begins the headline of a message whose outcome was unknown until it was found.
func found(e outbox.Entry) string {
	if e.Verdict == outbox.Found {
		return "Found it, it was sent. "
	}
	return ""
}

// notDelivered says of a message that failed whom it did not reach, and why.
func notDelivered(e outbox.Entry) string {
	words := "not delivered"
	if len(e.Message.To) > 1 {
		words = "not delivered to everybody"
	}
	if e.ErrorCode != 0 {
		code, _ := messaging.ExplainCode(e.ErrorCode)
		words += fmt.Sprintf(": %d %s", code.Code, Clean(code.Name))
	}
	return strings.TrimRight(words, " ")
}

// doubt says what is known of a message of which it is not known whether it was sent.
func doubt(v outbox.Verdict) string {
	switch v {
	case outbox.NotChecked, outbox.Found:
		return "we don't know yet whether it was sent"
	case outbox.NoneYet:
		return "not found so far, and too early to be sure"
	case outbox.None:
		return "not found where it should be by now; most likely not sent"
	case outbox.Several, outbox.Similar:
		return "it may be one of those found, or was not sent"
	case outbox.TooOld:
	}
	return "Bandwidth keeps no record of that time any more"
}

// newest is the message as it stands by now: as the outbox had it when the API was
// asked last, or as the call to send it ended.
func (r *result) newest() outbox.Entry {
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
	return e
}

// headStyle colours a headline.
func headStyle(s outbox.State, t theme) lipgloss.Style {
	switch s {
	case outbox.Queued, outbox.Sending:
		return t.title
	case outbox.Accepted, outbox.Sent, outbox.Delivered:
		return t.ok
	case outbox.Failed, outbox.Rejected, outbox.Unsent:
		return t.danger
	case outbox.Unknown:
	}
	return t.warn
}
