package messaging

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"
	"testing"
	"time"
)

func httpAnswer(status, body string) string {
	return fmt.Sprintf("HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", status, len(body), body)
}

// cutCases are the ways for an exchange to end badly after the request was
// written: whatever comes, the message may have been created, and is not sent again.
func cutCases() map[string]struct {
	play   script
	status int
} {
	type c = struct {
		play   script
		status int
	}
	half := receiptJSON[:len(receiptJSON)/2]
	const head = "HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n"
	const chunked = "HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\n"
	return map[string]c{
		"closed without an answer":       {answering(""), 0},
		"reset without an answer":        {resetting(""), 0},
		"closed in the status line":      {answering("HTTP/1.1 20"), 0},
		"reset in the status line":       {resetting("HTTP/1.1 20"), 0},
		"closed in the headers":          {answering("HTTP/1.1 202 Accepted\r\nContent-Len"), 0},
		"reset in the headers":           {resetting("HTTP/1.1 202 Accepted\r\nContent-Length: 3\r\n"), 0},
		"closed in the body":             {answering(head + half), 202},
		"reset in the body":              {resetting(head + half), 202},
		"closed in a chunk":              {answering(chunked + "fff\r\n" + half), 202},
		"closed between chunks":          {answering(chunked + fmt.Sprintf("%x\r\n%s\r\n", len(receiptJSON), receiptJSON)), 202},
		"half the JSON, well framed":     {answering(httpAnswer("202 Accepted", half)), 202},
		"no body":                        {answering(httpAnswer("202 Accepted", "")), 202},
		"a 500 cut in the API's words":   {answering("HTTP/1.1 500 Oops\r\nContent-Length: 1000\r\n\r\n" + refusalJSON), 500},
		"something else than HTTP":       {answering("SSH-2.0-OpenSSH_9.9\r\n"), 0},
		"a header with an escape in it":  {answering("HTTP/1.1 202 Accepted\r\n\x1b]0;owned\a\u202e\r\n\r\n"), 0},
		"headers beyond all measure":     {answering("HTTP/1.1 202 Accepted\r\nX: " + strings.Repeat("x", 200<<10) + "\r\n\r\n"), 0},
		"a change of protocol, stalling": {stalling("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n"), 101},
		"interim answers, then nothing":  {answering("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n"), 0},
	}
}

func TestCuts(t *testing.T) {
	for _, secure := range []bool{false, true} {
		for name, c := range cutCases() {
			t.Run(fmt.Sprintf("%s, TLS %v", name, secure), func(t *testing.T) {
				s := startRaw(t, secure, c.play)
				_, err := s.client(t).Send(t.Context(), testMessage())
				e := wantError(t, err, Unknown, c.status)
				if _, requests, _ := s.seen(); requests != 1 || len(e.Attempts) != 1 {
					t.Errorf("got %d requests, attempts %+v, want one", requests, e.Attempts)
				}
				wantPrintable(t, err.Error())
				wantPrintable(t, fmt.Sprint(e.Attempts[0].Err))
			})
		}
	}
}

// TestCutRefusals: a 4xx in the API's words is a refusal even if what follows them does
// not come through.
func TestCutRefusals(t *testing.T) {
	for _, secure := range []bool{false, true} {
		s := startRaw(t, secure, answering("HTTP/1.1 400 Bad Request\r\nContent-Length: 1000\r\n\r\n"+refusalJSON))
		_, err := s.client(t).Send(t.Context(), testMessage())
		e := wantError(t, err, Rejected, 400)
		if !errors.Is(err, io.ErrUnexpectedEOF) || !e.Answer.Truncated || e.Type != "request-validation" {
			t.Errorf("got %v, %+v, want the API's words and the cut", err, e.Answer)
		}
	}
}

// TestNothingWritten: the try ended before a byte of the request left.
func TestNothingWritten(t *testing.T) {
	short := 200 * time.Millisecond // no pause fits into it
	t.Run("refused", func(t *testing.T) {
		s := startRaw(t, false, answering(""))
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		s.url = "http://" + l.Addr().String()
		_ = l.Close()
		ctx, cancel := context.WithTimeout(t.Context(), short)
		defer cancel()
		_, err = s.client(t).Send(ctx, testMessage())
		wantOutcome(t, err, Unsent, 0)
		if !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("got %v, want ECONNREFUSED", err)
		}
	})
	t.Run("closed in the handshake", func(t *testing.T) {
		s := startRaw(t, true, func(_ *rawServer, conn net.Conn) { reset(conn) })
		ctx, cancel := context.WithTimeout(t.Context(), short)
		defer cancel()
		_, err := s.client(t).Send(ctx, testMessage())
		wantOutcome(t, err, Unsent, 0)
	})
	t.Run("unknown authority", func(t *testing.T) {
		s := startRaw(t, true, answering(httpAnswer("202 Accepted", receiptJSON)))
		s.roots = nil
		_, err := s.client(t).Send(t.Context(), testMessage())
		e := wantError(t, err, Unsent, 0)
		if _, ok := errors.AsType[*tls.CertificateVerificationError](err); !ok || len(e.Attempts) != 1 {
			t.Errorf("got %v, %d attempts, want a bad certificate after one", err, len(e.Attempts))
		}
	})
	t.Run("HTTP where TLS should be", func(t *testing.T) {
		s := startRaw(t, false, func(_ *rawServer, conn net.Conn) {
			_, _ = io.WriteString(conn, "HTTP/1.1 400 Bad Request\r\n\r\n")
			_, _ = io.Copy(io.Discard, conn)
		})
		s.url = strings.Replace(s.url, "http:", "https:", 1)
		ctx, cancel := context.WithTimeout(t.Context(), short)
		defer cancel()
		_, err := s.client(t).Send(ctx, testMessage())
		wantOutcome(t, err, Unsent, 0)
	})
	t.Run("canceled while dialling", func(t *testing.T) {
		ctx, cancel := canceling(t)
		h, release := NewHTTPClient(), make(chan struct{})
		transportOf(t, h).DialContext = func(context.Context, string, string) (net.Conn, error) {
			cancel()
			<-release
			return nil, noConnection()
		}
		_, err := testClient(t, DefaultBaseURL, WithHTTPClient(h)).Send(ctx, testMessage())
		close(release)
		wantOutcome(t, err, Unsent, 0)
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want canceled", err)
		}
	})
	t.Run("canceled before", func(t *testing.T) {
		s := startRaw(t, false, answering(""))
		ctx, cancel := canceling(t)
		cancel()
		_, err := s.client(t).Send(ctx, testMessage())
		wantOutcome(t, err, Unsent, 0)
		if conns, _, _ := s.seen(); conns != 0 || !errors.Is(err, context.Canceled) {
			t.Errorf("got %d connections, %v, want none, canceled", conns, err)
		}
	})
}

