//go:build unix

package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"telex/ui/cli/clitest"
)

// A mailing is a list that is sent by telexes of which most are killed.
type mailing struct {
	t       *testing.T
	api     *clitest.API
	at      place
	list    string
	people  int
	mu      sync.Mutex
	kills   int
	came    chan struct{} // something for each message that the API was sent
	atOnce  int           // messages on their way, for each telex
	unknown int           // in the end
}

func newMailing(t *testing.T, at place, people, atOnce int) *mailing {
	t.Helper()
	if _, err := telexBinary(); err != nil { // which takes its time
		t.Fatal(err)
	}
	m := &mailing{t: t, api: clitest.NewAPI(t), at: at, people: people, atOnce: atOnce, came: make(chan struct{}, 1<<16)}
	m.list = filepath.Join(t.TempDir(), "people.csv")
	var csv strings.Builder
	csv.WriteString("phone,name\n")
	for i := range people {
		fmt.Fprintf(&csv, "%s,Ana %d\n", m.number(i), i)
	}
	if err := os.WriteFile(m.list, []byte(csv.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	go func() {
		for {
			select {
			case <-m.api.Received:
				m.came <- struct{}{}
			case <-t.Context().Done():
				return
			}
		}
	}()
	return m
}

func (m *mailing) number(i int) string { return fmt.Sprintf("+1919555%04d", 1000+i) }

// run starts telex.
func (m *mailing) run(args ...string) (cmd *exec.Cmd, errs *bytes.Buffer, out *bytes.Buffer, over chan struct{}) {
	ctx, cancel := context.WithTimeout(m.t.Context(), clitest.Patience*time.Duration(1+m.people/300))
	cmd = telexCommand(ctx, m.t, append(m.api.Env(), m.at.env...), args...)
	errs, out, over = &bytes.Buffer{}, &bytes.Buffer{}, make(chan struct{})
	cmd.Stderr, cmd.Stdout = errs, out
	if err := cmd.Start(); err != nil {
		cancel()
		m.t.Fatalf("start telex: %v", err)
	}
	go func() {
		_ = cmd.Wait()
		cancel()
		close(over)
	}()
	return cmd, errs, out, over
}

// start begins the broadcast, which is the first of its outbox.
func (m *mailing) start(more ...string) []string {
	return append([]string{
		"broadcast", "start", m.list, "--text", "Hi {{name}}", "--yes", "--rate", "unlimited", "--hours", "off",
		"--parallel", fmt.Sprint(m.atOnce),
	}, more...)
}

func resume() []string { return []string{"broadcast", "resume", "1", "--rate", "unlimited"} }

// killed runs telex and kills it when so many more messages have come, or a moment later.
func (m *mailing) killed(after int, args ...string) {
	cmd, errs, _, over := m.run(args...)
	for range after {
		select {
		case <-m.came:
		case <-over:
		}
	}
	within(3 * time.Millisecond)
	_ = cmd.Process.Kill()
	<-over
	m.at.buried(cmd.Process.Pid)
	if cmd.ProcessState.ExitCode() < 0 {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.kills++
		return
	}
	if code := cmd.ProcessState.ExitCode(); code != exitUnknown && code != 0 && code != exitUsage {
		m.t.Errorf("telex %v ended with %d before it was killed:\n%s", args, code, errs)
	}
}

// finish resumes the broadcast and lets it come to its end.
func (m *mailing) finish() {
	cmd, errs, _, over := m.run(resume()...)
	<-over
	if code := cmd.ProcessState.ExitCode(); code != 0 && code != exitUnknown && !strings.Contains(errs.String(), "is done; nothing was changed") {
		m.t.Errorf("the last resume ended with %d:\n%s", code, errs)
	}
}

// check holds what telex says of each person against what the API was sent.
func (m *mailing) check() {
	m.t.Helper()
	cmd, errs, out, over := m.run("broadcast", "report", "1", "--json")
	<-over
	var rows []struct{ Number, State string }
	if err := json.Unmarshal(out.Bytes(), &rows); err != nil || cmd.ProcessState.ExitCode() != 0 {
		m.t.Fatalf("the report: %v\n%s", err, errs)
	}
	if len(rows) != m.people {
		m.t.Errorf("the report has %d people, want %d", len(rows), m.people)
	}
	sent := map[string]int{}
	for _, body := range m.api.Sent() {
		var message struct {
			To   []string
			Text string
		}
		if json.Unmarshal([]byte(body), &message) == nil && len(message.To) == 1 && strings.HasPrefix(message.Text, "Hi ") {
			sent[message.To[0]]++ // what was cut off was not created
		}
	}
	for _, r := range rows {
		n := sent[r.Number]
		delete(sent, r.Number)
		switch {
		case n > 1:
			m.t.Errorf("%s was sent %d messages", r.Number, n)
		case r.State == "unknown":
			m.unknown++ // true either way
		case n == 1 && (r.State == "accepted" || r.State == "sent" || r.State == "delivered"):
		default:
			m.t.Errorf("%s is %s, and the API got %d messages", r.Number, r.State, n)
		}
	}
	if len(sent) > 0 {
		m.t.Errorf("the API was sent messages of which the report knows nothing: %v", sent)
	}
	if most := m.kills * m.atOnce; m.unknown > most {
		m.t.Errorf("%d messages are unknown after %d kills with %d on their way", m.unknown, m.kills, m.atOnce)
	}
}

// TestBroadcastKilled: telex is killed in the middle of a broadcast again and again, and
// resumed each time. In the end everybody got the message exactly once, but for those of whom
// it says itself that it does not know.
func TestBroadcastKilled(t *testing.T) { everywhere(t, testBroadcastKilled) }

func testBroadcastKilled(t *testing.T, at place) {
	people, kills := 40, 3
	if clitest.Soak() {
		people, kills = 400, 100
	}
	m := newMailing(t, at, people, 4)
	end := time.Now().Add(15 * time.Second) // a soak on a slow machine kills less often
	m.killed(1+rand.N(3), m.start()...)
	for m.kills < kills && time.Now().Before(end) && len(m.api.Sent()) < people-8 {
		m.killed(1+rand.N(max(people/kills-2, 2)), resume()...)
	}
	m.finish()
	m.check()
	t.Logf("%d kills of a broadcast to %d people; %d are unknown", m.kills, people, m.unknown)
	if m.kills == 0 {
		t.Error("no telex was killed in the middle")
	}
}

// TestBroadcastKilledUntilNoDoubt is TestBroadcastKilled with five hundred kills, of which
// many are of one of two telexes that send the same broadcast, in some minutes.
func TestBroadcastKilledUntilNoDoubt(t *testing.T) {
	if !clitest.SoakAll() {
		t.Skip("TELEX_SOAK=all takes the minutes that it needs")
	}
	const people, kills = 6000, 500
	m := newMailing(t, inFile(t), people, 4)
	began, end := time.Now(), time.Now().Add(25*time.Minute)
	m.killed(1+rand.N(3), m.start()...)
	alone := m.kills
	for m.kills < kills && time.Now().Before(end) && len(m.api.Sent()) < people-50 {
		before := m.kills
		if before%3 == 2 {
			m.severalKilled(1+rand.N(6), 4+rand.N(10))
			continue
		}
		m.killed(1+rand.N(8), resume()...)
		alone += m.kills - before
	}
	sent := len(m.api.Sent())
	m.finish()
	m.check()
	t.Logf("%d kills in %s, %d of them of one telex alone, %d of one of two; the API had %d of %d messages at the last; %d are unknown",
		m.kills, time.Since(began).Round(time.Second), alone, m.kills-alone, sent, people, m.unknown)
	if m.kills < kills {
		t.Errorf("%d telexes were killed, want %d", m.kills, kills)
	}
}

// severalKilled runs two telexes, and kills them one after the other.
func (m *mailing) severalKilled(first, second int) {
	var both sync.WaitGroup
	both.Go(func() { m.killed(first, resume()...) })
	both.Go(func() { m.killed(second, resume()...) })
	both.Wait()
}

// TestBroadcastSeveralKilled: of two telexes that send one broadcast one is killed. The other
// one ends it, and nobody gets it twice.
func TestBroadcastSeveralKilled(t *testing.T) { everywhere(t, testBroadcastSeveralKilled) }

func testBroadcastSeveralKilled(t *testing.T, at place) {
	m := newMailing(t, at, 40, 4)
	cmd, errs, _, over := m.run(m.start("--detach")...)
	<-over
	if cmd.ProcessState.ExitCode() != 0 {
		t.Fatalf("telex broadcast start --detach ended with %d:\n%s", cmd.ProcessState.ExitCode(), errs)
	}
	var all sync.WaitGroup
	all.Go(func() { m.killed(12, resume()...) })
	other, errs, _, over := m.run(resume()...)
	<-over
	all.Wait()
	if code := other.ProcessState.ExitCode(); code != 0 && code != exitUnknown {
		t.Errorf("the other telex ended with %d:\n%s", code, errs)
	}
	m.finish() // if it was over before the other one died
	m.check()
	t.Logf("%d kills; %d are unknown", m.kills, m.unknown)
}

// TestBroadcastInterrupted: ctrl+c pauses a broadcast, as does being told to end, lets what is
// on its way end, and says which of them it was and what to do next; then it goes on.
func TestBroadcastInterrupted(t *testing.T) {
	for why, signal := range map[string]os.Signal{"ctrl+c was pressed": os.Interrupt, "telex was told to end (SIGTERM)": syscall.SIGTERM} {
		t.Run(signal.String(), func(t *testing.T) {
			everywhere(t, func(t *testing.T, at place) { testBroadcastInterrupted(t, at, signal, why) })
		})
	}
}

func testBroadcastInterrupted(t *testing.T, at place, signal os.Signal, why string) {
	m := newMailing(t, at, 12, 2)
	args := m.start("--rate", "4/s", "--name", "Friday") // the last --rate counts
	cmd, errs, out, over := m.run(args...)
	for range 2 {
		<-m.came
	}
	if err := cmd.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
	<-over
	if code := cmd.ProcessState.ExitCode(); code != exitUnsent || out.String() != "1\n" {
		t.Errorf("it ended with %d and %q, want 7 and the id:\n%s", code, out, errs)
	}
	for _, want := range []string{"broadcast 1 is paused: " + why, "to go on: telex broadcast resume 1", "cannot be recalled"} {
		if !strings.Contains(errs.String(), want) {
			t.Errorf("it does not say %q:\n%s", want, errs)
		}
	}
	if n := len(m.api.Sent()); n >= m.people {
		t.Errorf("%d messages were sent before it was paused", n)
	}
	m.finish()
	m.check()
	if m.unknown > 0 {
		t.Errorf("%d messages are unknown, though nobody was killed", m.unknown)
	}
}
