package sandbox

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"
)

// holdFor is how long an answer is withheld at actSilence.
const holdFor = 120 * time.Second

// busyTries is how often in a row actQueueBusy is refused.
const busyTries = 2

// An act is what a request to create a message gets for an answer, by the last
// four digits of a recipient. See the package comment.
type act string

const (
	actPlain       act = "" // an ordinary 202
	actCutAfter    act = "0002"
	actSilence     act = "0003"
	actCutBefore   act = "0004"
	actHalfJSON    act = "0005"
	actInvalid     act = "0400"
	actUnauth      act = "0401"
	actForbidden   act = "0403"
	actQueueBusy   act = "0429"
	actQueueFull   act = "0430"
	actServerError act = "0500"
	actBadGateway  act = "0502"
	actUnavailable act = "0503"
	actTimeout     act = "0504"
)

// magicPrefix begins every recipient that makes things happen. No such number
// is assigned: area code 999 does not exist.
const magicPrefix = "+1999555"

// magicDigits are the last four digits of a recipient that may make things
// happen, "" for any other.
func magicDigits(recipient string) string {
	digits, ok := strings.CutPrefix(recipient, magicPrefix)
	if !ok || len(digits) != 4 {
		return ""
	}
	return digits
}

// actFor is what the first recipient that asks for something asks for.
func actFor(to []string) act {
	for _, recipient := range to {
		switch a := act(magicDigits(recipient)); a {
		case actCutAfter, actSilence, actCutBefore, actHalfJSON, actInvalid, actUnauth, actForbidden,
			actQueueBusy, actQueueFull, actServerError, actBadGateway, actUnavailable, actTimeout:
			return a
		default: // of no meaning, or for what happens after it was accepted
		}
	}
	return actPlain
}

// creates reports whether the message comes to be, whatever is answered.
func (a act) creates() bool {
	switch a {
	case actPlain, actCutAfter, actSilence, actHalfJSON, actTimeout:
		return true
	default:
		return false
	}
}

// refuseAs answers for an act that creates nothing.
func (s *Sandbox) refuseAs(a act, x *exchange) {
	switch a {
	case actCutBefore:
		x.note = "cut, nothing created"
		x.cut()
	case actInvalid:
		refuseCreate(x, fieldError{"to", "'" + magicPrefix + string(a) + "' is always refused by the sandbox"})
	case actUnauth:
		unauthorized(x)
	case actForbidden:
		x.refuse(http.StatusForbidden, "forbidden", "Access Denied")
	case actQueueBusy:
		x.Header().Set("Retry-After", "1")
		s.sends.refuse(x)
	case actQueueFull:
		s.sends.refuse(x)
	case actServerError:
		x.refuse(http.StatusInternalServerError, "internal-server-error", "The message could not be handled")
	case actUnavailable:
		x.refuse(http.StatusServiceUnavailable, "service-unavailable", "The service is not available at present")
	case actBadGateway:
		x.gatewayPage(http.StatusBadGateway)
	default:
		panic("sandbox: act " + string(a) + " refuses nothing")
	}
}

// answerCreated answers for m, which has been created.
func (s *Sandbox) answerCreated(x *exchange, r *http.Request, m *message, a act) {
	body := encodeJSON(m.createdBody())
	switch a {
	case actCutAfter:
		x.note += ", cut"
		x.cut()
		return
	case actTimeout:
		x.gatewayPage(http.StatusGatewayTimeout)
		return
	case actSilence:
		if !s.hold(r.Context()) {
			x.note += ", not answered in time"
			x.cut()
			return
		}
	case actHalfJSON:
		body = body[:len(body)/2]
	default:
	}
	x.body(http.StatusAccepted, jsonType, body)
}

// hold waits for holdFor. It is false if the client or the sandbox went away first.
func (s *Sandbox) hold(ctx context.Context) bool {
	timer := time.NewTimer(holdFor)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	case <-s.closed:
		return false
	}
}

// gatewayPage answers as something between the client and the API would.
func (x *exchange) gatewayPage(status int) {
	title := fmt.Sprintf("%d %s", status, http.StatusText(status))
	x.body(status, "text/html", fmt.Appendf(nil, "<html>\r\n<head><title>%[1]s</title></head>\r\n"+
		"<body>\r\n<center><h1>%[1]s</h1></center>\r\n<hr><center>gateway</center>\r\n</body>\r\n</html>\r\n", title))
}

// queueBusy counts the refusals at actQueueBusy. The zero value has made none.
type queueBusy struct {
	mu      sync.Mutex
	refused int
}

// clears reports whether a message is let through, which begins the count again.
func (q *queueBusy) clears() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.refused < busyTries {
		q.refused++
		return false
	}
	q.refused = 0
	return true
}
