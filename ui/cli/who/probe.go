package who

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"telex/config"
	"telex/messaging"
	"telex/ui/account"
	"telex/ui/cli/say"
	"telex/ui/words"
)

// probeWithin is how long the API is asked, repetitions included.
const probeWithin = 20 * time.Second

// A Probe is what came of a call that changes nothing.
type Probe struct {
	Err  error         // nil: the API took the credentials for the account
	Took time.Duration // of the whole call
	Ahead

	auth messaging.Authorizer // what the call was authorised by; nil: it was not made
}

// Ahead is how far the clock of this machine is before that of the API.
type Ahead struct {
	Known bool
	By    time.Duration // to the second, for that is what answers say
}

// CheckAccount asks the API whether it takes the credentials of an identity for its
// account, by a call that changes nothing. Errors are [*messaging.Error]s of what
// failed, or UsageErrors about an address.
func (w *World) CheckAccount(ctx context.Context, id Identity) error {
	return w.Probe(ctx, id).Err
}

// Probe is CheckAccount, with what else can be seen of the answer.
func (w *World) Probe(ctx context.Context, id Identity) Probe {
	ctx, cancel := context.WithTimeout(ctx, probeWithin)
	defer cancel()
	h := messaging.NewHTTPClient()
	dates := &dated{inner: h.Transport, now: w.Now}
	h.Transport = dates
	auth, err := id.authorizer()
	if err != nil {
		return Probe{Err: err}
	}
	client, err := w.newClient(id, auth, messaging.WithHTTPClient(h))
	if err != nil {
		return Probe{Err: err}
	}
	start := w.Now()
	// The API wants a filter. What this one finds is of no interest, and it does not
	// depend on a clock that may be wrong.
	_, err = client.List(ctx, messaging.Query{Direction: "OUTBOUND", Limit: 1})
	dates.mu.Lock()
	defer dates.mu.Unlock()
	return Probe{err, w.Now().Sub(start), dates.ahead, auth}
}

// Inspect looks at how the account of an identity is set up at Bandwidth, by questions
// that change nothing. By is a probe of the same identity, whose access token is used
// again; the zero Probe fetches another.
func (w *World) Inspect(ctx context.Context, id Identity, by Probe) ([]account.Finding, error) {
	ctx, cancel := context.WithTimeout(ctx, account.AskWithin)
	defer cancel()
	auth := by.auth
	if auth == nil {
		var err error
		if auth, err = id.authorizer(); err != nil {
			return nil, err
		}
	}
	base := dashboardURL(TokenURL(id.TokenURL, id.Address()))
	d, err := messaging.NewDashboard(id.AccountID, auth, messaging.WithBaseURL(base), messaging.WithUserAgent(w.Agent), messaging.WithClock(w.Now), messaging.WithTries(w.Trace.Try))
	if err != nil {
		return nil, &say.UsageError{What: id.Origins.Because("account", err).Error()}
	}
	a := accountBy(id.Settings)
	a.Basic = id.Credentials.Kind == config.Basic
	return account.Inspect(ctx, d, a), nil
}

// dated notes what the answers that pass say of the time.
type dated struct {
	inner http.RoundTripper
	now   func() time.Time
	mu    sync.Mutex
	ahead Ahead // by the last answer that says so
}

// Unwrap is the transport within.
func (d *dated) Unwrap() http.RoundTripper { return d.inner }

func (d *dated) RoundTrip(r *http.Request) (*http.Response, error) {
	before := d.now()
	answer, err := d.inner.RoundTrip(r)
	if err != nil {
		return answer, err
	}
	after := d.now()
	if at, bad := http.ParseTime(answer.Header.Get("Date")); bad == nil {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.ahead = Ahead{true, aheadOf(before, after, at)}
	}
	return answer, nil
}

// aheadOf is how far a clock that showed before and after around an answer is before
// the one that stamped it with at, which leaves out the parts of a second. 0 is not at
// all, as far as can be told.
func aheadOf(before, after, at time.Time) time.Duration {
	switch {
	case before.After(at.Add(time.Second)):
		return before.Sub(at.Add(time.Second)).Round(time.Second)
	case after.Before(at):
		return after.Sub(at).Round(time.Second)
	}
	return 0
}

// CodeOfProbe is how a command ends for what a probe said. An answer that never came
// is no connection here: nothing was to be created.
func CodeOfProbe(err error) say.Code {
	if e, ok := errors.AsType[*messaging.Error](err); ok && e.Outcome == messaging.Unknown && e.Status == 0 {
		return say.ExitUnsent
	}
	switch code := say.CodeOf(err); code {
	case say.ExitUnknown, say.ExitOpen:
		return say.ExitFailed
	case say.ExitOK, say.ExitFailed, say.ExitUsage, say.ExitRejected, say.ExitRefused, say.ExitLimited, say.ExitUnsent:
		return code
	}
	return say.ExitFailed
}

// ProbeWords says what a probe found, and what to do about it.
func ProbeWords(err error, id Identity) (what, next string) {
	e, ok := errors.AsType[*messaging.Error](err)
	if !ok {
		what, _, next = say.Parts(err)
		return what, next
	}
	what = words.Describe(err).What
	switch code := CodeOfProbe(err); {
	case code == say.ExitRefused && e.Status == http.StatusForbidden:
		next = "they are valid, but may not read the messages of account " + id.AccountID +
			": check the account, and ask its administrator what they may do"
	case code == say.ExitRefused:
		next = "check that " + id.Credentials.Kind.IDName() + ", " + id.Credentials.Kind.SecretName() + " and account " + id.AccountID + " belong together"
	case code == say.ExitLimited:
		next = "wait a minute and try again"
	case code == say.ExitRejected && e.Status == http.StatusNotFound:
		next = "check that account " + id.AccountID + " and the base URL " + id.Address() + " are right"
	case code == say.ExitRejected:
		next = "Bandwidth may have a problem: try again a little later"
	case code == say.ExitUnsent:
		next = "check the network and the proxy, and that the base URL " + id.Address() + " is right"
	default:
		next = "check that the base URL " + id.Address() + " is that of the API"
	}
	if hint := words.RefusalHint(err); hint != "" && CodeOfProbe(err) == say.ExitRefused {
		next += "; " + hint
	}
	return what, next
}
