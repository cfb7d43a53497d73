package messaging

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// TestCancelAnywhere ends the context at every stage of a request, and compares
// what the error says with what the server saw.
func TestCancelAnywhere(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: go test without it has this test")
	}
	hooks := map[string]func(*httptrace.ClientTrace, func()){
		"dialling":    func(h *httptrace.ClientTrace, f func()) { h.ConnectStart = func(string, string) { f() } },
		"connected":   func(h *httptrace.ClientTrace, f func()) { h.ConnectDone = func(string, string, error) { f() } },
		"handshaking": func(h *httptrace.ClientTrace, f func()) { h.TLSHandshakeStart = f },
		"handshaken": func(h *httptrace.ClientTrace, f func()) {
			h.TLSHandshakeDone = func(tls.ConnectionState, error) { f() }
		},
		"connection got":  func(h *httptrace.ClientTrace, f func()) { h.GotConn = func(httptrace.GotConnInfo) { f() } },
		"headers written": func(h *httptrace.ClientTrace, f func()) { h.WroteHeaders = f },
		"request written": func(h *httptrace.ClientTrace, f func()) { h.WroteRequest = func(httptrace.WroteRequestInfo) { f() } },
	}
	for _, secure := range []bool{false, true} {
		for name, hook := range hooks {
			if !secure && strings.HasPrefix(name, "handshak") {
				continue // would never be called
			}
			t.Run(fmt.Sprintf("%s, TLS %v", name, secure), func(t *testing.T) {
				outcomes := map[Outcome]int{}
				for range 20 {
					outcomes[cancelAt(t, secure, hook)]++
				}
				// The hook is called when all was written into net/http's buffer. What the
				// kernel then refuses, for the connection was closed meanwhile, is unsent;
				// cancelAt compares that with what the server saw.
				if name == "request written" && outcomes[Unknown] == 0 {
					t.Errorf("got %v, want some that were written in time", outcomes)
				}
			})
		}
	}
}

// cancelAt runs one send that hook cancels, and checks that unsent means that the
// server saw nothing. The server never answers.
func cancelAt(t *testing.T, secure bool, hook func(*httptrace.ClientTrace, func())) Outcome {
	t.Helper()
	s := startRaw(t, secure, func(s *rawServer, conn net.Conn) {
		n, _ := io.Copy(io.Discard, conn)
		s.mu.Lock()
		defer s.mu.Unlock()
		s.bytes += int(n)
	})
	ctx, cancel := canceling(t)
	trace := &httptrace.ClientTrace{}
	hook(trace, cancel)
	h := trusting(t, s.roots)
	_, err := testClient(t, s.url, WithHTTPClient(h)).Send(httptrace.WithClientTrace(ctx, trace), testMessage())
	e := asError(t, err)
	h.CloseIdleConnections() // a dial that was going on ends here too
	s.stop()
	_, _, size := s.seen()
	if e.Outcome != Unknown && (e.Outcome != Unsent || size > 0) || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v while the server saw %d bytes", err, size)
	}
	return e.Outcome
}

// TestSeal: either the seal holds and nothing is written after it, or the byte was
// seen. There is no third way, however the two race.
func TestSeal(t *testing.T) {
	for range 2000 {
		inner := &byteConn{}
		c := &countedConn{Conn: inner}
		_, _ = c.Write([]byte("earlier request"))
		before := c.count()
		var wg sync.WaitGroup
		wg.Go(func() { _, _ = c.Write([]byte("x")) })
		sealed := c.seal(before)
		wg.Wait()
		if wrote := inner.len() > len("earlier request"); wrote == sealed {
			t.Fatalf("got sealed %v, written %v, want one of them", sealed, wrote)
		}
		if _, err := c.Write([]byte("y")); sealed != errors.Is(err, errSealed) {
			t.Fatalf("got %v for a later write, sealed %v", err, sealed)
		}
	}
}

func TestWireSeesThroughTLS(t *testing.T) {
	c := &countedConn{Conn: &byteConn{}}
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	for name, conn := range map[string]net.Conn{
		"plain": c, "TLS": tls.Client(c, config), "TLS within TLS": tls.Client(tls.Client(c, config), config),
	} {
		w := &wire{traced: true}
		w.gotConn(httptrace.GotConnInfo{Conn: conn})
		if w.blind || len(w.base) != 1 {
			t.Errorf("%s: got blind %v, %d connections, want it counted", name, w.blind, len(w.base))
		}
	}
	w := &wire{traced: true}
	w.gotConn(httptrace.GotConnInfo{Conn: &byteConn{}})
	if !w.wrote(noConnection()) {
		t.Error("got nothing written to a connection that cannot tell, want the careful answer")
	}
}

