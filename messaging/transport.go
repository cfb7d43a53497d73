package messaging

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync"
	"time"
)

// "No byte of the request left this machine" must be a fact, not a guess from an
// error's wording. So the connections of NewHTTPClient count what the kernel took of
// what was written to them: a try is unsent if it never got a connection, or if the
// count of the one it got did not move. A write that is still under way counts as
// written. TLS handshakes and CONNECT to a proxy come before that.
//
// HTTP/2 is left out on purpose: there many requests share a connection, whose
// count says nothing about one of them.

// NewHTTPClient returns a client like the one that [New] uses: HTTP/1.1, the
// environment's proxy ([EnvironmentProxy]), no redirects, bounded dialling. It has no time limit of its
// own. Its Transport is an [*http.Transport], whose proxy and certificates may be
// changed before first use; see [WithHTTPClient].
func NewHTTPClient() *http.Client {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	d := &dialer{Dialer: net.Dialer{Timeout: 10 * time.Second, KeepAlive: 15 * time.Second}, quick: quickRoots}
	d.transport = &http.Transport{
		Proxy:               EnvironmentProxy,
		DialContext:         d.dial,
		DialTLSContext:      d.dialTLS,
		Protocols:           protocols,
		TLSClientConfig:     &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout: 10 * time.Second,
		DisableCompression:  true, // the answer is kept as it came
		// A connection that lay idle may be dead without knowing it, and a POST
		// written into a dead connection is a message with unknown outcome. A
		// burst of sends shares one; a pause makes a new one.
		IdleConnTimeout:        5 * time.Second,
		MaxIdleConnsPerHost:    16,
		MaxResponseHeaderBytes: 64 << 10,
	}
	return &http.Client{CheckRedirect: neverRedirect, Transport: d.transport}
}

// guarded is h with what every call of this package relies on.
func guarded(h *http.Client) *http.Client {
	own := *h
	own.CheckRedirect = neverRedirect
	if own.Transport == nil {
		own.Transport = http.DefaultTransport
	}
	own.Transport = noUpgrade{own.Transport}
	return &own
}

// neverRedirect hands a redirect back as the answer. Following one would repeat
// a POST, and carry Authorization to whoever is named there.
func neverRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// noUpgrade empties the answer to a change of protocol that nobody asked for. Its
// body would be the bare connection, on which the context has no hold any more.
type noUpgrade struct{ http.RoundTripper }

// Unwrap is the transport within.
func (t noUpgrade) Unwrap() http.RoundTripper { return t.RoundTripper }

// CloseIdleConnections hands on what [http.Client.CloseIdleConnections] asks for.
func (t noUpgrade) CloseIdleConnections() {
	if inner, ok := t.RoundTripper.(interface{ CloseIdleConnections() }); ok {
		inner.CloseIdleConnections()
	}
}

func (t noUpgrade) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := t.RoundTripper.RoundTrip(r)
	if err == nil && answer.StatusCode == http.StatusSwitchingProtocols {
		_ = answer.Body.Close()
		answer.Body = http.NoBody
	}
	return answer, err
}

// countedConn counts the bytes that the kernel took. What it took may have arrived;
// what it refused, as after the other side went away (EPIPE), did not leave.
type countedConn struct {
	net.Conn
	mu     sync.Mutex
	taken  int64 // bytes that writes reported as written
	under  int   // writes that have not come back: they may have written anything
	sealed bool
}

// errSealed fails a write that comes after its try was declared unsent.
var errSealed = errors.New("the try that this write belongs to is over")

func (c *countedConn) Write(b []byte) (int, error) {
	c.mu.Lock()
	if c.sealed {
		c.mu.Unlock()
		return 0, errSealed
	}
	c.under++
	c.mu.Unlock()
	n, err := c.Conn.Write(b)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.under--
	if err == nil { // whatever n says
		n = max(n, len(b))
	}
	c.taken += int64(max(n, 0))
	return n, err //nolint:wrapcheck // a net.Conn's own error
}

// count is how many bytes were taken so far, without those of a write under way.
func (c *countedConn) count() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.taken
}

// seal reports whether nothing was written since the count was n. If so nothing
// ever will be: a writer that is still on its way there finds the door shut.
// net/http waits for its writer before it reports a failure, but not when it
// fails over an answer that came before the request was written.
func (c *countedConn) seal(n int64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.taken != n || c.under > 0 {
		return false
	}
	c.sealed = true
	return true
}

// wire watches one try: did anything of it reach a connection?
type wire struct {
	traced bool // gotConn hears of every connection before it is written to
	mu     sync.Mutex
	base   map[*countedConn]int64 // what each connection had taken before the try
	blind  bool                   // there was a connection that does not count
	peer   net.Addr               // the other end of the last connection; nil if there was none
}

func (w *wire) trace(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: w.gotConn})
}

func (w *wire) gotConn(info httptrace.GotConnInfo) {
	conn := info.Conn
	for { // TLS to the API may be within TLS to a proxy
		t, ok := conn.(*tls.Conn)
		if !ok {
			break
		}
		conn = t.NetConn()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.peer = conn.RemoteAddr()
	c, ok := conn.(*countedConn)
	if !ok {
		w.blind = true
		return
	}
	if w.base == nil {
		w.base = map[*countedConn]int64{}
	}
	if _, seen := w.base[c]; !seen {
		w.base[c] = c.count()
	}
}

// wrote reports whether any byte of a try that failed with err may have left, or
// may leave yet. Call it once, after the try.
func (w *wire) wrote(err error) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	wrote := w.blind
	for c, n := range w.base {
		wrote = !c.seal(n) || wrote
	}
	if !w.traced {
		op, ok := errors.AsType[*net.OpError](err)
		dialled := !errors.Is(err, ErrProxy) && (!ok || op.Op != "dial")
		wrote = wrote || dialled
	}
	return wrote
}

// discard ends the connections of a try, so that no other request goes by them:
// one that gave us the answer to another request would give the next one ours. A
// request that got hold of such a connection meanwhile fails, which is right too.
func (w *wire) discard(client *http.Client) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for c := range w.base {
		_ = c.Close()
	}
	if w.blind || !w.traced {
		client.CloseIdleConnections()
	}
}
