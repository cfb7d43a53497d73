package trace

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"telex/messaging"
)

// told is a started trace, and what it told.
func told(value string) (*Trace, func() string) {
	var mu sync.Mutex
	var b strings.Builder
	start := time.Date(2026, 1, 31, 18, 0, 0, 0, time.UTC)
	t := New(func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		fmt.Fprintf(&b, format+"\n", args...)
	}, func() time.Time { start = start.Add(time.Millisecond); return start })
	t.Start(value)
	return t, func() string {
		mu.Lock()
		defer mu.Unlock()
		return b.String()
	}
}

func TestNumbersAreMasked(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		On:      "debug   0.001s  from +*********01 to %2B*********02, account 9900000\n",
		"1":     "debug   0.001s  from +*********01 to %2B*********02, account 9900000\n",
		Numbers: "debug   0.001s  from +12345678901 to %2B12345678902, account 9900000\n",
		"":      "", "0": "", "off": "",
	} {
		trace, said := told(value)
		trace.Note("from %s to %s, account 9900000", "+12345678901", "%2B12345678902")
		if got := said(); got != want {
			t.Errorf("%q: got %q, want %q", value, got, want)
		}
	}
}

func TestTries(t *testing.T) {
	t.Parallel()
	trace, said := told(On)
	trace.Try("send message", messaging.Attempt{Took: 120 * time.Millisecond, Status: 429, Waited: 2 * time.Second})
	trace.Try("send message", messaging.Attempt{Took: 3 * time.Second, Err: errors.New("connection lost to +12345678902")})
	for _, want := range []string{"send message: HTTP 429 after 120ms\n", "send message: once more after a pause of 2s\n", "send message: no answer: connection lost to +*********02 after 3s\n"} {
		if got := said(); !strings.Contains(got, want) {
			t.Errorf("got\n%s\nwant %q in it", got, want)
		}
	}
}

// A request tells of the name that is looked up, the connection, TLS and the answer.
func TestConnections(t *testing.T) {
	t.Parallel()
	server := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer server.Close()
	trace, said := told(On)
	get := func(address string) {
		r, err := http.NewRequestWithContext(trace.Context(t.Context()), http.MethodGet, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		if resp, err := server.Client().Do(r); err == nil {
			_ = resp.Body.Close()
		}
	}
	get(server.URL)
	get(server.URL)
	get("https://localhost:1") // nothing listens there
	for _, want := range []string{
		"connection: dialling 127.0.0.1:", "connection: made to 127.0.0.1:", "TLS: TLS 1.3, TLS_", "certificate of ", "request: written\n", "answer: begins\n",
		"connection: used again", "DNS: looking up localhost\n", "DNS: found ", "connect: connection refused\n",
	} {
		if got := said(); !strings.Contains(got, want) {
			t.Errorf("got\n%s\nwant %q in it", got, want)
		}
	}
}

// What is not on costs no hook, and none at all may be there.
func TestSilent(t *testing.T) {
	t.Parallel()
	var none *Trace
	none.Note("x")
	none.Try("x", messaging.Attempt{})
	none.Since(time.Now(), "x")
	trace, said := told("")
	for _, x := range []*Trace{none, trace} {
		if ctx := context.WithValue(t.Context(), url.Error{}, 1); x.Context(ctx) != ctx {
			t.Error("a silent trace changes the context")
		}
	}
	if said() != "" {
		t.Errorf("got %q of a silent trace", said())
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	for _, value := range []string{"", "0", "off", "1", On, Numbers} {
		if err := Check(value); err != nil {
			t.Error(err)
		}
	}
	if err := Check("all"); err == nil {
		t.Error(`"all" was taken`)
	}
}
