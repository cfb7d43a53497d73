//go:build linux

package e2e

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"telex/messaging/outbox/outboxtest/sample"
	"telex/ui/cli/clitest"
)

// documented is the block of docs/listen.md in a language, or after it and the beginning
// of its first line, with other words in it, each of which has to be there.
func documented(t *testing.T, language string, change ...string) string {
	t.Helper()
	return documentedIn(t, "listen.md", language, change...)
}

// documentedIn is documented of another page.
func documentedIn(t *testing.T, page, language string, change ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", page))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(text), "```"+language)
	block, _, closed := strings.Cut(rest, "```\n")
	if !found || !closed {
		t.Fatalf("docs/%s has no block of %s", page, language)
	}
	for i := 0; i < len(change); i += 2 {
		if !strings.Contains(block, change[i]) {
			t.Fatalf("the block of %s has no %q:\n%s", language, change[i], block)
		}
		block = strings.ReplaceAll(block, change[i], change[i+1])
	}
	return block
}

// TestListenPasswordDocs: what the page says of a password makes one that nobody else can read,
// in the shells that people have, though all may read what this user makes.
func TestListenPasswordDocs(t *testing.T) {
	t.Parallel()
	inShells(t, func(t *testing.T, _ shell, path string) {
		home := t.TempDir()
		cmd := exec.CommandContext(t.Context(), path, "-c", "umask 022\nmkdir"+documented(t, "sh\nmkdir"))
		cmd.Env = []string{"HOME=" + home, "PATH=" + os.Getenv("PATH")}
		if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
			t.Fatalf("%v: %s", err, out)
		}
		file, err := os.Stat(filepath.Join(home, ".config", "telex", "listen-password"))
		if err != nil || file.Mode().Perm() != 0o600 || file.Size() < 24 {
			t.Errorf("got %v (%v), want a password with mode 0600", file, err)
		}
	})
}

// program finds a program, or skips the test with a word.
func program(t *testing.T, name string) string {
	t.Helper()
	for _, dir := range append(filepath.SplitList(os.Getenv("PATH")), "/usr/sbin", "/usr/local/sbin") {
		if path, err := exec.LookPath(filepath.Join(dir, name)); err == nil {
			return path
		}
	}
	clitest.Missing(t, name, "this test tries what telex says with the real one")
	return ""
}

// certificate makes one for localhost, and returns its file and that of its key.
func certificate(t *testing.T, folder string) (cert, key string) {
	t.Helper()
	secret, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"}, NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	body, err := x509.CreateCertificate(rand.Reader, template, template, secret.Public(), secret)
	if err != nil {
		t.Fatal(err)
	}
	secretBody, err := x509.MarshalPKCS8PrivateKey(secret)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(folder, "cert.pem"), filepath.Join(folder, "key.pem")
	for path, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: body}, key: {Type: "PRIVATE KEY", Bytes: secretBody}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}

// runs runs a program until the end of the test.
func runs(t *testing.T, env []string, name string, args ...string) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = clitest.Patience
	cmd.Env = append(os.Environ(), env...)
	said := &strings.Builder{}
	cmd.Stdout, cmd.Stderr = said, said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("%s said\n%s", name, said)
		}
	})
}

// probed runs telex listen with --probe at an address until it says what came of it, and
// that has to be good. Port is where telex listens; certs has what is trusted.
func probed(t *testing.T, port, address, certs string) {
	t.Helper()
	cmd := telexProcess(t, []string{"TELEX_LISTEN_PASSWORD=hush", "SSL_CERT_FILE=" + certs, "NO_PROXY=localhost,127.0.0.1", "PATH=" + os.Getenv("PATH")},
		"listen", "--addr", "127.0.0.1:"+port, "--user", "bandwidth", "--probe", address)
	said := clitest.NewPaper()
	cmd.Stderr = said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = cmd.Process.Signal(os.Interrupt)
		if err := cmd.Wait(); err != nil {
			t.Errorf("telex ended with %v\n%s", err, said)
		}
	}()
	said.Await(t, "(?s)probe: as user bandwidth, it arrived here in .*probe: without credentials, it is refused, as it should be")
}

// awaitPort waits until something listens.
func awaitPort(t *testing.T, port string) {
	t.Helper()
	for end := time.Now().Add(clitest.Patience); time.Now().Before(end); <-time.After(20 * time.Millisecond) {
		if c, err := net.Dial("tcp", "127.0.0.1:"+port); err == nil {
			c.Close()
			return
		}
	}
	t.Fatalf("nothing listens on port %s", port)
}

