package messaging

import (
	"context"
	"crypto/tls"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// do makes a call: it tries, waits and tries again as the rules above allow, and
// returns the 2xx answer. Any other ending is an *Error, which holds the last answer.
func (c *Client) do(ctx context.Context, k call) (*Answer, []Attempt, error) {
	if _, has := ctx.Deadline(); !has {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, DefaultTimeLimit)
		defer cancel()
	}
	var attempts []Attempt
	counts := tries{chosen: c.retries}
	unsure := false // an earlier try may have taken effect, whatever the last one says
	for {
		if k.creates {
			c.limited.wait(ctx)
		}
		if err := guard(ctx); err != nil {
			fail := &Error{Op: k.op, Outcome: Unsent, Err: err, Attempts: attempts}
			if unsure {
				fail.Outcome = Unknown
			}
			return nil, attempts, fail
		}
		start := time.Now()
		answer, used, fail := c.try(ctx, k)
		attempt := Attempt{Start: start, Took: time.Since(start)}
		if answer != nil {
			attempt.Status = answer.Status
		}
		if fail == nil && k.creates {
			c.limited.end(start)
		}
		if fail == nil {
			c.tell(k.op, attempt)
			return answer, append(attempts, attempt), nil
		}
		attempt.Err = fail.Err
		pause, again := counts.next(fail, k.repeatable)
		if k.creates && limits(fail) {
			c.limited.extend(pause)
		}
		again = again || c.renew(fail, used, &counts)
		again = again && ctx.Err() == nil && fits(ctx, pause)
		if again {
			attempt.Waited = pause
		}
		attempts = append(attempts, attempt)
		c.tell(k.op, attempt)
		unsure = unsure || fail.Outcome == Unknown
		slept := !again || sleep(ctx, pause)
		if !slept && fail.Err == nil && errors.Is(ctx.Err(), context.Canceled) {
			fail.Err = printableError{context.Cause(ctx)} // which is why it was not tried again
		}
		if !again || !slept {
			fail.Attempts = attempts
			if unsure {
				fail.Outcome = Unknown
			}
			return nil, attempts, fail
		}
	}
}

// renew throws away the bearer token that a try used and the API refused, so that
// the next try fetches another. A 401 means that nothing was created, but once is
// enough.
func (c *Client) renew(fail *Error, used string, counts *tries) bool {
	r, ok := c.auth.(renewer)
	if !ok || fail.Outcome != Rejected || fail.Status != http.StatusUnauthorized || counts.renewed {
		return false
	}
	counts.renewed = true
	r.renew(used)
	return true
}

// passing reports whether a failure before anything was written may go away by
// itself. A bad certificate, refused credentials and a proxy that is none do not.
func passing(err error) bool {
	for _, lasting := range []error{ErrUnauthorized, errToken, ErrProxy} {
		if errors.Is(err, lasting) {
			return false
		}
	}
	_, badCert := errors.AsType[*tls.CertificateVerificationError](err)
	return !badCert
}

// fits reports whether a pause ends before the context does: waiting only to be
// told that time is up helps nobody.
func fits(ctx context.Context, pause time.Duration) bool {
	deadline, has := ctx.Deadline()
	return !has || time.Until(deadline) > pause
}

// sleep waits for d, and reports false if ctx ended first.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return ctx.Err() == nil // both may have come
	case <-ctx.Done():
		return false
	}
}

// clientKey is the context key by which an Authorizer of this package finds the
// client of the call, for calls of its own.
type clientKey struct{}

