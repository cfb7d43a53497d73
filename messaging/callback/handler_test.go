package callback

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

const sent = `[{"type":"message-sent","to":"+19195550101","message":{"id":"a"}}]`

// receiver takes down what it is given.
type receiver struct {
	mu     sync.Mutex
	events []Event
	err    error
	panics any
}

func (r *receiver) receive(_ context.Context, events []Event) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.panics != nil {
		panic(r.panics)
	}
	if r.err == nil {
		r.events = append(r.events, events...)
	}
	return r.err
}

func handler(t testing.TB, c Config) *Handler {
	t.Helper()
	h, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// TestHandlerAnswers: each answer of the table of Handler, and what it tells of it.
func TestHandlerAnswers(t *testing.T) {
	pairs := []Pair{{"in", "s3cret"}, {"status", "pass:word"}}
	broken := errors.New("the disk is full")
	for _, c := range []struct {
		name, method, body string
		header             map[string]string
		user, password     string
		pairs              []Pair
		err                error
		panics             any
		status, events     int
		trust              Trust
		told               error
	}{
		{name: "one event", method: "POST", body: sent, status: 200, events: 1},
		{name: "an object", method: "POST", body: sent[1 : len(sent)-1], status: 200, events: 1},
		{name: "an empty array", method: "POST", body: "[]", status: 200},
		{name: "credentials that nobody asked for", method: "POST", body: sent, user: "in", password: "x", status: 200, events: 1},
		{name: "the first pair", method: "POST", body: sent, pairs: pairs, user: "in", password: "s3cret", status: 200, events: 1, trust: Trusted},
		{name: "the second pair", method: "POST", body: sent, pairs: pairs, user: "status", password: "pass:word", status: 200, events: 1, trust: Trusted},
		{name: "no credentials", method: "POST", body: sent, pairs: pairs, status: 401, told: ErrCredentials},
		{name: "a wrong password", method: "POST", body: sent, pairs: pairs, user: "in", password: "s3cre", status: 401, told: ErrCredentials},
		{name: "the password of the other", method: "POST", body: sent, pairs: pairs, user: "in", password: "pass:word", status: 401, told: ErrCredentials},
		{name: "credentials before the size", method: "POST", body: strings.Repeat(" ", MaxBody+1), pairs: pairs, status: 401, told: ErrCredentials},
		{name: "not JSON", method: "POST", body: "type=message-sent", status: 400, told: ErrNotEvents},
		{name: "nothing", method: "POST", status: 400, told: ErrNotEvents},
		{name: "too long", method: "POST", body: strings.Repeat(" ", MaxBody+1), status: 413, told: ErrTooLarge},
		{name: "too many", method: "POST", body: "[" + strings.Repeat("{},", MaxEvents) + "{}]", status: 413, told: ErrTooLarge},
		{name: "a page of another site", method: "POST", body: sent, header: map[string]string{"Sec-Fetch-Site": "cross-site"}, status: 403, told: ErrBrowser},
		{name: "an older browser", method: "POST", body: sent, header: map[string]string{"Origin": "https://evil.example"}, status: 403, told: ErrBrowser},
		{name: "it cannot be recorded", method: "POST", body: sent, err: broken, status: 503, told: broken},
		{name: "a panic", method: "POST", body: sent, panics: "oh no", status: 503},
		{name: "a health check", method: "GET", pairs: pairs, status: 200},
		{name: "one without a body", method: "HEAD", status: 200},
		{name: "another method", method: "PUT", body: sent, status: 405},
		{name: "a question before", method: "OPTIONS", status: 405},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := &receiver{err: c.err, panics: c.panics}
			status, told := 0, error(nil)
			h := handler(t, Config{Receive: got.receive, Pairs: c.pairs, Answered: func(_ *http.Request, s int, err error) { status, told = s, err }})
			r := httptest.NewRequest(c.method, "/any/path?at=all", strings.NewReader(c.body))
			for name, value := range c.header {
				r.Header.Set(name, value)
			}
			if c.user != "" {
				r.SetBasicAuth(c.user, c.password)
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code != c.status || status != c.status {
				t.Fatalf("answered %d and told %d, want %d", w.Code, status, c.status)
			}
			if len(got.events) != c.events || c.events > 0 && got.events[0].Trust != c.trust {
				t.Errorf("received %+v, want %d with trust %d", got.events, c.events, c.trust)
			}
			if c.told != nil && !errors.Is(told, c.told) || (told == nil) != (c.status == 200) {
				t.Errorf("told %v, want %v", told, c.told)
			}
			checkAnswer(t, c.method, w)
		})
	}
}

