package ui

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
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

// layOut makes the lines that are shown. It is done when something changed, for a long
// answer takes its time, and so do the states of many messages.
func (r *response) layOut() {
	r.page.Lines, r.headed, r.known, r.targets = nil, 0, outbox.Detail{}, nil
	res := r.shown()
	if res == nil {
		return
	}
	r.known, r.targets = res.newest(), fixable(res.err)
	switch {
	case r.raw:
		r.page.Lines = rawLines(r.known.Answer, r.w)
	case res.state == sending:
		r.page.Lines = r.sendingLines(res)
		r.headed = 1
	default:
		head := text.Wrap(res.headline(), r.w)
		r.headed = len(head)
		r.page.Lines = append(head, page.ClippedRows(res.report(r.known, r.bindings.Check.Help().Key).Facts(r.zone), r.w)...)
	}
}

// sendingLines stand while a message is on its way.
func (r *response) sendingLines(res *result) []string {
	b := r.batch()
	head := fmt.Sprintf("Sending, %d s; esc esc cancels", int(b.elapsed/time.Second))
	if b.cancelled {
		head = "Cancelling"
	}
	out := []string{head}
	out = append(out, widget.Rows("To", words.Recipients(res.message.To), r.w)...)
	out = append(out, "")
	return append(out, text.Wrap("If you cancel now it may be too late: then its outcome is unknown.", r.w)...)
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
