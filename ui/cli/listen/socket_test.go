package listen

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"telex/ui/cli/clitest"
	"telex/ui/cli/service"
)

// TestConnectionsAreBounded: no more connections are taken than there are slots, one more
// when one ends, and a listener that waits for a slot can be closed.
func TestConnectionsAreBounded(t *testing.T) {
	t.Parallel()
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	slots := make(chan struct{}, 2)
	l := newBounded(inner, slots)
	type taken struct {
		conn net.Conn
		err  error
	}
	all := make(chan taken)
	go func() {
		for {
			c, err := l.Accept()
			all <- taken{c, err}
			if err != nil {
				return
			}
		}
	}()
	var conns []net.Conn
	for range 3 {
		c, err := net.Dial("tcp", inner.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
	}
	for range 2 {
		conns = append(conns, (<-all).conn)
	}
	if len(slots) != 2 {
		t.Errorf("%d slots taken, want 2", len(slots))
	}
	select {
	case <-all:
		t.Fatal("a third connection was taken")
	default:
	}
	conns[0].Close()
	conns[0].Close() // which net/http does too
	third := <-all
	if third.err != nil {
		t.Fatal(third.err)
	}
	if err := errors.Join(l.Close(), l.Close()); err != nil {
		t.Error(err)
	}
	if last := <-all; !errors.Is(last.err, net.ErrClosed) {
		t.Errorf("closed: got %v", last.err)
	}
	third.conn.Close()
	conns[1].Close()
	if len(slots) != 0 {
		t.Errorf("%d slots are still taken", len(slots))
	}
}

// TestPublic: with --public other machines reach telex, over the addresses that were named
// and no others.
func TestPublic(t *testing.T) {
	t.Parallel()
	r := start(t, t.TempDir(), nil, "--addr", "0.0.0.0:0", "--public")
	if !strings.HasPrefix(r.url, "http://0.0.0.0:") {
		t.Errorf("it listens on %s", r.url)
	}
	r.err.Await(t, "warning: callbacks cross the network unencrypted")
}

// TestInherited: sockets of a service manager are taken by the process that they are for,
// and by the rule of --public; what is no socket is refused.
func TestInherited(t *testing.T) {
	own := strconv.Itoa(os.Getpid())
	for _, c := range []struct {
		name     string
		pid, fds string
		want     string
	}{
		{"of nobody", "", "", ""},
		{"of another process", "1", "1", ""},
		{"nothing", own, "0", ""},
		{"no number", own, "many", "not \"many\""},
		{"too many", own, "100000", "LISTEN_FDS has to be a number of sockets"},
		{"below nothing", own, "-1", "LISTEN_FDS has to be a number of sockets"},
	} {
		sockets, err := service.Sockets(func(name string) (string, bool) {
			v := map[string]string{"LISTEN_PID": c.pid, "LISTEN_FDS": c.fds}[name]
			return v, v != ""
		}, maxConnections)
		if len(sockets) != 0 || (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, %v; want %q", c.name, sockets, err, c.want)
		}
	}
}

// TestNotify: a service manager is told when telex listens and when it ends, through the
// socket that it names.
func TestNotify(t *testing.T) {
	t.Chdir(t.TempDir()) // the whole name can be too long for a socket
	for _, name := range []string{"s", "@telex-test-" + strconv.Itoa(os.Getpid())} {
		path := name
		if strings.HasPrefix(path, "@") {
			path = "\x00" + path[1:]
		}
		manager, err := net.ListenPacket("unixgram", path)
		if err != nil {
			t.Skipf("no socket of that kind here: %v", err)
		}
		defer func() { _ = manager.Close() }()
		next := func() string {
			if err := manager.SetReadDeadline(time.Now().Add(clitest.Patience)); err != nil {
				t.Fatal(err)
			}
			b := make([]byte, 1000)
			n, _, err := manager.ReadFrom(b)
			if err != nil {
				t.Fatal(err)
			}
			return string(b[:n])
		}
		r := start(t, t.TempDir(), map[string]string{"NOTIFY_SOCKET": name})
		if got := next(); got != "READY=1\nSTATUS=listening" {
			t.Errorf("%s: told %q", name, got)
		}
		if got := r.get(t); got != "200 ok\n" {
			t.Errorf("%s: a health check got %q", name, got)
		}
		r.end(t)
		if got := next(); got != "STOPPING=1" {
			t.Errorf("%s: told %q", name, got)
		}
	}
	r := start(t, t.TempDir(), map[string]string{"NOTIFY_SOCKET": "nobody"})
	r.err.Await(t, `warning: systemd cannot be told`)
}

// get is a health check.
func (r *running) get(t testing.TB) string {
	t.Helper()
	resp, err := http.Get(r.url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%d %s", resp.StatusCode, body)
}