// checkAnswer checks what belongs to a status.
func checkAnswer(t *testing.T, method string, w *httptest.ResponseRecorder) {
	t.Helper()
	body, header := w.Body.String(), w.Header()
	switch w.Code {
	case 200:
		if want := map[string]string{"POST": "", "GET": "ok\n", "HEAD": "ok\n"}[method]; body != want {
			t.Errorf("body %q, want %q", body, want)
		}
	case 401:
		if !strings.HasPrefix(header.Get("WWW-Authenticate"), "Basic ") {
			t.Errorf("header %v", header)
		}
	case 405:
		if header.Get("Allow") != "GET, HEAD, POST" {
			t.Errorf("header %v", header)
		}
	case 503:
		if header.Get("Retry-After") == "" {
			t.Errorf("header %v", header)
		}
	}
	if strings.Contains(body, "disk") || strings.Contains(body, "oh no") {
		t.Errorf("the answer tells what is wrong here: %q", body)
	}
}

// TestReceiveOutlivesTheConnection: what was read whole is received though the other side
// has hung up, and is told to stop in time for an answer.
func TestReceiveOutlivesTheConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began, ended := time.Now(), time.Time{}
		type key struct{}
		h := handler(t, Config{Receive: func(ctx context.Context, _ []Event) error {
			if ctx.Err() != nil || ctx.Value(key{}) != "kept" {
				t.Errorf("the context: %v, %v", ctx.Err(), ctx.Value(key{}))
			}
			<-ctx.Done()
			ended = time.Now()
			return ctx.Err()
		}})
		hungUp, cancel := context.WithCancel(context.WithValue(t.Context(), key{}, "kept"))
		cancel()
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequestWithContext(hungUp, "POST", "/", strings.NewReader(sent)))
		if w.Code != 503 || ended.Sub(began) != ReceiveTime {
			t.Errorf("answered %d after %v, want 503 after %v", w.Code, ended.Sub(began), ReceiveTime)
		}
	})
}

// TestAnsweredPanics: a callback that is recorded is answered, whoever is told of it.
func TestAnsweredPanics(t *testing.T) {
	got := &receiver{}
	server := httptest.NewServer(handler(t, Config{Receive: got.receive, Answered: func(*http.Request, int, error) { panic("told") }}))
	defer server.Close()
	resp, err := http.Post(server.URL, "application/json", strings.NewReader(sent))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK || len(got.events) != 1 {
		t.Errorf("answered %d, received %d", resp.StatusCode, len(got.events))
	}
}

// TestBodyBreaksOff: half a body is not received, whatever stands in it, and one without
// an announced length is bounded too.
func TestBodyBreaksOff(t *testing.T) {
	got := &receiver{}
	told := make(chan error, 1)
	server := httptest.NewServer(handler(t, Config{Receive: got.receive, Answered: func(_ *http.Request, _ int, err error) { told <- err }}))
	defer server.Close()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s", len(sent)+1, sent)
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	conn.Close()
	if resp.StatusCode != http.StatusBadRequest {
		t.Errorf("half a body: answered %d", resp.StatusCode)
	}
	if err := <-told; !errors.Is(err, ErrNotEvents) {
		t.Errorf("half a body: told %v", err)
	}
	endless, err := http.Post(server.URL, "application/json", io.LimitReader(zeros{}, MaxBody+1))
	if err != nil {
		t.Fatal(err)
	}
	defer endless.Body.Close()
	if endless.StatusCode != http.StatusRequestEntityTooLarge || len(got.events) != 0 {
		t.Errorf("too much: answered %d, received %d", endless.StatusCode, len(got.events))
	}
}

