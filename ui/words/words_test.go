package words

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/ui/text"
)

func TestDescribe(t *testing.T) {
	call := func(o messaging.Outcome, status int, cause error) *messaging.Error {
		return &messaging.Error{Op: "send message", Outcome: o, Status: status, Err: cause}
	}
	said := func(status int, typ, detail string) *messaging.Error {
		e := call(messaging.Rejected, status, nil)
		e.Type, e.Detail = typ, detail
		return e
	}
	limited := said(429, "too-many-requests", "queue is full")
	limited.Wait = 7 * time.Second
	fields := said(400, "request-validation", "not accepted")
	fields.Fields = []messaging.FieldError{{Name: "to", Description: "bad"}}
	dial := func(err error) error { return &net.OpError{Op: "dial", Net: "tcp", Err: err} }
	const (
		notBilled = "it was not sent and is not billed"
		notSent   = "nothing left this machine; it was not sent"
		unknown   = "no clear answer came; it may or may not be on its way"
	)
	tests := []struct {
		name              string
		err               error
		outcome           messaging.Outcome
		what, means, next string
	}{
		{
			"cancelled after a 429", call(messaging.Rejected, 429, context.Canceled), messaging.Rejected,
			"stopped while it waited to try again, after HTTP 429", notBilled, "when you want to",
		},
		{
			"not valid",
			messaging.Problems{{Field: messaging.FieldText, Index: -1, Why: "is missing"}},
			messaging.Unsent,
			"is missing", "nothing was sent", "correct it",
		},
		{
			"wrapped", fmt.Errorf("send: %w", fields), messaging.Rejected, "HTTP 400 Bad Request, request-validation: not accepted",
			notBilled, "correct the fields",
		},
		{"400 without fields", said(400, "x", "y"), messaging.Rejected, "HTTP 400 Bad Request, x: y", notBilled, "correct the message"},
		{"401", said(401, "", ""), messaging.Rejected, "HTTP 401 Unauthorized", notBilled, "check the username"},
		{"403", said(403, "", ""), messaging.Rejected, "HTTP 403 Forbidden", notBilled, "administrator"},
		{"404", said(404, "", ""), messaging.Rejected, "HTTP 404 Not Found", notBilled, "base URL"},
		{"429", said(429, "", ""), messaging.Rejected, "HTTP 429", notBilled, "wait a minute"},
		{"429 with a time", limited, messaging.Rejected, "queue is full", notBilled, "wait 7s"},
		{"500 of the API", said(500, "internal", "oops"), messaging.Rejected, "HTTP 500", notBilled, "Bandwidth has a problem"},
		{"a status without a name", said(499, "", ""), messaging.Rejected, "HTTP 499", notBilled, "correct the message"},
		{
			"a proxy that is not there", call(messaging.Unsent, 0, &net.OpError{Op: "proxyconnect", Net: "tcp", Err: dial(syscall.ECONNREFUSED)}), messaging.Unsent,
			"the proxy, which HTTPS_PROXY or HTTP_PROXY names, cannot be reached: connection refused", notSent, "check the network",
		},
		{"refused", call(messaging.Unsent, 0, dial(syscall.ECONNREFUSED)), messaging.Unsent, "connection refused", notSent, "check the network"},
		{
			"no such host", call(messaging.Unsent, 0, dial(&net.DNSError{Err: "no such host", Name: "api.example", IsNotFound: true})),
			messaging.Unsent, "the host api.example was not found", notSent, "check the network",
		},
		{
			"certificate", call(messaging.Unsent, 0, &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}),
			messaging.Unsent, "is not trusted", notSent, "intercepting",
		},
		{"cancelled before", call(messaging.Unsent, 0, context.Canceled), messaging.Unsent, "stopped before", notSent, "send again"},
		{"cancelled", call(messaging.Unknown, 0, context.Canceled), messaging.Unknown, "stopped after", unknown, "look for it at Bandwidth before you send it again"},
		{"time limit", call(messaging.Unknown, 0, context.DeadlineExceeded), messaging.Unknown, "time limit", unknown, "look for it at Bandwidth"},
		{"reset", call(messaging.Unknown, 0, dial(syscall.ECONNRESET)), messaging.Unknown, "reset the connection", unknown, "look for it at Bandwidth"},
		{"no cause", call(messaging.Unknown, 0, nil), messaging.Unknown, "no reason given", unknown, "look for it at Bandwidth"},
		{"gateway", call(messaging.Unknown, 502, nil), messaging.Unknown, "HTTP 502 Bad Gateway, but not from the API", unknown, "look for it at Bandwidth"},
		{"a load balancer", call(messaging.Unknown, 408, nil), messaging.Unknown, "HTTP 408 Request Timeout, but not in the API's words", unknown, "look for it at Bandwidth"},
		{"a status of its own", call(messaging.Unknown, 499, nil), messaging.Unknown, "HTTP 499, but not in the API's words", unknown, "look for it at Bandwidth"},
		{"another message's", call(messaging.Unknown, 202, errors.New("it is about another message")), messaging.Unknown, "HTTP 202 Accepted, but the answer is no receipt for this message: it is about another message", unknown, "look for it at Bandwidth"},
		{"401 with a reason", call(messaging.Rejected, 401, errors.New("it has ended")), messaging.Rejected, "it has ended: HTTP 401 Unauthorized", notBilled, "check the username"},
		{"401 with quotes", call(messaging.Rejected, 401, messaging.ErrOddSecret), messaging.Rejected, "HTTP 401 Unauthorized", notBilled, "or stands in quotes"},
		{"no proxy", call(messaging.Unsent, 0, fmt.Errorf("HTTPS_PROXY %w: x", messaging.ErrProxy)), messaging.Unsent, "HTTPS_PROXY is not the address of a proxy", notSent, "correct that variable"},
		{
			"no proxy for the token", call(messaging.Unsent, 0, call(messaging.Unsent, 0, fmt.Errorf("HTTPS_PROXY %w: x", messaging.ErrProxy))), messaging.Unsent,
			"HTTPS_PROXY is not the address of a proxy", "the message was not touched; nothing was sent", "correct that variable",
		},
		{
			"token refused for its secret", call(messaging.Unsent, 0, said(401, "invalid_client", "")), messaging.Unsent, "refused the client id or secret: HTTP 401",
			"the message was not touched; nothing was sent", "a client secret can expire",
		},
		{"redirect", call(messaging.Unknown, 302, nil), messaging.Unknown, "never follows", unknown, "look for it at Bandwidth"},
		{"not readable", call(messaging.Unknown, 202, errors.New("half JSON")), messaging.Unknown, "half JSON", unknown, "look for it at Bandwidth"},
		{
			"token refused", call(messaging.Unsent, 0, said(401, "", "")), messaging.Unsent, "refused the client id or secret: HTTP 401",
			"the message was not touched; nothing was sent", "BW_CLIENT_ID",
		},
		{
			"token unreachable", call(messaging.Unsent, 0, call(messaging.Unsent, 0, dial(syscall.ECONNREFUSED))), messaging.Unsent,
			"no access token from the token endpoint: connection refused", "the message was not touched; nothing was sent", "TELEX_TOKEN_URL",
		},
		{"unheard of", errors.New("odd"), messaging.Unknown, "odd", unknown, "before sending again"},
		{"accepted", call(messaging.Accepted, 202, nil), messaging.Accepted, "accepted", "waiting for the carrier", "delivery"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := Describe(tt.err)
			if r.Outcome != tt.outcome {
				t.Errorf("%v: got outcome %v, want %v", tt.err, r.Outcome, tt.outcome)
			}
			for _, c := range []struct{ name, got, want string }{
				{"What", r.What, tt.what}, {"Means", r.Means, tt.means}, {"Next", r.Next, tt.next},
			} {
				if c.got == "" || !strings.Contains(c.got, c.want) {
					t.Errorf("%v: got %s %q, want %q in it", tt.err, c.name, c.got, c.want)
				}
				if text.Clean(c.got) != c.got || strings.HasSuffix(c.got, ".") || strings.HasSuffix(c.got, ": ") {
					t.Errorf("%v: got %s %q, want it clean, without a full stop", tt.err, c.name, c.got)
				}
			}
		})
	}
}

