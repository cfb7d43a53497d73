package ui

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/draft"
	"telex/ui/text"
	"telex/ui/widget"
	"telex/ui/words"
)

func itoa(n int) string { return strconv.Itoa(n) }

// apiError is the client's error in err's chain; nil if there is none.
func apiError(err error) *messaging.Error {
	if e, ok := errors.AsType[*messaging.Error](err); ok {
		return e
	}
	return nil
}

// localProblems are those for which a message was not even tried.
func localProblems(err error) messaging.Problems {
	var ps messaging.Problems
	errors.As(err, &ps)
	return ps
}

// answerOf is the last HTTP answer to a message; nil if none came.
func answerOf(r *result) *messaging.Answer {
	if r.receipt != nil {
		return r.receipt.Answer
	}
	if e := apiError(r.err); e != nil {
		return e.Answer
	}
	return nil
}

// lines is all that is known of the message in front.
func (r *response) lines() []string {
	res := r.shown()
	if res == nil {
		return nil
	}
	if r.raw {
		return r.rawLines(res)
	}
	switch res.state {
	case waiting:
		return []string{words.Headline(res.newest()), widget.Row("To", recipientWords(&draft.Form{Draft: messaging.Draft{To: res.message.To}}))}
	case sending:
		return r.sendingLines(res)
	case neverStarted:
		return r.skippedLines(res)
	case answered:
	}
	if res.err != nil {
		return r.errorLines(res)
	}
	return r.receiptLines(res)
}

// skippedLines tell of a message that was never started.
func (r *response) skippedLines(res *result) []string {
	out := r.headLines(res)
	if res.skipped == outbox.Cancelled {
		out = []string{"Unsent: " + res.skipped}
	} else {
		out = append(out, widget.Rows("What", "not tried: "+text.Clean(res.skipped), r.w)...)
	}
	out = append(out, r.recordLines(res)...)
	return append(out, widget.Rows("To", recipientWords(&draft.Form{Draft: messaging.Draft{To: res.message.To}}), r.w)...)
}

// headLines are the headline, which may take several rows.
func (r *response) headLines(res *result) []string {
	return text.Wrap(words.Headline(res.newest()), r.w)
}

func (r *response) sendingLines(res *result) []string {
	b := r.batch()
	head := fmt.Sprintf("Sending, %d s; esc esc cancels", int(b.elapsed/time.Second))
	if b.cancelled {
		head = "Cancelling"
	}
	out := []string{head}
	out = append(out, widget.Rows("To", recipientWords(&draft.Form{Draft: messaging.Draft{To: res.message.To}}), r.w)...)
	out = append(out, "")
	return append(out, text.Wrap("If you cancel now it may be too late: then its outcome is unknown.", r.w)...)
}

func (r *response) receiptLines(res *result) []string {
	out := append(r.headLines(res), r.recordLines(res)...)
	add := func(label, value string) { out = append(out, widget.Rows(label, value, r.w)...) }
	out = append(out, r.deliveryLines(res)...)
	add("HTTP", httpWords(res.receipt.Answer))
	for _, f := range jsonFields(res.receipt.Answer.Body) {
		add(text.Clean(text.Clip(f.name)), text.Clean(text.Clip(f.value)))
	}
	return append(out, r.attemptLines(res.receipt.Attempts)...)
}

// deliveryLines is what the API says became of an accepted message.
func (r *response) deliveryLines(res *result) []string {
	deliveries := res.deliveries()
	if len(deliveries) == 0 {
		phrase := "nothing known yet"
		if res.askErr != nil {
			phrase += "; " + words.Describe(res.askErr).What
		}
		return widget.Rows("Delivery", phrase, r.w)
	}
	var out []string
	label := "Delivery"
	for i, words := range words.Deliveries(deliveries) {
		out = append(out, widget.Rows(label, text.Clean(strings.TrimLeft(words, " ")), r.w)...)
		label = ""
		if c := deliveries[i].ErrorCode; c != 0 {
			code, _ := messaging.ExplainCode(c)
			out = append(out, widget.Rows("", code.Meaning, r.w)...)
			out = append(out, widget.Rows("", "Next: "+code.Advice, r.w)...)
		}
	}
	as := "as of " + res.asked.Format("15:04:05")
	if !res.settled() {
		as += "; " + r.askedBy() + " asks again"
	}
	if res.askErr != nil {
		as += "; then: " + words.Describe(res.askErr).What
	}
	return append(out, widget.Rows("", as, r.w)...)
}

