package words

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/text"
)

// A Report says in words what became of a message: what happened, what that means
// for the message, and what to do next. All three are clean, without a full stop,
// and never empty.
type Report struct {
	Outcome messaging.Outcome
	What    string
	Means   string
	Next    string
}

// Describe makes a Report of what a call returned. It is the only place that puts
// errors into words, for the console and for the commands. Err must not be nil.
func Describe(err error) Report { return DescribeIn(err, Shell{}) }

// DescribeIn is Describe for who prints what is to be done: commands are named for a shell.
func DescribeIn(err error, in Shell) Report {
	r := Report{Outcome: messaging.OutcomeOf(err)}
	var ps messaging.Problems
	if errors.As(err, &ps) {
		return invalid(ps)
	}
	e, ok := errors.AsType[*messaging.Error](err)
	if !ok {
		r.What = text.Clean(err.Error())
		r.Means, r.Next = Meaning(r.Outcome), "look at the history before sending again"
		return r
	}
	if inner, ok := errors.AsType[*messaging.Error](e.Err); ok && e.Outcome == messaging.Unsent {
		return describeToken(inner)
	}
	if e.Outcome == messaging.Unsent && errors.Is(e.Err, messaging.ErrInvalid) { // as the outbox has it
		return invalid(e.Err)
	}
	r.Means = Meaning(e.Outcome)
	switch e.Outcome {
	case messaging.Unsent:
		r.What, r.Next = "no connection to the API: "+Cause(e.Err), "check the network, proxy and base URL, then send again"
		if errors.Is(e.Err, context.Canceled) {
			r.What, r.Next = "stopped before anything was sent", "send again when you want to"
		}
		if settled, ok := errors.AsType[*outbox.SettledError](e.Err); ok {
			r.What = "another telex thought this one had ended: " + text.Clean(settled.Error())
			r.Next = "look at it in the history, then send it again if nobody did"
		}
		if refused, ok := errors.AsType[*outbox.OptOutError](e.Err); ok {
			r.What, r.Next = text.Clean(refused.Error()), NextForOptedOut(refused.OptOuts, in)
		}
		if errors.Is(e.Err, messaging.ErrProxy) {
			r.What, r.Next = Cause(e.Err), "correct that variable or unset it, then send again"
		}
		if failed, ok := errors.AsType[*outbox.Error](e.Err); ok {
			r.What, r.Next = "the outbox cannot record it, and nothing is sent unrecorded: "+text.Clean(failed.Err.Error()), hintOf(failed)
		}
		if _, bad := errors.AsType[*tls.CertificateVerificationError](e.Err); bad {
			r.Next = "something may be intercepting the connection: check the base URL, the proxy and this machine's clock and certificates"
		}
	case messaging.Rejected:
		r.What, r.Next = refusal(e), rejectedNext(e)
		switch hint := RefusalHint(e); {
		case errors.Is(e.Err, context.Canceled):
			r.What, r.Next = "stopped while it waited to try again, after "+r.What, "send again when you want to"
		case errors.Is(e.Err, outbox.ErrAskPaused):
			r.What, r.Next = "telex waits, so that Bandwidth is not asked too often: "+text.Clean(e.Detail), "ask again then"
		case hint != "":
			r.Next += "; " + hint
		case e.Status == http.StatusUnauthorized && e.Err != nil: // what is known beside the API's words
			r.What = Cause(e.Err) + ": " + r.What
		}
	case messaging.Unknown:
		r.What = unknownWhat(e)
		r.Next = "look for it at Bandwidth before you send it again"
	case messaging.Accepted:
		r.What, r.Next = "accepted", "wait for the delivery"
	}
	return r
}

// invalid tells of a message that breaks a rule.
func invalid(err error) Report {
	return Report{
		messaging.Unsent, "the message is not valid: " + text.Clean(err.Error()),
		"nothing was sent", "correct it and send again",
	}
}

// hintOf is what to do about an outbox that failed.
func hintOf(e *outbox.Error) string {
	if e.Hint == "" {
		return "check " + text.Clean(e.Path) + ", then send again"
	}
	return text.Clean(e.Hint)
}

// Meaning is what each outcome means, in the words used everywhere.
func Meaning(o messaging.Outcome) string {
	switch o {
	case messaging.Accepted:
		return "Bandwidth accepted it; waiting for the carrier"
	case messaging.Rejected:
		return "it was not sent and is not billed"
	case messaging.Unsent:
		return "nothing left this machine; it was not sent"
	case messaging.Unknown:
	}
	return "no clear answer came; it may or may not be on its way"
}

