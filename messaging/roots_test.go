package messaging

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

// TestQuickRoots: who is in the bundle is trusted at once; about anybody else everything that
// the system trusts is asked, by a second connection; and the roots that a program gave are
// the only ones.
func TestQuickRoots(t *testing.T) {
	var connections atomic.Int32
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			connections.Add(1)
		}
	}
	server.StartTLS()
	defer server.Close()
	known, stranger := x509.NewCertPool(), x509.NewCertPool()
	known.AddCert(server.Certificate())
	for _, c := range []struct {
		name         string
		quick, given *x509.CertPool
		good         bool
		connections  int32
	}{
		{"in the bundle", known, nil, true, 1},
		{"not in the bundle", stranger, nil, false, 2},
		{"no bundle", nil, nil, false, 1},
		{"roots that were given", stranger, known, true, 1},
		{"roots that were given, and not this one", known, stranger, false, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			connections.Store(0)
			transport := NewHTTPClient().Transport.(*http.Transport)
			d := dialerOf(t.Context(), transport)
			d.quick = func() *x509.CertPool { return c.quick }
			transport.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: c.given}
			conn, err := d.dialTLS(t.Context(), "tcp", server.Listener.Addr().String())
			if err == nil {
				_ = conn.Close()
			}
			if good := err == nil; good != c.good {
				t.Errorf("it was trusted: %v (%v), want %v", good, err, c.good)
			}
			if n := connections.Load(); n != c.connections {
				t.Errorf("it took %d connections, want %d", n, c.connections)
			}
		})
	}
}

// TestRootsOf: the bundle is the file that x509 would read, and where x509 reads something
// else there is none.
func TestRootsOf(t *testing.T) {
	server := httptest.NewTLSServer(nil)
	server.Close()
	at := func(name, text string) string {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	good := at("good", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})))
	empty, missing := at("empty", "nothing\n"), good+".missing"
	for _, c := range []struct {
		env   string
		files []string
		found bool
	}{
		{"", []string{missing, good}, true},
		{"", []string{missing}, false},
		{"", nil, false},
		{"", []string{empty, good}, false}, // x509 looks no further either
		{"SSL_CERT_FILE=" + good, []string{missing}, true},
		{"SSL_CERT_FILE=" + missing, []string{good}, false},
		{"SSL_CERT_DIR=" + filepath.Dir(good), []string{good}, false},
	} {
		roots := rootsOf(func(name string) string {
			value, _ := strings.CutPrefix(c.env, name+"=")
			if value == c.env {
				return ""
			}
			return value
		}, c.files)
		if found := roots != nil; found != c.found {
			t.Errorf("with %q and %q there are roots: %v, want %v", c.env, c.files, found, c.found)
		}
	}
}
