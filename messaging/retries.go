package messaging

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"
)

// Retries is how often a call is tried and for how long it pauses in between. A field that
// is zero means its default, and 1 try means none after the first.
//
// They choose among what is safe, and cannot make anything else of a call: one that creates
// a message is repeated only where it is certain that nothing was created, whatever stands
// here, and its outcome says the same of it. They do not count the try after a 401 that is
// made with a new token.
type Retries struct {
	// Unsent is how many tries there are while no byte of the request leaves: the connection
	// was never there, or nothing was written. By default 3.
	Unsent int
	// Refused is how many there are while the API says 500 or 503 in its own words. By
	// default 2.
	Refused int
	// Reads is how many there are of a call that creates no message, such as a list, that fails
	// in any passing way. By default 3.
	Reads int
	// Limited is how many there are while the API says 429 in its own words. By default as
	// many as fit in the time of the call.
	Limited int
	// FirstPause doubles with every try up to LongestPause; up to half of each is taken off
	// at random, so that many senders do not come back at the same moment. By default 500 ms
	// and 15 s, at most an hour. A Retry-After of the API is waited for in full
	// whatever stands here; a pause that would outlast the call ends it instead.
	FirstPause, LongestPause time.Duration
}

// mostPause is how long Retries may pause by themselves.
const mostPause = time.Hour

// standardRetries are what a zero Retries stands for.
func standardRetries() Retries {
	return Retries{Unsent: 3, Refused: 2, Reads: 3, FirstPause: 500 * time.Millisecond, LongestPause: 15 * time.Second}
}

// WithRetries replaces the defaults of [Retries]. [New] fails for a number or a pause that is
// negative, and for a first pause that is longer than the longest.
func WithRetries(r Retries) Option { return func(c *Client) { c.retries = r } }

// complete is r with its defaults.
func (r Retries) complete() (Retries, error) {
	if min(r.Unsent, r.Refused, r.Reads, r.Limited) < 0 || min(r.FirstPause, r.LongestPause) < 0 {
		return r, errors.New("retries: a number of tries or a pause is negative")
	}
	d := standardRetries()
	for _, f := range []struct {
		field    *int
		standard int
	}{{&r.Unsent, d.Unsent}, {&r.Refused, d.Refused}, {&r.Reads, d.Reads}} {
		if *f.field == 0 {
			*f.field = f.standard
		}
	}
	switch {
	case r.FirstPause == 0 && r.LongestPause == 0:
		r.FirstPause, r.LongestPause = d.FirstPause, d.LongestPause
	case r.FirstPause == 0:
		r.FirstPause = min(d.FirstPause, r.LongestPause)
	case r.LongestPause == 0:
		r.LongestPause = max(d.LongestPause, r.FirstPause)
	}
	switch {
	case r.LongestPause > mostPause:
		return r, fmt.Errorf("retries: a pause of %s is longer than %s", r.LongestPause, mostPause)
	case r.FirstPause > r.LongestPause:
		return r, fmt.Errorf("retries: the first pause of %s is longer than the longest of %s", r.FirstPause, r.LongestPause)
	}
	return r, nil
}

// backoff is the pause before try n+1.
func (r Retries) backoff(n int) time.Duration {
	d := r.FirstPause
	for ; n > 1 && d < r.LongestPause; n-- {
		d *= 2
	}
	d = min(d, r.LongestPause)
	return d - rand.N(max(d/2, 1)) //nolint:gosec // spreading load needs no secrecy
}

// tries counts failures by kind.
type tries struct {
	chosen                        Retries // complete
	unsent, server, limited, read int
	renewed                       bool
}

// next says whether a call that failed may be tried again, and after what pause. The rule
// behind it: a call that creates a message is repeated only where it is certain that nothing
// was created.
func (t *tries) next(fail *Error, repeatable bool) (pause time.Duration, again bool) {
	switch {
	case limits(fail):
		t.limited++
		again = t.chosen.Limited == 0 || t.limited < t.chosen.Limited
		if fail.Wait == 0 {
			return t.chosen.backoff(t.limited), again
		}
		return max(fail.Wait, t.chosen.FirstPause), again
	case fail.Outcome == Rejected && (fail.Status == http.StatusInternalServerError || fail.Status == http.StatusServiceUnavailable):
		t.server++
		return max(fail.Wait, t.chosen.backoff(t.server)), t.server < t.chosen.Refused
	case fail.Outcome == Unsent:
		t.unsent++
		return t.chosen.backoff(t.unsent), t.unsent < t.chosen.Unsent && passing(fail.Err)
	case repeatable && (fail.Status < 300 || fail.Status >= 500): // no answer, a cut one, a gateway's
		t.read++
		return max(fail.Wait, t.chosen.backoff(t.read)), t.read < t.chosen.Reads
	}
	return 0, false
}

// limits reports whether the API takes no more for now, in its own words.
func limits(fail *Error) bool {
	return fail.Outcome == Rejected && fail.Status == http.StatusTooManyRequests
}
