package sandbox

import (
	"context"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

func newSandbox(t *testing.T, c Config) *Sandbox {
	t.Helper()
	sb, err := New(t.Context(), c)
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	t.Cleanup(sb.Close)
	return sb
}

func TestListen(t *testing.T) {
	for _, addr := range []string{"127.0.0.1:0", "localhost:0", "127.1.2.3:0"} {
		t.Run(addr, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			server, err := newSandbox(t, Config{}).Listen(ctx, addr)
			if err != nil {
				t.Fatalf("Listen: %v", err)
			}
			host, ok := strings.CutSuffix(server.BaseURL, BasePath)
			if !ok {
				t.Fatalf("got base URL %s, want %s at its end", server.BaseURL, BasePath)
			}
			w := &world{T: t, url: host, http: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}}
			w.create(textTo("+12345678902"))
			cancel()
			if err := server.Wait(); err != nil {
				t.Errorf("Wait: %v", err)
			}
			if a, err := w.try("GET", messagesPath, ""); err == nil {
				t.Errorf("after the end: got %+v, want no connection", a)
			}
		})
	}
}

// An answer that is withheld does not hold up the end.
func TestListenStopsWithheldAnswers(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	whileHandling := func() time.Time {
		cancel()
		return epoch
	}
	server, err := newSandbox(t, Config{Now: whileHandling}).Listen(ctx, "127.0.0.1:0")
	if err != nil {
		t.Fatalf("Listen: %v", err)
	}
	w := &world{T: t, url: strings.TrimSuffix(server.BaseURL, BasePath), http: http.DefaultClient}
	if a, err := w.try("POST", messagesPath, textTo("+19995550003")); err == nil {
		t.Errorf("got %+v, want no answer", a)
	}
	if err := server.Wait(); err != nil {
		t.Errorf("Wait: %v", err)
	}
}

func TestListenRefuses(t *testing.T) {
	taken, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("listen: %v", err)
	}
	defer taken.Close()
	for addr, want := range map[string]string{
		"0.0.0.0:0":               "loopback only",
		":0":                      "loopback only",
		"[::]:0":                  "loopback only",
		"192.0.2.1:8095":          "loopback only",
		"example.com:8095":        "loopback only",
		"localhost":               "want host and port",
		"127.0.0.1":               "want host and port",
		"127.0.0.1:99999":         "invalid port",
		taken.Addr().String():     "in use",
		"localhost.example:0":     "loopback only",
		"127.0.0.1.example.com:0": "loopback only",
	} {
		server, err := newSandbox(t, Config{}).Listen(t.Context(), addr)
		if err == nil {
			t.Errorf("%q: got %s, want an error", addr, server.BaseURL)
		} else if !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), `"`+addr+`"`) {
			t.Errorf("%q: got error %q, want %q and the address in it", addr, err, want)
		}
	}
}
