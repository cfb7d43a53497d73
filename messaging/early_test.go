package messaging

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// dialerIn is the dialer of a client.
func dialerIn(t *testing.T, c *Client) *dialer {
	t.Helper()
	d := dialerOf(t.Context(), transportWithin(c.http.Transport).(*http.Transport))
	if d == nil {
		t.Fatal("the client has no dialer of ours")
	}
	return d
}

// readEnded waits until the early connection of a client was made, and what came of it was
// read.
func readEnded(t *testing.T, c *Client) {
	t.Helper()
	d := dialerIn(t, c)
	again, end := time.NewTicker(time.Millisecond), time.After(time.Minute)
	defer again.Stop()
	for {
		d.mu.Lock()
		left := len(d.early)
		for _, e := range d.early {
			select {
			case <-e.made:
				if e.conn == nil || len(e.read) > 0 {
					left--
				}
			default:
			}
		}
		d.mu.Unlock()
		if left == 0 {
			return
		}
		select {
		case <-again.C:
		case <-end:
			t.Fatal("nothing came of the early connection")
		}
	}
}

// made waits until the early connection of a client is there.
func made(t *testing.T, c *Client) {
	t.Helper()
	d := dialerIn(t, c)
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, e := range d.early {
		<-e.made // begin does not hold the lock for it
		if e.conn == nil {
			t.Fatal("no connection was made")
		}
	}
	if len(d.early) != 1 {
		t.Fatalf("%d connections are made early, want 1", len(d.early))
	}
}

// TestPrepare: the connection that was made early is the one that the request goes by, and
// nothing of a request was written to it before.
func TestPrepare(t *testing.T) {
	var sending atomic.Bool
	s := startRaw(t, true, func(s *rawServer, conn net.Conn) {
		r := bufio.NewReader(conn)
		if _, err := r.Peek(1); err != nil {
			return
		}
		if !sending.Load() {
			t.Error("something was written before the call")
		}
		if s.readRequest(r) {
			_, _ = io.WriteString(conn, httpAnswer("202 Accepted", receiptJSON))
		}
	})
	client := s.client(t)
	client.Prepare(t.Context())
	client.Prepare(t.Context()) // one is enough
	made(t, client)
	sending.Store(true)
	if _, err := client.Send(t.Context(), testMessage()); err != nil {
		t.Fatalf("Send = %v, want it accepted", err)
	}
	if conns, requests, _ := s.seen(); conns != 1 || requests != 1 {
		t.Errorf("%d connections and %d requests, want one of each", conns, requests)
	}
}

// TestPreparedConnectionsDie: one that the other side closed, reset or spoke on before it
// was asked is not used: the call makes its own, and its outcome is what it is.
func TestPreparedConnectionsDie(t *testing.T) {
	for name, die := range map[string]func(conn net.Conn){
		"closed": func(net.Conn) {},
		"reset":  reset,
		"spoke": func(conn net.Conn) {
			_, _ = io.WriteString(conn, "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n")
		},
	} {
		t.Run(name, func(t *testing.T) {
			var came atomic.Int64
			s := startRaw(t, true, func(s *rawServer, conn net.Conn) {
				if came.Add(1) == 1 {
					_ = conn.(*tls.Conn).HandshakeContext(t.Context())
					die(conn)
					return
				}
				answering(httpAnswer("202 Accepted", receiptJSON))(s, conn)
			})
			client := s.client(t)
			client.Prepare(t.Context())
			readEnded(t, client)
			r, err := client.Send(t.Context(), testMessage())
			if err != nil || len(r.Attempts) != 1 {
				t.Fatalf("Send = %+v, %v, want it accepted at once", r, err)
			}
			if conns, requests, _ := s.seen(); conns != 2 || requests != 1 {
				t.Errorf("%d connections and %d requests, want 2 and 1", conns, requests)
			}
		})
	}
}

// TestPreparedConnectionIsCutLater: one that breaks when the request was written leaves the
// outcome unknown, as any other does; one that broke with nothing written was unsent.
func TestPreparedConnectionIsCutLater(t *testing.T) {
	s := startRaw(t, true, answering(""))
	client := s.client(t)
	client.Prepare(t.Context())
	made(t, client)
	_, err := client.Send(t.Context(), testMessage())
	wantOutcome(t, err, Unknown, 0)
	if conns, requests, _ := s.seen(); conns != 1 || requests != 1 {
		t.Errorf("%d connections and %d requests, want 1 and 1: nothing is tried again", conns, requests)
	}
}

