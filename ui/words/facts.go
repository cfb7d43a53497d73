package words

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/text"
)

// A Fact is something that is recorded of a message. Both are clean; Value is of
// several lines where it has line ends.
type Fact struct{ Label, Value string }

// Facts is all that is recorded of a message, in the order in which a person wants
// to read it. Times are in zone. Ask says how the API is asked about a message
// whose outcome is unknown; "" if that cannot be done.
func Facts(d outbox.Detail, zone *time.Location, ask string) []Fact {
	s := sheet{zone: zone}
	s.outcome(d, ask)
	s.deliveries(d)
	s.answer(d)
	s.origin(d.Entry, d.Tells)
	s.message(d)
	s.changes(d)
	s.tries(d)
	s.exchange(d)
	return s.facts
}

// Brief is what of Facts a person wants to hear as soon as a message was sent: what became
// of it, when, and what it was, without who sent it and what went over the wire.
func Brief(d outbox.Detail, zone *time.Location, ask string) []Fact {
	s := sheet{zone: zone}
	s.outcome(d, ask)
	s.deliveries(d)
	s.answer(d)
	s.message(d)
	s.changes(d)
	s.tries(d)
	return s.facts
}

// List are facts under one label, which the first of them has.
func List(label string, values []string) []Fact {
	facts := make([]Fact, len(values))
	for i, v := range values {
		facts[i] = Fact{label, v}
		label = ""
	}
	return facts
}

// After puts more behind the fact with that label and those without one that follow it;
// at the end if there is none such.
func After(facts []Fact, label string, more ...Fact) []Fact {
	at := slices.IndexFunc(facts, func(f Fact) bool { return f.Label == label }) + 1
	if at == 0 {
		at = len(facts)
	}
	for at < len(facts) && facts[at].Label == "" {
		at++
	}
	return slices.Insert(slices.Clone(facts), at, more...)
}

// Instead is facts with another value for a label; it comes behind the state where the label
// is missing.
func Instead(facts []Fact, f Fact) []Fact {
	in := false
	facts = slices.DeleteFunc(slices.Clone(facts), func(old Fact) bool {
		in = old.Label == f.Label || in && old.Label == ""
		return in
	})
	return After(facts, "state", f)
}

// A sheet gathers facts. All that it is given is cleaned.
type sheet struct {
	facts []Fact
	zone  *time.Location
}

// fact adds a label and its value; nothing if it is empty.
func (s *sheet) fact(label, value string) {
	if value != "" {
		s.facts = append(s.facts, Fact{label, text.CleanLines(value)})
	}
}

// list adds values, one a line, the label before the first.
func (s *sheet) list(label string, values []string) {
	for i, v := range values {
		if i > 0 {
			label = ""
		}
		s.fact(label, text.Clean(v))
	}
}

func (s *sheet) time(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(s.zone).Format("2006-01-02 15:04:05 -0700")
}

// outcome is what became of the message.
func (s *sheet) outcome(d outbox.Detail, ask string) {
	s.fact("message", fmt.Sprint(d.ID))
	s.fact("API's id", text.Clean(d.MessageID))
	s.fact("state", Line(d.Entry, d.Deliveries))
	what, next := Untried(d.Error), ""
	if d.Err != nil {
		report := Describe(d.Err)
		what = report.What
		if report.Outcome == d.State.Outcome() {
			next = report.Next
		}
	}
	s.fact("error", what)
	if d.Err != nil {
		for _, f := range d.Err.Fields {
			s.fact("field", FieldError(f))
		}
	}
	if d.ErrorCode != 0 {
		c, _ := messaging.ExplainCode(d.ErrorCode)
		s.fact("code", strings.TrimSpace(fmt.Sprintf("%d %s", c.Code, c.Name))+": "+c.Meaning)
		next = c.Advice
	}
	if d.State == outbox.Unknown {
		next = nextForUnknown(d, next, ask)
	}
	s.fact("next", next)
	if !d.Checked.IsZero() && (d.State == outbox.Unknown || d.Verdict == outbox.Found) {
		s.fact("asked", s.time(d.Checked)+": "+Verdict(d.Verdict))
	} else {
		s.fact("asked", askedFact(d.Entry, s.zone))
	}
	if d.Answers != 0 {
		s.fact("answers", fmt.Sprintf("message %d, by itself", d.Answers))
	}
	if d.OptIn {
		s.fact("asks for", "YES to opt in")
	}
	if d.ResendOf != 0 {
		s.fact("repeats", fmt.Sprintf("message %d", d.ResendOf))
	}
	for _, id := range d.Resends {
		s.fact("repeated", fmt.Sprintf("by message %d", id))
	}
}