// TestDescribeEverything tries each outcome with each status: no word is missing.
func TestDescribeEverything(t *testing.T) {
	for _, o := range []messaging.Outcome{messaging.Unknown, messaging.Accepted, messaging.Rejected, messaging.Unsent} {
		for _, status := range []int{0, 199, 200, 202, 299, 302, 400, 401, 418, 429, 499, 500, 503, 504, 599, 999} {
			for _, cause := range []error{nil, context.Canceled, errors.New("odd")} {
				e := &messaging.Error{Outcome: o, Status: status, Err: cause}
				r := Describe(e)
				if r.Outcome != o || r.What == "" || r.Means == "" || r.Next == "" {
					t.Errorf("%v %d %v: got %+v, want the outcome and all words", o, status, cause, r)
				}
			}
		}
	}
}

// TestRepeatsTitle: what is certain comes before what is not, and how many it is about is said
// where that is not everybody.
func TestRepeatsTitle(t *testing.T) {
	in := func(states ...outbox.State) (all []outbox.Repeat) {
		for _, s := range states {
			all = append(all, outbox.Repeat{Entry: outbox.Entry{State: s}})
		}
		return all
	}
	for _, tt := range []struct {
		all  []outbox.Repeat
		n    int
		want string
	}{
		{in(outbox.Delivered), 1, "SENT ALREADY"},
		{in(outbox.Accepted, outbox.Delivered), 30, "SENT ALREADY to 2 of 30"},
		{in(outbox.Unknown, outbox.Delivered), 2, "SENT ALREADY to 1 of 2"},
		{in(outbox.Unknown), 1, "MAY HAVE BEEN SENT ALREADY"},
		{in(outbox.Unknown, outbox.Scheduled), 2, "MAY HAVE BEEN SENT ALREADY to 1 of 2"},
		{in(outbox.Queued, outbox.Scheduled), 2, "ABOUT TO BE SENT ALREADY"},
	} {
		if got := RepeatsTitle(tt.all, tt.n); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}

// TestRecipients: those of a group are all named; of more, two are, and the others counted.
func TestRecipients(t *testing.T) {
	ten := strings.Fields("+1 +2 +3 +4 +5 +6 +7 +8 +9 +10")
	for want, to := range map[string][]string{
		"(none)": nil,
		"+1":     ten[:1],
		"+1, +2, +3, +4, +5, +6, +7, +8, +9, +10": ten,
		"+1, +2 and 9 more":                       append(ten, "+11"),
	} {
		if got := Recipients(to); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
