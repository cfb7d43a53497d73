package listen

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"telex/messaging"
	"telex/messaging/callback"
	"telex/ui/cli/say"
	"telex/ui/words"
)

const (
	// probeType is the type of the event that a probe posts. Every listener takes it, and
	// records nothing.
	probeType = "telex-probe"
	// probeHeader is on a probe, and how a listener says on its answer which probe it got.
	probeHeader = "Telex-Probe"
	// probeTime is how long Bandwidth would wait.
	probeTime = 10 * time.Second
)

// newNonce is what nobody can guess, so that an answer shows that the probe arrived.
func newNonce() string { return rand.Text() }

// checkProbe says why an address cannot be probed; nil for none to probe.
func checkProbe(address string) error {
	if address == "" {
		return nil
	}
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http":
		return &say.UsageError{What: "--probe wants the public address of the callbacks, such as https://telex.example.com/callbacks"}
	case u.User != nil:
		return &say.UsageError{What: "--probe takes no password in the address", Hint: "give the user name with --user"}
	case messaging.CheckBaseURL(u.Scheme+"://"+u.Host) != nil:
		return &say.UsageError{
			What: "--probe wants an address with https: what Bandwidth posts to " + u.Scheme + "://" + u.Host + " can be read on its way",
			Hint: "put a proxy with TLS in front; docs/listen.md has some",
		}
	}
	return nil
}

// A prober posts to a public address as Bandwidth does, and sees whether that arrives.
type prober struct {
	url   string // "" probes nothing
	pairs []callback.Pair
	nonce string
	say   func(format string, args ...any)
}

// probeKey is the key of the header of an answer in the context of its request.
type probeKey struct{}

// offer lets probes be answered by next.
func (p prober) offer(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), probeKey{}, w.Header())))
	})
}

// take takes the probes out of events, and has the answer say that they came.
func (p prober) take(ctx context.Context, events []callback.Event) []callback.Event {
	return slices.DeleteFunc(events, func(v callback.Event) bool {
		if v.Type != probeType {
			return false
		}
		if h, ok := ctx.Value(probeKey{}).(http.Header); ok && isNonce(v.Message.ID) {
			h.Set(probeHeader, v.Message.ID)
		}
		return true
	})
}

// isNonce reports whether s can be one: anybody may post a probe.
func isNonce(s string) bool {
	return len(s) <= 64 && !strings.ContainsFunc(s, func(r rune) bool {
		return (r < 'A' || r > 'Z') && (r < '0' || r > '9')
	})
}

// run probes with each pair, and without one if there are any, and says what it found.
// The error says that something does not work.
func (p prober) run(ctx context.Context) error {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true) // as everywhere in telex: a release has no other
	client := &http.Client{
		Timeout: probeTime,
		Transport: &http.Transport{
			Proxy: messaging.EnvironmentProxy, DisableKeepAlives: true, TLSHandshakeTimeout: probeTime, Protocols: protocols,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	var tries []*callback.Pair
	for i := range p.pairs {
		tries = append(tries, &p.pairs[i])
	}
	good := true
	for _, pair := range append(tries, nil) {
		found := p.try(ctx, client, pair)
		if ctx.Err() != nil {
			return say.ErrCancelled
		}
		if good = p.tell(pair, found) && good; !good && found.status != http.StatusUnauthorized {
			break // the others would say the same
		}
	}
	if !good {
		return say.Told(say.ExitUnsent)
	}
	return nil
}

// A finding is what came back of one probe.
type finding struct {
	status  int
	arrived bool // a listener got this very probe
	answers bool // it was a listener that answered
	target  string
	tls     *tls.ConnectionState
	took    time.Duration
	err     error
}

// try posts one probe.
func (p prober) try(ctx context.Context, client *http.Client, pair *callback.Pair) finding {
	body := fmt.Sprintf(`[{"type":%q,"time":%q,"description":"telex listen --probe","message":{"id":%q}}]`,
		probeType, time.Now().UTC().Format(time.RFC3339), p.nonce)
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, p.url, strings.NewReader(body))
	if err != nil {
		return finding{err: err}
	}
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	r.Header.Set("User-Agent", "telex")
	r.Header.Set(probeHeader, p.nonce)
	if pair != nil {
		r.SetBasicAuth(pair.User, pair.Password)
	}
	began := time.Now()
	answer, err := client.Do(r)
	if err != nil {
		return finding{err: err, took: time.Since(began)}
	}
	defer answer.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, 64<<10)) // the status and the header say it all
	return finding{
		status: answer.StatusCode, arrived: answer.Header.Get(probeHeader) == p.nonce, tls: answer.TLS, took: time.Since(began),
		answers: strings.Contains(answer.Header.Get("WWW-Authenticate"), `"callbacks"`), target: answer.Header.Get("Location"),
	}
}