// origin is who sent it, and when. Tells has it say which person that was.
func (s *sheet) origin(e outbox.Entry, tells bool) {
	if !e.Due.IsZero() {
		s.fact("due", When(e.Due, s.zone))
	}
	s.fact("created", s.time(e.Created))
	s.fact("updated", s.time(e.Updated))
	if tells {
		s.fact(map[bool]string{true: "heard by", false: "by"}[e.Direction == outbox.In], User(e.User))
	}
	s.fact("profile", text.Clean(e.By.Profile))
	s.fact("account", text.Clean(e.By.AccountID))
	s.fact("API", text.Clean(e.By.BaseURL))
}

// message is what was to be sent.
func (s *sheet) message(d outbox.Detail) {
	e, m := d.Entry, d.Message
	s.fact("from", Named(m.From, d.Names[m.From]))
	s.fact("written", s.time(e.In.Said))
	to := make([]string, len(m.To))
	for i, n := range m.To {
		to[i] = Named(n, d.Names[n])
	}
	s.list("to", to)
	if e.In.Missed {
		s.fact("text", Gist(e))
	}
	if e.TextOmitted {
		s.fact("text", fmt.Sprintf("not kept; it had %s", text.Count(e.TextLength, "character")))
	}
	s.fact("text", m.Text)
	s.list("media", m.Media)
	files := make([]string, len(d.Files))
	for i, f := range d.Files {
		files[i] = fmt.Sprintf("%s, %s, SHA-256 %s", f.Path, text.Size(int64(f.Bytes)), f.SHA256)
	}
	s.list("files", files)
	s.fact("tag", text.Clean(m.Tag))
	s.fact("priority", text.Clean(string(m.Priority)))
	s.fact("expiration", s.time(m.Expiration))
	if e.SegmentCount > 0 && !m.IsMMS() { // an MMS has none, whatever the API counts
		s.fact("segments", fmt.Sprint(e.SegmentCount))
	}
}

// nextForUnknown is what to do about a message whose outcome is unknown: to look for it
// as ask says, or, if that was done, what the answer makes of it.
func nextForUnknown(d outbox.Detail, next, ask string) string {
	switch {
	case d.Verdict != outbox.NotChecked:
		return verdictNext(d.Verdict)
	case ask != "":
		return ask
	}
	return next
}

// changes are what became known of it, in the order of time.
func (s *sheet) changes(d outbox.Detail) {
	var lines []string
	for _, step := range Timeline(d) {
		lines = append(lines, s.time(step.At)+" "+step.Line())
	}
	s.list("timeline", lines)
}

// tries are the calls to the API, in that order.
func (s *sheet) tries(d outbox.Detail) {
	var tries []string
	for _, t := range d.Attempts {
		line := fmt.Sprintf("%s took %s", s.time(t.Start), t.Took.Round(100*time.Microsecond))
		if t.Status != 0 {
			line += fmt.Sprintf(", HTTP %d", t.Status)
		}
		if t.Err != nil {
			line += ", " + t.Err.Error()
		}
		if t.Waited > 0 {
			line += fmt.Sprintf("; again after %s", t.Waited.Round(time.Millisecond))
		}
		tries = append(tries, line)
	}
	s.list("tries", tries)
}

// deliveries are how far the message came for each recipient. What a code means that is
// not the message's own, and what to do about it, stands below the recipient.
func (s *sheet) deliveries(d outbox.Detail) {
	label := "delivery"
	for i, line := range Deliveries(d.Deliveries) {
		s.fact(label, text.Clean(strings.TrimLeft(line, " ")))
		label = ""
		if code := d.Deliveries[i].ErrorCode; code != 0 && code != d.ErrorCode {
			c, _ := messaging.ExplainCode(code)
			s.fact("", c.Meaning)
			s.fact("", c.Advice)
		}
	}
}

// exchange are the bodies that went over the wire.
func (s *sheet) exchange(d outbox.Detail) {
	s.fact("request", prettyJSON(d.Request))
	if d.Answer != nil {
		s.fact("body", prettyJSON(d.Answer.Body))
	}
}

// answer is how the API answered, and how soon.
func (s *sheet) answer(d outbox.Detail) {
	if d.Answer == nil {
		return
	}
	line := text.Clean(fmt.Sprintf("%s %s, after %s", d.Answer.Proto, d.Answer.Line, d.Answer.Latency.Round(100*time.Microsecond)))
	if d.Answer.Truncated {
		line += ", cut off"
	}
	s.fact("answer", line)
}

// prettyJSON is a body laid out to be read, if it is JSON. It is clean.
func prettyJSON(body []byte) string {
	var b bytes.Buffer
	if json.Indent(&b, body, "", "  ") != nil {
		return text.CleanLines(string(body))
	}
	return messaging.EscapeJSON(b.Bytes())
}
