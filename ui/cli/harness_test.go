package cli

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"telex/messaging/sandbox"
)

// asTelex in the environment makes the test binary behave as telex, for tests
// that need a process of their own.
const asTelex = "TELEX_TEST_AS_TELEX"

func TestMain(m *testing.M) {
	usualUmask()
	switch os.Getenv(asTelex) {
	case "":
		os.Exit(inOwnFolder(m.Run))
	case "stubborn":
		stubborn()
	case "crash":
		crashing()
	default:
		os.Exit(Main(os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr))
	}
}

// scratch is a folder of this run of the tests, which is removed at its end.
var scratch string

// inOwnFolder keeps whatever a test starts from the folders of the user.
func inOwnFolder(tests func() int) (code int) {
	var err error
	if scratch, err = os.MkdirTemp("", "telex-test-"); err != nil {
		panic(err)
	}
	defer func() { _ = os.RemoveAll(scratch) }()
	for _, name := range []string{"XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "HOME"} {
		if name == "HOME" || os.Getenv(name) != "" {
			keepGoCaches()
			_ = os.Setenv(name, filepath.Join(scratch, name))
		}
	}
	return tests()
}

// keepGoCaches keeps the caches of the go command where they are, wherever HOME is.
func keepGoCaches() {
	for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOPATH"} {
		if out, err := exec.Command("go", "env", name).Output(); err == nil {
			_ = os.Setenv(name, strings.TrimSpace(string(out)))
		}
	}
}

// telexBinary builds telex, once, and returns its path.
var telexBinary = sync.OnceValues(func() (string, error) {
	binary := filepath.Join(scratch, "bin", "telex")
	out, err := exec.Command("go", "build", "-o", binary, "telex").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build telex: %w\n%s", err, out)
	}
	return binary, nil
})

// withState is env with a folder for the outbox, unless it names one.
func withState(t *testing.T, env []string) []string {
	t.Helper()
	for _, v := range env {
		if strings.HasPrefix(v, "XDG_STATE_HOME=") || strings.HasPrefix(v, "HOME=") {
			return env
		}
	}
	return append(slices.Clone(env), "XDG_STATE_HOME="+t.TempDir())
}

// The sandbox's credentials in these tests are such that no output can hold them
// by chance.
const (
	testUser         = "tester-51f0"
	testPassword     = `pa55&word/"hush"`
	testClientID     = "client-77ab"
	testClientSecret = "client+secret=hush/hush"
)

// api is a sandbox that remembers what it was sent.
type api struct {
	base string // the API's base URL
	box  http.Handler

	mu       sync.Mutex
	bodies   []string // of messages, as received
	agents   []string
	tokens   int           // how many were asked for
	auths    []string      // Authorization headers, without their scheme
	received chan struct{} // gets something for each message received; never blocks
}

func newAPI(t *testing.T) *api {
	t.Helper()
	return newAPIAt(t, time.Now)
}

// newAPIAt is a sandbox with a clock of its own.
func newAPIAt(t *testing.T, now func() time.Time) *api {
	t.Helper()
	box, err := sandbox.New(t.Context(), sandbox.Config{
		Username: testUser, Password: testPassword, ClientID: testClientID, ClientSecret: testClientSecret, Now: now,
	})
	if err != nil {
		t.Fatal(err)
	}
	a := &api{box: box, received: make(chan struct{}, 100)}
	server := httptest.NewServer(a)
	t.Cleanup(func() {
		box.Close() // first, for it gives up the answers that it withholds
		server.CloseClientConnections()
		server.Close()
	})
	a.base = server.URL + sandbox.BasePath
	return a
}

func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, auth, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	a.mu.Lock()
	a.auths = append(a.auths, auth)
	switch {
	case r.URL.Path == sandbox.TokenPath:
		a.tokens++
	case r.Method == http.MethodPost:
		a.bodies = append(a.bodies, string(body))
		a.agents = append(a.agents, r.UserAgent())
		a.received <- struct{}{}
	}
	a.mu.Unlock()
	a.box.ServeHTTP(w, r)
}

// sent is what the API was asked to send, in its order.
func (a *api) sent() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.bodies)
}

