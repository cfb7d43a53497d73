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
		steps[i] = Step{At: at, Sign: Sign(e), State: e.State, What: text.Clean(eventWords(v, e, len(d.Message.To) > 1, d.Err != nil || strings.Contains(d.Error, v.Description)))}
	}
	return steps
}

// gradeOf is what the receipt is worth that an event tells of.
func gradeOf(v outbox.Event, d outbox.Detail) messaging.Grade {
	for _, known := range d.Deliveries {
		if known.Recipient == v.To && string(known.Status) == v.Type {
			return known.Grade
		}
	}
	return messaging.GradeNone
}

// stateOf is the state that an event leads to.
func stateOf(v outbox.Event) outbox.State {
	if v.By == outbox.BySend || v.To == "" {
		return outbox.State(v.Type)
	}
	return outbox.Delivery{Status: messaging.Status(v.Type), ErrorCode: v.ErrorCode}.State()
}

// eventWords are an event in words; several says that there is more
// than one recipient, said that the reason is told already.
func eventWords(v outbox.Event, e outbox.Entry, several, said bool) string {
	if v.By == outbox.BySend || v.To == "" {
		words := map[outbox.State]string{
			outbox.Queued: "waits for its turn", outbox.Sending: "sending", outbox.Accepted: "accepted by Bandwidth",
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
		Recipient: v.To, Status: messaging.Status(v.Type), ErrorCode: v.ErrorCode, Grade: e.Grade,
	})
	if e.State == outbox.Sent {
		words = "the carrier has it"
	}
	if several {
		words = fmt.Sprintf("%s %s", v.To, words)
	}
	return words
}
