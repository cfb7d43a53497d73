package messaging

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

const (
	testAccount = "9900000"
	testUser    = "api-user"
	testSecret  = "p4ss:w%rd&42"
	testApp     = "93de2206-9669-4e07-948d-329f4b722ee2"
	receiptJSON = `{"id":"14762070468292kw2fuqty55yp2b2","time":"2016-09-14T18:20:16Z","to":["+12345678902"],` +
		`"from":"+12345678901","text":"Hey, check this out!","applicationId":"93de2206-9669-4e07-948d-329f4b722ee2",` +
		`"tag":"test message","owner":"+12345678901","direction":"out","segmentCount":1}`
	refusalJSON = `{"type":"request-validation","description":"'from' is unknown","fieldErrors":[{"fieldName":"from","description":"unknown"}]}`
)

// TestMain looks for goroutines that outlived their tests: all servers are closed
// by then, so no connection has a reason to be.
func TestMain(m *testing.M) {
	code := m.Run()
	if code == 0 {
		if left := leftGoroutines(time.Minute); left != "" {
			fmt.Fprintf(os.Stderr, "goroutines left after the tests:\n%s\n", left)
			code = 1
		}
	}
	os.Exit(code)
}

// leftGoroutines waits until nothing of this package and of net/http runs any
// more, and returns the stacks of what still does after patience.
func leftGoroutines(patience time.Duration) string {
	tick, end := time.NewTicker(10*time.Millisecond), time.After(patience)
	defer tick.Stop()
	for late := false; ; {
		buf := make([]byte, 1<<20)
		var left []string
		for stack := range strings.SplitSeq(string(buf[:runtime.Stack(buf, true)]), "\n\n") {
			if strings.Contains(stack, "net/http.") || strings.Contains(stack, "telex/messaging.") && !strings.Contains(stack, "TestMain") {
				left = append(left, stack)
			}
		}
		if len(left) == 0 || late {
			return strings.Join(left, "\n\n")
		}
		select {
		case <-tick.C:
		case <-end:
			late = true // after a last look
		}
	}
}

// testMessage is valid, and the request of the API's first example.
func testMessage() Message {
	return Message{
		From: "+12345678901", To: []string{"+12345678902"}, Text: "Hey, check this out!",
		ApplicationID: testApp, Tag: "test message",
	}
}

// testClient calls base with Basic credentials.
func testClient(t *testing.T, base string, options ...Option) *Client {
	t.Helper()
	return authClient(t, Basic(testUser, testSecret), base, options...)
}

func authClient(t *testing.T, auth Authorizer, base string, options ...Option) *Client {
	t.Helper()
	c, err := New(testAccount, auth, append([]Option{WithBaseURL(base)}, options...)...)
	if err != nil {
		t.Fatalf("New(%q): %v", base, err)
	}
	return c
}

// handle serves h below a path prefix, so that an absolute path would fail, and
// returns the base URL.
func handle(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle("/some/gateway/v2/", http.StripPrefix("/some/gateway/v2", h))
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		t.Errorf("got a request for %s, want only paths below the base URL", r.URL)
		http.NotFound(w, r)
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s.URL + "/some/gateway/v2/"
}

// fakeAPI is a RoundTripper that plays one step a request, the last one for ever.
type fakeAPI struct {
	mu    sync.Mutex
	steps []step
	times []time.Time
	auths []string
}

// A step answers one request.
type step func(*http.Request) (*http.Response, error)

func (f *fakeAPI) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		_, _ = io.Copy(io.Discard, r.Body)
		_ = r.Body.Close()
	}
	f.mu.Lock()
	s := f.steps[min(len(f.times), len(f.steps)-1)]
	f.times = append(f.times, time.Now())
	f.auths = append(f.auths, r.Header.Get("Authorization"))
	f.mu.Unlock()
	return s(r)
}

func (f *fakeAPI) calls() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.times)
}

// pauses are the times between the requests.
func (f *fakeAPI) pauses() []time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	var d []time.Duration
	for i := 1; i < len(f.times); i++ {
		d = append(d, f.times[i].Sub(f.times[i-1]))
	}
	return d
}

// fakeClient talks to a fakeAPI of these steps.
func fakeClient(t *testing.T, steps ...step) (*Client, *fakeAPI) {
	t.Helper()
	f := &fakeAPI{steps: steps}
	return testClient(t, DefaultBaseURL, WithHTTPClient(&http.Client{Transport: f})), f
}

// answer is the step that answers; headers are "Name: value".
func answer(status int, body string, headers ...string) step {
	return func(r *http.Request) (*http.Response, error) {
		resp := &http.Response{
			StatusCode: status, Status: fmt.Sprintf("%d %s", status, http.StatusText(status)), Proto: "HTTP/1.1",
			Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)), Request: r,
		}
		for _, h := range headers {
			name, value, _ := strings.Cut(h, ": ")
			resp.Header.Add(name, value)
		}
		return resp, nil
	}
}

// failing is the step that fails.
func failing(err error) step {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

// noConnection is what a refused dial gives.
func noConnection() error {
	return &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
}

// silence is the step that never answers.
func silence(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, context.Cause(r.Context())
}

// asError is err as an *Error; the test ends if it is none.
func asError(t *testing.T, err error) *Error {
	t.Helper()
	e, ok := errors.AsType[*Error](err)
	if !ok {
		t.Fatalf("got error %v (%T), want an *Error", err, err)
	}
	return e
}

// wantOutcome checks a failed call.
func wantOutcome(t *testing.T, err error, outcome Outcome, status int) {
	t.Helper()
	_ = wantError(t, err, outcome, status)
}

// wantError is wantOutcome for who wants to see more of the error.
func wantError(t *testing.T, err error, outcome Outcome, status int) *Error {
	t.Helper()
	e := asError(t, err)
	if e.Outcome != outcome || e.Status != status {
		t.Errorf("got outcome %s, status %d, want %s, %d (%v)", e.Outcome, e.Status, outcome, status, err)
	}
	if got := OutcomeOf(err); got != outcome {
		t.Errorf("got OutcomeOf %s, want %s", got, outcome)
	}
	return e
}

// wantPrintable checks that text may go to a terminal; so may U+FFFD, if it is
// written as it should be.
func wantPrintable(t *testing.T, text string) {
	t.Helper()
	if !isPrintable(strings.ReplaceAll(text, "\ufffd", "")) {
		t.Errorf("got unprintable characters in %q", text)
	}
}
