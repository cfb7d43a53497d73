package ui

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/draft"
	"telex/ui/page"
	"telex/ui/text"
	"telex/ui/widget"
	"telex/ui/words"
)

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

// know takes what is known of the message in front.
func (r *response) know() {
	r.known, r.targets = outbox.Detail{}, nil
	if res := r.shown(); res != nil {
		r.known, r.targets = res.newest(), fixable(res.err)
	}
}

// layOut lays out what is said of the message in front. It is done when something changed,
// for a long answer takes its time.
func (r *response) layOut() {
	r.know()
	top := r.sheet.Top
	r.sheet, r.phone = sheet{}, sheet{}
	res := r.shown()
	if res == nil {
		return
	}
	switch {
	case r.raw:
		r.sheet.add(plainRow, rawLines(r.known.Answer, r.w)...)
	case r.lists():
		_, w := widget.PaneWidths(r.w)
		r.message(res, w, true)
	case r.panes():
		left, right := widget.PaneWidths(r.w)
		r.message(res, left-1, false)
		r.beside(right)
	default:
		r.message(res, r.w, true)
	}
	r.sheet.Top = top
}

// urgent are the labels of what a person wants to know first.
var urgent = []string{"warning", "error", "field", "code", "next", "asked", "found", "delivery"}

// message lays out what is said of a message in w cells: the newest, what it means and what
// to do, and then the rest, with text and timeline if it is to be all.
func (r *response) message(res *result, w int, all bool) {
	e := r.known.Entry
	tone := page.Tone(e)
	if tone == widget.Aside { // a headline is never overlooked
		tone = widget.Plain
	}
	if res.state == sending {
		r.sending(res, w)
		return
	}
	r.sheet.marked(rowLook{tone: tone, bold: true}, words.Sign(e), res.headline(), w)
	if to := res.message.To; r.lists() && r.nameOf(res) != "" { // the row has the name alone
		r.sheet.add(asideRow, text.Wrap("to "+words.NamedRecipients(to, r.batch().names), w)...)
	}
	var first, rest []words.Fact
	if e.State.Outcome() != messaging.Accepted && e.State.Final() {
		first = append(first, words.Fact{Label: "means", Value: words.Means(e.State)})
	}
	into := &rest
	for _, f := range res.report(r.known, r.bindings.Check.Help().Key).Facts(r.zone) {
		if f.Label != "" {
			if into = &rest; slices.Contains(urgent, f.Label) {
				into = &first
			}
		}
		switch f.Label {
		case "state": // the headline says it
			into = &[]words.Fact{}
		case "text", "timeline":
			if !all {
				into = &[]words.Fact{}
			}
		}
		*into = append(*into, f)
	}
	if len(first) > 0 {
		r.sheet.add(plainRow, "")
		r.sheet.facts(first, w)
	}
	r.sheet.add(plainRow, "")
	r.sheet.facts(rest, w)
}

// beside lays out the text as it was sent, and what became known of it when.
func (r *response) beside(w int) {
	if body := r.known.Message.Text; body != "" {
		r.phone.add(plainRow, widget.Phone([]string{text.Clip(body)}, w)...)
	}
	r.phone.add(asideRow, text.Wrap("to "+words.NamedRecipients(r.known.Message.To, r.batch().names), w)...)
	r.phone.add(plainRow, "")
	for _, step := range words.Timeline(r.known) {
		r.phone.marked(rowLook{tone: page.Tone(outbox.Entry{State: step.State, Grade: step.Grade})}, step.At.In(r.zone).Format(time.TimeOnly)+" "+step.Sign, step.Words(), w)
	}
}

// longest is what scrolls the furthest.
func (r *response) longest() []string {
	if len(r.phone.Lines) > len(r.sheet.Lines) {
		return r.phone.Lines
	}
	return r.sheet.Lines
}

// View is one message, or several at a glance.
func (r *response) View(_ *draft.Form, t widget.Theme) widget.Frame {
	b := r.batch()
	switch {
	case b == nil:
		return widget.Frame{Lines: []string{"Nothing was sent yet."}}
	case r.lists():
		return r.viewList(b, t)
	}
	left := widget.Frame{Lines: r.sheet.window(r.rows(), t)}
	if !r.panes() {
		return left
	}
	r.phone.Top = r.sheet.Top
	return widget.Beside(left, widget.Frame{Lines: r.phone.window(r.rows(), t)}, r.w, r.rows(), t)
}

// sending stands while a message is on its way.
func (r *response) sending(res *result, w int) {
	b := r.batch()
	head := "Sending for " + itoa(int(b.waited(res)/time.Second)) + " s   (esc twice to stop)"
	if b.cancelled {
		head = "Stopping"
	}
	r.sheet.marked(rowLook{bold: true}, "▸", head, w)
	r.sheet.facts([]words.Fact{{Label: "to", Value: words.NamedRecipients(r.known.Message.To, r.batch().names)}}, w)
	r.sheet.add(plainRow, "")
	r.sheet.add(asideRow, text.Wrap("If you stop now it may be too late: then nobody knows whether it was sent.", w)...)
}

// rawLines is the answer as it came: status line, headers, body.
func rawLines(a *messaging.Answer, w int) []string {
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
		out = append(out, text.Wrap(l, w)...)
	}
	return out
}