// TestBodyNeverComes: whoever announces a body and sends none of it, or a part, is answered
// and rid of after BodyTime, whatever the answer is and without credentials too.
func TestBodyNeverComes(t *testing.T) {
	for _, c := range []struct {
		name, head string
		pairs      []Pair
		status     int
	}{
		{"without credentials", "POST / HTTP/1.1", []Pair{{"in", "s3cret"}}, 401},
		{"half a body", "POST / HTTP/1.1", nil, 400},
		{"a page of another site", "POST / HTTP/1.1\r\nSec-Fetch-Site: cross-site", nil, 403},
		{"a health check", "GET / HTTP/1.1", nil, 200},
		{"another method", "PUT / HTTP/1.1", nil, 405},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				here, there := net.Pipe()
				sockets := pipes{conns: make(chan net.Conn, 1), closed: make(chan struct{})}
				sockets.conns <- there
				server := &http.Server{Handler: handler(t, Config{Receive: (&receiver{}).receive, Pairs: c.pairs})}
				served := make(chan error, 1)
				go func() { served <- server.Serve(sockets) }()
				defer func() { _, _, _ = here.Close(), server.Close(), <-served }()
				began := time.Now()
				// Whoever holds a connection for ever is told so by the test, not by its time limit.
				_ = here.SetReadDeadline(began.Add(time.Hour))
				fmt.Fprintf(here, "%s\r\nHost: x\r\nContent-Length: 100\r\n\r\n[", c.head)
				answers := bufio.NewReader(here)
				resp, err := http.ReadResponse(answers, nil)
				if err != nil {
					t.Fatalf("no answer after %v: %v", time.Since(began), err)
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				resp.Body.Close()
				if _, err := answers.ReadByte(); err != io.EOF {
					t.Errorf("the connection is left open: %v", err)
				}
				if took := time.Since(began); resp.StatusCode != c.status || took > BodyTime+time.Second {
					t.Errorf("answered %d, closed after %v, want %d after %v", resp.StatusCode, took, c.status, BodyTime)
				}
			})
		})
	}
}

// pipes is a listener of connections within the process.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
}

func (p pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p pipes) Close() error { close(p.closed); return nil }

func (p pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "unix"} }

// zeros is a body without end.
type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = ' '
	}
	return len(b), nil
}

// TestNewRefuses: what cannot work is said at the start, without a password in it.
func TestNewRefuses(t *testing.T) {
	receive := (&receiver{}).receive
	for _, c := range []Config{
		{},
		{Receive: receive, Pairs: []Pair{{"", "s3cret"}}},
		{Receive: receive, Pairs: []Pair{{"good", "s3cret"}, {"a", ""}}},
		{Receive: receive, Pairs: []Pair{{"a:b", "s3cret"}}},
		{Receive: receive, Pairs: []Pair{{"a\n", "s3cret"}}},
		{Receive: receive, Pairs: []Pair{{"a", "s3cret\n"}}},
	} {
		if h, err := New(c); err == nil || h != nil || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%v: %v, %v", c.Pairs, h, err)
		}
	}
}

// TestPairIsMasked: a pair is printed without its password.
func TestPairIsMasked(t *testing.T) {
	p := Pair{"in", "s3cret"}
	encoded, err := json.Marshal([]Pair{p})
	if err != nil {
		t.Fatal(err)
	}
	said := string(encoded)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		said += fmt.Sprintf(verb, p) + fmt.Sprintf(verb, &p) + fmt.Sprintf(verb, []Pair{p}) + fmt.Sprintf(verb, Config{Pairs: []Pair{p}})
	}
	if strings.Contains(said, "s3c") || strings.Contains(said, fmt.Sprintf("%x", "s3c")) {
		t.Errorf("printed %q", said)
	}
}

// FuzzHandler: whatever is posted, the answer is that of the table, and no more is received
// than Parse reads.
func FuzzHandler(f *testing.F) {
	for _, body := range []string{received, failed, sent, "[]", "null", "[1]"} {
		f.Add([]byte(body), "POST", "in", "s3cret")
	}
	f.Add([]byte(sent), "GET", "", "")
	f.Fuzz(func(t *testing.T, body []byte, method, user, password string) {
		r, err := http.NewRequest(method, "http://telex.example/x", strings.NewReader(string(body)))
		if err != nil {
			return
		}
		r.SetBasicAuth(user, password)
		got := &receiver{}
		w := httptest.NewRecorder()
		handler(t, Config{Receive: got.receive, Pairs: []Pair{{"in", "s3cret"}}}).ServeHTTP(w, r)
		events, _ := Parse(body)
		trusted := r.Method == http.MethodPost && user == "in" && password == "s3cret"
		switch {
		case len(got.events) > 0 && (!trusted || w.Code != 200 || len(got.events) != len(events)):
			t.Fatalf("received %d of %d, answered %d, trusted %t", len(got.events), len(events), w.Code, trusted)
		case trusted && len(events) > 0 && len(got.events) == 0:
			t.Fatalf("received nothing of %d, answered %d", len(events), w.Code)
		}
		switch w.Code {
		case 200, 400, 401, 405, 413:
		default:
			t.Fatalf("answered %d", w.Code)
		}
	})
}
