package messaging

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

// rawServer is a server below HTTP: its script says what happens to each
// connection, in plain or within TLS.
type rawServer struct {
	url   string
	roots *x509.CertPool // nil without TLS

	mu       sync.Mutex
	conns    int
	requests int
	bytes    int // of requests, as the script read them
	done     sync.WaitGroup
	stop     func() // closes the listener and waits for all connections to end
}

// A script serves one connection and closes it by returning.
type script func(s *rawServer, conn net.Conn)

func startRaw(t *testing.T, secure bool, play script) *rawServer {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &rawServer{url: "http://" + l.Addr().String() + "/v2"}
	var config *tls.Config
	if secure {
		config, s.roots = testTLS(t)
		s.url = "https://" + l.Addr().String() + "/v2"
	}
	s.done.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			s.mu.Lock()
			s.conns++
			s.mu.Unlock()
			s.done.Go(func() {
				defer func() { _ = conn.Close() }()
				if config != nil {
					conn = tls.Server(conn, config)
				}
				play(s, conn)
			})
		}
	})
	s.stop = func() {
		_ = l.Close()
		s.done.Wait()
	}
	t.Cleanup(s.stop)
	return s
}

// testTLS is a certificate for 127.0.0.1, and who trusts it.
func testTLS(t *testing.T) (*tls.Config, *x509.CertPool) {
	t.Helper()
	s := httptest.NewTLSServer(http.NotFoundHandler())
	defer s.Close()
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	return &tls.Config{Certificates: s.TLS.Certificates, MinVersion: tls.VersionTLS12}, roots
}

// trusting is the counting client, which trusts roots.
func trusting(t *testing.T, roots *x509.CertPool) *http.Client {
	t.Helper()
	h := NewHTTPClient()
	transportOf(t, h).TLSClientConfig.RootCAs = roots
	t.Cleanup(h.CloseIdleConnections)
	return h
}

func transportOf(t *testing.T, h *http.Client) *http.Transport {
	t.Helper()
	tr, ok := h.Transport.(*http.Transport)
	if !ok {
		t.Fatalf("got transport %T, want *http.Transport", h.Transport)
	}
	return tr
}

// client calls s through a counting client.
func (s *rawServer) client(t *testing.T) *Client {
	t.Helper()
	return testClient(t, s.url, WithHTTPClient(trusting(t, s.roots)))
}

// readRequest reads one request as the server's end of conn, and counts it.
func (s *rawServer) readRequest(r *bufio.Reader) bool {
	req, err := http.ReadRequest(r)
	if err != nil {
		return false
	}
	_, err = io.Copy(io.Discard, req.Body)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests++
	return err == nil
}

func (s *rawServer) seen() (conns, requests, size int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.conns, s.requests, s.bytes
}

// answering is the script that reads a request and writes words for it, then ends.
func answering(words string) script {
	return func(s *rawServer, conn net.Conn) {
		if s.readRequest(bufio.NewReader(conn)) {
			_, _ = io.WriteString(conn, words)
		}
		_ = conn.Close()
	}
}

// resetting is like answering, but ends in a reset.
func resetting(words string) script {
	return func(s *rawServer, conn net.Conn) {
		if s.readRequest(bufio.NewReader(conn)) {
			_, _ = io.WriteString(conn, words)
		}
		reset(conn)
	}
}

// reset ends conn by a RST in place of a FIN.
func reset(conn net.Conn) {
	if t, ok := conn.(*tls.Conn); ok {
		conn = t.NetConn()
	}
	if t, ok := conn.(*net.TCPConn); ok {
		_ = t.SetLinger(0)
	}
	_ = conn.Close()
}

// stalling is like answering, but leaves the connection open until the client
// ends it.
func stalling(words string) script {
	return func(s *rawServer, conn net.Conn) {
		if s.readRequest(bufio.NewReader(conn)) {
			_, _ = io.WriteString(conn, words)
			_, _ = io.Copy(io.Discard, conn)
		}
	}
}

// byteConn records what is written to it.
type byteConn struct {
	net.Conn
	mu  sync.Mutex
	buf bytes.Buffer
}

func (c *byteConn) Write(b []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.buf.Write(b)
}

func (c *byteConn) RemoteAddr() net.Addr { return nil }

func (c *byteConn) len() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.buf.Len()
}

// canceling is a context and its cancel function, for hooks that cancel.
func canceling(t *testing.T) (context.Context, context.CancelFunc) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	return ctx, cancel
}
