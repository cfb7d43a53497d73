package words

import (
	"fmt"
	"strings"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/text"
)

// Means says what a state means for whoever wants to know about a message. Of one
// message that the API accepted [Outcome] tells more.
func Means(s outbox.State) string {
	switch s {
	case outbox.Scheduled:
		return "it is to be sent later, and was not sent yet"
	case outbox.Missed:
		return "nothing sent it when it was due, and nothing does unless you say so"
	case outbox.Queued:
		return "it waits for its turn in a telex that is running"
	case outbox.Sending:
		return "a telex that is running is sending it"
	case outbox.Sent:
		return "it left Bandwidth for the carrier; whether it arrived is not known"
	case outbox.Delivered:
		return "a receipt came: the carrier's or the phone's; of an MMS only that it was handed over to the carrier's MMS centre"
	case outbox.Unconfirmed:
		return "no receipt came in time; it may have arrived"
	case outbox.Failed:
		return "Bandwidth accepted it, and it was not delivered, or not to everybody"
	case outbox.Received:
		return "somebody wrote it to you"
	case outbox.Accepted, outbox.Rejected, outbox.Unsent, outbox.Unknown:
	}
	return Meaning(s.Outcome())
}

// ProblemsFirst and TheRest are titles in a list with those first that are urgent.
const (
	ProblemsFirst = "PROBLEMS FIRST"
	TheRest       = "THE REST"
)

// MostUrgent is the greatest [Urgency].
const MostUrgent = 5

// Urgency is how soon somebody should look at messages in a state; 0 if they can wait.
func Urgency(s outbox.State) int {
	switch s {
	case outbox.Unknown:
		return MostUrgent
	case outbox.Failed:
		return 4
	case outbox.Rejected:
		return 3
	case outbox.Unsent, outbox.Missed:
		return 2
	case outbox.Unconfirmed:
		return 1
	default:
		return 0
	}
}

// Next is what to do about a message in a state; "" if nothing is left to do.
func Next(s outbox.State, in Shell) string {
	scheduled := func(args ...string) string { return in.Command(append([]string{"scheduled"}, args...)...) }
	switch s {
	case outbox.Scheduled:
		return worker(in) + ", or a console that is open then, sends it; " + scheduled("cancel", "ID") + " keeps it from being sent"
	case outbox.Missed:
		return scheduled("send", "ID") + " sends it now, " + scheduled("change", "ID", "--at", "TIME") + " later, " + scheduled("cancel", "ID") + " never"
	case outbox.Queued, outbox.Sending:
		return "wait; if that telex ends first, the next one says what became of it"
	case outbox.Accepted, outbox.Sent:
		return "ask again later for its delivery"
	case outbox.Delivered, outbox.Received:
		return ""
	case outbox.Unconfirmed:
		return "ask the recipient, or ask Bandwidth again later: a late receipt may still come; telex asks before sending it again"
	case outbox.Failed:
		return "telex explain CODE says what to do about its delivery error code"
	case outbox.Rejected:
		return "correct what the answer names, then send again"
	case outbox.Unsent:
		return "check the connection, then send again"
	case outbox.Unknown:
	}
	return "look for it at Bandwidth before you send it again"
}

// Line is the state of a message and what that means for it, clean: "failed: not
// delivered to 2 of 5". Deliveries are all that are known of it.
func Line(e outbox.Entry, deliveries []outbox.Delivery) string {
	words := Outcome(e, deliveries)
	if IsHandedOver(e) {
		return words
	}
	return State(e) + ": " + words
}

// Message is the same as a sentence: "message 12 failed: not delivered".
func Message(e outbox.Entry, deliveries []outbox.Delivery) string {
	return Sentence(fmt.Sprintf("message %d", e.ID), e, deliveries)
}

// Sentence is that sentence with another subject: "it failed: not delivered".
func Sentence(subject string, e outbox.Entry, deliveries []outbox.Delivery) string {
	verb := " is "
	switch {
	case IsHandedOver(e):
		verb = " was "
	case e.State == outbox.Failed:
		verb = " "
	}
	return subject + verb + Line(e, deliveries)
}