// tell says what a probe found, and reports whether that is as it should be.
func (p prober) tell(pair *callback.Pair, f finding) bool {
	as := "without credentials"
	if pair != nil {
		as = "as user " + pair.User
	}
	what, next := p.judge(pair, f)
	if next == "" {
		p.say("probe: %s, %s", as, what)
		return true
	}
	p.say("probe: FAILED %s: %s", as, what)
	p.say("  %s", next)
	return false
}

// judge says what a probe found and, if it is not as it should be, what to do.
func (p prober) judge(pair *callback.Pair, f finding) (what, next string) {
	wanted := pair == nil && len(p.pairs) > 0 // to be refused
	switch {
	case f.err != nil:
		return failed(f.err)
	case f.arrived && wanted:
		return "it arrived here", "something in between adds credentials, so anybody can post: let it pass on those that come"
	case f.arrived:
		return fmt.Sprintf("it arrived here in %s%s", words.Duration(f.took), secured(f.tls)), ""
	case f.status == http.StatusUnauthorized && wanted:
		return "it is refused, as it should be", ""
	case f.status == http.StatusUnauthorized && f.answers:
		return "a telex listener refused it (401)", "the listener there runs with other --user names or passwords, or the proxy takes the Authorization header away"
	case f.status == http.StatusUnauthorized:
		return "something in between refused it (401)", "the proxy asks for credentials of its own: let it pass callbacks on"
	case f.status/100 == 3:
		return fmt.Sprintf("it was sent elsewhere (%d to %q), which Bandwidth does not follow", f.status, f.target), "use that address, in the application too"
	case f.status == http.StatusNotFound || f.status == http.StatusMethodNotAllowed:
		return fmt.Sprintf("the server at that address has no such path (%d)", f.status), "check the path in the proxy's configuration"
	case f.status == http.StatusBadGateway || f.status == http.StatusGatewayTimeout || f.status == http.StatusServiceUnavailable:
		return fmt.Sprintf("the proxy there does not reach telex (%d)", f.status), "check which address the proxy or tunnel passes callbacks on to, and that telex listens there"
	case f.status/100 == 2:
		return fmt.Sprintf("something else answered (%d)", f.status), "Bandwidth would take that for a delivery and the event would be lost: check where the address leads"
	}
	return fmt.Sprintf("the answer was %d", f.status), "check the proxy's configuration and its log"
}

// failed puts into words why there was no answer.
func failed(err error) (what, next string) {
	if dns, ok := errors.AsType[*net.DNSError](err); ok && dns.IsNotFound {
		return "there is no host " + dns.Name, "check the name, and that its DNS record is there"
	}
	if cert, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return "its certificate is not good: " + cert.Err.Error(), "Bandwidth would not post there: get a certificate for that name, as caddy does by itself"
	}
	if _, ok := errors.AsType[x509.HostnameError](err); ok {
		return "its certificate is for another name", "get a certificate for that name, as caddy does by itself"
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok || errors.Is(err, http.ErrSchemeMismatch) {
		return "it does not speak TLS", "put a proxy with TLS in front; docs/listen.md has some"
	}
	var timeout interface{ Timeout() bool }
	if errors.As(err, &timeout) && timeout.Timeout() {
		return "there was no answer within " + probeTime.String() + ", which is how long Bandwidth waits", "check the firewall, and where the proxy or tunnel leads"
	}
	var inner *url.Error
	if errors.As(err, &inner) {
		err = inner.Err // without the address, which was just given
	}
	return err.Error(), "check the address, the firewall, and that the proxy or tunnel runs"
}

// secured says by what the connection was secured; "" if it was not.
func secured(s *tls.ConnectionState) string {
	if s == nil || len(s.PeerCertificates) == 0 {
		return ", without TLS, which only this machine can reach"
	}
	return fmt.Sprintf(", by %s with a certificate until %s", tls.VersionName(s.Version), s.PeerCertificates[0].NotAfter.UTC().Format("2 January 2006"))
}
