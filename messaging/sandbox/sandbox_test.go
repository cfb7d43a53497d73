package sandbox

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// epoch is when the clock of a world begins.
var epoch = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// clock is a clock that only a test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// world is a sandbox with the default credentials on a real loopback server.
type world struct {
	*testing.T
	sandbox *Sandbox
	clock   *clock
	log     chan string // lines logged; the newest are lost when it is full
	url     string      // of the host, without a path
	http    *http.Client
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{T: t, clock: &clock{now: epoch}, log: make(chan string, 100)}
	sb, err := New(t.Context(), Config{Now: w.clock.Now, Log: w.logLine})
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	server := httptest.NewServer(sb)
	t.Cleanup(func() {
		sb.Close() // lets go of withheld answers, which server.Close would wait for
		server.Close()
	})
	w.sandbox, w.url, w.http = sb, server.URL, server.Client()
	return w
}

func (w *world) logLine(line string) {
	select {
	case w.log <- line:
	default:
	}
}

// answer is what came back for a request.
type answer struct {
	status int
	header http.Header
	body   string
}

const (
	messagesPath = "/api/v2/users/9900000/messages"
	mediaPath    = "/api/v2/users/9900000/media"
)

// try sends a request with the sandbox's username and password, and with JSON
// as its content type if it has a body; edit may change that.
func (w *world) try(method, path, body string, edit ...func(*http.Request)) (answer, error) {
	w.Helper()
	r, err := http.NewRequestWithContext(w.Context(), method, w.url+path, strings.NewReader(body))
	if err != nil {
		w.Fatalf("make %s %s: %v", method, path, err)
	}
	r.SetBasicAuth(DefaultUsername, DefaultPassword)
	if body != "" {
		r.Header.Set("Content-Type", "application/json; charset=utf-8")
	}
	for _, e := range edit {
		e(r)
	}
	resp, err := w.http.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return answer{resp.StatusCode, resp.Header, string(b)}, err
}

// do is try for a request that must be answered.
func (w *world) do(method, path, body string, edit ...func(*http.Request)) answer {
	w.Helper()
	a, err := w.try(method, path, body, edit...)
	if err != nil {
		w.Fatalf("%s %s %s: %v", method, path, body, err)
	}
	return a
}

