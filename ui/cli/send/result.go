package send

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/cli/say"
	"telex/ui/text"
	"telex/ui/words"
)

// result is what became of one message.
type result struct {
	message messaging.Message
	receipt *messaging.Receipt // if it was accepted
	err     error              // if not
	skipped string             // why it was not tried at all; "" if it was
	each    bool               // one of several messages
	id      int64              // of its row in the outbox; 0 if it has none
	next    string             // what to do if it is not known
	shell   words.Shell        // where commands are pasted that are named for it
	// unrecorded is why the outbox does not hold the outcome, though it is known.
	unrecorded error
	delivery   *delivery // what became of it, if it was waited for
	folded     int       // how many others it tells of
}

func (r result) code() say.Code {
	if r.skipped != "" {
		return say.ExitUnsent
	}
	code := say.CodeOf(r.err)
	if r.unrecorded != nil {
		code = say.Worst(code, say.ExitFailed) // whatever became of it, the history does not say so
	}
	return code
}

// ending describes what became of a message.
func (r result) ending() say.Ending {
	e := say.Ending{ID: r.id, Outcome: messaging.Unsent.String(), ExitCode: r.code(), Folded: r.folded}
	if r.each {
		e.To = words.AllRecipients(r.message)
	}
	answer := callError(r.err).Answer
	switch {
	case r.skipped != "":
		e.Error = "not tried: " + words.Untried(r.skipped)
	case r.receipt != nil:
		e.Outcome, answer = messaging.Accepted.String(), r.receipt.Answer
	default:
		report := r.describe()
		e.Error, e.Outcome = report.What, report.Outcome.String()
	}
	if answer != nil {
		e.HTTPStatus, e.Response = answer.Status, say.AsJSON(answer.Body)
	}
	return e
}

// callError is the failed call that err is about; one about nothing if err is
// something else, or nil.
func callError(err error) *messaging.Error {
	if e, ok := errors.AsType[*messaging.Error](err); ok {
		return e
	}
	return &messaging.Error{}
}

// printJSON prints the result of the only message as JSON.
func printJSON(out *say.Printer, r result) error {
	if r.receipt == nil {
		return out.Value(r.ending())
	}
	var err error
	body := r.receipt.Answer.Body
	if r.folded > 0 {
		if body, err = with(body, folded, r.folded); err != nil {
			return err
		}
	}
	if r.delivery != nil {
		if body, err = with(body, "delivery", r.delivery); err != nil {
			return err
		}
	}
	return out.JSON(body)
}

// line is what standard output gets of a message, which is nothing unless it was accepted.
func line(r result) string {
	switch {
	case r.receipt == nil:
		return ""
	case r.each:
		return text.Clean(words.AllRecipients(r.message)) + "\t" + text.Clean(r.receipt.ID) + "\n"
	}
	return text.Clean(r.receipt.ID) + "\n"
}

// tell says what became of a message.
func tell(out *say.Printer, r result) {
	defer tellUnrecorded(out, r)
	to := ""
	if r.each {
		to = words.AllRecipients(r.message) + ": "
	}
	if r.receipt != nil {
		out.Say("%saccepted, not yet delivered: %s (message %d, %s)", to, describeMessage(r.message), r.id, howItWent(r.message, r.receipt))
		return
	}
	if r.skipped != "" {
		out.Say("%snot tried: %s", to, words.Untried(r.skipped))
		return
	}
	report, row := r.describe(), ""
	if r.id != 0 {
		row = fmt.Sprintf(" (message %d)", r.id)
	}
	out.Say("telex: %s%s%s%s", to, report.What, afterTries(callError(r.err).Attempts), row)
	for _, f := range callError(r.err).Fields {
		out.Say("  %s: %s", fieldName(f.Name), f.Description)
	}
	out.Say("  %s", report.Means)
	if report.Next != "" {
		out.Say("  %s", report.Next)
	}
	if report.Outcome == messaging.Unknown && r.id != 0 {
		out.Say("  %s", r.next)
	}
}

// tellUnrecorded warns of an outcome that is known but not in the outbox.
func tellUnrecorded(out *say.Printer, r result) {
	if r.unrecorded == nil || r.skipped != "" {
		return // of those that were not tried one warning is enough: see warnOpen
	}
	what, _, hint := say.Parts(r.unrecorded)
	out.Say("warning: message %d: the outcome above is known, but could not be recorded: %s", r.id, what)
	if errors.Is(r.unrecorded, outbox.ErrGone) {
		out.Say("  %s", hint)
		return
	}
	out.Say("  the history will not say so; note it down")
}

// fieldName is the flag for a field that the API names, or the API's name for it.
func fieldName(name string) string {
	field, index, ok := messaging.FieldOf(name)
	switch {
	case !ok:
		return name
	case index >= 0:
		return fmt.Sprintf("%s (number %d)", flagOf(field), index+1)
	}
	return flagOf(field)
}

// howItWent is the technical side of an acceptance of m.
func howItWent(m messaging.Message, r *messaging.Receipt) string {
	var parts []string
	if r.SegmentCount > 0 && !m.IsMMS() { // an MMS has none, whatever the API counts
		parts = append(parts, text.Count(r.SegmentCount, "segment"))
	}
	parts = append(parts, fmt.Sprintf("HTTP %d", r.Answer.Status), r.Answer.Latency.Round(100*time.Microsecond).String())
	return strings.Join(parts, ", ") + afterTries(r.Attempts)
}

// afterTries tells of a message that took more than one try.
func afterTries(attempts []messaging.Attempt) string {
	if len(attempts) < 2 {
		return ""
	}
	return fmt.Sprintf(", after %d tries", len(attempts))
}