// env is the environment of somebody who uses this API.
func (a *api) env(more ...string) []string {
	return append(environ(a.base), more...)
}

// environ is the environment of somebody who uses the API at base, with a username.
func environ(base string) []string {
	return []string{
		"TELEX_BASE_URL=" + base, "BW_ACCOUNT_ID=" + sandbox.DefaultAccountID,
		"BW_MESSAGING_APPLICATION_ID=" + sandbox.DefaultApplicationID, "BW_NUMBER=" + sandbox.DefaultNumber,
		"BW_USERNAME=" + testUser, "BW_PASSWORD=" + testPassword,
	}
}

// ended is what a run left behind.
type ended struct {
	code     exitCode
	out, err string
}

// runTelex runs telex in this process, and checks what holds for every run: no
// secret and nothing that could drive a terminal is printed. Unless env says where,
// the run has an outbox of its own.
func runTelex(t *testing.T, env []string, stdin string, args ...string) ended {
	t.Helper()
	return runTelexWithin(t.Context(), t, env, stdin, args...)
}

func runTelexWithin(ctx context.Context, t *testing.T, env []string, stdin string, args ...string) ended {
	t.Helper()
	var out, errs bytes.Buffer
	code := run(ctx, process{
		args: args, environ: withState(t, env), in: strings.NewReader(stdin), out: &out, err: &errs, now: time.Now,
		keyring: noKeyring(),
	})
	e := ended{code, out.String(), errs.String()}
	checkOutput(t, args, e)
	return e
}

func checkOutput(t *testing.T, args []string, e ended) {
	t.Helper()
	for _, output := range []string{e.out, e.err} {
		for _, form := range secretForms() {
			if strings.Contains(output, form) {
				t.Errorf("telex %q: the output holds the secret %q:\n%s", args, form, output)
			}
		}
		if i := strings.IndexFunc(output, drivesTerminal); i >= 0 {
			t.Errorf("telex %q: the output holds %q, which can drive a terminal:\n%q", args, []rune(output[i:])[0], output)
		}
		if strings.Contains(output, "%!") {
			t.Errorf("telex %q: the output was badly formatted:\n%s", args, output)
		}
	}
}

// secretForms is what the tests' secrets look like on the wire.
func secretForms() []string {
	var forms []string
	for id, secret := range map[string]string{testUser: testPassword, testClientID: testClientSecret} {
		quoted, _ := json.Marshal(secret)
		for _, s := range []string{secret, url.QueryEscape(secret), url.PathEscape(secret), strings.Trim(string(quoted), `"`)} {
			forms = append(
				forms, s,
				base64.StdEncoding.EncodeToString([]byte(s)),
				base64.StdEncoding.EncodeToString([]byte(id+":"+s)),
				base64.URLEncoding.EncodeToString([]byte(id+":"+s)),
			)
		}
	}
	return forms
}

// drivesTerminal reports whether r may do something other than be shown.
func drivesTerminal(r rune) bool {
	switch {
	case r == '\n' || r == '\t':
		return false
	case r == '\u061c', r >= '\u200b' && r <= '\u200f', r >= '\u2028' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
		return true // bidi controls, zero width, line separators
	}
	return unicode.IsControl(r)
}

// want checks how a run ended. Each of within has to be in its standard error.
func (e ended) want(t *testing.T, code exitCode, within ...string) {
	t.Helper()
	if e.code != code {
		t.Errorf("got exit code %d, want %d\nstdout: %s\nstderr: %s", e.code, code, e.out, e.err)
	}
	for _, w := range within {
		if !strings.Contains(e.err, w) {
			t.Errorf("got stderr\n%s\nwant %q in it", e.err, w)
		}
	}
}

// decode reads the whole of standard output as one JSON value.
func (e ended) decode(t *testing.T, into any) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(e.out))
	if err := d.Decode(into); err != nil {
		t.Fatalf("stdout is no JSON: %v\n%s", err, e.out)
	}
	if _, err := d.Token(); err != io.EOF {
		t.Errorf("stdout has more than one JSON value (%v):\n%s", err, e.out)
	}
}
