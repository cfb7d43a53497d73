package clitest

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"telex/messaging/sandbox"
)

// An API is a sandbox that remembers what it was sent. It takes the credentials of this
// package, and may be used by several goroutines.
type API struct {
	Base     string        // the API's base URL
	Received chan struct{} // gets something for each message received; never blocks

	box http.Handler

	mu     sync.Mutex
	bodies []string // of messages, as received
	agents []string
	tokens int      // how many were asked for
	lists  int      // questions about messages
	auths  []string // Authorization headers, without their scheme

	uploads int // the status that uploads are refused with; 0 for none

	// RetryAfter is what its 429 says in place of a second; "" leaves it. Set it before the
	// first call.
	RetryAfter string
}

// Refusing is the address of a port at which nothing listens: one below 1024, which is never
// given to a test that asks for any.
const Refusing = "http://127.0.0.1:1"

// NewAPI is a sandbox that serves until the end of the test.
func NewAPI(t *testing.T) *API {
	t.Helper()
	return NewAPIAt(t, time.Now)
}

// NewAPIAt is a sandbox with a clock of its own.
func NewAPIAt(t *testing.T, now func() time.Time) *API {
	t.Helper()
	return NewAPIOf(t, sandbox.Config{Now: now})
}

// NewAPIOf is a sandbox of that Config, but for the credentials, which are this package's.
func NewAPIOf(t *testing.T, c sandbox.Config) *API {
	t.Helper()
	c.Username, c.Password, c.ClientID, c.ClientSecret = User, Password, ClientID, ClientSecret
	box, err := sandbox.New(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	a := &API{box: box, Received: make(chan struct{}, 100)}
	server := httptest.NewServer(a)
	t.Cleanup(func() {
		box.Close() // first, for it gives up the answers that it withholds
		server.CloseClientConnections()
		server.Close()
	})
	a.Base = server.URL + sandbox.BasePath
	return a
}

func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, auth, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	a.mu.Lock()
	a.auths = append(a.auths, auth)
	switch {
	case r.URL.Path == sandbox.TokenPath:
		a.tokens++
	case r.Method == http.MethodGet:
		a.lists++
	case r.Method == http.MethodPost:
		a.bodies = append(a.bodies, string(body))
		a.agents = append(a.agents, r.UserAgent())
		a.Received <- struct{}{}
	}
	refuse := a.uploads
	a.mu.Unlock()
	if refuse != 0 && r.Method == http.MethodPut {
		w.WriteHeader(refuse)
		return
	}
	if a.RetryAfter != "" {
		w = patient{w, a.RetryAfter}
	}
	a.box.ServeHTTP(w, r)
}

// A patient answer says another time after which to come back.
type patient struct {
	http.ResponseWriter

	after string
}

// WriteHeader sets it where the API is busy.
func (p patient) WriteHeader(status int) {
	if status == http.StatusTooManyRequests {
		p.Header().Set("Retry-After", p.after)
	}
	p.ResponseWriter.WriteHeader(status)
}

// RefuseUploads makes it answer all uploads from now on with a status.
func (a *API) RefuseUploads(status int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.uploads = status
}

// Sent is what the API was asked to send, in its order.
func (a *API) Sent() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.bodies)
}

// Lists is how many questions about messages it was asked.
func (a *API) Lists() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.lists
}

// Agents are the user agents of what it was asked to send, in its order.
func (a *API) Agents() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.agents)
}

// Auths are the Authorization headers of all requests, without their scheme.
func (a *API) Auths() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.auths)
}

// Tokens is how many OAuth tokens it was asked for.
func (a *API) Tokens() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.tokens
}

// Env is the environment of somebody who uses this API with a username, and more.
func (a *API) Env(more ...string) []string { return append(Environ(a.Base), more...) }

// Environ is the environment of somebody who uses the API at base with a username.
func Environ(base string) []string {
	return []string{
		"TELEX_BASE_URL=" + base, "BW_ACCOUNT_ID=" + sandbox.DefaultAccountID,
		"BW_MESSAGING_APPLICATION_ID=" + sandbox.DefaultApplicationID, "BW_NUMBER=" + sandbox.DefaultNumber,
		"BW_USERNAME=" + User, "BW_PASSWORD=" + Password,
	}
}