// Outcome says what is known of the arrival of one message, with the number of
// recipients where there are several. Deliveries are all that are known of it.
func Outcome(e outbox.Entry, deliveries []outbox.Delivery) string {
	switch e.State {
	case outbox.Delivered:
		return gradeWords(e.Grade)
	case outbox.Failed, outbox.Unconfirmed:
		if len(e.Message.To) > 1 {
			return shareWords(e, deliveries)
		}
		if e.State == outbox.Failed && e.Doubt {
			return "Bandwidth reports a failure, but it may have arrived"
		}
		if e.State == outbox.Failed {
			return "not delivered"
		}
	case outbox.Received:
		return receivedWords(e)
	case outbox.Scheduled, outbox.Missed, outbox.Queued, outbox.Sending, outbox.Sent, outbox.Accepted, outbox.Rejected, outbox.Unsent, outbox.Unknown:
	}
	return Means(e.State)
}

// gradeWords are what a receipt says.
func gradeWords(g messaging.Grade) string {
	switch g {
	case messaging.GradeHandedOver:
		return "handed over to the carrier's MMS centre; no receipt to expect"
	case messaging.GradeHandset:
		return "the phone says it arrived"
	case messaging.GradeRead:
		return "it was opened on the phone"
	case messaging.GradeCarrier, messaging.GradeNone:
	}
	return "the carrier says it arrived"
}

// shareWords say how many of a group got a message: "not delivered to 2 of 5", or, where
// receipts are missing, "delivered to 7, no receipt 2, not delivered 1".
func shareWords(e outbox.Entry, deliveries []outbox.Delivery) string {
	arrived, missing, failed, handed := 0, 0, 0, false
	for _, d := range deliveries {
		switch d.State() {
		case outbox.Delivered:
			arrived++
			handed = handed || d.Grade == messaging.GradeHandedOver
		case outbox.Unconfirmed:
			missing++
		case outbox.Failed:
			failed++
		default: // it is not settled
		}
	}
	if missing == 0 {
		if failed == 0 {
			return "not delivered to some"
		}
		return fmt.Sprintf("not delivered to %d of %d", failed, len(e.Message.To))
	}
	var parts []string
	switch {
	case arrived > 0 && handed:
		parts = append(parts, fmt.Sprintf("handed over for %d", arrived))
	case arrived > 0:
		parts = append(parts, fmt.Sprintf("delivered to %d", arrived))
	}
	parts = append(parts, fmt.Sprintf("no receipt %d", missing))
	if failed > 0 {
		parts = append(parts, fmt.Sprintf("not delivered %d", failed))
	}
	return strings.Join(parts, ", ")
}

// unnamedCarrier is what the API calls a carrier that it has no name for.
const unnamedCarrier = "other"

func named(carrier string) bool { return carrier != "" && !strings.EqualFold(carrier, unnamedCarrier) }

// Deliveries say how far the message came, a line a recipient. They are not
// cleaned.
func Deliveries(deliveries []outbox.Delivery) []string {
	var lines []string
	for _, d := range deliveries {
		line := d.Recipient + "  " + deliveryWords(d)
		if named(d.Carrier) {
			line += " (" + d.Carrier + ")"
		}
		lines = append(lines, line)
	}
	return lines
}

// deliveryWords are what is known of one recipient: "not delivered – 4720 number not valid".
func deliveryWords(d outbox.Delivery) string {
	words := strings.ToLower(string(d.Status))
	switch d.State() {
	case outbox.Delivered:
		words = gradeWords(d.Grade)
	case outbox.Unconfirmed:
		return fmt.Sprintf("no receipt, it may have arrived – %d", d.ErrorCode)
	case outbox.Failed:
		if words = "not delivered"; d.MayHaveArrived() {
			words = "called failed, but it may have arrived"
		}
	default: // it is on its way, in the words of the API
	}
	if d.ErrorCode != 0 {
		words += " – " + Code(d.ErrorCode)
	}
	return words
}

// Code is a delivery error code and what it means in a few words.
func Code(code int) string {
	c, listed := messaging.ExplainCode(code)
	if !listed {
		return fmt.Sprintf("unknown code %d", code)
	}
	return fmt.Sprintf("%d %s", code, c.Brief)
}

// Untried is why a message was not tried at all, clean. Who ends a send stops it, so it is
// called that.
func Untried(why string) string {
	return text.Clean(strings.ReplaceAll(why, outbox.Cancelled, "stopped before its turn"))
}
