//go:build unix

package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"telex/messaging/outbox"
	"telex/messaging/sandbox"
	"telex/ui/cli/clitest"
)

// A sluice is a sandbox that lets some messages through and holds those behind them.
type sluice struct {
	box    *sandbox.Sandbox
	server *httptest.Server
	held   chan string // the recipients of those that are held
	open   chan struct{}

	mu      sync.Mutex
	through int // how many more are let through
}

func newSluice(t *testing.T, through int) *sluice {
	t.Helper()
	box, err := sandbox.New(t.Context(), sandbox.Config{Username: clitest.User, Password: clitest.Password})
	if err != nil {
		t.Fatal(err)
	}
	s := &sluice{box: box, held: make(chan string, 1000), open: make(chan struct{}), through: through}
	s.server = httptest.NewServer(s)
	t.Cleanup(func() {
		s.letGo()
		box.Close()
		s.server.CloseClientConnections()
		s.server.Close()
	})
	return s
}

func (s *sluice) letGo() {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case <-s.open:
	default:
		close(s.open)
	}
}

func (s *sluice) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	var m struct{ To []string }
	_ = json.Unmarshal(body, &m)
	s.mu.Lock()
	s.through--
	holds := s.through < 0
	s.mu.Unlock()
	if holds && len(m.To) > 0 {
		s.held <- m.To[0]
		<-s.open
		if strings.HasSuffix(m.To[0], "0") || strings.HasSuffix(m.To[0], "5") {
			return // some were never created
		}
	}
	s.box.ServeHTTP(w, r)
}

// TestKilledWithSeveralOnTheirWay: telex is killed while as many are on their way as may be.
// Those are unknown, whether they were created or not, the next telex tells of each once, and
// nobody gets anything twice.
func TestKilledWithSeveralOnTheirWay(t *testing.T) { everywhere(t, testKilledWithSeveral) }

func testKilledWithSeveral(t *testing.T, at place) {
	if _, err := telexBinary(); err != nil {
		t.Fatal(err)
	}
	const n = 60
	for _, through := range []int{0, 1, 20} {
		api := newSluice(t, through)
		c := &crash{t: t, at: at.another(), killed: map[string]bool{}, told: map[string]int{}, clean: map[string]int{}}
		v := c.sendTo(api, n)
		most := outbox.MostParallel
		if through == 0 {
			most = 1 // the first goes alone
		}
		held := map[string]bool{}
		for range most {
			select {
			case to := <-api.held:
				held[to] = true
			case <-time.After(clitest.Patience):
				t.Fatalf("%d are on their way, want %d: %s", len(held), most, v.errs.String())
			}
		}
		c.kill(v, "all")
		api.letGo()
		c.settle()
		c.settle() // tells nothing again
		unknown := c.compare(api, n)
		for _, e := range unknown {
			if !held[e.Message.To[0]] || c.told[fmt.Sprint(e.ID)] != 1 {
				t.Errorf("%s is unknown, held %v, and told of %d times; want those that were held, once", e.Message.To, held[e.Message.To[0]], c.told[fmt.Sprint(e.ID)])
			}
		}
		if len(unknown) != most {
			t.Errorf("%d are unknown after the first %d, want %d", len(unknown), through, most)
		}
	}
}

// TestKilledInABatch: telex is killed at any time of a batch. However far it came, what it
// says agrees with what was created.
func TestKilledInABatch(t *testing.T) { everywhere(t, testKilledInABatch) }

func testKilledInABatch(t *testing.T, at place) {
	if _, err := telexBinary(); err != nil {
		t.Fatal(err)
	}
	rounds := 5
	if clitest.Soak() {
		rounds = 100
	}
	killed := 0
	for range rounds {
		const n = 120
		api := newSluice(t, n)
		c := &crash{t: t, at: at.another(), killed: map[string]bool{}, told: map[string]int{}, clean: map[string]int{}}
		c.settle() // makes the database
		v := c.sendTo(api, n)
		within(300 * time.Millisecond)
		c.kill(v, "all")
		c.settle()
		if unknown := c.compare(api, n); len(unknown) > outbox.MostParallel {
			t.Errorf("%d are unknown, want no more than %d", len(unknown), outbox.MostParallel)
		}
		if c.killed["all"] {
			killed++
		}
	}
	t.Logf("%d of %d were killed before they ended", killed, rounds)
}

// sendTo sends a message to each of n recipients.
func (c *crash) sendTo(api *sluice, n int) *victim {
	to := make([]string, n)
	for i := range to {
		to[i] = fmt.Sprintf("+1919555%04d", 100+i)
	}
	return c.run(api.server.URL+sandbox.BasePath, "send", "--individual", "--to", strings.Join(to, ","), "--text", "Hello")
}

// compare holds the rows of a batch that was killed against what was created, and returns
// those that are unknown.
func (c *crash) compare(api *sluice, n int) (unknown []outbox.Entry) {
	c.t.Helper()
	created := map[string]int{}
	for _, r := range api.box.Created() {
		created[r.To[0]]++
		if created[r.To[0]] > 1 {
			c.t.Errorf("%s got it twice", r.To[0])
		}
	}
	entries := allEntries(c.t, c.at)
	for _, e := range entries {
		was := created[e.Message.To[0]] > 0
		switch e.State {
		case outbox.Unknown:
			unknown = append(unknown, e)
		case outbox.Accepted:
			if !was {
				c.t.Errorf("%s is accepted and was not created", e.Message.To)
			}
		case outbox.Unsent:
			if was {
				c.t.Errorf("%s is unsent and was created", e.Message.To)
			}
		default:
			c.t.Errorf("%s is %s and nobody sends it", e.Message.To, e.State)
		}
		delete(created, e.Message.To[0])
	}
	if len(entries) != n && len(entries) != 0 || len(created) > 0 {
		c.t.Errorf("%d rows, and %d were created that have none; want %d rows, or nothing sent", len(entries), len(created), n)
	}
	return unknown
}