// TestListenBehindCaddy: what docs/listen.md has for caddy passes callbacks on.
func TestListenBehindCaddy(t *testing.T) {
	clitest.Slow(t, "caddy")
	t.Parallel()
	caddy, folder := program(t, "caddy"), t.TempDir()
	port, public := freePort(t), freePort(t)
	cert, key := certificate(t, folder)
	file := filepath.Join(folder, "Caddyfile")
	site := documented(t, "caddyfile", "telex.example.com {", "https://localhost:"+public+" {\n\tbind 127.0.0.1\n\ttls "+cert+" "+key, "127.0.0.1:8096", "127.0.0.1:"+port)
	if err := os.WriteFile(file, []byte("{\n\tadmin off\n\tauto_https off\n}\n"+site), 0o600); err != nil {
		t.Fatal(err)
	}
	runs(t, []string{"HOME=" + folder, "XDG_DATA_HOME=" + folder, "XDG_CONFIG_HOME=" + folder}, caddy, "run", "--config", file, "--adapter", "caddyfile")
	awaitPort(t, public)
	probed(t, port, "https://localhost:"+public+"/callbacks", cert)
}

// TestListenBehindNginx: what docs/listen.md has for nginx passes callbacks on.
func TestListenBehindNginx(t *testing.T) {
	clitest.Slow(t, "nginx")
	t.Parallel()
	nginx, folder := program(t, "nginx"), t.TempDir()
	port, public := freePort(t), freePort(t)
	cert, key := certificate(t, folder)
	site := documented(t, "nginx", "listen 443 ssl", "listen 127.0.0.1:"+public+" ssl", "127.0.0.1:8096", "127.0.0.1:"+port,
		"/etc/letsencrypt/live/telex.example.com/fullchain.pem", cert, "/etc/letsencrypt/live/telex.example.com/privkey.pem", key, "telex.example.com", "localhost")
	temporary := ""
	for _, kind := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		temporary += kind + "_temp_path " + filepath.Join(folder, kind) + ";\n"
	}
	file := filepath.Join(folder, "nginx.conf")
	if err := os.WriteFile(file, []byte("daemon off;\nmaster_process off;\npid "+filepath.Join(folder, "pid")+";\nerror_log stderr;\nevents {}\nhttp {\naccess_log off;\n"+temporary+site+"}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	runs(t, nil, nginx, "-p", folder, "-e", "stderr", "-c", file)
	awaitPort(t, public)
	probed(t, port, "https://localhost:"+public+"/callbacks", cert)
}

// TestListenThroughTunnel: the ssh of docs/listen.md passes callbacks on.
func TestListenThroughTunnel(t *testing.T) {
	clitest.Slow(t, "sshd")
	t.Parallel()
	s := startSSH(t)
	port, public := freePort(t), freePort(t)
	args := strings.Fields(documented(t, "sh\nssh -N", "telex.example.com", "127.0.0.1", "127.0.0.1:8096:127.0.0.1:8096", "127.0.0.1:"+public+":127.0.0.1:"+port))
	runs(t, nil, "ssh", append([]string{"-F", "none", "-p", s.port, "-i", s.path("user"), "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-N"}, args...)...)
	awaitPort(t, public)
	probed(t, port, "http://127.0.0.1:"+public+"/callbacks", "")
}

// TestListenUnits: systemd takes the units of docs/listen.md, and its own tool hands telex
// a socket.
func TestListenUnits(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	binary, err := telexBinary()
	if err != nil {
		t.Fatal(err)
	}
	analyze, folder := program(t, "systemd-analyze"), t.TempDir()
	socket, service := filepath.Join(folder, "telex-listen.socket"), filepath.Join(folder, "telex-listen.service")
	for path, unit := range map[string]string{
		socket: documented(t, "systemd-socket"), service: documented(t, "systemd-service", "/usr/local/bin/telex", binary),
	} {
		if err := os.WriteFile(path, []byte(unit), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	verify := exec.CommandContext(t.Context(), analyze, "verify", "--user", "--man=no", "--generators=no", socket, service)
	verify.Env = append(os.Environ(), "XDG_RUNTIME_DIR="+folder)
	said, err := verify.CombinedOutput()
	if err != nil || strings.Contains(string(said), "telex-listen") {
		t.Errorf("systemd-analyze verify: %v\n%s", err, said)
	}

	port := freePort(t)
	runs(t, []string{"XDG_STATE_HOME=" + folder}, program(t, "systemd-socket-activate"), "-l", "127.0.0.1:"+port, "-E", "XDG_STATE_HOME", "-E", "TELEX_LISTEN_PASSWORD=hush",
		binary, "listen", "--user", "bandwidth")
	awaitPort(t, port) // which starts telex
	probed(t, port, "http://127.0.0.1:"+port+"/", "")
}