// TestForeignTransports: what does not count is believed no further than it goes.
func TestForeignTransports(t *testing.T) {
	s := startRaw(t, true, answering(""))
	plain := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: s.roots, MinVersion: tls.VersionTLS12}}
	defer plain.CloseIdleConnections()
	wrapped := roundTrip(func(r *http.Request) (*http.Response, error) { return plain.RoundTrip(r) })
	for name, c := range map[string]struct {
		transport http.RoundTripper
		url       string
		want      Outcome
	}{
		"a connection that ends":         {plain, s.url, Unknown},
		"no connection":                  {plain, "https://127.0.0.1:1/", Unsent},
		"wrapped, a connection":          {wrapped, s.url, Unknown},
		"wrapped, no connection":         {wrapped, "https://127.0.0.1:1/", Unsent},
		"wrapped, no proxy":              {roundTrip(failing(fmt.Errorf("HTTPS_PROXY %w", ErrProxy))), s.url, Unsent},
		"wrapped, failed before dialing": {roundTrip(failing(errors.New("no"))), s.url, Unknown},
	} {
		client := testClient(t, c.url, WithHTTPClient(&http.Client{Transport: c.transport}))
		_, _, fail := client.try(t.Context(), call{op: "send message", method: http.MethodPost, url: c.url, body: []byte("{}")})
		if fail == nil || fail.Outcome != c.want {
			t.Errorf("%s: got %v, want %s", name, fail, c.want)
		}
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// proxy is an HTTP proxy that tunnels, or forwards plain requests, until refuse is set.
func proxy(t *testing.T, refuse string) *url.URL {
	t.Helper()
	s := startRaw(t, false, func(_ *rawServer, conn net.Conn) {
		r := bufio.NewReader(conn)
		req, err := http.ReadRequest(r)
		if err != nil {
			return
		}
		if refuse != "" {
			_, _ = io.WriteString(conn, "HTTP/1.1 "+refuse+"\r\n\r\n")
			return
		}
		to, err := net.Dial("tcp", req.Host)
		if err != nil {
			return
		}
		defer func() { _ = to.Close() }()
		if req.Method == http.MethodConnect {
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\n\r\n")
		} else {
			_ = req.Write(to)
		}
		var wg sync.WaitGroup
		wg.Go(func() {
			_, _ = io.Copy(conn, to)
			_ = conn.Close()
		})
		_, _ = io.Copy(to, r)
		_ = to.Close()
		wg.Wait()
	})
	u, err := url.Parse(s.url)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = ""
	return u
}

func TestProxy(t *testing.T) {
	for _, secure := range []bool{false, true} {
		for name, c := range map[string]struct {
			play    script
			refuse  string
			outcome Outcome
			status  int
		}{
			"accepted": {answering(httpAnswer("202 Accepted", receiptJSON)), "", Accepted, 202},
			"cut":      {answering(""), "", Unknown, 0},
			"refused":  {answering(httpAnswer("202 Accepted", receiptJSON)), "407 \x1b[31mPay\u202e first", Unsent, 0},
		} {
			t.Run(fmt.Sprintf("%s, TLS %v", name, secure), func(t *testing.T) {
				s := startRaw(t, secure, c.play)
				h := trusting(t, s.roots)
				transportOf(t, h).Proxy = http.ProxyURL(proxy(t, c.refuse))
				client := testClient(t, s.url, WithHTTPClient(h))
				a, _, fail := client.try(t.Context(), call{op: "send message", method: http.MethodPost, url: s.url + "/x", body: []byte("{}")})
				if c.outcome == Accepted {
					if fail != nil || a.Status != 202 {
						t.Errorf("got %+v, %v, want 202", a, fail)
					}
					return
				}
				if c.refuse != "" && !secure { // the proxy answered the request itself
					c.outcome, c.status = Rejected, 407
				}
				wantOutcome(t, fail, c.outcome, c.status)
				wantPrintable(t, fail.Error())
			})
		}
	}
}

func TestProxyErrorHoldsNoPassword(t *testing.T) {
	h := NewHTTPClient()
	transportOf(t, h).Proxy = http.ProxyURL(&url.URL{Scheme: "http", Host: "127.0.0.1:1", User: url.UserPassword("user", testSecret)})
	c := testClient(t, DefaultBaseURL, WithHTTPClient(h))
	_, _, fail := c.try(t.Context(), call{op: "send message", method: http.MethodPost, url: c.url("/messages", nil)})
	wantOutcome(t, fail, Unsent, 0)
	wantNoSecret(t, fmt.Sprintf("%v %+v %#v", fail, fail.Err, fail), testSecret)
}

func TestClientRefusesWhatItCannotUse(t *testing.T) {
	auth := Basic("u", "p")
	for _, c := range []struct {
		name, account string
		auth          Authorizer
		options       []Option
	}{
		{"no account", "", auth, nil},
		{"account with a slash", "1/2", auth, nil},
		{"account with a backslash", `1\2`, auth, nil},
		{"account with a query", "1?x", auth, nil},
		{"account that is a dot", ".", auth, nil},
		{"account that is two dots", "..", auth, nil},
		{"account with an escape", "1\x1b", auth, nil},
		{"no credentials", "1", nil, nil},
		{"no HTTP client", "1", auth, []Option{WithHTTPClient(nil)}},
		{"user agent with a line feed", "1", auth, []Option{WithUserAgent("a\r\nX: y")}},
		{"plain HTTP", "1", auth, []Option{WithBaseURL("http://example.com")}},
	} {
		if client, err := New(c.account, c.auth, c.options...); err == nil || client != nil {
			t.Errorf("%s: got %v, %v, want an error", c.name, client, err)
		}
	}
}

// A fickleConn is a connection on which the kernel takes what the test says. What it
// takes goes to the server.
type fickleConn struct {
	net.Conn
	take  func(b []byte) (n int, err error) // of one write: how much is taken, and what is reported
	after int                               // writes that are let through before
}

func (c *fickleConn) Write(b []byte) (int, error) {
	if c.after > 0 {
		c.after--
		return c.Conn.Write(b)
	}
	n, err := c.take(b)
	if n > 0 {
		_, _ = c.Conn.Write(b[:n])
	}
	return n, err
}

// TestWhatTheKernelTook: a request of which the kernel took nothing was not sent, and one
// of which it took a byte may have been.
func TestWhatTheKernelTook(t *testing.T) {
	refused := &net.OpError{Op: "write", Net: "tcp", Err: os.NewSyscallError("write", syscall.EPIPE)}
	for _, secure := range []bool{false, true} {
		for name, c := range map[string]struct {
			take func(b []byte) (int, error)
			want Outcome
		}{
			"nothing":                         {func([]byte) (int, error) { return 0, refused }, Unsent},
			"a byte":                          {func([]byte) (int, error) { return 1, refused }, Unknown},
			"all but one":                     {func(b []byte) (int, error) { return len(b) - 1, refused }, Unknown},
			"all, and it says that it failed": {func(b []byte) (int, error) { return len(b), refused }, Unknown},
		} {
			t.Run(fmt.Sprintf("%s, TLS %v", name, secure), func(t *testing.T) {
				s := startRaw(t, secure, func(_ *rawServer, conn net.Conn) { _, _ = io.Copy(io.Discard, conn) })
				h := trusting(t, s.roots)
				dial := transportOf(t, h).DialContext
				transportOf(t, h).DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
					conn, err := dial(ctx, network, addr)
					if err != nil {
						return nil, err
					}
					counted, ok := conn.(*countedConn)
					if !ok {
						t.Errorf("got %T, want a counted connection", conn)
						return conn, nil
					}
					after := 0
					if secure {
						after = 2 // the two flights of the handshake
					}
					counted.Conn = &fickleConn{counted.Conn, c.take, after}
					return counted, nil
				}
				client := testClient(t, s.url, WithHTTPClient(h))
				_, _, fail := client.try(t.Context(), call{op: "send message", method: http.MethodPost, url: s.url, body: []byte("{}"), creates: true})
				wantOutcome(t, fail, c.want, 0)
			})
		}
	}
}

