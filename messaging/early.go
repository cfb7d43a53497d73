package messaging

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"os"
	"sync"
	"time"
)

// earlyFor is for how long a connection is kept that was made before it is needed: less
// than an idle one, for nobody has heard of it yet.
const earlyFor = 4 * time.Second

// Prepare begins to make what the next call needs, and returns at once: a connection to the
// API over TLS, and a token for [OAuth]. Who has something to do before the next call has
// less to wait for then. Nothing of a call is written. What fails is tried again by the
// call, and told by it. A connection that nobody used within some seconds, or that the other
// side closed, is not used.
//
// It makes no connection through a proxy, nor with a transport other than that of
// [NewHTTPClient]. The end of ctx ends it.
func (c *Client) Prepare(ctx context.Context) {
	if o, ok := c.auth.(*oauth); ok {
		o.begin(context.WithValue(ctx, clientKey{}, c))
	}
	t, ok := transportWithin(c.http.Transport).(*http.Transport)
	if !ok || t.DialTLSContext == nil || t.Proxy == nil {
		return
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base, nil)
	if err != nil || r.URL.Scheme != "https" {
		return
	}
	if proxy, err := t.Proxy(r); proxy != nil || err != nil {
		return
	}
	port := r.URL.Port()
	if port == "" {
		port = "443"
	}
	if d := dialerOf(ctx, t); d != nil {
		d.begin(ctx, net.JoinHostPort(r.URL.Hostname(), port))
	}
}

// A dialer makes the connections of [NewHTTPClient], and keeps those that are made early.
type dialer struct {
	net.Dialer
	transport *http.Transport       // its own; whose settings are used as they are by then
	quick     func() *x509.CertPool // some of those whom the system trusts; nil if there are none to be had quickly
	mu        sync.Mutex
	early     map[string]*earlyConn // by address
}

// dialerKey is the key of a context by which a dialer is asked for itself.
type dialerKey struct{}

// dialerOf is the dialer of a transport; nil if it has none of ours. Somebody else's
// function is called in vain, with a context that is over.
func dialerOf(ctx context.Context, t *http.Transport) (d *dialer) {
	ctx, cancel := context.WithCancel(context.WithValue(ctx, dialerKey{}, &d))
	cancel()
	if conn, err := t.DialTLSContext(ctx, "tcp", ""); err == nil {
		_ = conn.Close()
	}
	return d
}

// dial makes a connection that counts.
func (d *dialer) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	conn, err := d.DialContext(ctx, network, addr)
	if err != nil {
		return nil, err //nolint:wrapcheck // *net.OpError says all
	}
	return &countedConn{Conn: conn}, nil
}

// dialTLS makes one with TLS, unless one was made early.
func (d *dialer) dialTLS(ctx context.Context, network, addr string) (net.Conn, error) {
	if wanted, ok := ctx.Value(dialerKey{}).(**dialer); ok {
		*wanted = d
		return nil, context.Canceled
	}
	if conn := d.take(ctx, addr); conn != nil {
		return conn, nil
	}
	return d.handshake(ctx, network, addr)
}

// handshake makes a connection with TLS. Whom the quick roots do not vouch for, all that the
// system trusts are asked about, by a connection of their own.
func (d *dialer) handshake(ctx context.Context, network, addr string) (*tls.Conn, error) {
	if d.transport.TLSClientConfig.RootCAs != nil {
		return d.secure(ctx, network, addr, nil)
	}
	conn, err := d.secure(ctx, network, addr, d.quick)
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok && d.quick() != nil {
		return d.secure(ctx, network, addr, nil)
	}
	return conn, err
}

// secure makes one connection with TLS, to somebody whom roots vouch for. They are read while
// it is made. Without roots, the settings say who vouches.
func (d *dialer) secure(ctx context.Context, network, addr string, roots func() *x509.CertPool) (*tls.Conn, error) {
	if roots != nil {
		go roots()
	}
	conn, err := d.transport.DialContext(ctx, network, addr)
	if err != nil {
		return nil, err //nolint:wrapcheck // *net.OpError says all
	}
	settings := d.transport.TLSClientConfig.Clone()
	if settings.ServerName == "" {
		settings.ServerName, _, _ = net.SplitHostPort(addr)
	}
	if roots != nil {
		settings.RootCAs = roots()
	}
	secure := tls.Client(conn, settings)
	ctx, cancel := context.WithTimeoutCause(ctx, d.transport.TLSHandshakeTimeout, errTLSSlow)
	defer cancel()
	if err := secure.HandshakeContext(ctx); err != nil {
		_ = conn.Close()
		if cause := context.Cause(ctx); errors.Is(cause, errTLSSlow) {
			err = cause
		}
		return nil, err
	}
	return secure, nil
}

// errTLSSlow is what net/http calls it.
var errTLSSlow = errors.New("TLS handshake timeout")

// An earlyConn is a connection that is made before it is needed. Until it is, somebody
// reads from it: what comes unasked, or its end, makes it worthless.
type earlyConn struct {
	made chan struct{} // closed when conn is there, or will not be
	conn *tls.Conn     // nil if it could not be made
	read chan error    // of capacity 1; how the reading ended
}

// errUnasked is that somebody spoke before being asked.
var errUnasked = errors.New("something came before a request was written")

// begin makes a connection in the background, unless one is there.
func (d *dialer) begin(ctx context.Context, addr string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.early[addr] != nil {
		return
	}
	if d.early == nil {
		d.early = map[string]*earlyConn{}
	}
	e := &earlyConn{made: make(chan struct{}), read: make(chan error, 1)}
	d.early[addr] = e
	go func() {
		conn, err := d.handshake(ctx, "tcp", addr)
		if err == nil {
			_ = conn.SetReadDeadline(time.Now().Add(earlyFor))
			e.conn = conn
		}
		close(e.made)
		if err == nil {
			e.watch()
		}
		d.mu.Lock()
		defer d.mu.Unlock()
		if d.early[addr] == e { // nobody took it
			delete(d.early, addr)
			if e.conn != nil {
				_ = e.conn.Close()
			}
		}
	}()
}

// watch reads until something comes, it is taken, or its time is over.
func (e *earlyConn) watch() {
	_, err := e.conn.Read(make([]byte, 1))
	if err == nil {
		err = errUnasked
	}
	e.read <- err
}

// take is the connection that was made early; nil if there is none that can be used.
func (d *dialer) take(ctx context.Context, addr string) net.Conn {
	d.mu.Lock()
	e := d.early[addr]
	delete(d.early, addr)
	d.mu.Unlock()
	if e == nil {
		return nil
	}
	select {
	case <-e.made:
	case <-ctx.Done():
		go func() { // it ends with the handshake
			if <-e.made; e.conn != nil {
				_ = e.conn.Close()
			}
		}()
		return nil
	}
	if e.conn == nil {
		return nil
	}
	_ = e.conn.SetReadDeadline(time.Unix(1, 0)) // long ago: the reading ends
	if err := <-e.read; !errors.Is(err, os.ErrDeadlineExceeded) {
		_ = e.conn.Close()
		return nil
	}
	_ = e.conn.SetReadDeadline(time.Time{})
	return e.conn
}
