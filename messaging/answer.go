package messaging

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxAnswerBytes is how much of an answer is read, good or bad: no answer of the
// API comes near it, and an endless one must not fill the memory.
const maxAnswerBytes = 1 << 20

// An Answer is an HTTP answer as it came, but for what in it repeats the secrets of its
// request: see [Mask]. It is not changed after it was returned.
type Answer struct {
	Status    int           // 202
	Line      string        // status line without the protocol: "202 Accepted"; the server's own words
	Proto     string        // "HTTP/1.1"
	Header    http.Header   // as received
	Body      []byte        // the first MiB at most
	Truncated bool          // there was more, or the connection was cut before the end
	Latency   time.Duration // from the start of the try to the end of the body
}

// An Attempt is one try of a call. A call has several if it was safe to repeat.
type Attempt struct {
	Start  time.Time
	Took   time.Duration
	Status int           // 0 if no answer came
	Err    error         // why no answer came, or not all of it; nil otherwise
	Waited time.Duration // pause before the next try; 0 for the last
}

// errCut means that an answer began and did not end.
var errCut = errors.New("connection lost within the answer")

// readAnswer reads and closes the body of r. It returns an answer even when it
// fails, because the status line alone can settle what happened.
func readAnswer(r *http.Response, start time.Time) (*Answer, error) {
	defer func() { _ = r.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(r.Body, maxAnswerBytes+1))
	a := &Answer{
		Status: r.StatusCode, Line: r.Status, Proto: r.Proto, Header: r.Header,
		Body: body, Latency: time.Since(start),
	}
	if len(a.Body) > maxAnswerBytes {
		a.Body, a.Truncated = a.Body[:maxAnswerBytes], true
	}
	if err != nil {
		a.Truncated = true
		return a, fmt.Errorf("%w: %w", errCut, err)
	}
	return a, nil
}

// maxRetryAfter bounds what a server may ask for; no sender waits longer.
const maxRetryAfter = 24 * time.Hour

// retryAfter reads the Retry-After header: seconds or an HTTP date (RFC 9110,
// 10.2.3). 0 means absent, unreadable or already over.
func retryAfter(h http.Header, now time.Time) time.Duration {
	v := strings.TrimSpace(h.Get("Retry-After"))
	if v == "" {
		return 0
	}
	var d time.Duration
	if s, err := strconv.ParseFloat(v, 64); err == nil && s == s {
		d = time.Duration(min(max(s, 0), maxRetryAfter.Seconds()) * float64(time.Second))
	} else if at, err := http.ParseTime(v); err == nil {
		d = at.Sub(now)
	}
	return min(max(d, 0), maxRetryAfter)
}