// TestSilence: the server reads, and says nothing or not enough, until we end it.
func TestSilence(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: go test without it has this test")
	}
	for name, c := range map[string]struct {
		words  string
		status int
	}{
		"nothing":       {"", 0},
		"half a header": {"HTTP/1.1 202 Accepted\r\nContent-", 0},
		"half a body":   {"HTTP/1.1 202 Accepted\r\nContent-Length: 1000\r\n\r\n{\"id\":", 202},
	} {
		for _, secure := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, deadline, TLS %v", name, secure), func(t *testing.T) {
				s := startRaw(t, secure, stalling(c.words))
				var err error
				for limit := 150 * time.Millisecond; ; limit *= 4 { // a busy machine needs longer until there is silence
					ctx, cancel := context.WithTimeout(t.Context(), limit)
					_, err = s.client(t).Send(ctx, testMessage())
					cancel()
					if e := asError(t, err); e.Outcome == Unknown && e.Status == c.status || limit > time.Minute {
						break
					}
				}
				wantOutcome(t, err, Unknown, c.status)
				if !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("got %v, want the deadline as its cause", err)
				}
			})
			t.Run(fmt.Sprintf("%s, canceled, TLS %v", name, secure), func(t *testing.T) {
				ctx, cancel := canceling(t)
				s := startRaw(t, secure, func(s *rawServer, conn net.Conn) {
					if s.readRequest(bufio.NewReader(conn)) {
						_, _ = io.WriteString(conn, c.words)
						cancel()
						_, _ = io.Copy(io.Discard, conn)
					}
				})
				_, err := s.client(t).Send(ctx, testMessage())
				// The words may be overtaken by the cancellation.
				if e := asError(t, err); e.Outcome != Unknown || !errors.Is(err, context.Canceled) {
					t.Errorf("got %v, want unknown, canceled", err)
				}
			})
		}
	}
}

// TestReusedConnection: a connection that dies under its second message is where
// net/http would be most tempted to send again.
func TestReusedConnection(t *testing.T) {
	for _, secure := range []bool{false, true} {
		for name, end := range map[string]func(net.Conn){"closed": func(net.Conn) {}, "reset": reset} {
			s := startRaw(t, secure, func(s *rawServer, conn net.Conn) {
				r := bufio.NewReader(conn)
				if s.readRequest(r) {
					_, _ = io.WriteString(conn, httpAnswer("202 Accepted", receiptJSON))
				}
				s.readRequest(r)
				end(conn)
			})
			c := s.client(t)
			if _, err := c.Send(t.Context(), testMessage()); err != nil {
				t.Fatalf("%s: first message: %v", name, err)
			}
			_, err := c.Send(t.Context(), testMessage())
			wantOutcome(t, err, Unknown, 0)
			if conns, requests, _ := s.seen(); conns != 1 || requests != 2 {
				t.Errorf("%s: got %d connections, %d requests, want 1, 2", name, conns, requests)
			}
		}
	}
}

// TestEndlessAnswer: no more than the limit is read, of a body or of headers.
func TestEndlessAnswer(t *testing.T) {
	for _, status := range []string{"202 Accepted", "400 Bad Request", "500 Oops"} {
		wrote := 0
		s := startRaw(t, false, func(s *rawServer, conn net.Conn) {
			if !s.readRequest(bufio.NewReader(conn)) {
				return
			}
			_, err := io.WriteString(conn, "HTTP/1.1 "+status+"\r\n\r\n")
			for block := strings.Repeat(" ", 64<<10); err == nil; wrote += len(block) {
				_, err = io.WriteString(conn, block)
			}
		})
		_, err := s.client(t).Send(t.Context(), testMessage())
		e := asError(t, err)
		if e.Answer == nil || len(e.Answer.Body) != maxAnswerBytes || !e.Answer.Truncated {
			t.Fatalf("%s: got answer %v, want %d bytes of it, truncated", status, e.Answer, maxAnswerBytes)
		}
		if e.Outcome != Unknown {
			t.Errorf("%s: got outcome %s, want unknown", status, e.Outcome)
		}
	}
}
