//go:build unix

package e2e

import (
	"bytes"
	"os/exec"
	"syscall"
	"testing"

	"telex/messaging/outbox/outboxtest/sample"
	"telex/messaging/outbox/postgres/postgrestest"
	"telex/ui/cli/clitest"
)

// TestBroadcastOfSeveralHosts: three telexes send one broadcast from PostgreSQL. One is
// killed; one is stopped, for longer than its lease, and goes on in the end; the database is
// started anew in the middle, and another telex comes. In the end everybody got the message
// exactly once, but for those of whom telex says itself that it does not know.
func TestBroadcastOfSeveralHosts(t *testing.T) {
	clitest.Slow(t, "a database that is started, twice")
	t.Parallel()
	postgrestest.Shared(t) // if there is one
	people := 150
	if clitest.Soak() || sample.Thorough() {
		people = 3_000
	}
	s, err := postgrestest.Start(t.Context()) // of its own
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	m := newMailing(t, inDatabase(t, s), people, 4)
	m.detached()
	killed, stopped := m.drainer(), m.drainer()
	others := []*drainer{m.drainer()}

	m.await(people/6, others[0])
	_ = killed.cmd.Process.Kill()
	<-killed.over
	m.at.buried(killed.cmd.Process.Pid)
	m.await(people/6, others[0])
	if err := stopped.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	// It may have the lock of the outbox, which the database takes from it now.
	if err := s.Stop(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	if err := s.Resume(t.Context()); err != nil {
		t.Fatal(err)
	}
	m.at.buried(stopped.cmd.Process.Pid)
	others = append(others, m.drainer())
	m.await(people/3, others...)
	if err := stopped.cmd.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	others = append(others, stopped)
	for _, d := range others {
		<-d.over
		t.Logf("a telex ended with %d:\n%s", d.cmd.ProcessState.ExitCode(), d.errs)
	}
	m.finish() // what a telex left that waited too long for the database
	m.kills = 2
	m.check()
	t.Logf("%d of %d people are unknown", m.unknown, people)
}

// A drainer is a telex that sends the broadcast.
type drainer struct {
	cmd  *exec.Cmd
	errs *bytes.Buffer
	over chan struct{}
}

func (m *mailing) drainer() *drainer {
	cmd, errs, _, over := m.run(resume()...)
	return &drainer{cmd, errs, over}
}

// await waits until so many more messages have come, or all drainers are over.
func (m *mailing) await(more int, drainers ...*drainer) {
	over := make(chan struct{})
	go func() {
		defer close(over)
		for _, d := range drainers {
			<-d.over
		}
	}()
	for range more {
		select {
		case <-m.came:
		case <-over:
			return
		}
	}
}
