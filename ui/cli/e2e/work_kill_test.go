//go:build unix

package e2e

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"telex/messaging"
	"telex/messaging/outbox"
	"telex/messaging/outbox/outboxtest/sample"
	"telex/messaging/sandbox"
	"telex/ui/cli/clitest"
)

// detached prepares the broadcast for whoever works.
func (m *mailing) detached(more ...string) {
	m.t.Helper()
	cmd, errs, _, over := m.run(m.start(append(more, "--detach")...)...)
	<-over
	if code := cmd.ProcessState.ExitCode(); code != 0 {
		m.t.Fatalf("telex broadcast start --detach ended with %d:\n%s", code, errs)
	}
}

// worked lets one that works once end what is left.
func (m *mailing) worked() {
	m.t.Helper()
	cmd, errs, _, over := m.run("work", "--once")
	<-over
	if code := cmd.ProcessState.ExitCode(); code != 0 && code != exitUnknown {
		m.t.Errorf("telex work --once ended with %d:\n%s", code, errs)
	}
}

// TestWorkKilled: workers of both kinds are killed in the middle of a broadcast again and
// again. In the end everybody got the message exactly once, but for those of whom telex says
// itself that it does not know.
func TestWorkKilled(t *testing.T) { everywhere(t, testWorkKilled) }

func testWorkKilled(t *testing.T, at place) {
	people, kills := 40, 3
	if clitest.Soak() {
		people, kills = 400, 60
	}
	m := newMailing(t, at, people, 4)
	m.detached()
	end := time.Now().Add(15 * time.Second) // a soak on a slow machine kills less often
	for i := 0; m.kills < kills && time.Now().Before(end) && len(m.api.Sent()) < people-10; i++ {
		kind := []string{"work"}
		if i%2 == 1 {
			kind = []string{"work", "--once"}
		}
		m.killed(1+rand.N(max(people/kills-8, 2)), kind...)
	}
	m.worked()
	m.check()
	t.Logf("%d kills of workers for %d people; %d are unknown", m.kills, people, m.unknown)
	if m.kills == 0 {
		t.Error("no worker was killed in the middle")
	}
}

// TestWorkTakesOver: of two workers the one that works is killed. The other takes over, and ends
// cleanly when it is told to.
func TestWorkTakesOver(t *testing.T) { everywhere(t, testWorkTakesOver) }

func testWorkTakesOver(t *testing.T, at place) {
	m := newMailing(t, at, 24, 2)
	one, _, oneOver := m.worker()
	two, errs, _, twoOver := m.run("work")
	m.detached()
	for range 6 {
		<-m.came
	}
	_ = one.Process.Kill()
	<-oneOver
	m.at.buried(one.Process.Pid)
	m.kills++
	send, _, _, sent := m.run("send", "--to", "+19195559999", "--text", "Anything") // what is written wakes the other one
	if <-sent; send.ProcessState.ExitCode() != 0 {
		t.Errorf("telex send ended with %d", send.ProcessState.ExitCode())
	}
	for {
		cmd, _, out, over := m.run("broadcast", "list")
		<-over
		if cmd.ProcessState.ExitCode() == 0 && strings.Contains(out.String(), "\tdone\t") {
			break
		}
		select {
		case <-twoOver:
			t.Fatalf("the other worker ended:\n%s", errs)
		case <-time.After(20 * time.Millisecond):
		}
	}
	if err := two.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	<-twoOver
	said := errs.String()
	for _, want := range []string{"another telex works for this outbox", "the other telex ended; this one works now", "work: stopped"} {
		if !strings.Contains(said, want) {
			t.Errorf("it does not say %q:\n%s", want, said)
		}
	}
	if code := two.ProcessState.ExitCode(); code != 0 {
		t.Errorf("it ended with %d:\n%s", code, said)
	}
	m.check()
}

// worker starts telex work, for an outbox that is there, and waits until it has the work.
func (m *mailing) worker() (cmd *exec.Cmd, errs *bytes.Buffer, over chan struct{}) {
	m.t.Helper()
	o := m.open()
	defer func() { _ = o.Close() }()
	cmd, errs, _, over = m.run("work")
	for {
		if works, err := o.Working(m.t.Context()); err == nil && works {
			return cmd, errs, over
		}
		select {
		case <-over: // after clitest.Patience at the latest
			m.t.Fatalf("telex work ended with %d:\n%s", cmd.ProcessState.ExitCode(), errs)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func (m *mailing) open() *outbox.Outbox {
	m.t.Helper()
	o, err := outbox.Open(m.t.Context(), m.at.Place, outbox.Options{})
	if err != nil {
		m.t.Fatal(err)
	}
	return o
}

// TestWorkKilledWhenDue: messages are due within a second, in which workers are killed. None is
// sent twice, and none is lost: each has left, or telex says that it does not know.
func TestWorkKilledWhenDue(t *testing.T) { everywhere(t, testWorkKilledWhenDue) }

func testWorkKilledWhenDue(t *testing.T, in place) {
	people, kills := 30, 3
	if clitest.Soak() {
		people, kills = 300, 40
	}
	m := newMailing(t, in, people, 1)
	o := m.open()
	var all []messaging.Message
	var at []outbox.When
	for i := range people {
		all = append(all, messaging.Message{From: sandbox.DefaultNumber, To: []string{m.number(i)}, Text: "Doors open at 7", ApplicationID: sandbox.DefaultApplicationID})
		at = append(at, outbox.WhenAt(time.Now().Add(time.Duration(i*30)*time.Millisecond)))
	}
	by := outbox.By{AccountID: sandbox.DefaultAccountID, BaseURL: m.api.Base}
	ids, err := o.Schedule(t.Context(), outbox.Plan{By: by, Messages: all, Yes: true}, at...)
	if err != nil {
		t.Fatal(err)
	}
	for m.kills < kills && len(m.api.Sent()) < people-3 {
		m.killed(1, "work")
	}
	for open := true; open; { // those that are due last
		m.worked()
		due, err := o.Due(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		open = len(due) > 0
	}
	sent := map[string]int{}
	for _, body := range m.api.Sent() {
		var message struct{ To []string }
		if json.Unmarshal([]byte(body), &message) == nil {
			sent[message.To[0]]++
		}
	}
	for i, id := range ids {
		d, err := o.Detail(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		switch n := sent[m.number(i)]; {
		case n > 1:
			t.Errorf("%s was sent %d messages", m.number(i), n)
		case d.State == outbox.Unknown:
			m.unknown++
		case n != 1 || d.State.Outcome() != messaging.Accepted:
			t.Errorf("message %d is %s, and the API got %d", id, d.State, n)
		}
	}
	_ = o.Close()
	if m.unknown > m.kills*16 {
		t.Errorf("%d are unknown after %d kills", m.unknown, m.kills)
	}
	t.Logf("%d kills; %d of %d are unknown", m.kills, m.unknown, people)
}

// TestWorkOnceIsQuiet: cron mails what it says, which is nothing where there is nothing to do.
func TestWorkOnceIsQuiet(t *testing.T) {
	sample.Whole(t)
	t.Parallel()
	if _, err := telexBinary(); err != nil { // which takes its time
		t.Fatal(err)
	}
	api := clitest.NewAPI(t)
	cmd := telexProcess(t, api.Env(), "work", "--once")
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Run(); err != nil || said.Len() > 0 {
		t.Errorf("telex work --once: %v\n%s", err, said.String())
	}
}
