package words

import (
	"fmt"
	"strings"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/text"
)

// A Step is one thing that became known of a message. What is clean.
type Step struct {
	At    time.Time // when it happened, or, if nobody said, when it got here
	Sign  string    // as that of the state that it led to; see [Sign]
	State outbox.State
	What  string // "delivered", "+19195551212 not delivered – 4720 number not valid"
	// Since is how long after its acceptance it happened; 0 where that says nothing.
	Since time.Duration
	Grade messaging.Grade // of a receipt
}

// Line is the step behind its time: "✓ +3.9 s the phone says it arrived (callback)".
func (s Step) Line() string { return s.Sign + " " + s.Words() }

// Words are the step without its sign.
func (s Step) Words() string {
	if s.Since <= 0 {
		return s.What
	}
	since := strings.Replace(strings.Replace(Duration(s.Since)+" ", "m0s ", "m ", 1), "h0m ", "h ", 1)
	return "+" + since + s.What
}

// latest is how long after its acceptance something may happen to a message: it is read a
// year later at most. A clock that says more is wrong.
const latest = 365 * 24 * time.Hour

// Since is how long after the acceptance of a message something happened that became known
// of it: what a callback tells. It is 0 for all else, for an answer says only that it is
// so by then, and where the clocks of Bandwidth and this machine do not agree.
func Since(d outbox.Detail, v outbox.Event) time.Duration {
	if v.By != outbox.ByCallback || v.At.IsZero() {
		return 0
	}
	for _, m := range d.Moves {
		if m.State == outbox.Accepted {
			if after := v.At.Sub(m.At); after > 0 && after < latest {
				return after
			}
			return 0
		}
	}
	return 0
}

// Timeline is what became known of a message, in words, oldest first. Where there is no
// timeline, as of a message that was only just sent, it is the states that it had.
func Timeline(d outbox.Detail) []Step {
	events := d.Events
	if len(events) == 0 {
		for _, m := range d.Moves {
			events = append(events, outbox.Event{Type: string(m.State), At: m.At, By: outbox.BySend, Description: m.Note})
		}
	}
	steps := make([]Step, len(events))
	for i, v := range events {
		at := v.At
		if at.IsZero() {
			at = v.Recorded
		}
		e := d.Entry
		e.State, e.Grade = stateOf(v), gradeOf(v, d)
		what := eventWords(v, e, len(d.Message.To) > 1, d.Err != nil || strings.Contains(d.Error, v.Description)) + saidBy(v)
		switch {
		case e.Direction == outbox.In:
			e.State = outbox.Received
		case v.Untrusted:
			e.State = outbox.Unknown
		}
		steps[i] = Step{At: at, Sign: Sign(e), State: e.State, What: text.Clean(what), Since: Since(d, v), Grade: e.Grade}
	}
	return steps
}

// saidBy says who told of an event, where that is not plain.
func saidBy(v outbox.Event) string {
	switch {
	case v.By == outbox.ByCallback && v.Untrusted:
		return " (callback without credentials, which anybody can have made up)"
	case v.By == outbox.ByCallback:
		return " (callback)"
	case v.By == outbox.ByQuestion && v.To != "":
		return " (asked)"
	}
	return ""
}

// gradeOf is what the receipt is worth that an event tells of. What is known since may be
// more; that it was read is known of its own event alone.
func gradeOf(v outbox.Event, d outbox.Detail) messaging.Grade {
	for _, known := range d.Deliveries {
		if known.Recipient == v.To && known.Status == v.Status() && (known.Grade != messaging.GradeRead || v.Grade == messaging.GradeNone) {
			return known.Grade
		}
	}
	return v.Grade
}

// stateOf is the state that an event leads to.
func stateOf(v outbox.Event) outbox.State {
	switch status := v.Status(); {
	case v.By == outbox.BySend || v.By == outbox.ByQuestion && v.To == "":
		return outbox.State(v.Type)
	case status == messaging.StatusReceived:
		return outbox.Received
	default:
		return outbox.Delivery{Status: status, ErrorCode: v.ErrorCode}.State()
	}
}

// claimWords are what a callback says that decides nothing, in its own words.
func claimWords(v outbox.Event, several bool) string {
	words := strings.ToLower(string(v.Status()))
	if words == "" {
		words = v.Type
	}
	if v.ErrorCode != 0 {
		words += " – " + Code(v.ErrorCode)
	}
	if several {
		words = v.To + " " + words
	}
	return words
}

// eventWords are an event in words; several says that there is more
// than one recipient, said that the reason is told already.
func eventWords(v outbox.Event, e outbox.Entry, several, said bool) string {
	if e.State == outbox.Received {
		return "received"
	}
	if status := v.Status(); v.By == outbox.ByCallback && (v.Untrusted || status == "") {
		return claimWords(v, several)
	}
	if v.By == outbox.BySend || v.By == outbox.ByQuestion && v.To == "" {
		words := map[outbox.State]string{
			outbox.Scheduled: "to be sent later", outbox.Missed: "missed", outbox.Queued: "waits for its turn", outbox.Sending: "sending", outbox.Accepted: "accepted by Bandwidth",
			outbox.Rejected: "refused by Bandwidth", outbox.Unsent: "not sent", outbox.Unknown: "no clear answer",
		}[e.State]
		if words == "" {
			words = strings.ToLower(v.Type)
		}
		if v.Description != "" && !said {
			words += ": " + v.Description
		}
		return words
	}
	words := deliveryWords(outbox.Delivery{
		Recipient: v.To, Status: v.Status(), ErrorCode: v.ErrorCode, Grade: e.Grade,
	})
	if e.State == outbox.Sent {
		words = "the carrier has it"
	}
	if several {
		words = fmt.Sprintf("%s %s", v.To, words)
	}
	return words
}