// RefusalHint is what may be wrong with credentials that were refused, beyond being the
// wrong ones; "" if nothing is known.
func RefusalHint(err error) string {
	if errors.Is(err, messaging.ErrOddSecret) {
		return messaging.ErrOddSecret.Error()
	}
	for e, ok := errors.AsType[*messaging.Error](err); ok; e, ok = errors.AsType[*messaging.Error](e.Err) {
		if e.Type == "invalid_client" {
			return "a client secret can expire: see its date in Bandwidth's dashboard"
		}
	}
	return ""
}

func describeToken(e *messaging.Error) Report {
	r := Report{Outcome: messaging.Unsent, Means: "the message was not touched; nothing was sent"}
	said := Cause(e.Err)
	if e.Status != 0 {
		said = strings.TrimSuffix(refusal(e), ": ")
	}
	if errors.Is(e, messaging.ErrUnauthorized) {
		r.What = "the token endpoint refused the client id or secret: " + said
		r.Next = "check the client id and secret (BW_CLIENT_ID, BW_CLIENT_SECRET)"
		if hint := RefusalHint(e); hint != "" {
			r.Next += "; " + hint
		}
		return r
	}
	if errors.Is(e, messaging.ErrProxy) {
		r.What, r.Next = said, "correct that variable or unset it, then send again"
		return r
	}
	r.What = "no access token from the token endpoint: " + strings.TrimPrefix(said, "no access token: ")
	r.Next = "check the network, the proxy and the token address (TELEX_TOKEN_URL), then send again"
	return r
}

// refusal is the API's answer as one phrase: "HTTP 400 Bad Request, request-validation: …".
func refusal(e *messaging.Error) string {
	var b strings.Builder
	fmt.Fprintf(&b, "HTTP %d", e.Status)
	if text := http.StatusText(e.Status); text != "" {
		b.WriteString(" " + text)
	}
	if e.Type != "" {
		b.WriteString(", " + text.Clean(e.Type))
	}
	if e.Detail != "" {
		b.WriteString(": " + text.Clean(e.Detail))
	}
	return b.String()
}

func rejectedNext(e *messaging.Error) string {
	switch {
	case e.Status == http.StatusUnauthorized:
		return "check the username and password or client id and secret, and that they may use this account"
	case e.Status == http.StatusForbidden:
		return "ask the account's administrator to let this user send messages"
	case e.Status == http.StatusNotFound:
		return "check the base URL and the account id"
	case e.Status == http.StatusTooManyRequests && e.Wait > 0:
		return fmt.Sprintf("the account's queue is full: wait %s, then send again", e.Wait.Round(time.Second))
	case e.Status == http.StatusTooManyRequests:
		return "the account's queue is full: wait a minute, then send again"
	case e.Status >= 500:
		return "Bandwidth has a problem: wait a little, then send again"
	case len(e.Fields) > 0:
		return "correct the fields named and send again"
	}
	return "correct the message and send again"
}

func unknownWhat(e *messaging.Error) string {
	said := strings.TrimSpace(fmt.Sprintf("HTTP %d %s", e.Status, http.StatusText(e.Status)))
	switch {
	case e.Status >= 500:
		return said + ", but not from the API itself: something in between gave up waiting"
	case e.Status >= 400:
		return said + ", but not in the API's words: something in between answered, and does not say whether the API got the message"
	case e.Status >= 300 && e.Status < 400:
		return said + ": the answer is a redirect, which telex never follows; check the base URL"
	case e.Status >= 200 && e.Status < 300:
		return said + ", but the answer is no receipt for this message: " + Cause(e.Err)
	case errors.Is(e.Err, context.Canceled):
		return "stopped after the request was written"
	case errors.Is(e.Err, context.DeadlineExceeded):
		return "the request was written, but no answer came within the time limit"
	}
	return "the connection was lost after the request was written: " + Cause(e.Err)
}

// Cause puts the usual network failures into words.
func Cause(err error) string {
	dns, isDNS := errors.AsType[*net.DNSError](err)
	cert, isCert := errors.AsType[*tls.CertificateVerificationError](err)
	timeout, isTimeout := errors.AsType[net.Error](err)
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "proxyconnect" { // as net/http calls it
		return "the proxy, which HTTPS_PROXY or HTTP_PROXY names, cannot be reached: " + Cause(op.Err)
	}
	switch {
	case err == nil:
		return "no reason given"
	case errors.Is(err, context.Canceled):
		return "stopped"
	case errors.Is(err, context.DeadlineExceeded):
		return "the time limit was reached"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "connection refused"
	case errors.Is(err, syscall.ECONNRESET):
		return "the other side reset the connection"
	case errors.Is(err, os.ErrDeadlineExceeded), isTimeout && timeout.Timeout():
		return "no answer in time"
	case isDNS:
		return fmt.Sprintf("the host %s was not found", text.Clean(dns.Name))
	case isCert:
		return "the server's certificate is not trusted: " + text.Clean(cert.Err.Error())
	}
	return text.Clean(err.Error())
}
