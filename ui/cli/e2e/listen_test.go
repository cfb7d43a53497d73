//go:build unix

package e2e

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
	"telex/messaging/outbox/sqlite"
	"telex/ui/cli/clitest"
)

// A listening is a socket that stays open while telex listen is killed and started on it
// again and again, as systemd keeps one.
type listening struct {
	t      *testing.T
	state  string
	url    string
	socket *os.File
}

func newListening(t *testing.T) *listening {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	socket, err := l.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = socket.Close() })
	return &listening{t: t, state: t.TempDir(), url: "http://" + l.Addr().String(), socket: socket}
}

// start starts telex listen on the socket.
func (l *listening) start(ctx context.Context, errs io.Writer) *exec.Cmd {
	l.t.Helper()
	cmd := l.command(ctx, errs)
	if err := cmd.Start(); err != nil {
		l.t.Fatal(err)
	}
	return cmd
}

// command prepares telex listen on the socket. The shell is replaced by it, so that the
// process is the one that the socket is for.
func (l *listening) command(ctx context.Context, errs io.Writer) *exec.Cmd {
	l.t.Helper()
	binary, err := telexBinary()
	if err != nil {
		l.t.Fatal(err)
	}
	cmd := exec.CommandContext(ctx, "sh", "-c", `LISTEN_PID=$$ LISTEN_FDS=1 exec "$0" "$@"`, binary, "listen", "--json")
	cmd.Env = []string{"XDG_STATE_HOME=" + l.state, "HOME=" + l.state, "PATH=" + os.Getenv("PATH")}
	cmd.ExtraFiles = []*os.File{l.socket}
	cmd.Stderr = errs
	return cmd
}

// A poster posts as Bandwidth does: again and again until it is answered with a 2xx.
type poster struct {
	url      string
	client   *http.Client
	mu       sync.Mutex
	answered map[string]bool // by the id of the message: with a 2xx
	broken   int             // posts without an answer, or with another one
	first    chan struct{}   // takes a value at each 2xx, if somebody wants it
}

// run posts until the end of ctx. One event in 100 is posted twice, as the API may do.
func (p *poster) run(ctx context.Context, name string) {
	for n := 0; ctx.Err() == nil; n++ {
		id := fmt.Sprintf("%s-%d", name, n)
		for ctx.Err() == nil {
			if p.post(ctx, id) {
				break
			}
		}
		if n%100 == 0 {
			p.post(ctx, id)
		}
	}
}

func (p *poster) post(ctx context.Context, id string) bool {
	body := `[{"type":"message-received","time":"2026-11-26T04:05:06.160744Z","to":"+12345678901","message":{"id":"` + id +
		`","direction":"in","from":"+19195550102","to":["+12345678901"],"text":"` + id + `"}}]`
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.url, strings.NewReader(body))
	if err != nil {
		panic(err)
	}
	resp, err := p.client.Do(req)
	good := err == nil && resp.StatusCode/100 == 2
	if err == nil {
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if !good {
		p.broken++
		return false
	}
	p.answered[id] = true
	select {
	case p.first <- struct{}{}:
	default:
	}
	return true
}

// TestListenKilled: telex listen is killed while callbacks come in, and started anew. What
// was answered with a 2xx is in the outbox, once; and the socket, which a service manager
// keeps, refuses nobody meanwhile.
func TestListenKilled(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	rounds := 4
	if clitest.Soak() {
		rounds = 300
	}
	l := newListening(t)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	p := &poster{
		url: l.url, answered: map[string]bool{}, first: make(chan struct{}, 1),
		client: &http.Client{Timeout: clitest.Patience, Transport: &http.Transport{MaxIdleConnsPerHost: 8}},
	}
	var posting sync.WaitGroup
	for i := range 8 {
		posting.Go(func() { p.run(ctx, fmt.Sprintf("w%d", i)) })
	}
	for range rounds {
		var errs bytes.Buffer
		cmd := l.start(t.Context(), &errs)
		p.await(t, &errs, func() {})
		<-time.After(rand.N(40 * time.Millisecond)) // amid a load that does not end
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait() // killed
	}
	var errs bytes.Buffer
	last := l.start(t.Context(), &errs)
	// Answers of the one before may still be on their way, and this one has to be up.
	up, cancel := context.WithTimeout(ctx, clitest.Patience)
	defer cancel()
	for !p.post(up, "last") {
		if up.Err() != nil {
			t.Fatalf("no callback was answered\n%s", errs.String())
		}
	}
	stop()
	posting.Wait()
	if err := last.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := last.Wait(); err != nil || !strings.Contains(errs.String(), "listen: stopped; ") {
		t.Errorf("SIGTERM: %v\n%s", err, errs.String())
	}
	p.client.CloseIdleConnections()
	p.check(t, l.state)
	t.Logf("%d kills; %d events answered, %d posts broken", rounds, len(p.answered), p.broken)
}

// await waits until a post was answered that was not yet when it was called, such as one
// that post makes.
func (p *poster) await(t *testing.T, errs *bytes.Buffer, post func()) {
	t.Helper()
	select {
	case <-p.first:
	default:
	}
	post()
	select {
	case <-p.first:
	case <-time.After(clitest.Patience):
		t.Fatalf("no callback was answered\n%s", errs.String())
	}
}

// check compares the outbox with what was answered.
func (p *poster) check(t *testing.T, state string) {
	t.Helper()
	o, err := outbox.Open(t.Context(), sqlite.At(state+"/telex/outbox.db"), outbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = o.Close() }()
	rows := map[string]int{}
	for f := (outbox.Filter{Limit: 1000}); ; {
		entries, err := o.List(t.Context(), f)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			rows[e.MessageID]++
			if e.Message.Text != e.MessageID || e.State != outbox.Received {
				t.Errorf("recorded %+v", e)
			}
		}
		if len(entries) < f.Limit {
			break
		}
		f.Before = entries[len(entries)-1].ID
	}
	missing, twice := 0, 0
	for id := range p.answered {
		if rows[id] == 0 {
			missing++
		}
	}
	for _, n := range rows {
		if n > 1 {
			twice++
		}
	}
	if missing > 0 || twice > 0 || len(p.answered) == 0 {
		t.Errorf("%d events were answered: %d of them are missing, %d are recorded twice", len(p.answered), missing, twice)
	}
}