// try makes one try. The answer is there whenever one came, good or bad; used is
// the Authorization header of the request. Nothing that comes back repeats a secret.
func (c *Client) try(ctx context.Context, k call) (answer *Answer, used string, fail *Error) {
	fail = &Error{Op: k.op, Outcome: Unsent}
	r, err := k.request()
	if err == nil {
		r.Header.Set("User-Agent", c.agent)
		// The credentials may need a call of their own, which is not to be mistaken
		// for the request: only the latter is traced.
		err = c.auth.Authorize(r.WithContext(context.WithValue(ctx, clientKey{}, c)))
	}
	if err != nil {
		fail.Err = printableError{err}
		return nil, "", fail
	}
	used = r.Header.Get("Authorization")
	mask := c.mask(c.auth, c.http, r)
	start := time.Now()
	w := &wire{traced: c.traced}
	resp, err := c.http.Do(r.WithContext(w.trace(ctx))) //nolint:bodyclose // finish closes it
	if err != nil {
		if w.wrote(err) {
			fail.Outcome = Unknown
		}
		fail.Err = mask.plainError(plainCause(ctx, err))
		return nil, used, fail
	}
	answer, fail = k.finish(resp, start, mask, fail)
	switch {
	case fail == nil:
	case fail.Outcome == Unknown && !w.wrote(nil):
		// Somebody spoke before being asked, as a server does that ends an idle
		// connection with a 408. Sealed now, the request is not written after all.
		fail.Outcome, fail.Err = Unsent, errEarly
		w.discard(c.http)
	case answer.Status/100 == 2:
		w.discard(c.http) // what else it says would be no better
	}
	if fail != nil && answer.Status == http.StatusUnauthorized && fail.Err == nil {
		fail.Err = c.refused(r, mask)
	}
	return answer, used, fail
}

// refused is what is to be said of a 401 to r beside the API's words; nil if nothing is.
// The API says no more of a wrong account.
func (c *Client) refused(r *http.Request, mask Mask) error {
	_, password, isBasic := r.BasicAuth()
	token, isBearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	switch {
	case isBearer:
		claims, err := readClaims(token, mask)
		if err == nil && len(claims.Accounts) > 0 && !slices.Contains(claims.Accounts, c.account) {
			return &OtherAccountError{claims.Accounts, c.account}
		}
	case isBasic && !c.now().Before(basicEnds):
		return errBasicEnded
	case isBasic && isOdd(password):
		return ErrOddSecret
	}
	return nil
}

// errEarly is an answer to a request that was not written.
var errEarly = errors.New("an answer came before the request was written")

// finish reads the answer to a request and classifies it.
func (k call) finish(resp *http.Response, start time.Time, mask Mask, fail *Error) (*Answer, *Error) {
	var a *Answer
	var err error
	if k.into != nil && resp.StatusCode/100 == 2 {
		a, err = readInto(resp, start, k.into)
	} else {
		a, err = readAnswer(resp, start)
	}
	a.hide(mask)
	var problem apiProblem
	by := ofAnybody
	if a.Status/100 != 2 { // a success, which may be long, is looked through by who wants it
		problem, by = readProblem(a.Body)
	}
	if err != nil && a.Status >= 500 {
		by = ofAnybody // what was cut is not all that was said
	}
	outcome := outcomeOfHarmless(a.Status, a.Header, by)
	if k.creates {
		outcome = outcomeOf(a.Status, a.Header, by)
	}
	if outcome == Accepted && err == nil && k.read != nil {
		err = k.read(a)
	}
	switch {
	case outcome == Accepted && err == nil:
		return a, nil
	case outcome == Accepted:
		outcome = Unknown // a success that was cut short, or not ours
	default:
		fail.Type, fail.Detail, fail.Fields = problem.Type, problem.Description, problem.FieldErrors
	}
	fail.Err = mask.plainError(err)
	fail.Outcome, fail.Status, fail.Answer = outcome, a.Status, a
	fail.Wait = retryAfter(a.Header, time.Now())
	return a, fail
}

// plainCause takes the request's method and URL out of a transport error, which
// the operation names already, and says who ended the call if we did.
func plainCause(ctx context.Context, err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	if cause := context.Cause(ctx); cause != nil {
		err = cause
	}
	return err
}