// header sets a header of a request.
func header(name, value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

// textTo is a valid request for a text to some recipients.
func textTo(to ...string) string {
	return requestWith("to", to)
}

// requestWith is a valid request with some fields changed: name, value, name,
// value… A nil value removes the field.
func requestWith(changes ...any) string {
	fields := map[string]any{
		"to": []string{"+12345678902"}, "from": DefaultNumber, "text": "Hey, check this out!",
		"applicationId": DefaultApplicationID,
	}
	for i := 0; i < len(changes); i += 2 {
		if name := changes[i].(string); changes[i+1] == nil {
			delete(fields, name)
		} else {
			fields[name] = changes[i+1]
		}
	}
	return string(encodeJSON(fields))
}

// create sends body, which must be accepted, and returns the answer.
func (w *world) create(body string) createdBody {
	w.Helper()
	a := w.do(http.MethodPost, messagesPath, body)
	if a.status != http.StatusAccepted {
		w.Fatalf("create %s: got %d %s, want 202", body, a.status, a.body)
	}
	return decode[createdBody](w.T, a.body)
}

func decode[V any](t *testing.T, body string) V {
	t.Helper()
	var v V
	if err := json.Unmarshal([]byte(body), &v); err != nil {
		t.Fatalf("decode %q: %v", body, err)
	}
	return v
}

func TestRoutes(t *testing.T) {
	tests := []struct {
		method, path string
		status       int
		kind         string // of the API's error body
	}{
		{"GET", "/", 404, ""},
		{"GET", "/api/v2", 404, ""},
		{"GET", "/api/v2/users/9900000", 404, ""},
		{"POST", "/api/v2/users/9900000/messages/", 404, ""},
		{"POST", "/api/v2/users/9900000/messages/happy", 404, ""},
		{"GET", "/api/v2/users/9900000/media/", 404, ""},
		{"GET", "/api/v2/users/9900000/calls", 404, ""},
		{"GET", "/api/v2/users//messages", 404, ""},
		{"GET", "/api/v2/users/9900001/messages?limit=1", 401, "unauthorized"},
		{"GET", messagesPath + "?limit=1", 200, ""},
		{"HEAD", messagesPath + "?limit=1", 200, ""},
		{"PUT", messagesPath, 405, "method-not-allowed"},
		{"DELETE", messagesPath, 405, "method-not-allowed"},
		{"OPTIONS", messagesPath, 405, "method-not-allowed"},
		{"POST", mediaPath, 405, "method-not-allowed"},
		{"PATCH", mediaPath + "/a", 405, "method-not-allowed"},
		{"GET", TokenPath, 405, "method-not-allowed"},
	}
	w := newWorld(t)
	for _, tt := range tests {
		t.Run(tt.method+" "+tt.path, func(t *testing.T) {
			a := w.do(tt.method, tt.path, "")
			if a.status != tt.status {
				t.Fatalf("got %d %s, want %d", a.status, a.body, tt.status)
			}
			if tt.kind != "" {
				if got := decode[problem](t, a.body); got.Type != tt.kind || got.Description == "" {
					t.Errorf("got body %s, want type %q and a description", a.body, tt.kind)
				}
			}
			if allow := a.header.Get("Allow"); (allow != "") != (tt.status == 405) {
				t.Errorf("got Allow %q with status %d", allow, a.status)
			}
		})
	}
}

// The 404 of an unknown path has a shape of its own.
func TestUnknownPath(t *testing.T) {
	w := newWorld(t)
	a := w.do("GET", "/api/v2/users/9900000/messages/ha%1bppy", "")
	want := `{"timestamp":"2026-03-01T12:00:00.000+0000","status":404,"error":"Not Found",` +
		`"message":"Not Found","path":"/api/v2/users/9900000/messages/ha\u001bppy"}`
	if a.body != want {
		t.Errorf("got  %s\nwant %s", a.body, want)
	}
	if got := a.header.Get("Content-Type"); got != "application/json;charset=UTF-8" {
		t.Errorf("got content type %q", got)
	}
}

func TestCredentials(t *testing.T) {
	none := func(r *http.Request) { r.Header.Del("Authorization") }
	basic := func(name, password string) func(*http.Request) {
		return func(r *http.Request) { r.SetBasicAuth(name, password) }
	}
	tests := []struct {
		name   string
		edit   func(*http.Request)
		status int
	}{
		{"right", basic("sandbox", "sandbox"), 202},
		{"wrong password", basic("sandbox", "sandbo"), 401},
		{"wrong name", basic("sandbo", "xsandbox"), 401},
		{"empty", basic("", ""), 401},
		{"none", none, 401},
		{"unknown scheme", header("Authorization", "Digest sandbox"), 401},
		{"made-up token", header("Authorization", "Bearer c2FuZGJveA"), 401},
		{"no token", header("Authorization", "Bearer"), 401},
	}
	w := newWorld(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := w.do("POST", messagesPath, textTo("+12345678902"), tt.edit)
			if a.status != tt.status {
				t.Fatalf("got %d %s, want %d", a.status, a.body, tt.status)
			}
			if a.status != 401 {
				return
			}
			if want := `{"type":"unauthorized","description":"Authentication Failed"}`; a.body != want {
				t.Errorf("got %s, want %s", a.body, want)
			}
			if got := a.header.Values("WWW-Authenticate"); len(got) != 2 {
				t.Errorf("got WWW-Authenticate %q, want Basic and Bearer", got)
			}
		})
	}
	if n := len(w.sandbox.Created()); n != 1 {
		t.Errorf("got %d messages created, want 1", n)
	}
}

func TestHostMustBeLoopback(t *testing.T) {
	w := newWorld(t)
	for host, want := range map[string]int{
		"127.0.0.1:8095": 200, "127.8.9.1": 200, "localhost": 200, "LocalHost:1": 200, "[::1]:80": 200, "[::1]": 200,
		"example.com": 421, "localhost.example.com": 421, "127.0.0.1.example.com:80": 421, "10.0.0.1": 421, "[::]": 421,
	} {
		a := w.do("GET", messagesPath+"?limit=1", "", func(r *http.Request) { r.Host = host })
		if a.status != want {
			t.Errorf("host %q: got %d %s, want %d", host, a.status, a.body, want)
		}
	}
}

func TestLog(t *testing.T) {
	w := newWorld(t)
	id := w.create(requestWith("text", "a private matter")).ID
	w.do("GET", messagesPath+"?messageId=private", "")
	w.do("GET", "/a%1b[2Jb%C2%9bc", "")
	w.do("POST", messagesPath, textTo("12"))
	if _, err := w.try("POST", messagesPath, textTo("+19995550004")); err == nil {
		t.Error("…0004: got an answer")
	}
	for _, want := range []string{
		"POST " + messagesPath + " 202 created " + id,
		"GET " + messagesPath + " 200",
		"GET /a%1b[2Jb%C2%9bc 404 unknown path",
		"POST " + messagesPath + " 400 request-validation",
		"POST " + messagesPath + " no answer cut, nothing created",
	} {
		if got := <-w.log; got != want {
			t.Errorf("got line %q, want %q", got, want)
		}
	}
}
