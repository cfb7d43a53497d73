//go:build unix

package e2e

import (
	"bytes"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"syscall"
	"testing"

	"telex/messaging/sandbox"
	"telex/ui/cli/clitest"
)

// killAPI is the sandbox in the process of the test, which says by the tag of a
// message when its request has arrived, and can hold it there.
type killAPI struct {
	box    *sandbox.Sandbox
	server *httptest.Server

	mu      sync.Mutex
	arrived map[string]chan struct{} // by tag; gets one request
	release map[string]chan struct{} // by tag; held until it is closed
}

func newKillAPI(t *testing.T) *killAPI {
	t.Helper()
	box, err := sandbox.New(t.Context(), sandbox.Config{Username: clitest.User, Password: clitest.Password})
	if err != nil {
		t.Fatal(err)
	}
	a := &killAPI{box: box, arrived: map[string]chan struct{}{}, release: map[string]chan struct{}{}}
	a.server = httptest.NewServer(a)
	t.Cleanup(func() {
		box.Close()
		a.server.CloseClientConnections()
		a.server.Close()
	})
	return a
}

func (a *killAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	var m struct{ Tag string }
	if json.Unmarshal(body, &m) == nil && m.Tag != "" {
		a.mu.Lock()
		arrived, release := a.arrived[m.Tag], a.release[m.Tag]
		a.mu.Unlock()
		if arrived != nil {
			arrived <- struct{}{}
		}
		if release != nil {
			<-release
		}
	}
	a.box.ServeHTTP(w, r)
}

// watch tells when the message with this tag arrives.
func (a *killAPI) watch(tag string) <-chan struct{} {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.arrived[tag] = make(chan struct{}, 8) // more than one arrival is what this looks for
	return a.arrived[tag]
}

// hold keeps the message with this tag from being looked at until it is let go.
func (a *killAPI) hold(tag string) (letGo func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	held := make(chan struct{})
	a.release[tag] = held
	return sync.OnceFunc(func() { close(held) })
}

// has reports whether a message with this tag was created.
func (a *killAPI) has(tag string) bool {
	for _, r := range a.box.Created() {
		if r.Tag == tag {
			return true
		}
	}
	return false
}

// A killProxy stands between one telex and the sandbox. It knows how far what it
// passes on has come.
type killProxy struct {
	listener net.Listener
	target   string
	base     string        // the API's base URL through it
	begun    chan struct{} // closed when the first part of a request came
	answered chan struct{} // closed when a whole answer was passed on
	resume   chan struct{} // a proxy that stops reading goes on when it is closed
	stops    bool
	tasks    sync.WaitGroup
	once     [2]sync.Once
}

// stopsAfter is how much of a request a proxy that stops reading has read by then.
const stopsAfter = 2048

// newKillProxy opens a proxy. One that does not accept lets connections wait in
// the system; one that stops reads the beginning of a request and no more.
func newKillProxy(t *testing.T, a *killAPI, accepts, stops bool) *killProxy {
	t.Helper()
	config := net.ListenConfig{}
	if stops { // small buffers and packets, or the system would take the request whole
		config.Control = func(_, _ string, c syscall.RawConn) error {
			return c.Control(func(fd uintptr) {
				_ = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF, 1)
				_ = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, syscall.TCP_MAXSEG, 536)
			})
		}
	}
	listener, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &killProxy{
		listener: listener, target: a.server.Listener.Addr().String(), stops: stops,
		base:  "http://" + listener.Addr().String() + sandbox.BasePath,
		begun: make(chan struct{}), answered: make(chan struct{}), resume: make(chan struct{}),
	}
	if accepts {
		p.tasks.Go(p.accept)
	}
	return p
}

func (p *killProxy) accept() {
	for {
		conn, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.tasks.Go(func() { p.pass(conn.(*net.TCPConn)) })
	}
}

// pass connects one connection with the sandbox.
func (p *killProxy) pass(from *net.TCPConn) {
	defer func() { _ = from.Close() }()
	conn, err := net.Dial("tcp", p.target)
	if err != nil {
		return
	}
	to := conn.(*net.TCPConn)
	defer func() { _ = to.Close() }()
	done := make(chan struct{})
	go func() { // answers
		defer close(done)
		p.answer(from, to)
	}()
	buffer := make([]byte, 1024)
	read := 0
	for {
		n, err := from.Read(buffer)
		if n > 0 {
			p.once[0].Do(func() { close(p.begun) })
			read += n
			if _, err := to.Write(buffer[:n]); err != nil {
				break
			}
		}
		if err != nil {
			break // telex is gone; so is its request
		}
		if p.stops && read >= stopsAfter {
			<-p.resume
			read = -1 << 30
		}
	}
	_ = to.Close()
	<-done
}

// answer passes an answer on and notes when its end was passed, which is the end
// of its JSON.
func (p *killProxy) answer(from, to *net.TCPConn) {
	buffer := make([]byte, 64<<10)
	for {
		n, err := to.Read(buffer)
		if n > 0 {
			if _, err := from.Write(buffer[:n]); err != nil {
				return
			}
			if bytes.HasSuffix(bytes.TrimSpace(buffer[:n]), []byte("}")) {
				p.once[1].Do(func() { close(p.answered) })
			}
		}
		if err != nil {
			_ = from.CloseWrite()
			return
		}
	}
}

// close ends the proxy and everything that passes it.
func (p *killProxy) close() {
	_ = p.listener.Close()
	select {
	case <-p.resume:
	default:
		close(p.resume)
	}
	p.tasks.Wait()
}
