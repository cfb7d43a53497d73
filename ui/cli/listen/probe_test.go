package listen

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"

	"telex/messaging/callback"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
	"telex/ui/cli/clitest"
	"telex/ui/cli/say"
)

// TestProbe: a probe goes through whatever stands in front of the listener, and what is
// wrong there is said with what to do. The listener records none of them.
func TestProbe(t *testing.T) {
	t.Parallel()
	state := t.TempDir()
	r := start(t, state, map[string]string{"TELEX_LISTEN_PASSWORD": "hush"}, "--user", "in", "--user", "status")
	behind, err := url.Parse(r.url)
	if err != nil {
		t.Fatal(err)
	}
	pass := func(change func(*httputil.ProxyRequest)) http.Handler {
		return &httputil.ReverseProxy{Rewrite: func(p *httputil.ProxyRequest) { p.SetURL(behind); change(p) }}
	}
	answer := func(status int, header ...string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			for i := 0; i < len(header); i += 2 {
				w.Header().Set(header[i], header[i+1])
			}
			w.WriteHeader(status)
			_, _ = io.WriteString(w, "<html>")
		})
	}
	right := []callback.Pair{{User: "in", Password: "hush"}, {User: "status", Password: "hush"}}
	for _, c := range []struct {
		name  string
		proxy http.Handler
		pairs []callback.Pair
		want  []string
		good  bool
	}{
		{
			"all is well", pass(func(*httputil.ProxyRequest) {}), right,
			[]string{"probe: as user in, it arrived here in ", "probe: as user status, it arrived here", "probe: without credentials, it is refused, as it should be"},
			true,
		},
		{
			"another password", pass(func(*httputil.ProxyRequest) {}),
			[]callback.Pair{{User: "in", Password: "other"}},
			[]string{"FAILED as user in: a telex listener refused it (401)", "runs with other --user names or passwords"},
			false,
		},
		{
			"credentials are taken away", pass(func(p *httputil.ProxyRequest) { p.Out.Header.Del("Authorization") }), right,
			[]string{"FAILED as user in: a telex listener refused it (401)", "takes the Authorization header away"},
			false,
		},
		{
			"credentials are added", pass(func(p *httputil.ProxyRequest) { p.Out.SetBasicAuth("in", "hush") }), right,
			[]string{"FAILED without credentials: it arrived here", "something in between adds credentials"},
			false,
		},
		{"asks itself", answer(401, "WWW-Authenticate", `Basic realm="members"`), right, []string{"something in between refused it (401)"}, false},
		{"sends elsewhere", answer(301, "Location", "https://www.telex.example/\u00a0\u202e"), right, []string{`sent elsewhere (301 to "https://www.telex.example/`, "use that address"}, false},
		{"no such path", answer(404), right, []string{"no such path (404)", "check the path"}, false},
		{"nobody behind it", answer(502), right, []string{"does not reach telex (502)"}, false},
		{"somebody else", answer(200), right, []string{"something else answered (200)", "the event would be lost"}, false},
		{"a header of another probe", answer(200, probeHeader, "OTHER"), right, []string{"something else answered (200)"}, false},
		{"broken", answer(500), nil, []string{"FAILED without credentials: the answer was 500"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			server := httptest.NewServer(c.proxy)
			defer server.Close()
			errs := clitest.NewPaper()
			err := prober{url: server.URL + "/callbacks", pairs: c.pairs, nonce: newNonce(), say: say.NewPrinter(clitest.NewPaper(), errs).Say}.run(t.Context())
			if (err == nil) != c.good || err != nil && say.CodeOf(err) != say.ExitUnsent {
				t.Errorf("got %v", err)
			}
			for _, want := range c.want {
				if !strings.Contains(errs.String(), want) {
					t.Errorf("got\n%s\nwant %q in it", errs, want)
				}
			}
			if strings.Contains(errs.String(), "hush") || strings.Contains(errs.String(), "\u202e") {
				t.Errorf("printed %q", errs)
			}
		})
	}
	r.end(t)
	if r.out.String() != "" {
		t.Errorf("printed %q", r.out)
	}
	if ids := sample.IDsIn(t, openOutbox(t, state), outbox.Filter{}); len(ids) != 0 {
		t.Errorf("recorded %v", ids)
	}
}

// TestProbeWithoutAnswer: why there was none, and what to do.
func TestProbeWithoutAnswer(t *testing.T) {
	t.Parallel()
	unknown := httptest.NewUnstartedServer(nil) // by a certificate that nobody signed
	unknown.Config.ErrorLog = log.New(io.Discard, "", 0)
	unknown.StartTLS()
	defer unknown.Close()
	plain := httptest.NewServer(nil)
	defer plain.Close()
	closed := httptest.NewServer(nil)
	closed.Close()
	for address, want := range map[string]string{
		unknown.URL: "its certificate is not good",
		strings.Replace(plain.URL, "http:", "https:", 1): "it does not speak TLS",
		closed.URL: "connection refused",
	} {
		errs := clitest.NewPaper()
		p := prober{url: address, nonce: newNonce(), say: say.NewPrinter(clitest.NewPaper(), errs).Say}
		if err := p.run(t.Context()); err == nil || !strings.Contains(errs.String(), want) {
			t.Errorf("%s: %v\n%s\nwant %q", address, err, errs, want)
		}
	}
}

// TestProbeOfNoHost: a name that nobody has is said to be one; no network is asked here.
func TestProbeOfNoHost(t *testing.T) {
	what, next := failed(&url.Error{Op: "Post", Err: &net.DNSError{Err: "no such host", Name: "telex.example", IsNotFound: true}})
	if what != "there is no host telex.example" || !strings.Contains(next, "DNS record") {
		t.Errorf("got %q, %q", what, next)
	}
}

// TestProbeAtStart: --probe probes the listener that was just started, and one that runs
// already if the address is taken.
func TestProbeAtStart(t *testing.T) {
	t.Parallel()
	env := map[string]string{"TELEX_LISTEN_PASSWORD": "hush"}
	running := start(t, t.TempDir(), env, "--user", "in")
	out, errs := clitest.NewPaper(), clitest.NewPaper()
	cmd := Command(worldOf(t.TempDir(), env, out, errs))
	cmd.SetArgs([]string{"--addr", strings.TrimPrefix(running.url, "http://"), "--user", "in", "--probe", running.url})
	if err := cmd.ExecuteContext(t.Context()); err != nil {
		t.Errorf("got %v\n%s", err, errs)
	}
	for _, want := range []string{"is in use: something listens there already; probing that", "probe: as user in, it arrived here", "probe: without credentials, it is refused"} {
		if !strings.Contains(errs.String(), want) {
			t.Errorf("got\n%s\nwant %q in it", errs, want)
		}
	}
	if strings.Contains(running.out.String(), "probe") {
		t.Errorf("printed %q", running.out)
	}
}

// TestForeignNonce: anybody may post a probe, and can put nothing into the answer with it.
func TestForeignNonce(t *testing.T) {
	for id, want := range map[string]string{"ABC234": "ABC234", "abc": "", "A\r\nX: y": "", strings.Repeat("A", 65): "", "": ""} {
		h := http.Header{}
		ctx := context.WithValue(t.Context(), probeKey{}, h)
		left := prober{}.take(ctx, []callback.Event{{Type: probeType, Message: callback.Message{ID: id}}, {Type: callback.MessageSent}})
		if h.Get(probeHeader) != want || len(left) != 1 {
			t.Errorf("%q: answered %v, left %d", id, h, len(left))
		}
	}
}
