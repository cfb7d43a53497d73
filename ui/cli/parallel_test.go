package cli

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"telex/messaging/outbox/outboxtest/sample"
	"telex/messaging/sandbox"
	"telex/ui/cli/clitest"
	"telex/ui/cli/say"
)

// A waitingAPI answers one message only when all others have been answered, but for the
// first, which goes alone.
type waitingAPI struct {
	box      http.Handler
	slow     string // the recipient that waits
	others   sync.WaitGroup
	mu       sync.Mutex
	received []string
}

func (a *waitingAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	a.mu.Lock()
	a.received = append(a.received, string(body))
	a.mu.Unlock()
	if strings.Contains(string(body), a.slow) {
		a.others.Wait()
	} else {
		defer a.others.Done()
	}
	a.box.ServeHTTP(w, r)
}

// several are n recipients.
func several(n int) (to []string) {
	for i := range n {
		to = append(to, fmt.Sprintf("+1919555%04d", 100+i))
	}
	return to
}

// TestSendsSeveralAtOnce: a recipient that is slow keeps nobody else waiting, and standard
// output keeps the order of the recipients all the same.
func TestSendsSeveralAtOnce(t *testing.T) {
	t.Parallel()
	to := several(12)
	for _, asJSON := range []bool{false, true} {
		box, err := sandbox.New(t.Context(), sandbox.Config{Username: clitest.User, Password: clitest.Password})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(box.Close)
		api := &waitingAPI{box: box, slow: to[1]}
		api.others.Add(len(to) - 1)
		server := httptest.NewServer(api)
		t.Cleanup(server.Close)
		args := []string{"send", "--individual", "--text", "Hello", "--to", strings.Join(to, ","), "--timeout", "1m"}
		if asJSON {
			args = append(args, "--json")
		}
		got := runTelex(t, clitest.Environ(server.URL+sandbox.BasePath), "", args...)
		got.want(t, say.ExitOK)
		if !strings.Contains(api.received[0], to[0]) || len(api.received) != len(to) {
			t.Errorf("%d requests, the first %s, want %d, the first to %s", len(api.received), api.received[0], len(to), to[0])
		}
		if asJSON {
			var endings []say.Ending
			got.decode(t, &endings)
			for i, e := range endings {
				if e.To != to[i] || e.ID != int64(i+1) || e.HTTPStatus != http.StatusAccepted || !strings.Contains(string(e.Response), to[i]) {
					t.Errorf("ending %d is %+v, want that of %s, with the answer", i, e, to[i])
				}
			}
			continue
		}
		lines := strings.Split(strings.TrimSpace(got.out), "\n")
		if len(lines) != len(to) {
			t.Fatalf("%d lines, want %d", len(lines), len(to))
		}
		for i, line := range lines {
			if !strings.HasPrefix(line, to[i]+"\t") {
				t.Errorf("line %d is %q, want that of %s", i, line, to[i])
			}
		}
	}
}

// TestFirstGoesAlone: what would stop all messages is found out with one request.
func TestFirstGoesAlone(t *testing.T) {
	t.Parallel()
	api := clitest.NewAPI(t)
	to := append([]string{"+19995550401"}, several(20)...)
	got := runTelex(t, api.Env(), "", "send", "--individual", "--text", "Hello", "--to", strings.Join(to, ","))
	got.want(t, say.ExitRefused, to[20]+": not tried: the credentials were refused")
	if len(api.Sent()) != 1 {
		t.Errorf("%d requests, want 1", len(api.Sent()))
	}
}

// TestTooManySlowsAll: when the API has enough for now nobody asks until it is over, and all
// messages are sent in the end.
func TestTooManySlowsAll(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	api := clitest.NewAPI(t)
	to := append(several(3), "+19995550429") // refused twice, for a second each
	to = append(to, several(8)[3:]...)
	got := runTelex(t, api.Env(), "", "send", "--individual", "--text", "Hello", "--to", strings.Join(to, ","))
	got.want(t, say.ExitOK, "+19995550429: accepted", "after 3 tries")
	if got, want := len(api.Sent()), len(to)+2; got != want {
		t.Errorf("%d requests, want %d", got, want)
	}
}

func TestParallelIsBounded(t *testing.T) {
	t.Parallel()
	for _, n := range []string{"0", "17", "-1"} {
		runTelex(t, nil, "", "send", "--sandbox", "--to", "+12345678902", "--text", "Hi", "--parallel", n).
			want(t, say.ExitUsage, "--parallel "+n+": give a number from 1 to 16", "nothing was sent")
	}
}