// TestPrepareFails: what fails early is told by the call, which tries for itself.
func TestPrepareFails(t *testing.T) {
	s := startRaw(t, true, answering(httpAnswer("202 Accepted", receiptJSON)))
	client := testClient(t, s.url) // which trusts nobody here
	client.Prepare(t.Context())
	readEnded(t, client)
	_, err := client.Send(t.Context(), testMessage())
	wantOutcome(t, err, Unsent, 0)
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); !ok {
		t.Errorf("Send = %v, want that the certificate is not trusted", err)
	}
}

// TestPrepareLeavesOthersAlone: no connection is made through a proxy, without TLS, or by
// somebody else's transport.
func TestPrepareLeavesOthersAlone(t *testing.T) {
	s := startRaw(t, true, answering(httpAnswer("202 Accepted", receiptJSON)))
	proxied, proxy := trusting(t, s.roots), &url.URL{Scheme: "http", Host: "127.0.0.1:1"}
	transportOf(t, proxied).Proxy = func(*http.Request) (*url.URL, error) { return proxy, nil }
	dials := 0
	foreign := &http.Transport{DialTLSContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		if ctx.Err() == nil {
			dials++
		}
		return nil, errors.New("no")
	}, Proxy: func(*http.Request) (*url.URL, error) { return nil, nil }}
	for _, client := range []*Client{
		testClient(t, s.url, WithHTTPClient(proxied)), testClient(t, s.url, WithHTTPClient(&http.Client{Transport: foreign})),
		testClient(t, "http://127.0.0.1:1/v2"), testClient(t, s.url, WithHTTPClient(&http.Client{})),
	} {
		client.Prepare(t.Context())
	}
	if d := dialerIn(t, testClient(t, s.url, WithHTTPClient(proxied))); len(d.early) > 0 {
		t.Error("a connection is made beside the proxy")
	}
	s.stop()
	if conns, _, _ := s.seen(); conns > 0 || dials > 0 {
		t.Errorf("%d connections and %d dials, want none", conns, dials)
	}
}

// TestPrepareGetsAToken: it is fetched once, and a refusal is told once without being asked
// for again.
func TestPrepareGetsAToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tokens, messages := &fakeAPI{steps: []step{token("early", 3600)}}, &fakeAPI{steps: []step{answer(202, receiptJSON)}}
		client := oauthClient(t, tokens, messages)
		client.Prepare(t.Context())
		synctest.Wait()
		if tokens.calls() != 1 || messages.calls() != 0 {
			t.Errorf("%d exchanges and %d messages before the call, want 1 and 0", tokens.calls(), messages.calls())
		}
		if _, err := client.Send(t.Context(), testMessage()); err != nil || tokens.calls() != 1 {
			t.Errorf("Send = %v after %d exchanges, want it accepted after 1", err, tokens.calls())
		}
		client.Prepare(t.Context())
		synctest.Wait()
		if tokens.calls() != 1 {
			t.Errorf("%d exchanges, want none for a token that is there", tokens.calls())
		}
	})
	synctest.Test(t, func(t *testing.T) {
		tokens, messages := &fakeAPI{steps: []step{answer(401, `{"error":"invalid_client"}`), token("late", 3600)}}, &fakeAPI{steps: []step{answer(202, receiptJSON)}}
		client := oauthClient(t, tokens, messages)
		client.Prepare(t.Context())
		_, err := client.Send(t.Context(), testMessage())
		if wantOutcome(t, err, Unsent, 0); !errors.Is(err, ErrUnauthorized) || tokens.calls() != 1 || messages.calls() != 0 {
			t.Errorf("Send = %v after %d exchanges, want that the secret was refused, after 1", err, tokens.calls())
		}
		if _, err := client.Send(t.Context(), testMessage()); err != nil || tokens.calls() != 2 {
			t.Errorf("Send = %v after %d exchanges, want it accepted after 2", err, tokens.calls())
		}
	})
}