// TestWriteUnderWay: what a write that has not come back will have written is not known,
// whether it belongs to this try or to the one before.
func TestWriteUnderWay(t *testing.T) {
	for _, took := range []int{0, 3} {
		began, end := make(chan struct{}), make(chan struct{})
		c := &countedConn{Conn: &fickleConn{Conn: &byteConn{}, take: func([]byte) (int, error) {
			close(began)
			<-end
			return took, syscall.EPIPE
		}}}
		before := c.count()
		var wg sync.WaitGroup
		wg.Go(func() { _, _ = c.Write([]byte("request")) })
		<-began
		if c.seal(before) || c.seal(c.count()) {
			t.Errorf("got a seal while %d bytes are under way, want none", took)
		}
		close(end)
		wg.Wait()
		if got := c.seal(before); got != (took == 0) {
			t.Errorf("got seal %v after %d bytes were taken", got, took)
		}
	}
}

// TestAnswerBeforeRequest: who answers before a byte of the request was written has not
// got it, and does not get it afterwards.
func TestAnswerBeforeRequest(t *testing.T) {
	for _, status := range []string{"408 Request Timeout", "502 Bad Gateway", "202 Accepted"} {
		writing, over := make(chan struct{}), make(chan struct{})
		s := startRaw(t, false, func(s *rawServer, conn net.Conn) {
			<-writing
			_, _ = io.WriteString(conn, "HTTP/1.1 "+status+"\r\nContent-Length: 2\r\n\r\n{}")
			n, _ := io.Copy(io.Discard, conn)
			s.mu.Lock()
			defer s.mu.Unlock()
			s.bytes += int(n)
		})
		h := trusting(t, nil)
		client := testClient(t, s.url, WithHTTPClient(h))
		var once sync.Once
		ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{WroteHeaderField: func(string, []string) {
			once.Do(func() { close(writing) })
			<-over // into a buffer: the connection is written to when it is full, or all was said
		}})
		a, _, fail := client.try(ctx, call{
			op: "send message", method: http.MethodPost, url: s.url, body: []byte("{}"), creates: true,
			read: func(*Answer) error { return errNoID },
		})
		close(over)
		if fail == nil || fail.Outcome != Unsent || a == nil || !errors.Is(fail, errEarly) {
			t.Errorf("%s: got %v, want it unsent", status, fail)
		}
		h.CloseIdleConnections()
		s.stop()
		if _, _, size := s.seen(); size > 0 {
			t.Errorf("%s: the server saw %d bytes of a request that was told unsent", status, size)
		}
	}
}
