package sandbox

import (
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
)

func TestRecipientsThatRefuse(t *testing.T) {
	tests := []struct {
		to          string
		status      int
		contentType string
		body        string // a part of it
		created     int
	}{
		{"+19995550400", 400, jsonType, `{"type":"request-validation","description":"Your request could not be accepted","fieldErrors":[{"fieldName":"to"`, 0},
		{"+19995550401", 401, jsonType, `{"type":"unauthorized",`, 0},
		{"+19995550403", 403, jsonType, `{"type":"forbidden",`, 0},
		{"+19995550500", 500, jsonType, `{"type":"internal-server-error",`, 0},
		{"+19995550503", 503, jsonType, `{"type":"service-unavailable",`, 0},
		{"+19995550502", 502, "text/html", `<h1>502 Bad Gateway</h1>`, 0},
		{"+19995550504", 504, "text/html", `<h1>504 Gateway Timeout</h1>`, 1},
	}
	for _, tt := range tests {
		t.Run(tt.to, func(t *testing.T) {
			w := newWorld(t)
			a := w.do("POST", messagesPath, textTo(tt.to))
			if a.status != tt.status || a.header.Get("Content-Type") != tt.contentType || !strings.Contains(a.body, tt.body) {
				t.Errorf("got %d %s %s, want %d %s with %s", a.status, a.header.Get("Content-Type"), a.body, tt.status, tt.contentType, tt.body)
			}
			if got := len(w.sandbox.Created()); got != tt.created {
				t.Errorf("got %d messages created, want %d", got, tt.created)
			}
		})
	}
}

// The queue is full twice, then it is not, then it is again.
func TestRecipientWithFullQueue(t *testing.T) {
	w := newWorld(t)
	for i, want := range []int{429, 429, 202, 429, 429, 202} {
		a := w.do("POST", messagesPath, textTo("+19995550429"))
		if a.status != want {
			t.Fatalf("try %d: got %d %s, want %d", i+1, a.status, a.body, want)
		}
		if want != 429 {
			continue
		}
		if got := a.header.Get("Retry-After"); got != "1" {
			t.Errorf("try %d: got Retry-After %q, want 1", i+1, got)
		}
		if got := decode[problem](t, a.body).Type; got != "max-message-queue-size-exceeded" {
			t.Errorf("try %d: got type %q", i+1, got)
		}
	}
	if got := len(w.sandbox.Created()); got != 2 {
		t.Errorf("got %d messages created, want 2", got)
	}
}

func TestRecipientsThatCutTheConnection(t *testing.T) {
	for to, created := range map[string]int{"+19995550002": 1, "+19995550004": 0} {
		t.Run(to, func(t *testing.T) {
			w := newWorld(t)
			a, err := w.try("POST", messagesPath, textTo(to))
			if !errors.Is(err, syscall.ECONNRESET) {
				t.Errorf("got %+v and error %v, want a connection reset", a, err)
			}
			if got := len(w.sandbox.Created()); got != created {
				t.Errorf("got %d messages created, want %d", got, created)
			}
		})
	}
}

// Nothing is answered over TLS and HTTP/2 either.
func TestRecipientsThatCutTheConnectionOverTLS(t *testing.T) {
	for _, http2 := range []bool{false, true} {
		t.Run(fmt.Sprintf("HTTP/2 %v", http2), func(t *testing.T) {
			sb := newSandbox(t, Config{})
			server := httptest.NewUnstartedServer(sb)
			server.EnableHTTP2 = http2
			server.Config.ErrorLog = log.New(io.Discard, "", 0)
			server.StartTLS()
			defer server.Close()
			w := &world{T: t, url: server.URL, http: server.Client()}
			if a, err := w.try("POST", messagesPath, textTo("+19995550002")); err == nil || errors.Is(err, io.EOF) {
				t.Errorf("got %+v and error %v, want an abrupt end", a, err)
			}
			if got := len(sb.Created()); got != 1 {
				t.Errorf("got %d messages created, want 1", got)
			}
			w.create(textTo("+12345678902")) // the server is well
		})
	}
}

func TestRecipientWithHalfAnAnswer(t *testing.T) {
	w := newWorld(t)
	a := w.do("POST", messagesPath, textTo("+19995550005")) // the HTTP message is whole, or do would fail
	full := string(encodeJSON(w.sandbox.messages.all(w.clock.Now())[0].createdBody()))
	if a.status != http.StatusAccepted || a.body != full[:len(full)/2] || a.header.Get("Content-Type") != jsonType {
		t.Errorf("got %d %s %q, want 202 %s %q", a.status, a.header.Get("Content-Type"), a.body, jsonType, full[:len(full)/2])
	}
}

// Rules come before magic, and in a group the first recipient with an answer of
// its own decides.
func TestWhichRecipientDecides(t *testing.T) {
	tests := []struct {
		name, request string
		status        int
	}{
		{"last of a group", textTo("+12345678902", "+12345678903", "+19995550403"), 403},
		{"first of two", textTo("+19995550500", "+19995550403"), 500},
		{"those that only affect delivery are skipped", textTo("+19995550001", "+19995554432", "+19995550503"), 503},
		{"rules come first", requestWith("to", "+19995550500", "text", nil), 400},
		{"one digit more", textTo("+199955505000"), 202},
		{"another prefix", textTo("+19995540500"), 202},
		{"no meaning", textTo("+19995550006"), 202},
	}
	w := newWorld(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if a := w.do("POST", messagesPath, tt.request); a.status != tt.status {
				t.Errorf("got %d %s, want %d", a.status, a.body, tt.status)
			}
		})
	}
}