func (r *response) errorLines(res *result) []string {
	d := words.Describe(res.err)
	out := r.headLines(res)
	add := func(label, value string) { out = append(out, widget.Rows(label, value, r.w)...) }
	add("What", d.What)
	if now := res.newest(); now.State.Outcome() == d.Outcome {
		add("Means", d.Means)
		add("Next", d.Next)
		out = append(out, r.recordLines(res)...)
	} else { // it was found out since: what is to be done is said with its delivery
		add("Means", words.OutcomeWords(now.Entry, now.Deliveries))
		out = append(out, r.recordLines(res)...)
		out = append(out, r.deliveryLines(res)...)
	}
	add("To", recipientWords(&draft.Form{Draft: messaging.Draft{To: res.message.To}}))
	for _, p := range localProblems(res.err) {
		add(draft.FieldName(p.Field), text.Clean(p.Why))
	}
	e := apiError(res.err)
	if e == nil {
		return out
	}
	for _, fe := range e.Fields {
		label := text.Clean(fe.Name)
		if f, index, ok := messaging.FieldOf(fe.Name); ok {
			if label = draft.FieldName(f); index >= 0 {
				label += " " + itoa(index+1)
			}
		}
		add("Field", label+": "+text.Clean(fe.Description))
	}
	if e.Answer != nil {
		add("HTTP", httpWords(e.Answer))
	}
	if e.Type != "" {
		add("type", text.Clean(e.Type))
		add("description", text.Clean(e.Detail))
	}
	return append(out, r.attemptLines(e.Attempts)...)
}

// recordLines say under which number the outbox has the message, whether it has
// its outcome, and what the API said of an unknown one.
func (r *response) recordLines(res *result) []string {
	var out []string
	if res.id != 0 {
		out = append(out, widget.Rows("Outbox", "message "+strconv.FormatInt(res.id, 10), r.w)...)
	}
	if res.unrecorded != nil {
		out = append(out, widget.Rows("Warning", "what is said here is not in the outbox: "+text.Clean(res.unrecorded.Error()), r.w)...)
	}
	if res.outcome() != messaging.Unknown || res.id == 0 {
		return out
	}
	switch now := res.newest(); {
	case now.State.Outcome() != messaging.Unknown: // it is found
		out = append(out, widget.Rows("Asked", words.Verdict(now.Verdict), r.w)...)
		out = append(out, widget.Rows("id", text.Clean(now.MessageID), r.w)...)
	case res.askErr != nil:
		out = append(out, widget.Rows("Asked", words.Describe(res.askErr).What, r.w)...)
	case res.finding != nil:
		for _, l := range words.Finding(*res.finding) {
			out = append(out, widget.Rows("Asked", l, r.w)...)
		}
	default:
		out = append(out, widget.Rows("", r.askedBy()+" asks the API for it", r.w)...)
	}
	return out
}

func httpWords(a *messaging.Answer) string {
	return fmt.Sprintf("%s, in %s", text.Clean(a.Line), words.Duration(a.Latency))
}

// attemptLines tells of the tries, if there were several.
func (r *response) attemptLines(attempts []messaging.Attempt) []string {
	if len(attempts) < 2 {
		return nil
	}
	var out []string
	label := "Tries"
	for _, a := range attempts {
		phrase := fmt.Sprintf("HTTP %d %s", a.Status, http.StatusText(a.Status))
		if a.Status == 0 {
			phrase = words.Cause(a.Err)
		}
		phrase = fmt.Sprintf("%s %s, %s", a.Start.Format("15:04:05"), phrase, words.Duration(a.Took))
		if a.Waited > 0 {
			phrase += ", then waited " + words.Duration(a.Waited)
		}
		out = append(out, widget.Rows(label, phrase, r.w)...)
		label = ""
	}
	return out
}

// rawLines is the answer as it came: status line, headers, body.
func (r *response) rawLines(res *result) []string {
	a := answerOf(res)
	if a == nil {
		return []string{"No answer came."}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\n", a.Proto, a.Line)
	var headers bytes.Buffer
	if err := a.Header.Write(&headers); err == nil {
		b.WriteString(strings.ReplaceAll(headers.String(), "\r\n", "\n"))
	}
	b.WriteString("\n")
	var pretty bytes.Buffer
	if json.Indent(&pretty, a.Body, "", "  ") == nil {
		b.WriteString(text.Clip(messaging.EscapeJSON(pretty.Bytes())))
	} else {
		b.WriteString(text.Clip(string(a.Body)))
	}
	if a.Truncated {
		b.WriteString("\n(cut off here)")
	}
	var out []string
	for _, l := range strings.Split(text.CleanLines(b.String()), "\n") {
		out = append(out, text.Wrap(l, r.w)...)
	}
	return out
}

// A jsonField is a member of a JSON object, in words.
type jsonField struct{ name, value string }

// jsonFields are the members of an object in their order, those that telex does
// not know too. Strings stand without quotes, lists with commas; nil if body is
// no object.
func jsonFields(body []byte) []jsonField {
	dec := json.NewDecoder(bytes.NewReader(body))
	if open, err := dec.Token(); err != nil || open != json.Delim('{') {
		return nil
	}
	var fields []jsonField
	for dec.More() {
		name, err := dec.Token()
		var raw json.RawMessage
		if err != nil || dec.Decode(&raw) != nil {
			break
		}
		fields = append(fields, jsonField{fmt.Sprint(name), jsonWords(raw)})
	}
	return fields
}

func jsonWords(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	var list []string
	if json.Unmarshal(raw, &list) == nil {
		return strings.Join(list, ", ")
	}
	return string(raw)
}
